// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cmath>

namespace scorefield {

/// log |Gamma(x)|. std::lgamma writes the global `signgam`, a race where threads call it.
inline double logGamma(double x)
{
    int sign = 0;
    return ::lgamma_r(x, &sign);
}

} // namespace scorefield
