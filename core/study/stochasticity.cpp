// SPDX-License-Identifier: GPL-3.0-or-later
// What the noise of the reverse dynamics does: it forgets a wrong start, and it costs steps. Both
// over the stochasticity eta, 0 being the ODE and 1 the reverse SDE.
#include "core/base/philox.h"
#include "core/metric/prior_forgetting.h"
#include "core/metric/sampling_terms.h"
#include "core/study/end_distance.h"
#include "core/study/guidance_quantities.h"
#include "core/study/study.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kSampler = "exponential"; ///< in place of one that has no eta
/// Displaced starts are as far off as a prior of a tenth more noise, so that few change basin.
constexpr double kDisplacement = 0.1;
constexpr std::size_t kMostDisplaced = 2000; ///< pairs of runs in double precision
constexpr int kPairs = 4000;                 ///< of the forward process, for the steps' term

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    Kl,
    KlFloor,
    KlBound,
    W2,
    W2Floor,
    Steps,
    StepsConstant,
    Forgetting,
    ForgettingExact,
    Typical,
    TypicalExact,
    QuantityCount
};

QuantityInfo forgettingCurve(const QuantityInfo& of)
{
    return {.id = of.id + ".gaussian",
            .label = "Φ_η of each component",
            .role = ColumnRole::Curve,
            .of = of.id,
            .logarithmic = true,
            .help = "Φ_η = (α_T/α)^(η²)(v/v_T)^((1+η²)/2), v = α²ℓ + σ², root mean square over the "
                    "axes of the components: exact for one Gaussian and small steps. Of several "
                    "components the formula of each by itself, which leaves out that they are one "
                    "at high noise and that particles change from one to another: an orientation, "
                    "no limit. Our derivation."};
}

void describeForgetting(std::vector<QuantityInfo>& all)
{
    all[Forgetting] = measuredQuantity(
        "forgetting",
        "What is left of a wrong start",
        "",
        "Root mean square distance of the ends over that of the starts, of two runs with the same "
        "noise whose starts differ by 0.1 σ_T in a random direction. Particles that end in another "
        "mode weigh in it.");
    all[Forgetting].logarithmic = true;
    all[ForgettingExact] = forgettingCurve(all[Forgetting]);
    all[Typical] = measuredQuantity("typical_forgetting",
                                    "What is left of a wrong start, median",
                                    "",
                                    "The median over particles of the distance of the ends over "
                                    "that of the starts: not ruled by those that end in another "
                                    "mode.");
    all[Typical].logarithmic = true;
    all[TypicalExact] = forgettingCurve(all[Typical]);
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Kl] = klQuantity();
    all[KlFloor] = floorOf(all[Kl]);
    all[KlBound] = {.id = "kl.chain",
                    .label = "Prior and steps (Girsanov)",
                    .unit = "nats",
                    .role = ColumnRole::Bound,
                    .of = "kl",
                    .logarithmic = true,
                    .help = "KL(q_T ‖ prior) + (1+η²)²/(8η²) Σ∫g²E|s(x_t) − s(x_{t_k})|²dt: what "
                            "KL(q ‖ q̂) is at most for the scheme of the theory, which solves the "
                            "linear part exactly and holds the score over each step; other "
                            "samplers have such a bound up to constants. Infinite for the ODE. "
                            "Chen et al. 2023, arXiv:2209.11215; for any η our derivation.",
                    .hiddenConstant = true};
    all[W2] = w2Quantity();
    all[W2Floor] = floorOf(all[W2]);
    all[Steps] = measuredQuantity("steps",
                                  "Chain KL of the steps",
                                  "nats",
                                  "(1+η²)²/(8η²) Σ∫g²E|s(x_t, t) − s(x_{t_k}, t_k)|²dt over exact "
                                  "pairs of the forward process: the KL divergence between the "
                                  "path laws of the reverse SDE and of the same with the score "
                                  "held over each step. Infinite for the ODE.");
    all[Steps].logarithmic = true;
    all[StepsConstant] = {.id = "steps.constant",
                          .label = "∝ (1+η²)²/(8η²)",
                          .unit = "nats",
                          .role = ColumnRole::Curve,
                          .of = "steps",
                          .logarithmic = true,
                          .help = "The constant of Girsanov's theorem, least (½) at η = 1, times "
                                  "∫g²E|s − s_k|²dt from four times as many pairs. Our "
                                  "derivation."};
    describeForgetting(all);
    return all;
}

