// SPDX-License-Identifier: GPL-3.0-or-later
// How straight the paths are, and in which coordinate: rectified flow is straighter than other
// processes only where paths are looked at in a coordinate of its own. In x/alpha all processes
// have the same paths.
#include "core/metric/converged.h"
#include "core/metric/path_shape.h"
#include "core/study/step_sweep.h"
#include "core/study/study.h"

#include <algorithm>
#include <array>

namespace scorefield {

namespace {

/// Particles whose paths are measured: their shape is then known to some per cent, and their stored
/// states stay below 256 MiB.
constexpr std::size_t kMostPaths = 2000, kMostValues = std::size_t{1} << 25;
constexpr std::size_t kFlowPaths = 400; ///< of the converged solution, which takes many steps

/// The columns, in the order of Measurement::estimates: every part of PathShape natively, in
/// x/alpha and as rectified flow, then that of the flow itself.
enum View : std::size_t { Native, Scaled, RectifiedFlow, Flow, ViewCount };
constexpr std::array kCoordinates{
    PathCoordinate::Native, PathCoordinate::Scaled, PathCoordinate::RectifiedFlow};
constexpr std::array kParts{&PathShape::bend,
                            &PathShape::excess,
                            &PathShape::curvature,
                            &PathShape::straightness,
                            &PathShape::length};

std::array<QuantityInfo, kParts.size()> parts()
{
    std::array<QuantityInfo, kParts.size()> all{
        {{.id = "bend",
          .label = "Bend of paths, S/E|x₁ − x₀|²",
          .help =
              "∫₀¹E|dx/du − (x₁ − x₀)|²du over E|x₁ − x₀|², u the share of the way in the "
              "coordinate's time: 0 for straight lines of constant speed, and free of units, so "
              "that coordinates can be compared. S: Liu et al. 2022, arXiv:2209.03003; the "
              "ratio is ours."},
         {.id = "excess",
          .label = "Length of paths over distance",
          .help = "Mean length over the mean distance of the ends; 1 for straight lines."},
         {.id = "curvature",
          .label = "Turning angle of paths",
          .unit = "radians",
          .help = "Sum of the angles between successive chords, mean over particles; none in one "
                  "dimension."},
         {.id = "straightness",
          .label = "Straightness S",
          .unit = "squared data units",
          .help = "S = ∫₀¹E|dx/du − (x₁ − x₀)|²du, 0 for straight lines. By chords, so that it "
                  "grows with K towards that of the flow. Liu et al. 2022, arXiv:2209.03003."},
         {.id = "length",
          .label = "Length of paths",
          .unit = "data units",
          .help = "Mean length of the chords."}}};
    for (QuantityInfo& part : all) {
        part.hasError = true;
        part.logarithmic = part.id != "curvature";
    }
    return all;
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all;
    for (const QuantityInfo& part : parts()) {
        QuantityInfo seen = part;
        seen.help += " Here of x_t against the process's own time t.";
        all.push_back(seen);
        seen.role = ColumnRole::Part;
        seen.of = part.id;
        seen.id = part.id + ".scaled";
        seen.label = "the same paths in x/α";
        seen.help = part.help
                    + " Here of x/α against σ̃ = σ/α, where all processes have the same "
                      "paths between the same noise levels.";
        all.push_back(seen);
        seen.id = part.id + ".rectified";
        seen.label = "the same paths as rectified flow";
        seen.help = part.help
                    + " Here of x/(α + σ) against σ/(α + σ): every process as the "
                      "rectified flow between its own noise levels.";
        all.push_back(seen);
        seen.id = part.id + ".flow";
        seen.role = ColumnRole::Curve;
        seen.label = "of the flow, K → ∞";
        seen.hasError = false;
        seen.help = part.help
                    + " Of the converged solution of the ODE from the same starts, x_t "
                      "against t: what is approached as steps are added.";
        all.push_back(seen);
    }
    return all;
}

Result<std::vector<Sweep>> defaultSweeps(const Session& session)
{
    return stepSweep(session, "5", "320", 7);
}

/// As many particles as have room.
SimulationPlan affordable(SimulationPlan plan)
{
    const std::size_t one =
        plan.levels.size() * static_cast<std::size_t>(plan.mixture->dimension());
    plan.particles =
        std::min({plan.particles, kMostPaths, std::max(kMostValues / one, std::size_t{50})});
    plan.keepOnlyEnd = false;
    return plan;
}

void addShape(const BasicTrajectories<double>& run,
              const std::vector<PathCoefficients>& levels,
              PathCoordinate coordinate,
              View view,
              std::vector<StudyValue>& estimates)
{
    const PathShape shape = pathShape(run, levels, coordinate);
    for (std::size_t part = 0; part < kParts.size(); ++part) {
        const Estimate& estimate = shape.*kParts[part];
        estimates[part * ViewCount + view] = {estimate.value, estimate.error};
    }
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(kParts.size() * ViewCount);
    const SimulationPlan plan = affordable(point.plan);
    const auto run = simulate<double>(plan, pool, stop);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    if (run.outcome.kind != Outcome::Kind::Completed) {
        measured.note = run.outcome.message;
        return measured;
    }
    for (std::size_t i = 0; i < kCoordinates.size(); ++i)
        addShape(run.trajectories,
                 plan.levels,
                 kCoordinates[i],
                 static_cast<View>(i),
                 measured.estimates);
    if (followedEta(plan) != 0) {
        measured.note = "paths with noise are rough: their length and turning grow with the number "
                        "of steps without a limit";
        return measured;
    }
    SimulationPlan fewer = plan;
    fewer.particles = std::min(plan.particles, kFlowPaths);
    auto fine = convergedPlan(fewer);
    if (!fine) {
        measured.note = fine.error().message;
        return measured;
    }
    fine = affordable(*fine);
    const auto flow = simulate<double>(*fine, pool, stop);
    if (flow.outcome.kind == Outcome::Kind::Completed)
        addShape(flow.trajectories, fine->levels, PathCoordinate::Native, Flow, measured.estimates);
    else
        measured.note = "the converged solution: " + flow.outcome.message;
    return measured;
}

} // namespace

StudyKind straightnessStudy()
{
    return {{"straightness",
             "Straightness of paths",
             "How straight, bent and long the paths are over the number of steps, in the process's "
             "own coordinate and in two that all processes share: “rectified flow is straighter” "
             "is a statement about the coordinate.",
             "Liu et al. 2022, arXiv:2209.03003; the comparison of coordinates is ours",
             quantities()},
            defaultSweeps,
            measure,
            nullptr};
}

} // namespace scorefield
