// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/chi_squared.h"

#include "core/base/log_gamma.h"

#include <cmath>

namespace scorefield {

double chiSquaredProbability(int d, double x)
{
    if (x <= 0)
        return 0;
    // P(a, y) = y^a e^-y / Gamma(a+1) (1 + y/(a+1) + y^2/((a+1)(a+2)) + …): all terms positive.
    const double a = d / 2.0, y = x / 2;
    double term = 1, sum = 1;
    for (double n = a + 1; term > 1e-17 * sum; ++n) {
        term *= y / n;
        sum += term;
    }
    return std::exp(a * std::log(y) - y - logGamma(a + 1) + std::log(sum));
}

double chiSquaredQuantile(int d, double p)
{
    double low = 0, high = d + 1;
    while (chiSquaredProbability(d, high) < p)
        high *= 2;
    while (high - low > 1e-12 * high) {
        const double middle = (low + high) / 2;
        (chiSquaredProbability(d, middle) < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

} // namespace scorefield