Result<std::vector<Sweep>> etaSweep(const Session& session)
{
    auto sweep = makeSweep(session, "lanes.*.eta", "0", "2", 9, false);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

/// The lane's run with its stochasticity: where its sampler has none, another takes its place.
SimulationPlan withEta(const StudyPoint& point, Measurement& measured)
{
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto sampler = findSampler(plan.sampler);
    if (sampler && (*sampler)->usesEta)
        return plan;
    for (const SamplerKind& kind : samplerKinds())
        if (kind.info.id == kSampler)
            plan.sampler = makeChoice(kind.info);
    plan.eta = point.session.lanes[static_cast<std::size_t>(point.lane)].eta;
    addNote(measured,
            (sampler ? (*sampler)->info.label : plan.sampler.kind)
                + " has no η, so the exponential integrator is measured on the lane's grid");
    return plan;
}

/// The starts of a run, and where they are displaced to.
struct Starts {
    Eigen::MatrixXd own, displaced; ///< [n,d]
};

Eigen::MatrixXd statesOf(const BasicTrajectories<double>& run, int step)
{
    Eigen::MatrixXd x(static_cast<Eigen::Index>(run.particles), run.dimension);
    for (int c = 0; c < run.dimension; ++c)
        x.col(c) = Eigen::Map<const Eigen::VectorXd>(run.coordinate(step, c).data(), x.rows());
    return x;
}

/// With directions that belong to no draw of the run.
Eigen::MatrixXd displaced(Eigen::MatrixXd x, double distance, std::uint64_t seed)
{
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        Eigen::VectorXd direction(x.cols());
        for (Eigen::Index c = 0; c < x.cols(); ++c)
            direction(c) = philoxNormal(
                seed, Stream::Fit, static_cast<std::uint32_t>(i), 0, static_cast<std::uint32_t>(c));
        x.row(i) += distance * direction.transpose();
    }
    return x;
}

/// sqrt(mean a/mean b) of squares, by the delta method.
StudyValue rootRatio(const Eigen::ArrayXd& a, const Eigen::ArrayXd& b)
{
    const auto n = static_cast<double>(a.size());
    const double ratio = a.mean() / b.mean();
    if (!(ratio > 0) || n < 2)
        return {std::sqrt(ratio)};
    const double variance = (a - ratio * b).square().sum() / (n - 1);
    return {std::sqrt(ratio), std::sqrt(variance / n) / b.mean() / (2 * std::sqrt(ratio))};
}

/// With half the distance between the order statistics sqrt(n)/2 to either side as its error.
StudyValue median(const Eigen::ArrayXd& values)
{
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    const auto at = [&](double rank) {
        return sorted[static_cast<std::size_t>(std::clamp(rank, 0., n - 1))];
    };
    const double middle = std::floor(n / 2), side = std::sqrt(n) / 2;
    return {at(middle), (at(middle + side) - at(middle - side)) / 2};
}

/// The formulas are those of the exact dynamics of one law: of the data, or of the class.
bool isPlain(const SimulationPlan& plan)
{
    return !plan.error && constantWeight(plan) == (targetOfPlan(plan) ? 1 : 0);
}

