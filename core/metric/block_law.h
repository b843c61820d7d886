// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The law of alpha x_0 + sigma eps for many particles at once, in double precision and
// structure-of-arrays order: the same formulas as NoisedMixture, without its allocations. Metrics
// use it after every run.
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <vector>

namespace scorefield {

class BlockLaw {
public:
    /// Variances below (1e-6 of the data scale)^2 are raised to it, so that a singular law still
    /// tells which component a stored (float) end point belongs to.
    BlockLaw(const GaussianMixture& mixture, double alpha, double sigma);

    /// Whether no variance had to be raised, i.e. densities are those of the law.
    bool isRegular() const { return m_regular; }
    /// log pi_k N(x; alpha mu_k, C_k) for x [n,d]. Result [n,K].
    void logTerms(const Eigen::ArrayXXd& x, Eigen::ArrayXXd& terms) const;
    /// |C_k^-1/2 (x - alpha mu_k)|^2 from a log-term of component k.
    double mahalanobisSquared(Eigen::Index k, double logTerm) const
    {
        return 2 * (m_terms[static_cast<std::size_t>(k)].logNormaliser - logTerm);
    }

private:
    struct Term {
        Eigen::MatrixXd whitening; ///< C^-1/2 up to a rotation [d,d]
        Eigen::VectorXd centre;    ///< whitening alpha mu [d]
        double logNormaliser;
    };
    std::vector<Term> m_terms;
    bool m_regular = true;
};

} // namespace scorefield
