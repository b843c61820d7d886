// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/track_options.h"

#include "app/session_source.h"
#include "core/session/film.h"

#include <algorithm>
#include <vector>

namespace scorefield::app {

Option animateOption()
{
    return {"--animate",
            "KEY=FROM:TO[:EASING]",
            "moves a parameter during the film; KEY=V@S,V@S… gives values at shares of it from 0 "
            "to 1. KEY as in --set, or lanes.*.… for every lane; EASING linear, in, out, in-out or "
            "hold",
            {},
            true};
}

namespace {

Status readTracks(const Arguments& arguments, Session& session)
{
    std::vector<std::string> given;
    for (const std::string& text : arguments.values("--animate")) {
        auto track = parseTrack(session, text);
        if (!track)
            return Error{"--animate", track.error().sentence()};
        if (std::find(given.begin(), given.end(), track->key) != given.end())
            return Error{"--animate", "is given twice for " + track->key};
        given.push_back(track->key);
        const auto known =
            std::find_if(session.keyframes.begin(),
                         session.keyframes.end(),
                         [&](const KeyframeTrack& other) { return other.key == track->key; });
        if (known != session.keyframes.end())
            *known = std::move(*track);
        else
            session.keyframes.push_back(std::move(*track));
    }
    return success();
}

} // namespace

Result<Session> sessionToExport(const Arguments& arguments)
{
    auto found = findSession(*arguments.positional(0));
    if (!found)
        return found.error();
    Session& session = found->session;
    if (auto status = applySessionOptions(arguments, session); !status)
        return status.error();
    if (auto status = readTracks(arguments, session); !status)
        return status.error();
    return std::move(session);
}

} // namespace scorefield::app
