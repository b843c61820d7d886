// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Tables of noise levels that a run meets between its grid levels (midpoints, churned levels): made
// by the block that comes first, used by all others.
#include "core/process/forward_process.h"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace scorefield {

template <class Table>
class LevelCache {
public:
    explicit LevelCache(std::size_t capacity) : m_capacity(capacity) {}

    /// The table of this level, made by `make(level)` if it is not there; null once the cache is
    /// full. Thread-safe; two threads may make the same table, which is the same in both.
    template <class Make>
    const Table* find(const PathCoefficients& level, const Make& make) const
    {
        const std::pair key(level.alpha, level.sigma);
        {
            const std::lock_guard lock(m_mutex);
            if (const auto found = m_tables.find(key); found != m_tables.end())
                return found->second.get();
            if (m_tables.size() >= m_capacity)
                return nullptr;
        }
        auto table = std::make_unique<const Table>(make(level));
        const std::lock_guard lock(m_mutex);
        return m_tables.emplace(key, std::move(table)).first->second.get();
    }

private:
    std::size_t m_capacity;
    mutable std::mutex m_mutex;
    mutable std::map<std::pair<double, double>, std::unique_ptr<const Table>> m_tables;
};

} // namespace scorefield
