// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/forward_process.h"

#include <cmath>

namespace scorefield {

PathCoefficients ForwardProcess::dataLevel() const
{
    const PathCoefficients end = at(0);
    return end.sigma == 0 ? end : PathCoefficients{};
}

double PathCoefficients::lambda() const
{
    return std::log(alpha) - std::log(sigma);
}

double PathCoefficients::drift() const
{
    return dAlpha / alpha;
}

double PathCoefficients::diffusionSquared() const
{
    return 2 * sigma * (dSigma - dAlpha / alpha * sigma);
}

} // namespace scorefield
