// SPDX-License-Identifier: GPL-3.0-or-later
// What an error of the score becomes in the samples, against what Girsanov's theorem allows.
#include "core/field/error_strength.h"
#include "core/metric/converged.h"
#include "core/metric/sampling_terms.h"
#include "core/metric/score_distance.h"
#include "core/session/lane_plan.h"
#include "core/study/end_distance.h"
#include "core/study/guidance_quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr const char* kStrengthKey = "study.score_error";
constexpr const char* kUsualError = "gain"; ///< of lanes without any: finite in the norm, mostly
constexpr int kDraws = 8000;                ///< of the forward process, for the score's error
constexpr int kPairs = 4000;                ///< of the forward process, for the steps' term

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    Score,
    Kl,
    KlFloor,
    KlScore,
    KlExactScore,
    KlBound,
    W2,
    W2Floor,
    W2ExactScore,
    QuantityCount
};

QuantityInfo exactScoreOf(const QuantityInfo& quantity)
{
    return {.id = quantity.id + ".exact_score",
            .label = "with the exact score",
            .unit = quantity.unit,
            .role = ColumnRole::Curve,
            .of = quantity.id,
            .logarithmic = true,
            .help = "The same run with the exact score: what the prior and the steps do alone."};
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Score] = measuredQuantity("score_error",
                                  "Score error ε",
                                  "√nats",
                                  "ε² = ½∫g²E|s_θ − s|²dt = ∫E|D_θ − D|²/σ̃² d log σ̃ over exact "
                                  "draws of the forward process between the run's noise levels "
                                  "(from 100 data scales where it starts at σ̃ = ∞): the norm in "
                                  "which theory assumes the score to be good.");
    all[Score].logarithmic = true;
    all[Kl] = klQuantity();
    all[Kl].fitsSlope = true;
    all[KlFloor] = floorOf(all[Kl]);
    all[KlScore] = {.id = "kl.score",
                    .label = "Score error alone",
                    .unit = "nats",
                    .role = ColumnRole::Part,
                    .of = "kl",
                    .hasError = true,
                    .logarithmic = true,
                    .help = "(1+η²)²/(4η²) ε²: the chain KL between the reverse SDE and the same "
                            "with the wrong score, at the lane's η, or at η = 1 for lanes without "
                            "noise, where Girsanov's theorem says nothing."};
    all[KlExactScore] = exactScoreOf(all[Kl]);
    all[KlBound] = {.id = "kl.bound",
                    .label = "Prior + (√score + √steps)²",
                    .unit = "nats",
                    .role = ColumnRole::Bound,
                    .of = "kl",
                    .logarithmic = true,
                    .help = "What KL(q ‖ q̂) is at most for the scheme of the theory, which solves "
                            "the linear part exactly and holds the wrong score over each step: "
                            "prior, score error and steps, each computed by itself; other samplers "
                            "have such a bound up to constants, the ODE has none. Chen et al. "
                            "2023, arXiv:2209.11215; the sum is ours.",
                    .hiddenConstant = true};
    all[W2] = w2Quantity();
    all[W2].fitsSlope = true;
    all[W2Floor] = floorOf(all[W2]);
    all[W2ExactScore] = exactScoreOf(all[W2]);
    return all;
}

Choice usualError()
{
    for (const ScoreErrorKind& kind : scoreErrorKinds())
        if (kind.info.id == kUsualError)
            return makeChoice(kind.info);
    return {};
}

Status setStrength(Session& session, double share)
{
    for (std::size_t i = 0; i < session.lanes.size(); ++i) {
        Choice& error = session.lanes[i].error;
        if (error.kind.empty() || error.kind == "none")
            error = usualError();
        auto scaled = scaledError(error, share);
        if (!scaled)
            return Error{"lanes." + std::to_string(i) + ".error." + scaled.error().path,
                         scaled.error().message};
        error = std::move(scaled).value();
    }
    return success();
}

const StudyParameter& strengthParameter()
{
    static const std::array<StudyParameter, 1> own{
        {{{.key = kStrengthKey,
           .symbol = "c",
           .label = "Score error, of the lane's own",
           .maximum = 10,
           .defaultValue = 1,
           .step = 0.1,
           .help =
               "The strength of every lane's score error as a share of what its parameters say; "
               "0 is the exact score, 1 the session's own. Lanes without an error get the fixed "
               "random field of “Noise” with its default amplitude."},
          setStrength,
          [](const Session& session) {
              const bool any =
                  std::any_of(session.lanes.begin(), session.lanes.end(), [](const Lane& lane) {
                      return !lane.error.kind.empty() && lane.error.kind != "none";
                  });
              return any ? 1 : std::numeric_limits<double>::quiet_NaN();
          }}}};
    return own[0];
}

