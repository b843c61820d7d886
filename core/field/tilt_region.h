// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The tilt p_c^w p_u^(1-w) of the data as a function, and the part of the plane that it fills.
#include "core/mixture/gaussian_mixture.h"

#include <limits>
#include <vector>

namespace scorefield {

/// One or two dimensions (the second coordinate of a point is then ignored), components with extent
/// in every direction. Keeps a reference to the mixture.
class TiltDensity {
public:
    TiltDensity(const GaussianMixture& mixture, int target);
    bool isMember(std::size_t k) const { return m_isMember[k]; }
    /// log p_c^w p_u^(1-w), to a constant, by log-sum-exp. x [2]
    double tilted(double w, const Eigen::Vector2d& x) const;

private:
    const GaussianMixture& m_mixture;
    std::vector<bool> m_isMember;
    std::vector<double> m_normalisers;
    double m_logClassWeight;
};

struct TiltRegion {
    Eigen::Vector2d low = Eigen::Vector2d::Zero(), high = Eigen::Vector2d::Zero();
    double narrowest = std::numeric_limits<double>::infinity(); ///< deviation of a component
    std::vector<Eigen::Vector2d> peaks{}; ///< the means, which may be all that coarse nodes miss
};

/// Where the tilt is more than e^-60 of its largest value, found on coarse grids; w >= 0.
TiltRegion tiltRegion(const GaussianMixture& mixture, const TiltDensity& densities, double w);

} // namespace scorefield
