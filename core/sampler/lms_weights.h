// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The weights of linear multistep methods on uneven levels.
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace scorefield {

constexpr std::size_t kLargestLmsOrder = 4;

/// c_j = ∫ l_j(sigma) dsigma from levels[0] to `next`, where l_j is the Lagrange basis polynomial
/// of `levels` (newest first, 1 … 4 distinct ones). Two Gauss points are exact for cubics.
inline std::array<double, kLargestLmsOrder> lmsWeights(std::span<const double> levels, double next)
{
    const double half = (next - levels[0]) / 2, middle = (next + levels[0]) / 2;
    std::array<double, kLargestLmsOrder> weights{};
    for (const double node : {middle - half / std::sqrt(3.0), middle + half / std::sqrt(3.0)})
        for (std::size_t j = 0; j < levels.size(); ++j) {
            double basis = 1;
            for (std::size_t k = 0; k < levels.size(); ++k)
                if (k != j)
                    basis *= (node - levels[k]) / (levels[j] - levels[k]);
            weights[j] += half * basis;
        }
    return weights;
}

} // namespace scorefield
