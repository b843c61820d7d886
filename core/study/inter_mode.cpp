// SPDX-License-Identifier: GPL-3.0-or-later
// What a network generates between the modes while it is trained.
#include "core/metric/between_modes.h"
#include "core/study/guidance_quantities.h"
#include "core/study/training.h"

namespace scorefield {

namespace {

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t { Between, Near, Off, Offset, QuantityCount };

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Between] = measuredQuantity(
        "between",
        "Share between modes",
        "",
        "End points within a tenth of the modes' spacing of a segment between neighbouring modes, "
        "but not at a mode. arXiv:2602.06021; radius and neighbours: ours.");
    all[Near] = measuredQuantity("near",
                                 "Share at modes",
                                 "",
                                 "End points within a tenth of the modes' spacing, and three "
                                 "standard deviations, of a component's mean.");
    all[Off] = measuredQuantity("off", "Share elsewhere", "", "Neither at modes nor between them.");
    all[Offset] =
        measuredQuantity("offset",
                         "Mean distance across",
                         "",
                         "To the line through the nearest pair of neighbouring modes: what is left "
                         "of the error across the ridge.");
    return all;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    const auto graph = ModeGraph::create(*point.plan.mixture);
    if (!graph)
        return Error{"data", graph.error().message};
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto run = simulate<float>(plan, pool, std::move(stop));
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    if (run.outcome.kind != Outcome::Kind::Completed) {
        measured.note = run.outcome.message;
        return measured;
    }
    const Trajectories& states = run.trajectories;
    Eigen::MatrixXd ends(static_cast<Eigen::Index>(states.particles), states.dimension);
    for (int c = 0; c < states.dimension; ++c)
        ends.col(c) = Eigen::Map<const Eigen::VectorXf>(states.coordinate(states.steps, c).data(),
                                                        ends.rows())
                          .cast<double>()
                      / plan.levels.back().alpha;
    const ModeGraph::Shares shares = graph->shares(ends);
    const auto set = [&](Quantity quantity, const Estimate& estimate) {
        measured.estimates[quantity] = {estimate.value, estimate.error};
    };
    set(Between, shares.between);
    set(Near, shares.near);
    set(Off, shares.off);
    set(Offset, shares.offset);
    return measured;
}

} // namespace

StudyKind interModeStudy()
{
    return {{"inter-mode",
             "Between modes",
             "How many end points lie at modes, between neighbouring modes, or off both, while a "
             "network is trained; ODE and SDE lanes differ most when it has barely begun.",
             "He, Qiu, Tao, arXiv:2602.06021",
             quantities()},
            trainingTimeSweep,
            measure,
            nullptr};
}

} // namespace scorefield
