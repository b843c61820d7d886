// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the rows of a study share: exact draws, quadratures, whatever is a function of a key and of
// nothing else, so that a row comes out the same whether it finds the value or makes it.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace scorefield {

class StudyCache {
public:
    /// Keeps the `kept` values that were asked for last.
    explicit StudyCache(std::size_t kept = 24);
    ~StudyCache();
    StudyCache(const StudyCache&) = delete;
    StudyCache& operator=(const StudyCache&) = delete;

    /// The value of `key`, made by the first who asks; who asks meanwhile makes one of its own.
    /// Nothing is kept where `make` gives null (after a stop request). Thread-safe.
    template <class T>
    std::shared_ptr<const T> value(const std::string& key,
                                   const std::function<std::shared_ptr<const T>()>& make)
    {
        return std::static_pointer_cast<const T>(
            find(key, [&]() -> std::shared_ptr<const void> { return make(); }));
    }

private:
    std::shared_ptr<const void> find(const std::string& key,
                                     const std::function<std::shared_ptr<const void>()>& make);
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace scorefield
