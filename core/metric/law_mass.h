// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of a law lies in a box, in one and two dimensions, and what that says of points: the box
// that reaches to a point's k-th neighbour holds a share of the points' own law that is known on
// average, whatever that law is.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <vector>

namespace scorefield {

class LawMass {
public:
    /// Of alpha x_0 + sigma eps, d = 1 or 2, no covariance singular.
    LawMass(const GaussianMixture& mixture, double alpha, double sigma);

    int dimension() const { return m_dimension; }
    /// The standard deviation of each coordinate. [d]
    const Eigen::VectorXd& scale() const { return m_scale; }
    /// log P(|x_c - centre_c| <= reach_c for all c), of either tail to full precision: in d = 2 the
    /// second coordinate in closed form, the first by Gauss–Legendre panels narrower than any
    /// feature of the integrand.
    double logBox(const Eigen::VectorXd& centre, const Eigen::VectorXd& reach) const;

private:
    struct Component {
        double weight;
        double logScale;                 ///< log weight/(deviation1 deviation2)
        double mean1, deviation1;        ///< of x_1
        double mean2, slope, deviation2; ///< of x_2 given x_1: mean2 + slope (x_1 - mean1)
    };
    std::vector<Component> m_components;
    int m_dimension;
    Eigen::VectorXd m_scale;

    static double componentMass(const Component& component,
                                const Eigen::VectorXd& centre,
                                const Eigen::VectorXd& reach);
};

/// KL(p || law), nats, from draws of p [n,d] in rows, n > k: psi(k) - psi(n) - mean log of the
/// law's mass in the box around each point that reaches to its k-th neighbour (largest coordinate,
/// each in units of the law's scale). The box holds Beta(k, n-k) of p, so the estimate is unbiased
/// for p = law, and elsewhere as good as log p/law is straight across boxes. Our variant of
/// Kozachenko–Leonenko and of Wang, Kulkarni and Verdú 2009, with exact masses for one of the two.
Estimate massDivergence(const Eigen::MatrixXd& points, const LawMass& law, int k, WorkerPool& pool);
/// The k for n points that keeps both noise and boxes small: sqrt(n)/8, at least 3.
int neighbourFor(Eigen::Index n);

} // namespace scorefield