void addForgetting(SimulationPlan plan,
                   const GaussianMixture& law,
                   WorkerPool& pool,
                   const std::stop_token& stop,
                   Measurement& measured)
{
    if (plan.guidance->couplesParticles()) {
        addNote(measured, "particles that are exchanged have no start of their own to forget");
        return;
    }
    plan.particles = std::min(plan.particles, kMostDisplaced);
    const PathCoefficients &first = plan.levels.front(), &last = plan.levels.back();
    const auto run = simulate<double>(plan, pool, stop);
    if (run.outcome.kind != Outcome::Kind::Completed) {
        addNote(measured, run.outcome.message);
        return;
    }
    const Eigen::MatrixXd starts = statesOf(run.trajectories, 0);
    SimulationInputs inputs;
    inputs.start = displaced(starts, kDisplacement * first.sigma, plan.seed);
    const auto other = simulate<double>(plan, pool, stop, inputs);
    if (other.outcome.kind != Outcome::Kind::Completed) {
        addNote(measured, "the displaced run: " + other.outcome.message);
        return;
    }
    const Eigen::ArrayXd apart = (*inputs.start - starts).rowwise().squaredNorm();
    const Eigen::ArrayXd left = (statesOf(other.trajectories, other.trajectories.steps)
                                 - statesOf(run.trajectories, run.trajectories.steps))
                                    .rowwise()
                                    .squaredNorm();
    measured.estimates[Forgetting] = rootRatio(left, apart);
    measured.estimates[Typical] = median((left / apart).sqrt());
    if (!isPlain(plan)) {
        addNote(measured, "Φ_η is known for the exact score without a guidance weight");
        return;
    }
    measured.estimates[ForgettingExact].value = measured.estimates[TypicalExact].value =
        rootMeanForgetting(law, first, last, plan.eta);
    if (first.alpha == 0 && plan.eta > 0)
        addNote(measured,
                "from pure noise (α_T = 0) the exact dynamics with η > 0 forgets the start at "
                "once, Φ_η = 0; a first step of finite length does not");
}

void addSteps(const SimulationPlan& plan,
              const GaussianMixture& law,
              WorkerPool& pool,
              const std::stop_token& stop,
              Measurement& measured)
{
    const auto steps = discretisationTerm(plan, plan.eta, kPairs, pool, stop);
    if (!steps) {
        addNote(measured, steps.error().message);
        return;
    }
    if (steps->skipped > 0)
        addNote(measured,
                "the chain KL of the steps leaves out " + std::to_string(steps->skipped)
                    + " from σ̃ = ∞ or to σ = 0, where it need not be finite");
    if (!(plan.eta > 0)) {
        addNote(measured, "at η = 0 the chain KL is infinite: it says nothing about the ODE");
        return;
    }
    measured.estimates[Steps] = {steps->kl.value, steps->kl.error};
    if (const auto once = discretisationTerm(plan, 1, 4 * kPairs, pool, stop))
        measured.estimates[StepsConstant].value =
            girsanovFactor(plan.eta) / girsanovFactor(1) * once->kl.value;
    if (steps->skipped > 0 || !isPlain(plan))
        return; // it would bound another run
    if (plan.prior == Prior::Exact)
        measured.estimates[KlBound].value = steps->kl.value;
    else if (const auto gap = priorGap(law, plan.levels.front(), plan.levels.front().sigma, pool))
        measured.estimates[KlBound].value = gap->kl.value + steps->kl.value;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    const SimulationPlan plan = withEta(point, measured);
    const auto law = lawOfPlan(plan);
    if (!law)
        return law.error();
    const StudyPoint changed{point.session, point.lane, plan, point.cache};
    if (auto run = addDistances(changed, {Kl, KlFloor, W2, W2Floor}, pool, stop, measured); !run)
        return run.error();
    addSteps(plan, **law, pool, stop, measured);
    addForgetting(plan, **law, pool, stop, measured);
    return measured;
}

} // namespace

StudyKind stochasticityStudy()
{
    return {{"stochasticity",
             "Stochasticity",
             "The sampling error over the stochasticity η of the reverse dynamics: noise forgets a "
             "wrong start and costs steps.",
             "Karras et al. 2022, arXiv:2206.00364, sec. 4; the curves are our derivations",
             quantities()},
            etaSweep,
            measure,
            nullptr};
}

} // namespace scorefield
