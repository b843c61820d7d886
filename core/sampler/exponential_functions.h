// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The functions of exponential integrators: phi_k(z) = ∫_0^1 e^{(1-u)z} u^{k-1}/(k-1)! du, with
// which ∫ e^{(1-u)z} p(u) du is exact for a polynomial p. M. Hochbruck and A. Ostermann, Acta
// Numerica 19 (2010), eq. 2.10.
#include <array>
#include <cmath>

namespace scorefield {

struct PhiFunctions {
    double one, two, three, four;
};

/// All z; phi_k(0) = 1/k!. From phi_k(z) = z phi_{k+1}(z) + 1/k!, upwards where that does not
/// cancel.
inline PhiFunctions phiFunctions(double z)
{
    if (std::abs(z) > 1) {
        const double one = std::expm1(z) / z, two = (one - 1) / z, three = (two - 0.5) / z;
        return {one, two, three, (three - 1.0 / 6) / z};
    }
    double term = 1.0 / 24, four = term; // Taylor: z^j/(j+4)!, below 1e-17 after 15 terms
    for (int j = 1; j < 16; ++j) {
        term *= z / (j + 4);
        four += term;
    }
    const double three = z * four + 1.0 / 6, two = z * three + 0.5;
    return {z * two + 1, two, three, four};
}

} // namespace scorefield
