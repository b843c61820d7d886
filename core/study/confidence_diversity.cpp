// SPDX-License-Identifier: GPL-3.0-or-later
// The trade that guidance makes: how sure of the class against how much is left of it, beside the
// exact tilt that guidance is often said to sample.
#include "core/metric/collapse.h"
#include "core/metric/plan_ode.h"
#include "core/metric/tilted_law.h"
#include "core/mixture/noised_mixture.h"
#include "core/sampler/initial_state.h"
#include "core/study/guidance_quantities.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// Of the default sweep: ten weights from the exact class to a collapsed one.
constexpr double kDefaultLargestWeight = 30;
constexpr std::size_t kDefaultWeights = 10;
/// Exact densities cost far more than a run; as many tell the entropy to a twentieth of a nat.
constexpr std::size_t kMostDensities = 400;
/// Of a step in log-density: a hundredth of the standard error that 400 particles leave.
constexpr double kDensityTolerance = 1e-5;

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    Confidence,
    ConfidenceFloor,
    ConfidenceTilt,
    ConfidenceCeilingBound,
    Distance,
    DistanceFloor,
    DistanceTilt,
    Entropy,
    EntropyFloor,
    EntropyTilt,
    Shortfall,
    ShortfallTilt,
    ShortfallExponent,
    ShortfallBound,
    QuantityCount
};

QuantityInfo tiltOf(const QuantityInfo& quantity)
{
    return {.id = quantity.id + ".tilt",
            .label = quantity.label + ", exact tilt",
            .unit = quantity.unit,
            .role = ColumnRole::Curve,
            .of = quantity.id,
            .logarithmic = quantity.logarithmic,
            .help = "The same of q₀(x|c)^w q₀(x)^(1−w)/Z, which guidance does not sample; summed "
                    "up on a grid, in one and two dimensions."};
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Confidence] = confidenceQuantity();
    all[ConfidenceCeilingBound] = confidenceCeilingQuantity();
    all[Distance] = pairwiseDistanceQuantity();
    all[Entropy] = measuredQuantity("entropy",
                                    "Entropy of the guided ODE",
                                    "nats",
                                    "−E log q̂ of the lane's exact guided probability-flow ODE, "
                                    "whose density is known without estimating it; whatever the "
                                    "sampler. Linear rules only. Our own derivation.");
    all[Shortfall] = shortfallQuantity();
    all[ShortfallExponent] = shortfallExponentQuantity();
    all[ShortfallBound] = shortfallBoundQuantity();
    for (const Quantity quantity : {Confidence, Distance, Entropy}) {
        all[quantity + 1] = floorOf(all[quantity]); // every floor follows its measured column
        all[quantity + 2] = tiltOf(all[quantity]);
    }
    all[ShortfallTilt] = tiltOf(all[Shortfall]);
    return all;
}

Result<std::vector<Sweep>> weightSweep(const Session& session)
{
    return guidanceWeightSweep(session, kDefaultLargestWeight, kDefaultWeights);
}

void addNote(Measurement& measured, const std::string& note)
{
    if (!note.empty())
        measured.note += (measured.note.empty() ? "" : "; ") + note;
}

/// What the tilt with the parameter w of the lane's rule has, whatever the rule makes of w.
void addTilt(const StudyPoint& point, int target, Measurement& measured)
{
    const auto& values = point.session.lanes[static_cast<std::size_t>(point.lane)].guidance.values;
    if (!values.contains("w"))
        return;
    const auto tilt = TiltedLaw::create(*point.plan.mixture, target, values.at("w"));
    if (!tilt) {
        addNote(measured, tilt.error().message);
        return;
    }
    measured.estimates[ConfidenceTilt] = {tilt->confidence()};
    measured.estimates[ShortfallTilt] = {1 - tilt->confidence()};
    measured.estimates[DistanceTilt] = {tilt->pairwiseDistance()};
    measured.estimates[EntropyTilt] = {tilt->entropy()};
}

