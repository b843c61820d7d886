// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The terms that the error of a sampler is made of, each computed by itself: the prior that is not
// quite q_T, the steps, and the early stop (theory §9). And what the slides bound them by.
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>

namespace scorefield {

/// KL(q_T || N(0, s^2 I)), s the prior's standard deviation: exact by quadrature (d = 1, 2), else
/// by draws with the error they have. `leading`: alpha^2 |E x_0|^2/(2 s^2) + |R|_F^2/4,
/// R = (alpha^2 Cov + sigma^2 I)/s^2 - I, which it approaches as T grows (our derivation).
struct PriorGap {
    Estimate kl;
    double leading = 0;
};
Result<PriorGap> priorGap(const GaussianMixture& mixture,
                          const PathCoefficients& first,
                          double priorDeviation,
                          WorkerPool& pool);

/// W_2(q_0, q_delta), the early stop. `upper` keeps the components and is exact for a single
/// Gaussian: sqrt(blur + shrink), blur = sum_k pi_k sum_i (sqrt(alpha^2 l_i + sigma^2) -
/// sqrt(l_i))^2, shrink = (1 - alpha)^2 sum_k pi_k |mu_k|^2. `value` is by quantiles for d = 1 (up
/// to 256 components), else NaN without a single component. `noise` = sigma sqrt(d), the slides'
/// bound, which leaves out the shrinkage (1 - alpha) x_0.
struct EarlyStop {
    double value = 0, upper = 0, noise = 0;
    double blur = 0, shrink = 0; ///< of upper^2
};
EarlyStop earlyStop(const GaussianMixture& mixture, const PathCoefficients& last);

/// The weight of a linear rule where it is the same at every level of the plan, 0 without a target;
/// nothing where it varies or the rule is not linear.
std::optional<double> constantWeight(const SimulationPlan& plan);
/// What a plan aims at: the class that its guidance is sent to, or nothing: the data, also where the
/// weight is 0 from the first level on.
std::optional<int> targetOfPlan(const SimulationPlan& plan);
/// The law of that: of the data, or of the class.
Result<std::shared_ptr<const GaussianMixture>> lawOfPlan(const SimulationPlan& plan);

/// (1 + eta^2)^2/(8 eta^2), by which Girsanov's theorem weighs the error of a frozen score: 1/2 at
/// eta = 1, infinite at eta = 0 (our derivation).
double girsanovFactor(double eta);

/// The chain KL between the reverse SDE of stochasticity eta and the same with the score frozen
/// from step to step: girsanovFactor(eta) sum_k int g^2 E|s(x_t, t) - s(x_{t_k}, t_k)|^2 dt, of the
/// exact score of lawOfPlan over exact pairs (x_t, x_{t_k}) of the forward process; the same for
/// any time, for g^2 dt = 2 sigma^2 d log(alpha/sigma). `draws` pairs are shared out over the
/// steps, at least 32 a step. Infinite at eta = 0. Error: no process, or a class without
/// components.
struct DiscretisationTerm {
    Estimate kl;
    int skipped = 0; ///< steps from alpha = 0 or to sigma = 0, where the integral may not be finite
};
Result<DiscretisationTerm> discretisationTerm(
    const SimulationPlan& plan, double eta, int draws, WorkerPool& pool, std::stop_token stop = {});

/// sum_k h_k^2/t_k^2 of t = u^a, u uniform: its closed form (4a^2/K) sinh^2(L/2a), L =
/// log(T/delta). Our derivation.
double stepSumClosedForm(double a, double steps, double ratio);
/// The sum over given positive times t_0 > … > t_K: h_k/t_k = a (u - u')/sqrt(u u'), u = t^(1/a).
/// With a = 1 these are the relative steps of t itself, and any a gives the same for many steps;
/// that of the grid makes it the closed form exactly.
double stepSum(std::span<const double> times, double a = 1);

} // namespace scorefield
