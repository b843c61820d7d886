// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// JSON as text, private to core (include it from .cpp files only): strict parsing, reading
// objects key by key with pointers in the errors, and a layout that people can read and edit.
#include "core/base/result.h"
#include "core/base/utf8.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield::json {

using Json = nlohmann::ordered_json;

/// One JSON value and nothing else. Refused with line and column: syntax errors, text that is not
/// UTF-8; with their pointer: a key that stands twice in one object or is longer than 200 bytes,
/// more than 1000 keys in one object, more than 64 levels, and numbers that are no double.
Result<Json> parse(std::string_view text);

/// Two-space indentation; what fits into 100 columns stands on one line, longer lists of numbers
/// are wrapped. Ends with a newline.
std::string layout(const Json& value);

/// A finite number as JSON; whole ones without a fraction or exponent.
Json number(double value);
/// "/lanes" + "a/b" -> "/lanes/a~1b" (RFC 6901).
std::string child(const std::string& pointer, std::string_view key);
std::string child(const std::string& pointer, std::size_t index);
/// The value as it stands in the file, cut to a length that fits into a sentence.
std::string excerpt(const Json& value);

/// The first thing that was wrong; everything read after it is ignored.
class Problems {
public:
    void add(const std::string& pointer, const std::string& message)
    {
        if (!m_first)
            m_first = shown(Error{pointer, message});
    }
    bool any() const { return m_first.has_value(); }
    const Error& first() const { return *m_first; }

private:
    std::optional<Error> m_first;
};

/// An object whose keys are asked for one by one; those that nobody asked for are unknown.
class ObjectReader {
public:
    ObjectReader(const Json& object, std::string pointer, Problems& problems);

    /// The value of key, or null when it is missing.
    const Json* find(const std::string& key);
    /// The same, but a missing key is a problem: "<key> is missing".
    const Json* require(const std::string& key);
    std::string pointerTo(const std::string& key) const { return child(m_pointer, key); }
    /// Adds a problem for the first key that was not asked for.
    void refuseUnknownKeys();

private:
    const Json& m_object;
    std::string m_pointer;
    Problems& m_problems;
    std::vector<std::string> m_known;
};

double readNumber(const Json& value, const std::string& pointer, Problems& problems);
/// A whole number of at most nine digits.
int readWhole(const Json& value, const std::string& pointer, Problems& problems);
std::string readText(const Json& value, const std::string& pointer, Problems& problems);
std::vector<double> readNumbers(const Json& value, const std::string& pointer, Problems& problems);
std::vector<std::string>
readTexts(const Json& value, const std::string& pointer, Problems& problems);

} // namespace scorefield::json
