// SPDX-License-Identifier: GPL-3.0-or-later
// What starting from a normal costs: the prior's divergence falls with the noise level at T, as its
// second power where the data have a mean and as its fourth where they have none.
#include "core/session/parameter_table.h"
#include "core/study/error_terms.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

enum Column : std::size_t { Gap, Leading, GapBound, Unit, UnitLeading, OwnCount };
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(OwnCount);
    all[Gap] = {.id = "prior",
                .label = "KL(q_T ‖ N(0, σ_T²))",
                .unit = "nats",
                .hasError = true,
                .logarithmic = true,
                .help = "The noised data at T against the normal that runs start from, by "
                        "quadrature for d ≤ 2, by exact draws above. It depends on σ̃_T alone: "
                        "σ̃ = √(e^T − 1) for VP, T for EDM, T/(1 − T) for RF.",
                .fitsSlope = true};
    all[Leading] = {.id = "prior.leading",
                    .label = "½|m|²/σ̃² + ¼‖Cov‖²/σ̃⁴",
                    .unit = "nats",
                    .role = ColumnRole::Curve,
                    .of = "prior",
                    .logarithmic = true,
                    .help = "Its leading terms: e^(−T) with a mean m and e^(−2T) without for VP, "
                            "T^(−2) and T^(−4) for EDM. Our derivation."};
    all[GapBound] = {.id = "prior.bound",
                     .label = "D²/σ̃_T²",
                     .unit = "nats",
                     .role = ColumnRole::Bound,
                     .of = "prior",
                     .logarithmic = true,
                     .help = "The published rate, D² = E|x₀|², whose solution for ε² is the "
                             "published horizon: T = log(D²/ε²) for VP, D/ε for EDM, 1 for RF. As "
                             "in lecture slides; unconfirmed in its source. ½ is a constant that "
                             "holds.",
                     .hiddenConstant = true};
    all[Unit] = {.id = "unit_prior",
                 .label = "KL(q_T ‖ N(0, 1))",
                 .unit = "nats",
                 .hasError = true,
                 .logarithmic = true,
                 .help = "The same against the unit normal that variance-preserving processes tend "
                         "to; lanes of other processes have none. Runs of the program start from "
                         "N(0, σ_T²).",
                 .fitsSlope = true};
    all[UnitLeading] = {.id = "unit_prior.leading",
                        .label = "½|m|²α² + ¼‖Cov − 1‖²α⁴",
                        .unit = "nats",
                        .role = ColumnRole::Curve,
                        .of = "unit_prior",
                        .logarithmic = true,
                        .help = "Its leading terms, with α² = e^(−T) for VP. Our derivation."};
    append(all, withoutSlopes(klQuantities()));
    return all;
}

Status applyNoise(Session& session, double sigmaTilde)
{
    return setStartNoise(session, sigmaTilde);
}

/// sigma~ at T where all lanes agree.
double currentNoise(const Session& session)
{
    double common = kNaN;
    for (const Lane& lane : session.lanes) {
        const auto process = makeProcess(lane.process);
        const double own = process ? (*process)->at((*process)->horizon()).sigmaTilde() : kNaN;
        if (!std::isfinite(own) || (!std::isnan(common) && std::abs(own / common - 1) > 1e-6))
            return kNaN;
        common = own;
    }
    return common;
}

std::span<const StudyParameter> ownParameters()
{
    static const StudyParameter all[] = {
        {{.key = "study.noise",
          .symbol = "σ̃_T",
          .label = "Noise level at T",
          .minimum = 1e-2,
          .maximum = 1e4,
          .defaultValue = 80,
          .scale = Scale::Logarithmic,
          .help = "σ̃ = σ/α at the horizon, set in every lane through its own T: T = log(1 + σ̃²) "
                  "for VP, σ̃ for EDM, σ̃/(1 + σ̃) for RF."},
         &applyNoise,
         &currentNoise}};
    return all;
}

Result<std::vector<Sweep>> noiseSweep(const Session& session)
{
    const auto common = commonStartNoise(session);
    const double from = std::max(common ? common->first : kNaN, 5.);
    const double to = std::min(common ? common->second : kNaN, 500.);
    if (!common || !(from < to))
        return Error{"study.noise",
                     "the lanes have no noise level at T that all of them reach; sweep "
                     "lanes.N.process.horizon of one lane"};
    Sweep sweep{"study.noise", {}, true, ownParameters().data()};
    constexpr int kValues = 12;
    for (int i = 0; i < kValues; ++i)
        sweep.values.push_back(i + 1 < kValues ? from * std::pow(to / from, i / (kValues - 1.))
                                               : to);
    return std::vector<Sweep>{std::move(sweep)};
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    auto terms = ErrorTerms::measure(point, pool, stop);
    if (!terms)
        return terms.error();
    Measurement measured;
    measured.estimates.resize(OwnCount);
    std::vector<StudyValue>& own = measured.estimates;
    const auto law = lawOfPlan(point.plan);
    const PathCoefficients& first = point.plan.levels.front();
    const auto gap = priorGap(**law, first, first.sigma, pool);
    if (!gap)
        return gap.error();
    own[Gap] = {gap->kl.value, gap->kl.error};
    own[Leading].value = gap->leading;
    own[GapBound].value = secondMoment(**law) / std::pow(first.sigmaTilde(), 2);
    const double total = first.alpha * first.alpha + first.sigma * first.sigma;
    if (std::abs(total - 1) < 1e-9 && first.alpha > 0) { // rounding of alpha and sigma
        const auto unit = priorGap(**law, first, 1, pool);
        if (unit) {
            own[Unit] = {unit->kl.value, unit->kl.error};
            own[UnitLeading].value = unit->leading;
        }
    }
    append(own, terms->kl());
    measured.note = terms->note();
    return measured;
}

} // namespace

StudyKind horizonStudy()
{
    return {{.id = "horizon",
             .label = "Horizon",
             .help = "What the wrong start costs over the noise level at T: the exact divergence "
                     "of the prior, its leading terms, the published rate, and the run itself.",
             .source = "Chen et al. 2023, arXiv:2209.11215, for the decomposition",
             .quantities = quantities()},
            &noiseSweep,
            &measure,
            nullptr,
            ownParameters()};
}

} // namespace scorefield
