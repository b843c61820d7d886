// SPDX-License-Identifier: GPL-3.0-or-later
// What guidance does as its weight grows: surer of the class, and less of it left.
#include "core/base/text.h"
#include "core/metric/collapse.h"
#include "core/metric/converged.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/study/cloud.h"
#include "core/study/guidance_curves.h"
#include "core/study/study.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kWeight = "guidance.w";
/// Below it 1 - P is rounding of P in double precision.
constexpr double kResolvedShortfall = 1e-12;
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

QuantityInfo measured(std::string id, std::string label, std::string unit, std::string help)
{
    return {.id = std::move(id),
            .label = std::move(label),
            .unit = std::move(unit),
            .hasError = true,
            .help = std::move(help)};
}

QuantityInfo floorOf(const QuantityInfo& quantity)
{
    return {.id = quantity.id + ".exact",
            .label = quantity.label + ", exact draws",
            .unit = quantity.unit,
            .role = ColumnRole::Floor,
            .of = quantity.id,
            .hasError = true,
            .help = "The same of as many exact draws of the class."};
}

/// How sure of the class the end points are, and what theory says of it.
void addConfidence(std::vector<QuantityInfo>& all)
{
    all[Confidence] = measured("confidence",
                               "Mean class confidence",
                               "",
                               "Mean of P(c|x₀) over the end points, under the clean data.");
    all[ConfidenceCeilingBound] = {
        .id = "confidence.ceiling",
        .label = "Largest confidence there is",
        .role = ColumnRole::Bound,
        .of = "confidence",
        .help = "sup over x of P(c|x) under the clean data: a class between others has a ceiling "
                "below 1. Our own derivation."};
    all[Shortfall] = measured("shortfall", "1 − mean class confidence", "", "1 − P(c|x₀), mean.");
    all[Shortfall].logarithmic = true;
    all[ShortfallExponent] = {
        .id = "shortfall.exponent",
        .label = "w^(−p), p = √(1 + σ̃_T²/s²)",
        .role = ColumnRole::Curve,
        .of = "shortfall",
        .logarithmic = true,
        .help = "The asymptotic power law of the exact guided ODE for two equal modes of variance "
                "s² (our own derivation, up to logarithms), through the largest w at which it is "
                "resolved."};
    all[ShortfallBound] = {
        .id = "shortfall.bound",
        .label = "Published bound",
        .role = ColumnRole::Bound,
        .of = "shortfall",
        .logarithmic = true,
        .help = "(log η)²/η with η = w − 1 for variance exploding processes, to the power e^(−T) "
                "for variance preserving ones; hidden constants taken as 1, from η = e² on. "
                "OpenReview PmcV9vW2qZ, abstract."};
}

/// What is left of the class.
void addDiversity(std::vector<QuantityInfo>& all)
{
    all[EffectiveModes] = measured("effective_modes",
                                   "Effective modes",
                                   "",
                                   "exp of the entropy of the components' shares of end points.");
    all[Shrinkage] = measured("shrinkage",
                              "Variance left within modes",
                              "",
                              "tr Cov_k/tr C_k, mean over particles in modes of the class.");
    all[OffSupport] =
        measured("off_support",
                 "Share off the class's support",
                 "",
                 "End points beyond the 99.9 % ellipsoid of every mode of the class.");
    all[PairwiseDistance] = measured("pairwise_distance",
                                     "Mean pairwise distance",
                                     "data units",
                                     "Mean of |x − x′| over pairs of end points.");
    all[LogDetCovariance] = measured("log_det_covariance",
                                     "log det covariance",
                                     "nats",
                                     "Of the end points; −∞ where they lie in a plane or point.");
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    addConfidence(all);
    addDiversity(all);
    for (const Quantity quantity :
         {Confidence, EffectiveModes, Shrinkage, OffSupport, PairwiseDistance, LogDetCovariance})
        all[quantity + 1] = floorOf(all[quantity]); // every floor follows its measured column
    return all;
}

Result<std::vector<Sweep>> weightSweep(const Session& session)
{
    const std::string key = std::string("lanes.*.") + kWeight;
    const std::vector<std::string> keys = keysOf(session, key);
    if (keys.empty())
        return Error{"lanes.0.guidance.kind",
                     "no lane has a guidance weight to sweep; choose a rule, e.g. cfg"};
    double largest = kDefaultLargestWeight;
    for (const std::string& each : keys)
        largest = std::min(largest, describe(session, each)->maximum);
    auto sweep = makeSweep(session, key, "1", formatNumber(largest), kDefaultWeights, true);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

/// The parameter w of the lane, where the rule is plain guidance: what the theory is about.
std::optional<double> plainWeight(const Session& session, int lane)
{
    const Choice& guidance = session.lanes[static_cast<std::size_t>(lane)].guidance;
    if (guidance.kind != "cfg")
        return std::nullopt;
    return guidance.values.at("w");
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
    const auto weight = plainWeight(point.session, point.lane);
    if (weight && varianceOfTwoEqualModes(*plan.mixture))
        estimates[ShortfallBound] = {publishedGuidanceBound(plan.levels, *weight)};

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

/// p of every row of one lane, NaN where the power law says nothing.
double exponentAt(const Session& session,
                  int lane,
                  const std::shared_ptr<const GaussianMixture>& mixture,
                  double variance)
{
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const auto plan = planLane(session, lane, mixture);
    if (!plan || !plainWeight(session, lane) || followedEta(*plan) != 0)
        return none;
    const double p = guidanceExponent(plan->levels.front().sigmaTilde(), variance);
    return std::isfinite(p) ? p : none;
}

/// The power law through the largest resolved weight of every line of the grid along w.
void drawExponent(const Session& session, const std::vector<Sweep>& sweeps, Table& table)
{
    const auto mixture =
        std::make_shared<const GaussianMixture>(GaussianMixture::create(*session.data).value());
    const auto variance = varianceOfTwoEqualModes(*mixture);
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const auto along = sweepOf(session, sweeps, prefix + kWeight);
        if (!variance || !along)
            continue;
        const std::vector<double>& shortfall = table.find(prefix + "shortfall")->values;
        std::vector<double>& curve = table.find(prefix + "shortfall.exponent")->values;
        for (std::size_t row = 0; row < curve.size(); ++row) {
            double anchor = 0, height = 0;
            for (const std::size_t other : rowsAlong(sweeps, *along, row)) {
                const double w = valueAt(sweeps, *along, other);
                if (w > std::max(anchor, 1.0) && shortfall[other] > kResolvedShortfall) {
                    anchor = w;
                    height = shortfall[other];
                }
            }
            const double w = valueAt(sweeps, *along, row);
            if (anchor == 0 || w <= 1)
                continue;
            const auto at = sessionAt(session, sweeps, row);
            const double power =
                height * std::pow(w / anchor, -exponentAt(*at, lane, mixture, *variance));
            if (power <= 1) // beyond, it says nothing of a probability
                curve[row] = power;
        }
    }
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
        drawExponent};
}

} // namespace scorefield
