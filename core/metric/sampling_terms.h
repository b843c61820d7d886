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

/// W_2(q_0, q_delta), the early stop: `upper` keeps the components and is exact for a single
/// Gaussian: sqrt(sum_k pi_k [sum_i (sqrt(alpha^2 l_i + sigma^2) - sqrt(l_i))^2 +
/// (1 - alpha)^2 |mu_k|^2]); `value` is by quantiles for d = 1, else NaN without a single
/// component. `noise` = sigma sqrt(d), the slides' bound without the shrinkage (1 - alpha) x_0.
struct EarlyStop {
    double value = 0, upper = 0, noise = 0;
};
EarlyStop earlyStop(const GaussianMixture& mixture, const PathCoefficients& last);

/// The chain KL between the reverse SDE of stochasticity eta and the same with the score frozen
/// from step to step: (1+eta^2)^2/(8 eta^2) sum_k int g^2 E|s(x_t, t) - s(x_{t_k}, t_k)|^2 dt over
/// exact pairs (x_t, x_{t_k}) of the forward process. Infinite at eta = 0. Levels must have finite
/// g^2 (a first level with alpha = 0 is left out, and said in `skipped`).
struct DiscretisationTerm {
    Estimate kl;
    int skipped = 0; ///< steps without a finite g^2
};
DiscretisationTerm discretisationTerm(const SimulationPlan& plan,
                                      int draws,
                                      WorkerPool& pool,
                                      std::stop_token stop = {});

/// sum_k h_k^2/t_k^2 of t = u^a, u uniform: its closed form (4a^2/K) sinh^2(L/2a), L = log(T/delta)
/// (midpoints), and the sum over given times t_0 > … > t_K with t_k the geometric mean of a step.
double stepSumClosedForm(double a, double steps, double ratio);
double stepSum(std::span<const double> times);

} // namespace scorefield
