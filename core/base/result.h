// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A value or the one sentence that says why there is none. Used at every edge that people or files
// reach; bugs are assertions, and the outcome of a run is an Outcome (core/sampler/simulate.h).
#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace scorefield {

/// What went wrong. `path` names the place (a file, a JSON pointer or a parameter key; may be
/// empty), `message` is one sentence that names the field, the value and the allowed range.
struct Error {
    std::string path;
    std::string message;

    /// "path: message", or the message alone when there is no path.
    std::string sentence() const { return path.empty() ? message : path + ": " + message; }
    bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result {
public:
    // A return of a value or of an error reads as what it is.
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(T value) : m_content(std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : m_content(std::move(error)) {}

    bool ok() const { return m_content.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T& value() const&
    {
        assert(ok());
        return std::get<0>(m_content);
    }
    T& value() &
    {
        assert(ok());
        return std::get<0>(m_content);
    }
    T&& value() &&
    {
        assert(ok());
        return std::get<0>(std::move(m_content));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const
    {
        assert(!ok());
        return std::get<1>(m_content);
    }

private:
    std::variant<T, Error> m_content;
};

/// Success without a value, or an Error.
using Status = Result<std::monostate>;
inline Status success()
{
    return std::monostate{};
}

} // namespace scorefield
