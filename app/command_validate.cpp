// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield validate: whether files can be read, and what is wrong with them.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/mixture/data_set.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"

#include <cstdio>

namespace scorefield::app {

namespace {

std::string counted(std::size_t count, const std::string& word)
{
    return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// A file of bare lists, which says neither what it is nor its version.
bool isMixture(const std::string& name)
{
    if (!hasExtension(name, ".json"))
        return false;
    const auto text = readFile(name);
    return text && text->find("\"means\"") != std::string::npos
           && text->find("\"format\"") == std::string::npos;
}

Result<std::string> aboutData(const std::string& name)
{
    const auto data = readDataSet(name, {{}, "auto"});
    if (!data)
        return data.error();
    return "a valid table of " + counted(static_cast<std::size_t>(data->points.rows()), "point")
           + " in " + std::to_string(data->points.cols()) + "-D"
           + (data->labels.empty() ? "" : " with " + counted(data->labelNames.size(), "label"));
}

Result<std::string> aboutMixture(const std::string& name)
{
    const auto mixture = loadMixture(name);
    if (!mixture)
        return mixture.error();
    return "a valid mixture of " + counted(mixture->components.size(), "component") + " in "
           + std::to_string(mixture->dimension) + "-D";
}

Result<std::string> aboutSession(const std::string& name)
{
    const auto found = findSession(name);
    if (!found)
        return found.error();
    const Session& session = found->session;
    if (const auto fits = checkSessionMemory(session); !fits)
        return Error{name + "#/particles/count", fits.error().message};
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
    return "a valid session of " + counted(session.lanes.size(), "lane") + " and "
           + counted(session.data->components.size(), "component") + " in "
           + std::to_string(session.data->dimension) + "-D" + extras;
}

Ending runValidate(const Arguments& arguments)
{
    Ending ending; // the sentence of the last broken file, which is printed at the end
    for (const std::string& name : arguments.positionals()) {
        const bool isData = hasExtension(name, ".csv") || hasExtension(name, ".npy");
        const auto about = isData            ? aboutData(name)
                           : isMixture(name) ? aboutMixture(name)
                                             : aboutSession(name);
        if (about) {
            say(arguments, name + ": " + *about);
            continue;
        }
        if (ending)
            std::fputs(("scorefield: " + ending->sentence + "\n").c_str(), stderr);
        ending = wrong(about.error());
    }
    return ending;
}

} // namespace

Command validateCommand()
{
    CommandSpec spec;
    spec.name = "validate";
    spec.arguments = "FILE...";
    spec.summary = "checks sessions, pictures that carry one, mixtures and tables of points, and "
                   "names the first thing that is wrong in each";
    spec.leastPositionals = 1;
    spec.mostPositionals = 10000;
    return {spec, runValidate};
}

} // namespace scorefield::app
