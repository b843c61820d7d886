// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/end_distance.h"

#include "core/metric/law_distance.h"
#include "core/metric/run_density.h"
#include "core/metric/sampling_terms.h"
#include "core/study/guidance_quantities.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scorefield {

namespace {

/// A density takes 2 d + 1 runs of each particle.
constexpr std::size_t kPathRuns = 4'000, kLeastPaths = 40;

/// A meter with the law it is of, whose address is part of its key.
struct KeptMeter {
    std::shared_ptr<const GaussianMixture> mixture;
    LawMeter meter;
};

/// Exact draws are shared by the rows that have the same law, level, number and seed.
std::shared_ptr<const KeptMeter> meterOf(const StudyPoint& point,
                                         const std::shared_ptr<const GaussianMixture>& law,
                                         WorkerPool& pool)
{
    const SimulationPlan& plan = point.plan;
    const PathCoefficients& end = plan.levels.back();
    char key[160];
    std::snprintf(key,
                  sizeof key,
                  "end distance %p %d %a %a %zu %llu",
                  static_cast<const void*>(plan.mixture.get()),
                  targetOfPlan(plan).value_or(-1),
                  end.alpha,
                  end.sigma,
                  plan.particles,
                  static_cast<unsigned long long>(plan.seed));
    return point.cache.value<KeptMeter>(key, [&] {
        return std::shared_ptr<const KeptMeter>(
            new KeptMeter{plan.mixture, LawMeter(law, end, plan.particles, plan.seed, pool)});
    });
}

/// By the run's own density.
void addExactKl(const SimulationPlan& plan,
                std::size_t column,
                WorkerPool& pool,
                const std::stop_token& stop,
                Measurement& measured)
{
    const auto d = static_cast<std::size_t>(plan.mixture->dimension());
    const std::size_t paths = std::max(kLeastPaths, kPathRuns / (2 * d + 1));
    const auto density = runDensity(plan, std::min(paths, plan.particles), pool, stop);
    if (!density) {
        addNote(measured, density.error().message);
        return;
    }
    const Estimate kl = runKl(*density, plan, pool);
    measured.estimates[column] = {kl.value, kl.error};
    if (std::isnan(kl.value))
        addNote(measured,
                "the run ends where a density does not exist or is lost to rounding, so there is "
                "no KL divergence");
    if (density->folded > 0)
        addNote(measured, "some paths fold, so the KL divergence is a lower bound");
}

} // namespace

QuantityInfo klQuantity()
{
    QuantityInfo quantity = measuredQuantity(
        "kl",
        "KL(q̂ ‖ q_δ) of the end points",
        "nats",
        "KL divergence of what the run samples from the law of the data (of the class, with "
        "guidance) at the last noise level. Without noise by the density of the run itself, which "
        "has no floor; with noise by a density estimate in one and two dimensions and by nearest "
        "neighbours above: Wang, Kulkarni, Verdú 2009, IEEE Trans. Inf. Theory 55.");
    quantity.logarithmic = true;
    return quantity;
}

QuantityInfo w2Quantity()
{
    QuantityInfo quantity = measuredQuantity(
        "w2",
        "W₂(q̂, q_δ) of the end points",
        "data units",
        "Wasserstein distance of the end points to exact draws of the law of the data (of the "
        "class, with guidance) at the last noise level: by quantiles in one dimension, above as "
        "the root mean square over directions of that of the projections (sliced).");
    quantity.logarithmic = true;
    return quantity;
}

void addNote(Measurement& measured, const std::string& sentence)
{
    if (!sentence.empty() && measured.note.find(sentence) == std::string::npos)
        measured.note += (measured.note.empty() ? "" : "; ") + sentence;
}

Status addDistances(const StudyPoint& point,
                    const DistanceColumns& columns,
                    WorkerPool& pool,
                    const std::stop_token& stop,
                    Measurement& measured)
{
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto run = simulate<float>(plan, pool, stop);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    if (run.outcome.kind != Outcome::Kind::Completed) {
        addNote(measured, run.outcome.message);
        return success();
    }
    const auto law = lawOfPlan(plan);
    if (!law) {
        addNote(measured, law.error().message);
        return success();
    }
    if (targetOfPlan(plan) && constantWeight(plan) != 1)
        addNote(measured,
                "distances are to the law of the class and contain what guidance itself changes");
    const Eigen::MatrixXd points = endPoints(run.trajectories);
    const auto kept = meterOf(point, *law, pool);
    const LawDistance w2 = kept->meter.w2(points, pool);
    measured.estimates[columns.w2] = {w2.distance.value, w2.distance.error};
    measured.estimates[columns.w2Floor] = {w2.floor};
    if (isDeterministic(plan)) {
        addExactKl(plan, columns.kl, pool, stop, measured);
        return success();
    }
    const LawDistance kl = kept->meter.kl(points, pool);
    if (std::isfinite(kl.distance.value)) {
        measured.estimates[columns.kl] = {kl.distance.value, kl.distance.error};
        measured.estimates[columns.klFloor] = {kl.floor};
    } else {
        addNote(measured,
                "the law has no density where the run ends, or there are too few particles to "
                "estimate one, so there is no KL divergence");
    }
    return success();
}

} // namespace scorefield
