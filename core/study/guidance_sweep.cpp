// SPDX-License-Identifier: GPL-3.0-or-later
// What guidance does as its weight grows: surer of the class, and less of it left.
#include "core/metric/collapse.h"
#include "core/study/cloud.h"
#include "core/study/guidance_quantities.h"
#include "core/study/study.h"

namespace scorefield {

namespace {

/// Of the default sweep: twelve weights from the exact class to where even RF has collapsed.
constexpr double kDefaultLargestWeight = 50;
constexpr std::size_t kDefaultWeights = 12;

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    Confidence,
    ConfidenceFloor,
    ConfidenceCeilingBound,
    Shortfall,
    ShortfallExponent,
    ShortfallBound,
    EffectiveModes,
    EffectiveModesFloor,
    Shrinkage,
    ShrinkageFloor,
    OffSupport,
    OffSupportFloor,
    PairwiseDistance,
    PairwiseDistanceFloor,
    LogDetCovariance,
    LogDetCovarianceFloor,
    QuantityCount
};

/// What is left of the class.
void addDiversity(std::vector<QuantityInfo>& all)
{
    all[EffectiveModes] =
        measuredQuantity("effective_modes",
                         "Effective modes",
                         "",
                         "exp of the entropy of the components' shares of end points.");
    all[Shrinkage] =
        measuredQuantity("shrinkage",
                         "Variance left within modes",
                         "",
                         "tr Cov_k/tr C_k, mean over particles in modes of the class.");
    all[OffSupport] =
        measuredQuantity("off_support",
                         "Share off the class's support",
                         "",
                         "End points beyond the 99.9 % ellipsoid of every mode of the class.");
    all[PairwiseDistance] = pairwiseDistanceQuantity();
    all[LogDetCovariance] =
        measuredQuantity("log_det_covariance",
                         "log det covariance",
                         "nats",
                         "Of the end points; −∞ where they lie in a plane or point.");
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Confidence] = confidenceQuantity();
    all[ConfidenceCeilingBound] = confidenceCeilingQuantity();
    all[Shortfall] = shortfallQuantity();
    all[ShortfallExponent] = shortfallExponentQuantity();
    all[ShortfallBound] = shortfallBoundQuantity();
    addDiversity(all);
    for (const Quantity quantity :
         {Confidence, EffectiveModes, Shrinkage, OffSupport, PairwiseDistance, LogDetCovariance})
        all[quantity + 1] = floorOf(all[quantity]); // every floor follows its measured column
    return all;
}

Result<std::vector<Sweep>> weightSweep(const Session& session)
{
    return guidanceWeightSweep(session, kDefaultLargestWeight, kDefaultWeights);
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto run = simulate<float>(plan, pool, std::move(stop));
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    const PathCoefficients& end = plan.levels.back();
    const auto target = plan.guidance->target();
    std::vector<StudyValue>& estimates = measured.estimates;
    estimates[ShortfallBound] = shortfallBoundAt(point);
    const auto meter = CollapseMeter::create(plan.mixture, end, target, plan.particles, plan.seed);
    if (!meter)
        return meter.error();
    estimates[ConfidenceCeilingBound] = {meter->ceiling().value};
    const auto fill = [&](const CollapseReadouts& cloud, std::size_t shift) {
        const auto set = [&](Quantity quantity, const Estimate& estimate) {
            estimates[quantity + shift] = {estimate.value, estimate.error};
        };
        set(Confidence, cloud.confidence);
        set(EffectiveModes, cloud.effectiveModes);
        set(Shrinkage, cloud.shrinkage);
        set(OffSupport, cloud.offSupport);
        set(PairwiseDistance, cloud.pairwiseDistance);
    };
    fill(meter->floor(), 1); // every floor follows its measured column
    estimates[LogDetCovarianceFloor] =
        logDetCovariance(exactEnds(*plan.mixture, end, target, plan.particles, plan.seed));
    if (run.outcome.kind != Outcome::Kind::Completed) {
        measured.note = run.outcome.message;
        return measured;
    }
    fill(meter->read(run.trajectories, &pool), 0);
    estimates[Shortfall] = {1 - estimates[Confidence].value, estimates[Confidence].error};
    estimates[LogDetCovariance] = logDetCovariance(run.trajectories);
    return measured;
}

} // namespace

StudyKind guidanceSweepStudy()
{
    return {
        {"guidance-sweep",
         "Guidance sweep",
         "Class confidence and what is left of the diversity of the end points, as the guidance "
         "weight grows; every lane against exact draws of the class.",
         "Ho and Salimans 2022, arXiv:2207.12598; Chidambaram et al. 2024, arXiv:2409.13074",
         quantities()},
        weightSweep,
        measure,
        drawGuidanceExponent};
}

} // namespace scorefield
