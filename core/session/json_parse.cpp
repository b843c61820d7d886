// SPDX-License-Identifier: GPL-3.0-or-later
// Text to JSON, with what the library's parser lets pass: keys that stand twice, and bottomless
// nesting.
#include "core/base/text.h"
#include "core/session/json_document.h"

#include <set>

namespace scorefield::json {

namespace {

constexpr int kDeepest = 64; // a session needs 6; deeper files are attacks or mistakes

/// Follows the parser's events to know the pointer of every key.
class KeyWatch {
public:
    bool event(int depth, Json::parse_event_t event, const Json& value)
    {
        using Event = Json::parse_event_t;
        if (depth > kDeepest) {
            m_problems.add("", "nested deeper than " + std::to_string(kDeepest) + " levels");
            return false;
        }
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
        return true;
    }
    const Problems& problems() const { return m_problems; }

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
        m_levels.back().key = key;
        if (m_levels.back().keys.insert(key).second)
            return;
        std::string pointer;
        for (const Level& level : m_levels)
            pointer = child(pointer, level.key);
        m_problems.add(pointer, "the key '" + key + "' stands twice");
    }

    std::vector<Level> m_levels;
    Problems m_problems;
};

/// "line 3, column 7: what is wrong" from the library's message "[json.exception…] parse error at
/// line 3, column 7: …".
std::string sentence(const std::string& what)
{
    const auto place = what.find("line ");
    return place == std::string::npos ? trimmed(what.substr(what.find(']') + 1))
                                      : what.substr(place);
}

} // namespace

Result<Json> parse(std::string_view text)
{
    KeyWatch watch;
    const auto onEvent = [&](int depth, Json::parse_event_t event, Json& value) {
        return watch.event(depth, event, value);
    };
    Json document;
    try {
        document = Json::parse(text.begin(), text.end(), onEvent);
    } catch (const Json::exception& exception) {
        return Error{"", "not valid JSON: " + sentence(exception.what())};
    }
    if (watch.problems().any())
        return watch.problems().first();
    return document;
}

} // namespace scorefield::json
