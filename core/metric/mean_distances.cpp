// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/mean_distances.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace scorefield {

double modeReach(const GaussianMixture& mixture)
{
    std::vector<double> distances;
    const auto& components = mixture.components();
    for (std::size_t k = 0; k < components.size() && components.size() > 1; ++k) {
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t j = 0; j < components.size(); ++j)
            if (j != k)
                nearest = std::min(nearest, (components[k].mean - components[j].mean).norm());
        distances.push_back(nearest);
    }
    if (distances.empty())
        return 0;
    std::sort(distances.begin(), distances.end());
    const std::size_t n = distances.size();
    return (distances[(n - 1) / 2] + distances[n / 2]) / 20;
}

MeanDistances::Nearest MeanDistances::nearest(const Eigen::VectorXd& x) const
{
    Nearest result;
    const auto& components = m_mixture.components();
    for (std::size_t k = 0; k < components.size(); ++k) {
        const double squared = (x - components[k].mean).squaredNorm();
        if (squared < result.squared) {
            result.nextSquared = result.squared;
            result.squared = squared;
            result.first = static_cast<int>(k);
        } else {
            result.nextSquared = std::min(result.nextSquared, squared);
        }
    }
    return result;
}

bool MeanDistances::isInside(const Eigen::VectorXd& x, double noise) const
{
    constexpr double kDeviations = 3;
    const auto holds = [&](const GaussianMixture::Component& component) {
        const Eigen::ArrayXd along =
            (component.eigenvectors.transpose() * (x - component.mean)).array();
        const double squared =
            (along.square() / (component.eigenvalues.array() + noise * noise)).sum();
        return squared <= kDeviations * kDeviations;
    };
    return std::any_of(m_mixture.components().begin(), m_mixture.components().end(), holds);
}

} // namespace scorefield
