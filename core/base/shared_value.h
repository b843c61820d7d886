// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A value that is cheap to copy: copies share one immutable object, `edit` detaches. It keeps a
// Session a plain value although its data may hold thousands of components.
#include <memory>
#include <utility>

namespace scorefield {

template <class T>
class SharedValue {
public:
    SharedValue() : m_value(std::make_shared<const T>()) {}
    // NOLINTNEXTLINE(google-explicit-constructor): it stands for the value
    SharedValue(T value) : m_value(std::make_shared<const T>(std::move(value))) {}

    const T& operator*() const { return *m_value; }
    const T* operator->() const { return m_value.get(); }
    std::shared_ptr<const T> share() const { return m_value; }

    /// Calls change(T&) on a private copy and then shares that copy.
    template <class Change>
    void edit(Change&& change)
    {
        T copy = *m_value;
        std::forward<Change>(change)(copy);
        m_value = std::make_shared<const T>(std::move(copy));
    }

    bool operator==(const SharedValue& other) const
    {
        return m_value == other.m_value || *m_value == *other.m_value;
    }

private:
    std::shared_ptr<const T> m_value;
};

} // namespace scorefield
