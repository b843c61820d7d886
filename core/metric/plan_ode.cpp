// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/plan_ode.h"

#include "core/mixture/noised_mixture.h"

#include <algorithm>

namespace scorefield {

namespace {

bool hasDensity(const GaussianMixture& mixture, const PathCoefficients& level)
{
    const auto& components = mixture.components();
    return level.sigma > 0
           || std::all_of(components.begin(), components.end(), [](const auto& component) {
                  return component.eigenvalues.minCoeff() > 0;
              });
}

} // namespace

Result<GuidedOde> odeOfPlan(const SimulationPlan& plan)
{
    GuidedOde ode;
    ode.mixture = plan.mixture;
    if (plan.error) {
        ode.mixture = plan.error->model(*plan.mixture);
        if (!ode.mixture)
            return Error{"",
                         "the lane's score is not the gradient of a log-density that is known in "
                         "closed form, so neither is the density of what it samples"};
        if (plan.prior == Prior::Exact)
            return Error{"",
                         "the particles start in the law of the data, not in that of the lane's "
                         "model; choose the prior N(0, σ_T²)"};
    }
    if (plan.guidance && plan.guidance->target())
        ode.guidance = plan.guidance;
    ode.process = plan.process;
    ode.noise = plan.levels.front();
    ode.data = plan.levels.back();
    ode.prior = plan.prior;
    return ode;
}

Result<GuidedParticles> followOdeOfPlan(const SimulationPlan& plan,
                                        double tolerance,
                                        const Eigen::MatrixXd& starts,
                                        WorkerPool& pool,
                                        std::stop_token stop)
{
    auto ode = odeOfPlan(plan);
    if (!ode)
        return ode.error();
    ode->tolerance = tolerance;
    auto particles = followGuidedOde(*ode, starts, pool, std::move(stop));
    if (!particles || ode->mixture == plan.mixture)
        return particles;
    const auto target = ode->guidance ? ode->guidance->target() : std::nullopt;
    const auto conditional =
        target ? plan.mixture->conditional(*target) : Result<GaussianMixture>(*plan.mixture);
    if (!conditional || !hasDensity(*conditional, ode->data))
        return Error{"", "the data have no density at σ = 0; stop at a positive noise level"};
    const NoisedMixture law(*conditional, ode->data.alpha, ode->data.sigma);
    for (Eigen::Index i = 0; i < particles->data.cols(); ++i)
        particles->targetLogDensity(i) = law.logDensity(particles->data.col(i));
    return particles;
}

} // namespace scorefield
