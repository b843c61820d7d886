// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_cache.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

namespace scorefield {

struct StudyCache::Private {
    struct Entry {
        std::string key;
        bool isBeingMade = false;
        std::shared_ptr<const void> value;
    };
    std::size_t kept;
    std::mutex guard;                          // never held while a value is made
    std::list<std::shared_ptr<Entry>> entries; // the one asked for last comes first

    std::shared_ptr<Entry> entry(const std::string& key)
    {
        const auto at = std::find_if(
            entries.begin(), entries.end(), [&](const auto& entry) { return entry->key == key; });
        if (at == entries.end())
            entries.push_front(std::make_shared<Entry>(Entry{key, false, nullptr}));
        else
            entries.splice(entries.begin(), entries, at);
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
    std::unique_lock lock(m_private->guard);
    const auto entry = m_private->entry(key);
    if (entry->value)
        return entry->value;
    // Nobody waits: a thread that helps others while it makes a value may come by here again.
    const bool keepsIt = !std::exchange(entry->isBeingMade, true);
    lock.unlock();
    auto value = make();
    if (keepsIt) {
        lock.lock();
        entry->value = value;
        entry->isBeingMade = false;
    }
    return value;
}

} // namespace scorefield
