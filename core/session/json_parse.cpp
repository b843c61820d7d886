// SPDX-License-Identifier: GPL-3.0-or-later
// Text to JSON, with what the library's parser lets pass: keys that stand twice, bottomless
// nesting, and objects of so many keys that finding one among them takes for ever.
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/session/json_document.h"

#include <set>

namespace scorefield::json {

namespace {

constexpr int kDeepest = 64;             // a session needs 6; deeper files are attacks or mistakes
constexpr std::size_t kMostKeys = 1000;  // of one object; a session's largest has thirty
constexpr std::size_t kLongestKey = 200; // bytes; the table's longest has forty

/// Follows the parser's events to know the pointer of every key.
class KeyWatch {
public:
    bool event(int depth, Json::parse_event_t event, const Json& value)
    {
        using Event = Json::parse_event_t;
        if (depth > kDeepest)
            m_problems.add("", "is nested deeper than " + std::to_string(kDeepest) + " levels");
        if (m_problems.any())
            return false; // the rest is passed over
        switch (event) {
        case Event::object_start:
        case Event::array_start:
            enterValue();
            m_levels.push_back({event == Event::array_start, 0, {}, {}});
            break;
        case Event::object_end:
        case Event::array_end:
            if (!m_levels.empty())
                m_levels.pop_back();
            break;
        case Event::key:
            if (!m_levels.empty())
                enterKey(value.get<std::string>());
            break;
        case Event::value:
            enterValue();
            break;
        }
        return !m_problems.any();
    }
    const Problems& problems() const { return m_problems; }
    /// Of the value that was begun last.
    std::string pointer() const
    {
        std::string result;
        for (std::size_t i = 0; i < m_levels.size(); ++i) {
            const Level& level = m_levels[i];
            const bool isNextItem = level.isArray && i + 1 == m_levels.size();
            result = child(result, isNextItem ? std::to_string(level.next) : level.key);
        }
        return result;
    }

private:
    struct Level {
        bool isArray;
        std::size_t next;
        std::string key;
        std::set<std::string> keys;
    };

    void enterValue()
    {
        if (!m_levels.empty() && m_levels.back().isArray)
            m_levels.back().key = std::to_string(m_levels.back().next++);
    }
    void enterKey(const std::string& key)
    {
        Level& level = m_levels.back();
        if (key.size() > kLongestKey || level.keys.size() == kMostKeys) {
            level.key = shown(key);
            m_problems.add(pointer(),
                           key.size() > kLongestKey
                               ? "the key has " + std::to_string(key.size())
                                     + " bytes; the longest known one has fewer than "
                                     + std::to_string(kLongestKey)
                               : "is one key too many; an object may have "
                                     + std::to_string(kMostKeys));
            return;
        }
        level.key = key;
        if (!level.keys.insert(key).second)
            m_problems.add(pointer(), "the key '" + shown(key) + "' stands twice");
    }

    std::vector<Level> m_levels;
    Problems m_problems;
};

/// "line 3, column 7: what is wrong" from the library's message "[json.exception…] parse error at
/// line 3, column 7: …".
std::string sentence(const std::string& what)
{
    constexpr std::size_t longest = 300; // its last token may be pages long
    const auto place = what.find("line ");
    return shown(place == std::string::npos ? trimmed(what.substr(what.find(']') + 1))
                                            : what.substr(place),
                 longest);
}

} // namespace

Result<Json> parse(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Error{"", "is empty; JSON text begins with { here"};
    if (auto checked = checkUtf8(text); !checked)
        return Error{"",
                     checked.error().path.empty()
                         ? checked.error().message
                         : "not valid JSON: " + checked.error().sentence()};
    KeyWatch watch;
    const auto onEvent = [&](int depth, Json::parse_event_t event, Json& value) {
        return watch.event(depth, event, value);
    };
    Json document;
    try {
        document = Json::parse(text.begin(), text.end(), onEvent);
    } catch (const Json::out_of_range&) { // the one reason: its digits make no double
        if (watch.problems().any())
            return watch.problems().first();
        return Error{watch.pointer(), "is a number beyond ±1.8e308, the largest that is read"};
    } catch (const Json::exception& exception) {
        if (watch.problems().any())
            return watch.problems().first();
        return Error{"", "not valid JSON: " + sentence(exception.what())};
    }
    if (watch.problems().any())
        return watch.problems().first();
    return document;
}

} // namespace scorefield::json