Result<std::vector<Sweep>> strengthSweep(const Session& session)
{
    auto sweep = makeSweep(session, kStrengthKey, "0.01", "1", 7, true, {&strengthParameter(), 1});
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

/// The lane's run with the exact score, whose guidance it may change.
Result<SimulationPlan> withExactScore(const StudyPoint& point)
{
    SimulationPlan plan = point.plan;
    plan.error = nullptr;
    const Lane& lane = point.session.lanes[static_cast<std::size_t>(point.lane)];
    if (auto set = setLevels(plan, lane, point.plan.levels); !set)
        return set.error();
    return plan;
}

void addBound(const SimulationPlan& plan,
              double score,
              WorkerPool& pool,
              const std::stop_token& stop,
              Measurement& measured)
{
    const double eta = followedEta(plan);
    if (!(eta > 0)) {
        addNote(measured,
                eta == 0 ? "an ODE has no bound from Girsanov's theorem: it needs η > 0"
                         : "the sampler follows no equation, so there is no bound");
        return;
    }
    const auto law = lawOfPlan(plan);
    const auto steps = discretisationTerm(plan, eta, kPairs, pool, stop);
    if (!law || !steps || steps->skipped > 0) {
        addNote(measured,
                "the bound needs steps between positive, finite noise levels: let the run start "
                "above α = 0 and stop at δ");
        return;
    }
    const PathCoefficients& first = plan.levels.front();
    double prior = 0;
    if (plan.prior == Prior::Gaussian) {
        const auto gap = priorGap(**law, first, first.sigma, pool);
        if (!gap)
            return;
        prior = gap->kl.value;
    }
    measured.estimates[KlBound].value =
        prior + std::pow(std::sqrt(score) + std::sqrt(steps->kl.value), 2);
}

void addScore(const SimulationPlan& plan,
              WorkerPool& pool,
              const std::stop_token& stop,
              Measurement& measured)
{
    const auto distance = scoreDistance(plan, kDraws, pool, stop);
    if (!distance) {
        addNote(measured, distance.error().message);
        return;
    }
    const double root = std::sqrt(distance->kl.value);
    measured.estimates[Score] = {root, root > 0 ? distance->kl.error / (2 * root) : 0};
    const double eta = followedEta(plan);
    const double factor = 2 * girsanovFactor(eta > 0 ? eta : 1);
    measured.estimates[KlScore] = {factor * distance->kl.value, factor * distance->kl.error};
    if (constantWeight(plan) == (targetOfPlan(plan) ? 1 : 0))
        addBound(plan, factor * distance->kl.value, pool, stop, measured);
    else
        addNote(measured, "the bound is that of a run whose guidance changes nothing, w = 0 or 1");
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    const auto exact = withExactScore(point);
    if (!exact)
        return exact.error();
    const StudyPoint right{point.session, point.lane, *exact, point.cache};
    const DistanceColumns columns{Kl, KlFloor, W2, W2Floor};
    if (auto run = addDistances(right, columns, pool, stop, measured); !run)
        return run.error();
    measured.estimates[KlExactScore].value = measured.estimates[Kl].value;
    measured.estimates[W2ExactScore].value = measured.estimates[W2].value;
    for (const Quantity quantity : {Kl, KlFloor, W2, W2Floor})
        measured.estimates[quantity] = {};
    if (auto run = addDistances(point, columns, pool, stop, measured); !run)
        return run.error();
    addScore(point.plan, pool, stop, measured);
    return measured;
}

} // namespace

StudyKind scoreErrorStudy()
{
    StudyInfo info{"score-error",
                   "Score error",
                   "How far wrong a wrong score makes the samples: the sampling error over the "
                   "score error ε in the norm of the theory, which allows KL = ε².",
                   "Chen et al. 2023, arXiv:2209.11215",
                   quantities()};
    info.over = "score_error";
    return {std::move(info), strengthSweep, measure, nullptr, {&strengthParameter(), 1}};
}

} // namespace scorefield