/// -E log q of as many values of log q.
StudyValue entropyOf(const Eigen::VectorXd& logDensity)
{
    const auto n = static_cast<double>(logDensity.size());
    const double mean = logDensity.mean();
    return {-mean, std::sqrt((logDensity.array() - mean).square().sum() / (n - 1) / n)};
}

/// The entropy of the class itself at the end level.
StudyValue entropyOfClass(const SimulationPlan& plan, int target, std::size_t n)
{
    const GaussianMixture conditional = plan.mixture->conditional(target).value();
    const PathCoefficients& end = plan.levels.back();
    const NoisedMixture law(conditional, end.alpha, end.sigma);
    const Eigen::MatrixXd x =
        conditional.sample(plan.seed, Stream::Data, static_cast<int>(n), end.alpha, end.sigma);
    Eigen::VectorXd logDensity(x.cols());
    for (Eigen::Index i = 0; i < x.cols(); ++i)
        logDensity(i) = law.logDensity(x.col(i));
    return entropyOf(logDensity);
}

/// Of the exact guided ODE from the first starts of the run.
void addEntropy(const SimulationPlan& plan, int target, WorkerPool& pool, Measurement& measured)
{
    const std::size_t n = std::min(plan.particles, kMostDensities);
    const auto rows = static_cast<Eigen::Index>(n);
    Block<double> start(rows, plan.mixture->dimension());
    InitialState(plan, {}).fill({0, n, rows}, start);
    const auto particles = followOdeOfPlan(plan, kDensityTolerance, start.matrix().transpose(), pool);
    if (!particles) {
        addNote(measured, "no exact density: " + particles.error().message);
        return;
    }
    const GuidedEntropy entropy = guidedEntropy(*particles);
    if (entropy.failed > 0) {
        addNote(measured,
                "the exact density of " + std::to_string(entropy.failed) + " of "
                    + std::to_string(n) + " particles is not known");
        return; // the mean over the others would be that of another law
    }
    measured.estimates[Entropy] = {entropy.entropy.value, entropy.entropy.error};
    measured.estimates[EntropyFloor] = entropyOfClass(plan, target, n);
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    plan.guidance = guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process});
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    std::vector<StudyValue>& estimates = measured.estimates;
    const auto target = plan.guidance->target();
    if (!target) {
        measured.note = "without a class there is nothing to be sure of";
        return measured;
    }
    const auto run = simulate<float>(plan, pool, std::move(stop));
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    const auto meter =
        CollapseMeter::create(plan.mixture, plan.levels.back(), target, plan.particles, plan.seed);
    if (!meter)
        return meter.error();
    estimates[ShortfallBound] = shortfallBoundAt(point);
    estimates[ConfidenceCeilingBound] = {meter->ceiling().value};
    estimates[ConfidenceFloor] = {meter->floor().confidence.value, meter->floor().confidence.error};
    estimates[DistanceFloor] = {meter->floor().pairwiseDistance.value,
                                meter->floor().pairwiseDistance.error};
    addTilt(point, *target, measured);
    addEntropy(plan, *target, pool, measured);
    if (run.outcome.kind != Outcome::Kind::Completed) {
        addNote(measured, run.outcome.message);
        return measured;
    }
    const CollapseReadouts cloud = meter->read(run.trajectories, &pool);
    estimates[Confidence] = {cloud.confidence.value, cloud.confidence.error};
    estimates[Shortfall] = {1 - cloud.confidence.value, cloud.confidence.error};
    estimates[Distance] = {cloud.pairwiseDistance.value, cloud.pairwiseDistance.error};
    return measured;
}

} // namespace

StudyKind confidenceDiversityStudy()
{
    return {
        {"confidence-diversity",
         "Confidence and diversity",
         "How sure of the class the end points are against how much of it is left, as the guidance "
         "weight grows: every lane, the exact tilt and the largest confidence there is.",
         "Ho and Salimans 2022, arXiv:2207.12598; Bradley and Nakkiran 2024, arXiv:2408.09000; the "
         "exact tilt and entropy are our own",
         quantities()},
        weightSweep,
        measure,
        drawGuidanceExponent};
}

} // namespace scorefield
