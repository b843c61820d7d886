// SPDX-License-Identifier: GPL-3.0-or-later
// How much of the gap between two lanes is each part's: noise levels, sampler, number of steps,
// prior and range are un-matched one after the other. See matched_comparison.h.
#include "core/study/matched_comparison.h"

#include "core/metric/law_distance.h"
#include "core/metric/sampling_terms.h"
#include "core/session/lane_plan.h"
#include "core/study/study.h"

#include <array>
#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kRungKey = "study.rung";

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    Gap,
    Contribution,
    Alone,
    Wasserstein,
    WassersteinFloor,
    Divergence,
    DivergenceFloor,
    QuantityCount
};

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[Gap] = {.id = "gap",
                .label = "Gap to lane 1",
                .unit = "data units",
                .hasError = true,
                .help = "Root mean square distance of the ends, x/α, of the same particles in this "
                        "lane and the first."};
    all[Contribution] = {.id = "gap.contribution",
                         .label = "Contribution to the gap",
                         .unit = "data units",
                         .role = ColumnRole::Part,
                         .of = "gap",
                         .help = "What the gap grew by from the row before; in the first row what "
                                 "matching leaves. They sum to the whole gap."};
    all[Alone] = {.id = "gap.alone",
                  .label = "Contribution alone",
                  .unit = "data units",
                  .role = ColumnRole::Part,
                  .of = "gap",
                  .help =
                      "What the gap grows by where this part alone is un-matched. The sum of "
                      "these is not the gap: parts add to and make up for each other. The range "
                      "takes the prior with it: exact starts at two levels share their "
                      "component, not their noise."};
    all[Wasserstein] = {.id = "w2",
                        .label = "W₂ to the data",
                        .unit = "data units",
                        .hasError = true,
                        .logarithmic = true,
                        .help = "Between the lane's end points and q₀, of the target class where "
                                "the lane is guided; sliced above one dimension."};
    all[WassersteinFloor] = {.id = "w2.floor",
                             .label = "W₂ of exact draws",
                             .unit = "data units",
                             .role = ColumnRole::Floor,
                             .of = "w2",
                             .logarithmic = true};
    all[Divergence] = {.id = "kl",
                       .label = "KL to the data",
                       .unit = "nats",
                       .hasError = true,
                       .help = "KL(q̂ ‖ q₀) of the lane's end points, estimated."};
    all[DivergenceFloor] = {.id = "kl.floor",
                            .label = "KL of exact draws",
                            .unit = "nats",
                            .role = ColumnRole::Floor,
                            .of = "kl"};
    return all;
}

Status applyRung(Session& session, double value)
{
    if (session.lanes.size() < 2)
        return Error{"lanes", "is a single lane; the ladder compares two or more"};
    session = atRung(std::move(session), static_cast<MatchRung>(static_cast<int>(value)));
    return success();
}

/// The rung that the session stands on, if its switches are those of one.
double currentRung(const Session& session)
{
    if (!sharesAnything(session))
        return kMatchRungs - 1;
    for (int rung = 0; rung < kMatchRungs; ++rung)
        if (atRung(session, static_cast<MatchRung>(rung)).view.match == session.view.match)
            return rung;
    return std::numeric_limits<double>::quiet_NaN();
}

const StudyParameter& rungParameter()
{
    static const StudyParameter parameter{
        {.key = kRungKey,
         .symbol = "",
         .label = "Un-matched",
         .type = ParameterType::Choice,
         .maximum = kMatchRungs - 1,
         .choices = {{"matched", "Nothing", "levels, sampler and the exact prior are shared"},
                     {"spacing", "+ spacing", "every lane spaces its noise levels itself"},
                     {"sampler", "+ sampler", "and has its own sampler and η"},
                     {"steps", "+ steps K", "and its own number of steps"},
                     {"prior", "+ prior", "and its own prior"},
                     {"range",
                      "+ range T, δ",
                      "and its own first and last noise level: nothing is matched"}},
         .help = "Parts of the comparison that are un-matched, one more in each row, in this "
                 "order. Our own formulation of a matched comparison."},
        applyRung,
        currentRung};
    return parameter;
}

