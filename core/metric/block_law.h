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

    /// One of them, of one point x [d]: the same number.
    double logTerm(Eigen::Index k, const double* x) const
    {
        const Term& term = m_terms[static_cast<std::size_t>(k)];
        double distance = 0;
        for (Eigen::Index row = 0; row < term.centre.size(); ++row) {
            double along = x[0] * term.whitening(row, 0) - term.centre(row);
            for (Eigen::Index c = 1; c < term.centre.size(); ++c)
                along += x[c] * term.whitening(row, c);
            distance += along * along;
        }
        return term.logNormaliser - distance / 2;
    }

    struct Term {
        Eigen::MatrixXd whitening; ///< C^-1/2 up to a rotation, its rows orthogonal [d,d]
        Eigen::VectorXd centre;    ///< whitening alpha mu [d]
        double logNormaliser;
    };
    const std::vector<Term>& terms() const { return m_terms; }

private:
    std::vector<Term> m_terms;
    bool m_regular = true;
};

} // namespace scorefield
