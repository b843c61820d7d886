// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_cache.h"

#include <algorithm>
#include <list>
#include <mutex>

namespace scorefield {

namespace {

struct Entry {
    std::string key;
    std::mutex making;
    std::shared_ptr<const void> value;
};

} // namespace

struct StudyCache::Private {
    std::size_t kept;
    std::mutex guard; // of the list, never held while a value is made
    std::list<std::shared_ptr<Entry>> entries; // the one asked for last comes first

    std::shared_ptr<Entry> entry(const std::string& key)
    {
        const std::lock_guard lock(guard);
        auto at = std::find_if(
            entries.begin(), entries.end(), [&](const auto& entry) { return entry->key == key; });
        if (at == entries.end()) {
            entries.push_front(std::make_shared<Entry>());
            entries.front()->key = key;
        } else {
            entries.splice(entries.begin(), entries, at);
        }
        const auto found = entries.front();
        if (entries.size() > kept)
            entries.pop_back(); // those who use it keep it alive
        return found;
    }
};

StudyCache::StudyCache(std::size_t kept) : m_private(new Private{kept, {}, {}}) {}
StudyCache::~StudyCache() = default;

std::shared_ptr<const void>
StudyCache::find(const std::string& key, const std::function<std::shared_ptr<const void>()>& make)
{
    const auto entry = m_private->entry(key);
    // Nobody waits: a thread that helps others while it makes a value may come by here again.
    const std::unique_lock lock(entry->making, std::try_to_lock);
    if (!lock.owns_lock())
        return make();
    if (!entry->value)
        entry->value = make();
    return entry->value;
}

} // namespace scorefield
