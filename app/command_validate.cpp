// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield validate: whether a session file can be read, and what is wrong with it.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"

namespace scorefield::app {

namespace {

Ending runValidate(const Arguments& arguments)
{
    const std::string name = *arguments.positional(0);
    const auto found = findSession(name);
    if (!found)
        return wrong(found.error());
    const Session& session = found->session;
    const auto counted = [](std::size_t count, const std::string& word) {
        return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
    };
    std::size_t keys = 0;
    for (const KeyframeTrack& track : session.keyframes)
        keys += track.keys.size();
    // What films and presentations add; most sessions have none of it.
    std::string extras;
    for (const auto& [count, word] : {std::pair{session.jobs.size(), "export job"},
                                      {session.bookmarks.size(), "bookmark"},
                                      {keys, "keyframe"}})
        if (count > 0)
            extras += ", " + counted(count, word);
    say(arguments,
        name + ": a valid session of " + counted(session.lanes.size(), "lane") + " and "
            + counted(session.data->components.size(), "component") + " in "
            + std::to_string(session.data->dimension) + "-D" + extras);
    return {};
}

} // namespace

Command validateCommand()
{
    CommandSpec spec;
    spec.name = "validate";
    spec.arguments = "SESSION";
    spec.summary = "checks a session file and names the first thing that is wrong";
    spec.leastPositionals = spec.mostPositionals = 1;
    return {spec, runValidate};
}

} // namespace scorefield::app
