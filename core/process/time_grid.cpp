// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/time_grid.h"

#include "core/process/find_kind.h"

#include <cmath>

namespace scorefield {

// One line per grid; each is defined in the file of its name.
GridKind uniformGrid();
GridKind logSnrGrid();
GridKind karrasGrid();

const std::vector<GridKind>& gridKinds()
{
    static const std::vector<GridKind> kinds{uniformGrid(), logSnrGrid(), karrasGrid()};
    return kinds;
}

namespace {

/// "noise level 3": how errors name an entry.
std::string entry(const std::string& what, std::size_t index)
{
    return what + " " + std::to_string(index);
}

/// Checks what every list must satisfy: two or more finite entries >= 0 (the first may be infinite
/// if allowed), strictly decreasing.
Status
checkDecreasing(const std::vector<double>& values, const std::string& what, bool infiniteFirst)
{
    if (values.size() < 2)
        return Error{"",
                     "a run needs at least two " + what + "s, there are "
                         + std::to_string(values.size())};
    for (std::size_t k = 0; k < values.size(); ++k) {
        const double value = values[k];
        const bool finite =
            std::isfinite(value) || (k == 0 && infiniteFirst && value > 0 && !std::isnan(value));
        if (!finite || value < 0)
            return Error{"",
                         entry(what, k) + " is " + formatNumber(value)
                             + ", must be a finite number from 0 up"};
        if (k > 0 && value >= values[k - 1])
            return Error{"",
                         entry(what, k) + " is " + formatNumber(value)
                             + ", must be below the one before it, " + formatNumber(values[k - 1])};
    }
    return success();
}

/// The coefficients at the times, refused where the process has no such time (rectified flow beyond
/// t = 1) or where two of them are one noise level in double precision.
Result<std::vector<PathCoefficients>> levelsOf(const ForwardProcess& process,
                                               const std::vector<double>& times,
                                               const std::vector<double>& shown,
                                               const std::string& what)
{
    std::vector<PathCoefficients> levels;
    for (std::size_t k = 0; k < times.size(); ++k) {
        const bool usable = std::isfinite(times[k]);
        const PathCoefficients level = usable ? process.at(times[k]) : PathCoefficients{};
        if (!usable || level.alpha < 0 || (level.alpha == 0 && k > 0)
            || !std::isfinite(level.sigma))
            return Error{"",
                         entry(what, k) + " is " + formatNumber(shown[k])
                             + ", beyond the end of this process"};
        if (k > 0 && !(level.sigmaTilde() < levels.back().sigmaTilde()))
            return Error{"",
                         entry(what, k) + " is " + formatNumber(shown[k])
                             + ", the same noise level as the one before it"};
        levels.push_back(level);
    }
    return levels;
}

} // namespace

Result<std::vector<PathCoefficients>> makeLevels(const ForwardProcess& process, const Choice& grid)
{
    const auto kind = findKind(gridKinds(), grid, "grid");
    if (!kind)
        return kind.error();
    const bool denoise = grid.values.contains("final") && grid.values.at("final") == 1;
    if (!denoise) {
        const auto times = (*kind)->times(process, grid);
        return times ? levelsOf(process, *times, *times, "time") : times.error();
    }
    // The last of the K steps goes to the data, the others are a grid of K - 1.
    std::vector<double> times{process.horizon()};
    if (const double steps = grid.values.at("steps"); steps > 1) {
        Choice shorter = grid;
        shorter.values.set("steps", steps - 1);
        auto made = (*kind)->times(process, shorter);
        if (!made)
            return made.error();
        times = std::move(made).value();
    }
    auto levels = levelsOf(process, times, times, "time");
    if (levels)
        levels->push_back(process.dataLevel());
    return levels;
}

Result<std::vector<PathCoefficients>> levelsAtNoise(const ForwardProcess& process,
                                                    const std::vector<double>& sigmaTilde)
{
    if (auto status = checkDecreasing(sigmaTilde, "noise level", true); !status)
        return status.error();
    const bool toData = sigmaTilde.back() == 0;
    std::vector<double> times;
    for (const double value : sigmaTilde)
        if (value > 0)
            times.push_back(process.timeAt(value));
    auto levels = levelsOf(process, times, sigmaTilde, "noise level");
    if (levels && toData)
        levels->push_back(process.dataLevel());
    return levels;
}

Result<std::vector<PathCoefficients>> levelsAtTimes(const ForwardProcess& process,
                                                    const std::vector<double>& times)
{
    if (auto status = checkDecreasing(times, "time", false); !status)
        return status.error();
    return levelsOf(process, times, times, "time");
}

} // namespace scorefield
