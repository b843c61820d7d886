// SPDX-License-Identifier: GPL-3.0-or-later
// The cloning test: a run is stopped at a noise level and finished twice with independent noise;
// how often do both clones end in the same class? (Biroli et al., arXiv:2402.18491)
#include "core/metric/clocks.h"
#include "core/metric/converged.h"
#include "core/metric/readouts.h"
#include "core/session/lane_plan.h"
#include "core/study/guidance_quantities.h"
#include "core/study/run_at_play_head.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr std::size_t kPlaces = 25;

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t { Noise, Agreement, AgreementExact, QuantityCount };

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Noise] = noiseQuantity();
    all[Agreement] = measuredQuantity("agreement",
                                      "Clones in one class, φ",
                                      "",
                                      "Share of particles whose two continuations with independent "
                                      "noise end in one class; in one component where there are no "
                                      "classes. arXiv:2402.18491.");
    all[AgreementExact] = {.id = "agreement.exact",
                           .label = "φ of the exact process",
                           .role = ColumnRole::Curve,
                           .of = "agreement",
                           .help = "E Σ P(c|x)² over exact draws; .7752 at t_S in high dimension."};
    return all;
}

/// Which class each particle ends in, continued from its states at a level with this seed.
Result<std::vector<int>> classesOf(const StudyPoint& point,
                                   const RunAtPlayHead& at,
                                   std::uint64_t seed,
                                   WorkerPool& pool,
                                   std::stop_token stop)
{
    SimulationPlan plan = point.plan;
    std::vector<PathCoefficients> rest(plan.levels.begin() + static_cast<std::ptrdiff_t>(at.level),
                                       plan.levels.end());
    if (auto set = setLevels(plan, laneAsRun(point.session, point.lane), std::move(rest)); !set)
        return set.error();
    plan.seed = seed;
    plan.keepOnlyEnd = true;
    SimulationInputs inputs;
    inputs.start = at.native;
    const auto run = simulate<float>(plan, pool, std::move(stop), inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return Error{"", run.outcome.message};
    std::vector<int> ends =
        endComponents(*plan.mixture, plan.levels.back(), run.trajectories, pool);
    if (plan.mixture->classCount() > 1)
        for (int& end : ends)
            if (end >= 0)
                end = plan.mixture->components()[static_cast<std::size_t>(end)].classLabel;
    return ends;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    const double eta = followedEta(point.plan);
    const auto run = runToPlayHead(point, pool, stop, measured.note);
    if (!run)
        return run.error();
    if (!*run)
        return measured;
    const RunAtPlayHead& at = **run;
    std::vector<StudyValue>& estimates = measured.estimates;
    estimates[Noise] = {at.noise};
    const ClockLevel exact = clockLevel(
        point.plan.mixture, at.noise, {}, affordableDraws(*point.plan.mixture), point.plan.seed);
    estimates[AgreementExact] = {exact.agreement};
    if (eta == 0) {
        measured.note = "clones of an ODE are the same particle: with η > 0 they part";
        return measured;
    }
    if (point.plan.noise == NoisePolicy::Tape) {
        measured.note = "clones need noise of their own, not that of a tape";
        return measured;
    }
    if (at.level + 1 >= point.plan.levels.size()) {
        estimates[Agreement] = {1, 0};
        return measured;
    }
    const auto one = classesOf(point, at, point.plan.seed + 1, pool, stop);
    const auto other = one ? classesOf(point, at, point.plan.seed + 2, pool, stop) : one;
    if (!other) {
        measured.note = other.error().message;
        return measured;
    }
    double same = 0;
    const auto n = static_cast<double>(one->size());
    for (std::size_t i = 0; i < one->size(); ++i)
        same += (*one)[i] == (*other)[i] ? 1 : 0;
    estimates[Agreement] = {same / n, std::sqrt(same / n * (1 - same / n) / n)};
    return measured;
}

} // namespace

StudyKind cloningStudy()
{
    StudyInfo info{"cloning",
                   "Cloning",
                   "A run is stopped at a noise level and finished twice with independent noise: "
                   "from speciation on, both clones end in one class.",
                   "Biroli et al., arXiv:2402.18491",
                   quantities()};
    info.over = "noise";
    info.followsPlayHead = true;
    return {std::move(info),
            [](const Session& session) { return playHeadSweep(session, kPlaces); },
            measure,
            nullptr};
}

} // namespace scorefield
