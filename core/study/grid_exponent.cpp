// SPDX-License-Identifier: GPL-3.0-or-later
// The exponent a of t_k = (T^(1/a) + (k/K)(delta^(1/a) - T^(1/a)))^a, which Karras et al. call rho:
// what it does to the relative steps and to the error.
#include "core/metric/converged.h"
#include "core/session/parameter_table.h"
#include "core/study/error_terms.h"

#include <cmath>
#include <limits>

namespace scorefield {

namespace {

enum Column : std::size_t {
    StepSum,
    StepInTime,
    StepClosed,
    StepLimit,
    StepBound,
    Chain,
    OwnCount
};

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(OwnCount);
    all[StepSum] = {.id = "step_sum",
                    .label = "Σ h_k²/t_k²",
                    .logarithmic = true,
                    .help = "Squared relative steps of the grid, summed up as the published bound "
                            "does: h_k/t_k = a(u − u′)/√(u u′) with u = t^(1/a), in the coordinate "
                            "that the grid spaces, t or σ̃."};
    all[StepInTime] = {.id = "step_sum.in_time",
                       .label = "Σ (t − t′)²/(t t′)",
                       .role = ColumnRole::Part,
                       .of = "step_sum",
                       .logarithmic = true,
                       .help =
                           "The same with the steps of t itself, larger where a step shortens t "
                           "by a large factor; both agree for many steps."};
    all[StepClosed] = {.id = "step_sum.closed",
                       .label = "(4a²/K) sinh²(L/2a)",
                       .role = ColumnRole::Curve,
                       .of = "step_sum",
                       .logarithmic = true,
                       .help = "The same in closed form, L = log(T/δ), exact where steps are taken "
                               "in t^(1/a); falls with a to L²/K. Our derivation."};
    all[StepLimit] = {.id = "step_sum.limit",
                      .label = "L²/K, a → ∞",
                      .role = ColumnRole::Curve,
                      .of = "step_sum",
                      .logarithmic = true,
                      .help = "The limit of geometric steps."};
    all[StepBound] = {.id = "step_sum.bound",
                      .label = "a²(T/δ)^(1/a)/K",
                      .role = ColumnRole::Bound,
                      .of = "step_sum",
                      .logarithmic = true,
                      .help = "The published factor (T/δ)^(1/a)/K with the a² that it leaves out: "
                              "above the sum for every a, as 4 sinh²(x/2) < e^x, and close to it "
                              "while log(T/δ) is far above a; the steps of t itself may lie above "
                              "it."};
    all[Chain] = {.id = "chain",
                  .label = "Chain KL of the steps",
                  .unit = "nats",
                  .hasError = true,
                  .logarithmic = true,
                  .help = "(1+η²)²/(8η²) Σ_k ∫ g² E|s(x_t, t) − s(x_k, t_k)|² dt over exact pairs "
                          "of the forward process, with η = 1 for noise-free runs: what the bound "
                          "is a bound of. Our derivation, from Girsanov."};
    append(all, withoutSlopes(klQuantities())); // no power of a
    append(all, withoutSlopes(w2Quantities()));
    return all;
}

/// The lane's own exponent where its grid has one; else the power grid in its place.
Status setExponent(Session& session, double a)
{
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane) {
        const std::string grid = "lanes." + std::to_string(lane) + ".grid.";
        const std::string& kind = session.lanes[lane].grid.kind;
        if (kind != "power" && kind != "karras")
            if (auto status = setParameterText(session, grid + "kind", "power"); !status)
                return status;
        const bool isKarras = session.lanes[lane].grid.kind == "karras";
        if (auto status = setParameter(session, grid + (isKarras ? "rho" : "a"), a); !status)
            return status;
    }
    return success();
}

/// Where all lanes that have an exponent agree.
double currentExponent(const Session& session)
{
    double common = std::numeric_limits<double>::quiet_NaN();
    for (const Lane& lane : session.lanes) {
        if (lane.grid.kind != "power" && lane.grid.kind != "karras")
            continue;
        const double own = lane.grid.values.at(lane.grid.kind == "karras" ? "rho" : "a");
        if (!std::isnan(common) && own != common)
            return std::numeric_limits<double>::quiet_NaN();
        common = own;
    }
    return common;
}

std::span<const StudyParameter> ownParameters()
{
    static const StudyParameter all[] = {
        {{.key = "study.exponent",
          .symbol = "a",
          .label = "Exponent",
          .minimum = 1,
          .maximum = 20,
          .defaultValue = 7,
          .scale = Scale::Logarithmic,
          .help = "a of t_k = (T^(1/a) + (k/K)(δ^(1/a) − T^(1/a)))^a in every lane, ρ where the "
                  "grid is Karras'; lanes with another grid get the power grid. 1 is uniform, "
                  "large values are geometric."},
         &setExponent,
         &currentExponent}};
    return all;
}

Result<std::vector<Sweep>> exponentSweep(const Session& session)
{
    auto sweep = makeSweep(session, "study.exponent", "1", "20", 12, true, ownParameters());
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    auto terms = ErrorTerms::measure(point, pool, stop);
    if (!terms)
        return terms.error();
    Measurement measured;
    measured.estimates.resize(OwnCount);
    std::vector<StudyValue>& own = measured.estimates;
    const auto grid = gridExponent(point.session, point.lane, point.plan);
    if (grid) {
        const double K = static_cast<double>(grid->nodes.size()) - 1;
        const double length = std::log(grid->ratio);
        own[StepSum].value = stepSum(grid->nodes, grid->a);
        own[StepInTime].value = stepSum(grid->nodes);
        own[StepClosed].value = stepSumClosedForm(grid->a, K, grid->ratio);
        own[StepLimit].value = length * length / K;
        own[StepBound].value = grid->a * grid->a * std::pow(grid->ratio, 1 / grid->a) / K;
    }
    own[Chain] = terms->chain();
    append(own, terms->kl());
    append(own, terms->w2(true));
    measured.note = terms->note();
    if (!grid)
        measured.note += std::string(measured.note.empty() ? "" : "; ")
                         + "the grid has no exponent, so neither has the step sum; choose power "
                           "or karras";
    return measured;
}

} // namespace

StudyKind gridExponentStudy()
{
    return {{.id = "grid-exponent",
             .label = "Grid exponent",
             .help = "What the exponent a (ρ) of the grid does to its relative steps and to the "
                     "error of the run, beside the published factor (T/δ)^(1/a)/K.",
             .source = "Karras et al. 2022, arXiv:2206.00364, eq. 5, for the grid",
             .quantities = quantities()},
            &exponentSweep,
            &measure,
            nullptr,
            ownParameters()};
}

} // namespace scorefield
