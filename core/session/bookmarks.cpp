// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/bookmarks.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

std::string upperCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return text;
}

/// "VP w = 3"
std::string laneName(const Session& session, std::size_t lane)
{
    const std::string kind = session.lanes[lane].process.kind;
    std::string name = upperCase(kind.substr(0, kind.find('-')));
    const auto weight = parameterValue(session, "lanes." + std::to_string(lane) + ".guidance.w");
    if (weight)
        name += " w = " + formatNumber(*weight, 3);
    return name;
}

std::string placeName(double position)
{
    if (position <= 0)
        return "start";
    if (position >= 1)
        return "end";
    return std::to_string(std::lround(100 * position)) + " %";
}

} // namespace

std::string proposedBookmarkName(const Session& session)
{
    std::string name;
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane)
        name += (lane == 0 ? "" : " | ") + laneName(session, lane);
    name += ", " + placeName(session.timeline.position);
    std::string unique = name;
    for (int number = 2; findBookmark(session, unique); ++number)
        unique = name + " (" + std::to_string(number) + ")";
    return unique;
}

std::optional<std::size_t> findBookmark(const Session& session, std::string_view name)
{
    for (std::size_t i = 0; i < session.bookmarks.size(); ++i)
        if (session.bookmarks[i].name == name)
            return i;
    return std::nullopt;
}

Status
checkBookmarkName(const Session& session, std::string_view name, std::optional<std::size_t> except)
{
    if (trimmed(name).empty())
        return Error{"name", "a bookmark needs a name"};
    const auto same = findBookmark(session, trimmed(name));
    if (same && same != except)
        return Error{"name", "there is a bookmark '" + trimmed(name) + "' already"};
    return success();
}

Status addBookmark(Session& session, std::string_view name, const SessionState& state)
{
    if (auto status = checkBookmarkName(session, name); !status)
        return status;
    session.bookmarks.push_back({trimmed(name), state});
    return success();
}

Status renameBookmark(Session& session, std::size_t index, std::string_view name)
{
    if (auto status = checkBookmarkName(session, name, index); !status)
        return status;
    for (ExportJob& job : session.jobs)
        if (job.bookmark == session.bookmarks[index].name)
            job.bookmark = trimmed(name);
    session.bookmarks[index].name = trimmed(name);
    return success();
}

void replaceBookmark(Session& session, std::size_t index, const SessionState& state)
{
    session.bookmarks[index].state = state;
}

void moveBookmark(Session& session, std::size_t index, int by)
{
    const auto last = static_cast<std::ptrdiff_t>(session.bookmarks.size()) - 1;
    const auto from = static_cast<std::ptrdiff_t>(index);
    const auto to = std::clamp<std::ptrdiff_t>(from + by, 0, last);
    const auto begin = session.bookmarks.begin();
    if (to > from)
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    else
        std::rotate(begin + to, begin + from, begin + from + 1);
}

Status removeBookmark(Session& session, std::size_t index)
{
    const std::string& name = session.bookmarks[index].name;
    for (const ExportJob& job : session.jobs)
        if (job.bookmark == name)
            return Error{"bookmarks",
                         "the export '" + job.name + "' is made of '" + name
                             + "'; delete the export or give it another state first"};
    session.bookmarks.erase(session.bookmarks.begin() + static_cast<std::ptrdiff_t>(index));
    return success();
}

bool isSameScene(const SessionState& a, const SessionState& b)
{
    if (a.lanes.size() != b.lanes.size())
        return false;
    SessionState same = b;
    for (std::size_t lane = 0; lane < a.lanes.size(); ++lane)
        same.lanes[lane].camera = a.lanes[lane].camera;
    same.timeline.position = a.timeline.position;
    same.timeline.playing = a.timeline.playing;
    return same == a;
}

} // namespace scorefield
