// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/float_accuracy.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

struct Scales {
    double farthest = 0;                                        ///< max (|m|_inf + 2 sqrt(l))
    double narrowest = std::numeric_limits<double>::infinity(); ///< sqrt(min l + min sigma~^2)
};

Scales scalesOf(const SimulationPlan& plan)
{
    Scales scales;
    double variance = scales.narrowest, noise = scales.narrowest;
    for (const auto& component : plan.mixture->components()) {
        scales.farthest = std::max(scales.farthest,
                                   component.mean.lpNorm<Eigen::Infinity>()
                                       + 2 * std::sqrt(component.eigenvalues.maxCoeff()));
        variance = std::min(variance, component.eigenvalues(0)); // ascending
    }
    for (const PathCoefficients& level : plan.levels)
        if (level.sigma > 0)
            noise = std::min(noise, level.sigmaTilde());
    scales.narrowest = std::hypot(std::sqrt(variance), noise);
    return scales;
}

} // namespace

double roundingNoise(const SimulationPlan& plan, double epsilon)
{
    const Scales scales = scalesOf(plan);
    return epsilon * (scales.farthest / scales.narrowest);
}

bool needsDouble(const SimulationPlan& plan)
{
    return !(roundingNoise(plan, std::numeric_limits<float>::epsilon()) <= kLargestRoundingNoise);
}

std::string accuracyRemark(const SimulationPlan& plan, bool isDouble)
{
    if (!needsDouble(plan))
        return {};
    const Scales scales = scalesOf(plan);
    const std::string where = "a width of " + formatNumber(scales.narrowest, 2)
                              + " at coordinates up to " + formatNumber(scales.farthest, 2);
    const double noise = roundingNoise(plan, std::numeric_limits<double>::epsilon());
    if (noise <= kLargestRoundingNoise)
        return isDouble ? "" : "computed in double: floats cannot resolve " + where;
    return "not even doubles resolve " + where
           + ": the narrowest components are shown coarser than they are";
}

} // namespace scorefield
