// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How near a place is to the modes of a mixture: its means, and its components as ellipsoids.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <limits>

namespace scorefield {

/// A tenth of the median distance of a mean to the nearest other one; 0 for a single component.
double modeReach(const GaussianMixture& mixture);

/// Keeps a reference to the mixture.
class MeanDistances {
public:
    explicit MeanDistances(const GaussianMixture& mixture) : m_mixture(mixture) {}

    struct Nearest {
        int first = 0; ///< number of the component
        double squared = std::numeric_limits<double>::infinity(), nextSquared = squared;
    };
    Nearest nearest(const Eigen::VectorXd& x) const;
    /// Whether it is within three standard deviations of some component, noised by sigma~ > 0.
    bool isInside(const Eigen::VectorXd& x, double noise) const;

private:
    const GaussianMixture& m_mixture;
};

} // namespace scorefield