Result<std::vector<Sweep>> allRungs(const Session& session)
{
    if (session.lanes.size() < 2)
        return Error{"lanes", "is a single lane; the ladder compares two or more"};
    auto sweep = makeSweep(
        session, kRungKey, "matched", "range", kMatchRungs, false, std::span(&rungParameter(), 1));
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

Status measureGaps(const StudyPoint& point,
                   WorkerPool& pool,
                   const std::stop_token& stop,
                   Measurement& measured)
{
    const auto gap = laneGap(point.session, point.lane, 0, pool, stop);
    if (!gap) {
        measured.note = gap.error().sentence();
        return success();
    }
    measured.estimates[Gap] = {gap->value, gap->error};
    const double current = currentRung(point.session);
    if (std::isnan(current))
        return success(); // switches of the user's own are on no rung
    const auto rung = static_cast<MatchRung>(static_cast<int>(current));
    const auto gapOf = [&](MatchRung only) {
        return laneGap(onlyUnmatched(point.session, only), point.lane, 0, pool, stop);
    };
    const auto matched = gapOf(MatchRung::Matched), alone = gapOf(rung);
    for (const auto* each : {&matched, &alone})
        if (!*each) {
            measured.note = each->error().sentence();
            return success();
        }
    measured.estimates[Alone].value =
        alone->value - (rung == MatchRung::Matched ? 0 : matched->value);
    return success();
}

void measureErrors(const StudyPoint& point,
                   const Trajectories& run,
                   WorkerPool& pool,
                   Measurement& measured)
{
    const auto law = lawOfPlan(point.plan);
    if (!law)
        return;
    const PathCoefficients data; // alpha = 1, sigma = 0
    const LawMeter meter(*law, data, run.particles, point.plan.seed, pool);
    const Eigen::MatrixXd ends = endPoints(run);
    const auto store = [&](const LawDistance& found, Quantity value, Quantity floor) {
        measured.estimates[value] = {found.distance.value, found.distance.error};
        measured.estimates[floor].value = found.floor;
    };
    store(meter.w2(ends, pool), Wasserstein, WassersteinFloor);
    store(meter.kl(ends, pool), Divergence, DivergenceFloor);
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto run = simulate<float>(plan, pool, stop);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    if (run.outcome.kind != Outcome::Kind::Completed) {
        measured.note = run.outcome.message;
        return measured;
    }
    measureErrors(point, run.trajectories, pool, measured);
    if (point.lane > 0)
        if (auto done = measureGaps(point, pool, stop, measured); !done)
            return done.error();
    return measured;
}

/// Contributions need the row below on the ladder.
void addContributions(const Session& session, const std::vector<Sweep>& sweeps, Table& table)
{
    for (std::size_t which = 0; which < sweeps.size(); ++which) {
        if (sweeps[which].key != kRungKey)
            continue;
        for (std::size_t lane = 1; lane < session.lanes.size(); ++lane) {
            const std::string prefix = "lanes." + std::to_string(lane) + ".";
            const Column* gap = table.find(prefix + "gap");
            Column* contribution = table.find(prefix + "gap.contribution");
            for (std::size_t row = 0; row < table.rows(); ++row) {
                double below = 0;
                for (const std::size_t other : rowsAlong(sweeps, which, row)) {
                    if (other == row)
                        break;
                    below = gap->values[other];
                }
                contribution->values[row] = gap->values[row] - below;
            }
        }
    }
}

} // namespace

StudyKind matchedComparisonStudy()
{
    return {{.id = "matched-comparison",
             .label = "Matched comparison",
             .help = "Two lanes that share noise levels, sampler and the exact prior end alike; "
                     "their gap as spacing, sampler, steps, prior and range are un-matched one "
                     "after the other, and what each adds.",
             .source = "Our own formulation; equal ends at equal σ̃ as in Karras et al. 2022, "
                       "arXiv:2206.00364, sec. 3",
             .quantities = quantities(),
             .comparesLanes = true},
            allRungs,
            measure,
            addContributions,
            std::span(&rungParameter(), 1)};
}

} // namespace scorefield
