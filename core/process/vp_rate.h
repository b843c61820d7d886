// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The variance-preserving noise schedule with a linear rate as EDM writes it: sigma~^2 = e^B - 1,
// B(t) = beta_min t + beta_d t^2/2. Source: Karras et al. 2022, arXiv:2206.00364, table 1.
#include <algorithm>
#include <cmath>

namespace scorefield {

struct VpRate {
    double betaD = 19.9, betaMin = 0.1;

    /// The rates with which sigma~ is `low` at t = epsilon and `high` at t = 1; betaMin can come
    /// out slightly negative, betaD <= 0 where no growing rate does it.
    static VpRate fitted(double high, double low, double epsilon)
    {
        const double last = std::log1p(high * high), first = std::log1p(low * low);
        const double betaD = 2 * (first / epsilon - last) / (epsilon - 1);
        return {betaD, last - betaD / 2};
    }

    double rate(double t) const { return betaMin + betaD * t; }               ///< beta = dB/dt
    double exponent(double t) const { return t * (betaMin + betaD * t / 2); } ///< B
    double noise(double t) const { return std::sqrt(std::max(0.0, std::expm1(exponent(t)))); }

    /// The time of this noise level, the larger root of B(t) = log(1 + sigma~^2).
    double timeOf(double sigmaTilde) const
    {
        const double B = std::log1p(sigmaTilde * sigmaTilde);
        const double root = std::sqrt(betaMin * betaMin + 2 * betaD * B);
        // whichever form does not cancel
        return betaMin < 0 || std::isinf(B) ? (root - betaMin) / betaD : 2 * B / (root + betaMin);
    }
};

} // namespace scorefield
