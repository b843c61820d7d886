// SPDX-License-Identifier: GPL-3.0-or-later
// What the studies of sampling error vary: in units that all lanes share.
#include "core/base/text.h"
#include "core/session/parameter_table.h"
#include "core/study/error_terms.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

std::string horizonKey(int lane)
{
    return "lanes." + std::to_string(lane) + ".process.horizon";
}

/// sigma~ at T of the process with this horizon; NaN where it cannot be made.
double startNoise(Choice process, double horizon)
{
    process.values.set("horizon", horizon);
    const auto made = makeProcess(process);
    return made ? (*made)->at((*made)->horizon()).sigmaTilde()
                : std::numeric_limits<double>::quiet_NaN();
}

/// The horizon with this sigma~ at T, by bisection: of some processes the schedule itself depends
/// on T.
double horizonAt(const Choice& process, const ParameterDescriptor& row, double sigmaTilde)
{
    double low = row.minimum, high = row.maximum;
    for (int i = 0; i < 200; ++i) {
        const double middle = low * high > 0 ? std::sqrt(low * high) : (low + high) / 2;
        if (middle <= low || middle >= high)
            break;
        (startNoise(process, middle) < sigmaTilde ? low : high) = middle;
    }
    const bool lowIsNearer = std::abs(startNoise(process, low) - sigmaTilde)
                             < std::abs(startNoise(process, high) - sigmaTilde);
    return lowIsNearer ? low : high;
}

/// The grid that spaces a lane's levels: the first lane's where they share it.
const Choice& spacingOf(const Session& session, int lane)
{
    const bool isShared = session.view.matchNoise != 0 && session.view.match.grid != 0;
    return session.lanes[static_cast<std::size_t>(isShared ? 0 : lane)].grid;
}

} // namespace

std::optional<GridExponent>
gridExponent(const Session& session, int lane, const SimulationPlan& plan)
{
    const Choice& grid = spacingOf(session, lane);
    const bool isMatched = &grid != &session.lanes[static_cast<std::size_t>(lane)].grid;
    const bool inNoise = grid.kind == "karras";
    GridExponent found;
    if (inNoise)
        found.a = grid.values.at("rho");
    else if (grid.kind == "power" && !isMatched)
        found.a = grid.values.at("a");
    else if (grid.kind != "uniform" || isMatched)
        return std::nullopt;
    for (const PathCoefficients& level : plan.levels) {
        const double place = inNoise ? level.sigmaTilde() : level.t;
        if (level.sigma > 0 && place > 0 && std::isfinite(place))
            found.nodes.push_back(place);
    }
    if (found.nodes.size() < 2)
        return std::nullopt;
    found.ratio = found.nodes.front() / found.nodes.back();
    return found;
}

std::optional<std::pair<double, double>> commonStartNoise(const Session& session)
{
    double low = 0, high = std::numeric_limits<double>::infinity();
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const auto row = describe(session, horizonKey(lane));
        if (!row)
            return std::nullopt;
        const Choice& process = session.lanes[static_cast<std::size_t>(lane)].process;
        low = std::max(low, startNoise(process, row->minimum));
        high = std::min(high, startNoise(process, row->maximum));
    }
    if (!(low < high))
        return std::nullopt;
    return std::pair(low, high);
}

Status setStartNoise(Session& session, double sigmaTilde)
{
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string key = horizonKey(lane);
        const auto row = describe(session, key);
        if (!row)
            return row.error();
        const Choice& process = session.lanes[static_cast<std::size_t>(lane)].process;
        const double low = startNoise(process, row->minimum);
        const double high = startNoise(process, row->maximum);
        // A part in 1e9: the ends of what all lanes reach may be asked for, and were rounded.
        if (!(sigmaTilde >= low * (1 - 1e-9) && sigmaTilde <= high * (1 + 1e-9)))
            return Error{key,
                         "cannot reach σ̃ = " + formatNumber(sigmaTilde, 4)
                             + " at T; this process goes from σ̃ = " + formatNumber(low, 4) + " to "
                             + formatNumber(high, 4)};
        if (auto status = setParameter(session, key, horizonAt(process, *row, sigmaTilde)); !status)
            return status;
    }
    return success();
}

Result<Sweep> commonSweep(
    const Session& session, const std::string& key, double from, double to, std::size_t count)
{
    for (const std::string& concrete : keysOf(session, key)) {
        const auto row = describe(session, concrete);
        from = std::max(from, row->minimum);
        to = std::min(to, row->maximum);
    }
    if (!(from < to))
        return Error{key, "has no range that all lanes allow; sweep it lane by lane"};
    return makeSweep(session, key, formatNumber(from), formatNumber(to), count, true);
}

} // namespace scorefield
