// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/step_sweep.h"

namespace scorefield {

Result<std::vector<Sweep>>
stepSweep(const Session& session, const char* from, const char* to, std::size_t count)
{
    const std::string key = std::string("lanes.*.") + kStepsKey;
    if (keysOf(session, key).empty())
        return Error{"lanes.0.grid.kind",
                     "no lane has a number of steps to sweep; choose a grid that has one, e.g. "
                     "karras"};
    auto sweep = makeSweep(session, key, from, to, count, true);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

} // namespace scorefield
