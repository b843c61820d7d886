// SPDX-License-Identifier: GPL-3.0-or-later
// Over which noise levels a run sees a ridge, and how far from it it stays (theory of ridges 2, 6).
#include "core/metric/clocks.h"
#include "core/study/guidance_quantities.h"
#include "core/study/run_at_play_head.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr std::size_t kPlaces = 41;

/// The columns, in the order of Measurement::estimates; a floor follows each measured one.
enum Quantity : std::size_t {
    Noise,
    Valid,
    ValidExact,
    Distance,
    DistanceExact,
    Effective,
    EffectiveExact,
    Agreement,
    AgreementExact,
    QuantityCount
};

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Noise] = noiseQuantity();
    all[Valid] = measuredQuantity("valid",
                                  "Share that sees a ridge",
                                  "",
                                  "κ₂ ≤ −β, κ₁ − κ₂ ≥ γ and |δ| ≤ 1.5 σ̃, with β and γ of the "
                                  "view. Our own formulation.");
    all[Distance] = {.id = "distance",
                     .label = "Median |δ|/σ̃",
                     .help = "Of the particles that see a ridge; .57 for the exact law cut at 1.5, "
                             ".67 without the cut. Above it, the score is off across the ridge."};
    all[Effective] = {.id = "effective",
                      .label = "Components told apart, N_eff",
                      .logarithmic = true,
                      .help = "Mean of 1/Σ r², r the posterior of the components: 1 once the point "
                              "is known."};
    all[Agreement] = {.id = "agreement",
                      .label = "Certainty of the class, Σ P²",
                      .help =
                          "Mean of Σ P(c|x)², the probability that two clones end in one class. "
                          "arXiv:2402.18491."};
    for (const Quantity quantity : {Valid, Distance, Effective, Agreement}) {
        QuantityInfo floor = floorOf(all[quantity]);
        floor.label = all[quantity].label + ", exact draws";
        floor.help = "The same of as many exact draws of the noised data.";
        all[quantity + 1] = floor;
    }
    return all;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    const auto run = runToPlayHead(point, pool, std::move(stop), measured.note);
    if (!run)
        return run.error();
    if (!*run)
        return measured;
    const RunAtPlayHead& at = **run;
    const RidgeSpec& ridge = point.session.view.ridge;
    const RidgeThresholds thresholds{ridge.beta, ridge.gamma};
    const auto draws =
        std::min<Eigen::Index>(affordableDraws(*point.plan.mixture), at.reduced.rows());
    const ClockLevel own =
        clockLevelOf(point.plan.mixture, at.noise, thresholds, at.reduced.topRows(draws));
    const ClockLevel exact = clockLevel(
        point.plan.mixture, at.noise, thresholds, static_cast<int>(draws), point.plan.seed);
    std::vector<StudyValue>& estimates = measured.estimates;
    const auto shareError = [&](double share) {
        return std::sqrt(share * (1 - share) / static_cast<double>(draws));
    };
    estimates[Noise] = {at.noise};
    estimates[Valid] = {own.valid, shareError(own.valid)};
    estimates[ValidExact] = {exact.valid, shareError(exact.valid)};
    estimates[Distance] = {own.distance};
    estimates[DistanceExact] = {exact.distance};
    estimates[Effective] = {own.effectiveCount};
    estimates[EffectiveExact] = {exact.effectiveCount};
    estimates[Agreement] = {own.agreement};
    estimates[AgreementExact] = {exact.agreement};
    return measured;
}

} // namespace

StudyKind ridgeWindowStudy()
{
    StudyInfo info{"ridge-window",
                   "Ridge window",
                   "Which share of a run sees a ridge of the noised data, how far from it, and how "
                   "many components it tells apart, from noise to data: the ridge regime lies "
                   "between the gap's opening and the collapse onto single points.",
                   "He, Qiu and Tao, arXiv:2602.06021; Biroli et al., arXiv:2402.18491; the window "
                   "is our own formulation",
                   quantities()};
    info.over = "noise";
    info.followsPlayHead = true;
    return {std::move(info),
            [](const Session& session) { return playHeadSweep(session, kPlaces); },
            measure,
            nullptr};
}

} // namespace scorefield
