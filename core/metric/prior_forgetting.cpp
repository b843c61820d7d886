// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/prior_forgetting.h"

#include <cmath>

namespace scorefield {

double forgettingFactor(double variance,
                        const PathCoefficients& from,
                        const PathCoefficients& to,
                        double eta)
{
    const auto whole = [&](const PathCoefficients& level) {
        return level.alpha * level.alpha * variance + level.sigma * level.sigma;
    };
    const double noise = eta * eta;
    // At eta = 0 nothing is raised to the power 0 of 0.
    const double scale = noise > 0 ? std::pow(from.alpha / to.alpha, noise) : 1;
    return scale * std::pow(whole(to) / whole(from), (1 + noise) / 2);
}

double rootMeanForgetting(const GaussianMixture& mixture,
                          const PathCoefficients& from,
                          const PathCoefficients& to,
                          double eta)
{
    double square = 0;
    for (const GaussianMixture::Component& component : mixture.components())
        for (const double variance : component.eigenvalues) {
            const double factor = forgettingFactor(variance, from, to, eta);
            square += component.weight * factor * factor / mixture.dimension();
        }
    return std::sqrt(square);
}

} // namespace scorefield
