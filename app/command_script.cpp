// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield script: one lane as a NumPy script that computes the same end points.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/session/lane_plan.h"
#include "core/session/python_script.h"

#include <cstdio>

namespace scorefield::app {

namespace {

Ending runScript(const Arguments& arguments)
{
    auto found = findSession(*arguments.positional(0));
    if (!found)
        return wrong(found.error());
    Session& session = found->session;
    const auto lanes = static_cast<long long>(session.lanes.size());
    const auto lane = arguments.wholeNumber("--lane", 0, lanes - 1, 0);
    if (!lane)
        return wrong(lane.error());
    const int number = static_cast<int>(*lane);
    if (auto status = applyLaneOptions(arguments, session, number); !status)
        return wrong(status.error());
    if (auto status = applySessionOptions(arguments, session); !status)
        return wrong(status.error());
    if (auto status = checkSession(session); !status)
        return wrong(status.error());
    const auto script = pythonScript(session, number);
    if (!script)
        return wrong(script.error());
    const auto output = arguments.value("--output");
    if (!output) {
        std::fputs(script->c_str(), stdout);
        return {};
    }
    if (auto writable = checkWritable(*output); !writable)
        return wrong(writable.error());
    if (auto status = writeFileAtomically(*output, *script); !status)
        return failed(status.error().sentence());
    say(arguments, *output + ": run it with python3, and a name END.npy to keep its end points");
    return {};
}

} // namespace

Command scriptCommand()
{
    CommandSpec spec;
    spec.name = "script";
    spec.arguments = "SESSION";
    spec.summary = "writes a lane as a NumPy script that computes the same end points";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {{"--output", "LANE.py", "the script; stdout without it", "-o"},
                    {"--lane", "N", "the lane, counted from 0 as in the keys (0)"}};
    for (const auto& more : {laneOptions(), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes = "The script needs NumPy, and matplotlib for the plot. It repeats 'scorefield "
                 "sample' in double\nprecision to 1e-6 of the data's scale; with a name on its "
                 "command line it saves its end points there.";
    return {spec, runScript};
}

} // namespace scorefield::app
