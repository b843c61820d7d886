// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/guidance_quantities.h"

#include "core/base/text.h"
#include "core/metric/converged.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/study/guidance_curves.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// Below it 1 - P is rounding of P in double precision.
constexpr double kResolvedShortfall = 1e-12;

/// p of every row of one lane, NaN where the power law says nothing.
double exponentAt(const Session& session,
                  int lane,
                  const std::shared_ptr<const GaussianMixture>& mixture,
                  double variance)
{
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const auto plan = planLane(session, lane, mixture);
    if (!plan || !plainGuidanceWeight(session, lane) || followedEta(*plan) != 0)
        return none;
    const double p = guidanceExponent(plan->levels.front().sigmaTilde(), variance);
    return std::isfinite(p) ? p : none;
}

} // namespace

QuantityInfo measuredQuantity(std::string id, std::string label, std::string unit, std::string help)
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

QuantityInfo confidenceQuantity()
{
    return measuredQuantity("confidence",
                            "Mean class confidence",
                            "",
                            "Mean of P(c|x₀) over the end points, under the clean data.");
}

QuantityInfo confidenceCeilingQuantity()
{
    return {.id = "confidence.ceiling",
            .label = "Largest confidence there is",
            .role = ColumnRole::Bound,
            .of = "confidence",
            .help = "sup over x of P(c|x) under the clean data: a class between others has a "
                    "ceiling below 1. Our own derivation."};
}

QuantityInfo shortfallQuantity()
{
    QuantityInfo shortfall =
        measuredQuantity("shortfall", "1 − mean class confidence", "", "1 − P(c|x₀), mean.");
    shortfall.logarithmic = true;
    return shortfall;
}

QuantityInfo shortfallExponentQuantity()
{
    return {.id = "shortfall.exponent",
            .label = "w^(−p), p = √(1 + σ̃_T²/s²)",
            .role = ColumnRole::Curve,
            .of = "shortfall",
            .logarithmic = true,
            .help = "The asymptotic power law of the exact guided ODE for two equal modes of "
                    "variance s² (our own derivation, up to logarithms), through the largest w at "
                    "which it is resolved."};
}

QuantityInfo shortfallBoundQuantity()
{
    return {.id = "shortfall.bound",
            .label = "Published bound",
            .role = ColumnRole::Bound,
            .of = "shortfall",
            .logarithmic = true,
            .help = "(log η)²/η with η = w − 1 for variance exploding processes, to the power "
                    "e^(−T) for variance preserving ones; hidden constants taken as 1, from η = e² "
                    "on. OpenReview PmcV9vW2qZ, abstract."};
}

QuantityInfo pairwiseDistanceQuantity()
{
    return measuredQuantity("pairwise_distance",
                            "Mean pairwise distance",
                            "data units",
                            "Mean of |x − x′| over pairs of end points.");
}

Result<std::vector<Sweep>>
guidanceWeightSweep(const Session& session, double largest, std::size_t count)
{
    const std::string key = std::string("lanes.*.") + kGuidanceWeightKey;
    const std::vector<std::string> keys = keysOf(session, key);
    if (keys.empty())
        return Error{"lanes.0.guidance.kind",
                     "no lane has a guidance weight to sweep; choose a rule, e.g. cfg"};
    for (const std::string& each : keys)
        largest = std::min(largest, describe(session, each)->maximum);
    auto sweep = makeSweep(session, key, "1", formatNumber(largest), count, true);
    if (!sweep)
        return sweep.error();
    return std::vector<Sweep>{std::move(sweep).value()};
}

std::optional<double> plainGuidanceWeight(const Session& session, int lane)
{
    const Choice& guidance = session.lanes[static_cast<std::size_t>(lane)].guidance;
    if (guidance.kind != "cfg")
        return std::nullopt;
    return guidance.values.at("w");
}

StudyValue shortfallBoundAt(const StudyPoint& point)
{
    const auto weight = plainGuidanceWeight(point.session, point.lane);
    if (!weight || !varianceOfTwoEqualModes(*point.plan.mixture))
        return {};
    return {publishedGuidanceBound(point.plan.levels, *weight)};
}

void drawGuidanceExponent(const Session& session, const std::vector<Sweep>& sweeps, Table& table)
{
    const auto mixture =
        std::make_shared<const GaussianMixture>(GaussianMixture::create(*session.data).value());
    const auto variance = varianceOfTwoEqualModes(*mixture);
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const auto along = sweepOf(session, sweeps, prefix + kGuidanceWeightKey);
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

} // namespace scorefield
