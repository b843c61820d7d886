// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/time_grid.h"

#include "core/process/find_kind.h"
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

// One line per grid; each is defined in the file of its name.
GridKind uniformGrid();
GridKind powerGrid();
GridKind geometricGrid();
GridKind logSnrGrid();
GridKind karrasGrid();
GridKind exponentialGrid();
GridKind polyExponentialGrid();
GridKind cosineGrid();
GridKind rfShiftGrid();
GridKind kdiffVpGrid();
GridKind edmVpGrid();
GridKind edmVeGrid();
GridKind edmIddpmGrid();
GridKind diffusersGrid();
GridKind levelsGrid();
GridKind curveGrid();

const std::vector<GridKind>& gridKinds()
{
    static const std::vector<GridKind> kinds{
        uniformGrid(),
        powerGrid(),
        geometricGrid(),
        logSnrGrid(),
        karrasGrid(),
        exponentialGrid(),
        polyExponentialGrid(),
        cosineGrid(),
        rfShiftGrid(),
        kdiffVpGrid(),
        edmVpGrid(),
        edmVeGrid(),
        edmIddpmGrid(),
        diffusersGrid(),
        levelsGrid(),
        curveGrid(),
    };
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
    // The last of the K steps goes to the data, the others are a grid of K - 1.
    Choice shorter = grid;
    if (denoise)
        shorter.values.set("steps", grid.values.at("steps") - 1);
    auto times = (*kind)->times(process, shorter);
    if (!times)
        return times.error();
    const bool toData = denoise || times->back() == 0;
    if (!denoise && toData)
        times->pop_back();
    auto levels = levelsOf(process, *times, *times, "time");
    if (levels && toData)
        levels->push_back(process.dataLevel());
    return levels;
}

Result<std::vector<PathCoefficients>> levelsAtNoise(const ForwardProcess& process,
                                                    const std::vector<double>& sigmaTilde)
{
    if (auto status = checkDecreasing(sigmaTilde, "noise level", true); !status)
        return status.error();
    std::vector<double> noisy = sigmaTilde;
    const bool toData = noisy.back() == 0;
    if (toData)
        noisy.pop_back();
    const auto times = timesAtNoise(process, noisy);
    if (!times)
        return times.error();
    auto levels = levelsOf(process, *times, noisy, "noise level");
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
