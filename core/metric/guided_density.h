// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The exact density of what a guided probability-flow ODE samples, particle by particle: the ODE is
// solved together with the divergence of its field, so log q^_0(x_0) = log q^_T(x_T) + int div b dt
// needs no density estimate. Entropy and KL divergence are then means over particles.
// Source: our derivation (theory O5); Chen et al. 2018, arXiv:1806.07366, for the unguided case.
#include "core/base/worker_pool.h"
#include "core/field/guidance.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield {

/// An exact guided ODE between two levels of a process, from a prior.
struct GuidedOde {
    std::shared_ptr<const GaussianMixture> mixture;
    std::shared_ptr<const GuidanceRule>
        guidance; ///< of a linear rule: its weight(level); null: none
    std::shared_ptr<const ForwardProcess> process;
    PathCoefficients noise, data; ///< where it starts and ends
    Prior prior = Prior::Gaussian;
    /// Of one step's error in position and log-density, relative to 1 + |y|; results are usually
    /// within ten times it, amplified by the flow where it expands (always when followed to noise).
    double tolerance = 1e-8;
    /// Of the angle atan(sigma/alpha), at most pi/2: w(level) may be a narrow window that the error
    /// estimate would step over. A constant w needs no such bound.
    double longestStep = 0.04;
};
/// Particles of it at both ends; NaN where the solution did not stay finite or took too many steps.
struct GuidedParticles {
    Eigen::MatrixXd noise, data; ///< x_T and x_delta [d,n]
    Eigen::VectorXd logDensity;  ///< log q^(x_delta), nats [n]
    Eigen::VectorXd
        targetLogDensity;    ///< log q_delta(x_delta | c), of the whole mixture if unguided
    Eigen::VectorXd penalty; ///< 1/2 int w (w-1) g^2 |s_c - s_u|^2 dt along each path [n]
    double evaluations = 0;  ///< of the field, per particle
};
/// From starts x_T [d,n], columns. Error: the levels are not in order, the target has no component,
/// the rule is not linear, the prior or the data end has no density (sigma = 0 with singular
/// covariances).
Result<GuidedParticles> followGuidedOde(const GuidedOde& ode,
                                        const Eigen::MatrixXd& starts,
                                        WorkerPool& pool,
                                        std::stop_token stop = {});
/// log q^ at given points x_delta [d,n] instead, along the paths that end there.
Result<GuidedParticles> guidedDensityAt(const GuidedOde& ode,
                                        const Eigen::MatrixXd& points,
                                        WorkerPool& pool,
                                        std::stop_token stop = {});

/// Means over particles.
struct GuidedEntropy {
    Estimate entropy;              ///< -E log q^, nats
    Estimate kl;                   ///< KL(q^ || q_delta(. | c)) = E[log q^ - log q_delta(. | c)]
    int particles = 0, failed = 0; ///< how many are in the means, and how many were not finite
};
/// Particles must be draws (or quantiles) of q^, as followGuidedOde gives from draws of the prior.
GuidedEntropy guidedEntropy(const GuidedParticles& particles);

} // namespace scorefield
