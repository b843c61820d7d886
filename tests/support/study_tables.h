// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Tables as studies make them, for charts: a sweep in two lanes, a grid, and errors with parts,
// bounds, floors and slopes.
#include "core/study/table.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace scorefield::test {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

inline Column column(const char* id, ColumnRole role, int lane, std::vector<double> values)
{
    Column made;
    made.id = id;
    made.label = id;
    made.role = role;
    made.lane = lane;
    made.values = std::move(values);
    return made;
}

/// Two lanes over w = 1, 10, 100, given in another order.
inline Table sweepTable()
{
    Table table;
    table.title = "Sweep";
    table.columns.push_back(column("lanes.*.guidance.w", ColumnRole::Parameter, -1, {10, 1, 100}));
    table.columns.back().logarithmic = true;
    for (int lane = 0; lane < 2; ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const double shift = 0.01 * lane;
        Column measured = column((prefix + "confidence").c_str(),
                                 ColumnRole::Measured,
                                 lane,
                                 {.8 + shift, .5 + shift, lane == 0 ? kNone : .95});
        measured.label = "Confidence";
        measured.errors = {.01, .02, .03};
        table.columns.push_back(measured);
        Column floor =
            column((prefix + "confidence.exact").c_str(), ColumnRole::Floor, lane, {.6, .6, .6});
        floor.of = prefix + "confidence";
        table.columns.push_back(floor);
        Column bound = column(
            (prefix + "confidence.ceiling").c_str(), ColumnRole::Bound, lane, {.97, .97, .97});
        bound.of = prefix + "confidence";
        table.columns.push_back(bound);
        table.columns.push_back(
            column((prefix + "modes").c_str(), ColumnRole::Measured, lane, {2, 3, 1}));
    }
    return table;
}

/// Every pair of four w and five K.
inline Table gridTable()
{
    Table table;
    table.title = "Grid";
    std::vector<double> w, steps, values;
    for (const double a : {1., 2., 4., 8.})
        for (const double b : {10., 20., 30., 40., 50.}) {
            w.push_back(a);
            steps.push_back(b);
            values.push_back(a * b);
        }
    table.columns.push_back(column("w", ColumnRole::Parameter, -1, w));
    table.columns.push_back(column("steps", ColumnRole::Parameter, -1, steps));
    table.columns.push_back(column("lanes.0.share", ColumnRole::Measured, 0, values));
    return table;
}

/// An error over K by two samplers of two lanes, with a part, a bound up to a constant, a floor and
/// fitted slopes −1 and −2; the second lane is half of the first.
inline Table errorTable()
{
    Table table;
    table.title = "Errors";
    table.source = "A source";
    table.lanes = {"VP", "RF"};
    const std::vector<double> K = {10, 100, 1000, 10, 100, 1000};
    Column samplers = column("lanes.*.sampler.kind", ColumnRole::Parameter, -1, {0, 0, 0, 2, 2, 2});
    samplers.words = {"euler", "euler", "euler", "heun", "heun", "heun"};
    table.columns = {samplers, column("lanes.*.grid.steps", ColumnRole::Parameter, -1, K)};
    table.columns[1].label = "Steps K";
    table.columns[1].logarithmic = true;
    for (int lane = 0; lane < 2; ++lane) {
        const std::string id = "lanes." + std::to_string(lane) + ".kl";
        std::vector<double> y, cost;
        for (std::size_t row = 0; row < K.size(); ++row) {
            y.push_back(std::pow(K[row], row < 3 ? -1 : -2) / (1 + lane));
            cost.push_back(row < 3 ? K[row] : 2 * K[row]);
        }
        Column measured = column(id.c_str(), ColumnRole::Measured, lane, y);
        measured.label = "KL";
        measured.help = "Formula of KL";
        measured.logarithmic = true;
        for (const double value : y)
            measured.errors.push_back(value / 20);
        const auto attached =
            [&](const char* end, const char* label, ColumnRole role, double value) {
                Column made =
                    column((id + end).c_str(), role, lane, std::vector<double>(K.size(), value));
                made.of = id;
                made.label = label;
                made.logarithmic = true;
                return made;
            };
        Column bound = attached(".bound", "D²/K", ColumnRole::Bound, 2);
        bound.hiddenConstant = true;
        Column evaluations = column(("lanes." + std::to_string(lane) + ".evaluations").c_str(),
                                    ColumnRole::Measured,
                                    lane,
                                    cost);
        evaluations.logarithmic = true;
        for (const Column& each : {measured,
                                   attached(".prior", "Prior", ColumnRole::Part, 1e-4 * (1 + lane)),
                                   bound,
                                   attached(".floor", "KL, exact draws", ColumnRole::Floor, 1e-6),
                                   evaluations})
            table.columns.push_back(each);
        for (const std::size_t first : {std::size_t{0}, std::size_t{3}})
            table.slopes.push_back({id,
                                    "lanes.*.grid.steps",
                                    first == 0 ? -1. : -2.,
                                    .03,
                                    1. / (1 + lane),
                                    {first, first + 1, first + 2}});
    }
    return table;
}

} // namespace scorefield::test
