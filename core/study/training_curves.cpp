// SPDX-License-Identifier: GPL-3.0-or-later
// The four errors of a network while it is trained: of the architecture and of the optimisation,
// across the ridge and along it.
#include "core/field/trained_error.h"
#include "core/metric/model_error.h"
#include "core/study/guidance_quantities.h"
#include "core/study/run_at_play_head.h"
#include "core/study/training.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr std::size_t kTimes = 16;
constexpr int kDraws = 2000; ///< root mean squares to a few percent

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    OptNormal,
    OptTangent,
    ArchNormal,
    ArchTangent,
    Normal,
    Tangent,
    Loss,
    LossFloor,
    Noise,
    QuantityCount
};

QuantityInfo errorQuantity(const char* id, const char* label, const char* help)
{
    QuantityInfo quantity = measuredQuantity(id, label, "", help);
    quantity.logarithmic = true;
    return quantity;
}

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[OptNormal] = errorQuantity("opt_normal",
                                   "Not trained yet, across",
                                   "‖n·(D_τ − D_∞)‖, root mean square over q_t at the play-head.");
    all[OptTangent] = errorQuantity(
        "opt_tangent", "Not trained yet, along", "‖v·(D_τ − D_∞)‖, the same along the ridge.");
    all[ArchNormal] =
        errorQuantity("arch_normal",
                      "Architecture, across",
                      "‖n·(D_∞ − D)‖, which no training removes; 0 for data on a line through the "
                      "origin.");
    all[ArchTangent] = errorQuantity(
        "arch_tangent", "Architecture, along", "‖v·(D_∞ − D)‖, the same along the ridge.");
    all[Normal] = errorQuantity(
        "normal", "Error across", "‖n·(D_τ − D)‖: how far from the ridge samples stay.");
    all[Tangent] = errorQuantity(
        "tangent", "Error along", "‖v·(D_τ − D)‖: what decides between modes and midpoints.");
    all[Loss] = {.id = "loss",
                 .label = "Loss",
                 .logarithmic = true,
                 .help = "L(τ)/d = (1/d) ∫ w E|m − αx₀|² dt, in closed form."};
    all[LossFloor] = {.id = "loss.exact",
                      .label = "Loss, exact posterior mean",
                      .role = ColumnRole::Floor,
                      .of = "loss",
                      .logarithmic = true,
                      .help = "L*: what no network goes below."};
    all[Noise] = noiseQuantity();
    // The architecture's errors do not move with tau, and may be exactly 0.
    all[ArchNormal].logarithmic = all[ArchTangent].logarithmic = false;
    return all;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    const auto error = std::dynamic_pointer_cast<const TrainedError>(point.plan.error);
    if (!error) {
        measured.note = "its score is not that of a trained network";
        return measured;
    }
    const GaussianMixture& mixture = *point.plan.mixture;
    if (auto ready = error->prepare(mixture, pool, stop); !ready)
        return ready.error();
    const auto level = levelAtPlayHead(point);
    if (!level)
        return level.error();
    const auto network = error->network(mixture);
    const double tau = error->trainingTime(), start = error->startScale();
    const double noise = point.plan.levels[*level].sigmaTilde();
    auto& estimates = measured.estimates;
    const TrainingLoss loss = network->loss(tau, start);
    estimates[Loss] = {loss.total.mean()};
    estimates[LossFloor] = {loss.irreducible.mean()};
    if (!(noise > 0) || !std::isfinite(noise)) {
        measured.note = "levels without noise, or with nothing else, have no ridge; move the "
                        "play-head (timeline.position)";
        return measured;
    }
    estimates[Noise] = {noise};
    const ModelErrors errors = modelErrors(point.plan.mixture,
                                           network,
                                           network->weights(tau, start),
                                           noise,
                                           kDraws,
                                           point.plan.seed,
                                           pool);
    const auto set = [&](Quantity quantity, const Estimate& estimate) {
        estimates[quantity] = {estimate.value, estimate.error};
    };
    set(OptNormal, errors.optNormal);
    set(OptTangent, errors.optTangent);
    set(ArchNormal, errors.archNormal);
    set(ArchTangent, errors.archTangent);
    set(Normal, errors.normal);
    set(Tangent, errors.tangent);
    return measured;
}

} // namespace

Result<std::vector<Sweep>> trainingTimeSweep(const Session& session)
{
    const std::string key = "lanes.*.error.tau";
    if (keysOf(session, key).empty())
        return Error{key,
                     "no lane has a network to train: choose lanes.N.error.kind=random-features"};
    auto sweep = makeSweep(session, key, "1", "100000", kTimes, true);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

StudyKind trainingCurvesStudy()
{
    return {{"training-curves",
             "Training curves",
             "What a network still gets wrong at the play-head's noise level: because it is not "
             "trained yet or because it cannot do better, across the ridge and along it.",
             "Decomposition: ours; network: He, Qiu, Tao, arXiv:2602.06021",
             quantities(),
             "",
             true},
            trainingTimeSweep,
            measure,
            nullptr};
}

} // namespace scorefield
