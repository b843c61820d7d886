// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The Jacobians of the posterior means D_c and D_u, in closed form: dD/dX = Cov[x_0|X]/sigma~^2 in
// X = x/alpha, the Hessians of log p up to a factor and a shift: I + sigma~^2 H.
#include "core/field/block.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <memory>

namespace scorefield {

class MeanSlopes {
public:
    MeanSlopes(std::shared_ptr<const GaussianMixture> mixture, int target);

    /// The largest v = w - 1 for which the step X' = r X + (1 - r)(D_c + v (D_c - D_u)), r =
    /// sigma~'/sigma~ in [0, 1], turns no direction around at x: r I + (1 - r)(J_c - v (J_u - J_c))
    /// has no negative eigenvalue. v is positive, infinite where guidance only spreads. For one
    /// Gaussian class in one dimension it is c(w - 1) λ_max(-(H_c - H_u)) <= rho (our formulation).
    /// x [n,d] at a level with alpha, sigma > 0 -> [n].
    void largestSteps(const PathCoefficients& level,
                      const Block<double>& x,
                      double r,
                      Eigen::ArrayXd& largest) const;

private:
    struct Moments;
    /// J_c and J_u - J_c without cancellation: (1 - p)(Cov_o - Cov_c + p (D_c - D_o)(D_c - D_o)^T)
    /// over sigma~^2, p = p(c|x).
    void slopesFrom(const Moments& members,
                    const Moments& others,
                    double variance,
                    Eigen::MatrixXd& ofClass,
                    Eigen::MatrixXd& difference) const;

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::vector<bool> m_isMember;
    bool m_alone; // the class is the whole mixture
};

} // namespace scorefield
