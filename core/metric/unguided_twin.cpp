// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/unguided_twin.h"

#include "core/metric/readouts.h"

namespace scorefield {

namespace {

/// First states of a run [n,d].
Eigen::MatrixXd startsOf(const Trajectories& run)
{
    Eigen::MatrixXd starts(static_cast<Eigen::Index>(run.particles), run.dimension);
    for (int c = 0; c < run.dimension; ++c)
        starts.col(c) =
            Eigen::Map<const Eigen::VectorXf>(run.coordinate(0, c).data(), starts.rows())
                .cast<double>();
    return starts;
}

} // namespace

Result<UnguidedTwin> compareWithUnguided(const SimulationPlan& plan,
                                         const Trajectories& run,
                                         const std::vector<int>& components,
                                         WorkerPool& pool,
                                         std::stop_token stop)
{
    if (!plan.guidance || !plan.guidance->target())
        return Error{"", "this lane is not guided, so there is nothing to compare it with"};
    if (plan.guidance->couplesParticles())
        return Error{"",
                     "its rule exchanges particles on the way, so none of them has an unguided "
                     "twin"};
    SimulationPlan unguided = plan;
    unguided.guidance = makeUnguided();
    unguided.keepOnlyEnd = true;
    // The exact prior of a guided run is that of its class; the twin starts where the run did.
    SimulationInputs inputs;
    if (plan.prior == Prior::Exact)
        inputs.start = startsOf(run);
    const auto twin = simulate<float>(unguided, pool, std::move(stop), inputs);
    if (twin.outcome.kind != Outcome::Kind::Completed)
        return Error{"", "the unguided twin: " + twin.outcome.message};
    const auto ends = endComponents(*plan.mixture, plan.levels.back(), twin.trajectories, pool);
    return UnguidedTwin{
        basinFlips(plan.mixture->componentCount(), twin.trajectories, ends, run, components),
        compareWithTwin(
            *plan.mixture, plan.guidance->target(), plan.levels, run, twin.trajectories)};
}

} // namespace scorefield
