// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The law of alpha x_0 + sigma eps at many points at once, in double precision: what sums over
// particles and over the nodes of an integral take from it. The readable oracle of single points is
// core/mixture/noised_mixture.h.
#include "core/base/worker_pool.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <vector>

namespace scorefield {

class LawDensity {
public:
    enum class Singular {
        Separate, ///< with noise of 1e-6 of the law's scale, enough to tell components apart
        LeaveOut  ///< what has no density adds none; the density does not integrate to 1 then
    };
    LawDensity(const GaussianMixture& mixture,
               double alpha,
               double sigma,
               Singular singular = Singular::Separate);

    int dimension() const { return m_dimension; }
    int componentCount() const { return static_cast<int>(m_components.size()); }
    /// False: a covariance is singular, and the law has no density.
    bool isRegular() const { return m_isRegular; }
    /// The smallest standard deviation of any component in any direction.
    double narrowest() const { return m_narrowest; }

    /// log pi_k N(x_i; alpha mu_k, C_k) [n,K] of points [n,d] in rows.
    Eigen::ArrayXXd logTerms(const Eigen::Ref<const Eigen::MatrixXd>& points) const;
    /// log q [n]: log-sum-exp of the terms.
    static Eigen::ArrayXd logSum(const Eigen::ArrayXXd& terms);
    /// The likeliest component [n].
    std::vector<int> likeliest(const Eigen::MatrixXd& points, WorkerPool& pool) const;

private:
    struct Component {
        Eigen::MatrixXd whitening; ///< [d,d]: |whitening^T (x - mean)|^2 is Mahalanobis' distance
        Eigen::VectorXd mean;      ///< alpha mu
        double logNormaliser;
    };
    int m_dimension;
    bool m_isRegular = true;
    double m_narrowest;
    std::vector<Component> m_components;
};

/// Rows [first, last) of fixed blocks, on all threads.
void forRowBlocks(Eigen::Index rows,
                  WorkerPool& pool,
                  const std::function<void(Eigen::Index first, Eigen::Index last)>& work);

} // namespace scorefield
