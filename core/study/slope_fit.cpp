// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/slope_fit.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace scorefield {

namespace {

constexpr double kExplained = 0.9; ///< of the variance, where a line describes anything
constexpr double kClear = 3;       ///< how many floors or standard errors a value must stand above

/// The floor of a measured column, or null.
const Column* floorOf(const Table& table, const Column& column)
{
    for (const Column& other : table.columns)
        if (other.role == ColumnRole::Floor && other.of == column.id)
            return &other;
    return nullptr;
}

bool isClear(const Column& column, const Column* floor, std::size_t row)
{
    const double y = column.values[row];
    const bool aboveError =
        column.errors.empty() || !(y < kClear * column.errors[row]); // NaN: no error is known
    const bool aboveFloor = !floor || !(y < kClear * floor->values[row]);
    return std::isfinite(y) && y > 0 && aboveError && aboveFloor;
}

/// Of the rows in their order; a row without a number neither counts nor ends a stretch.
std::vector<std::size_t>
clearRows(const std::vector<std::size_t>& rows, const Column& column, const Column* floor)
{
    std::vector<std::size_t> stretch, longest;
    for (const std::size_t row : rows) {
        if (!std::isfinite(column.values[row]))
            continue;
        if (isClear(column, floor, row))
            stretch.push_back(row);
        else
            stretch.clear();
        if (stretch.size() > longest.size())
            longest = stretch;
    }
    return longest;
}

std::optional<SlopeFit> fitRows(const Column& column,
                                const std::string& over,
                                const std::vector<double>& x,
                                const std::vector<std::size_t>& rows)
{
    std::vector<double> y, errors;
    for (const std::size_t row : rows) {
        y.push_back(column.values[row]);
        if (!column.errors.empty())
            errors.push_back(column.errors[row]);
    }
    // A lane that the sweep does not touch repeats its number.
    const bool moves = std::adjacent_find(y.begin(), y.end(), std::not_equal_to<>()) != y.end();
    const auto law = fitPowerLaw(x, y, errors);
    if (!law || !moves || law->explained < kExplained)
        return std::nullopt;
    return SlopeFit{column.id, over, law->slope, law->error, law->factor, rows};
}

/// What a fit is also made over: the quantity that charts are drawn over, and the evaluations.
std::vector<const Column*> measuredOver(const Table& table, const Column& column)
{
    std::vector<const Column*> found;
    for (const std::string& id : {table.over, std::string("evaluations")}) {
        const Column* const over = table.find("lanes." + std::to_string(column.lane) + "." + id);
        const bool counts = over && over != &column && over->role == ColumnRole::Measured;
        if (!id.empty() && counts && std::find(found.begin(), found.end(), over) == found.end())
            found.push_back(over);
    }
    return found;
}

} // namespace

std::optional<PowerLaw>
fitPowerLaw(std::span<const double> x, std::span<const double> y, std::span<const double> errors)
{
    std::vector<double> u, v, relative;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        if (x[i] > 0 && y[i] > 0 && std::isfinite(x[i]) && std::isfinite(y[i])) {
            u.push_back(std::log(x[i]));
            v.push_back(std::log(y[i]));
            const bool known = i < errors.size() && std::isfinite(errors[i]);
            relative.push_back(known ? errors[i] / y[i] : 0);
        }
    const auto n = static_cast<double>(u.size());
    double meanU = 0, meanV = 0, uu = 0, uv = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        meanU += u[i] / n;
        meanV += v[i] / n;
    }
    for (std::size_t i = 0; i < u.size(); ++i) {
        uu += (u[i] - meanU) * (u[i] - meanU);
        uv += (u[i] - meanU) * (v[i] - meanV);
    }
    if (u.size() < 2 || !(uu > 0))
        return std::nullopt;
    PowerLaw law;
    law.slope = uv / uu;
    law.factor = std::exp(meanV - law.slope * meanU);
    double residual = 0, propagated = 0, vv = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double off = v[i] - meanV - law.slope * (u[i] - meanU);
        residual += off * off;
        vv += (v[i] - meanV) * (v[i] - meanV);
        propagated += std::pow((u[i] - meanU) * relative[i] / uu, 2);
    }
    law.explained = vv > 0 ? 1 - residual / vv : 1;
    const double scattered = u.size() > 2 ? residual / (n - 2) / uu : 0;
    const bool isKnown = u.size() > 2 || propagated > 0;
    law.error = isKnown ? std::sqrt(std::max(scattered, propagated))
                        : std::numeric_limits<double>::quiet_NaN();
    return law;
}

std::optional<SlopeFit> fitOver(const Table& table, const SlopeFit& fit, const Column& over)
{
    const Column* const column = table.find(fit.column);
    if (!column || over.values.size() != column->values.size())
        return std::nullopt;
    std::vector<double> x;
    for (const std::size_t row : fit.rows)
        x.push_back(over.values[row]);
    return fitRows(*column, over.id, x, fit.rows);
}

std::vector<SlopeFit>
fitSlopes(const StudyInfo& study, const std::vector<Sweep>& sweeps, const Table& table)
{
    std::vector<SlopeFit> fits;
    for (const Column& column : table.columns) {
        const bool wanted = std::any_of(
            study.quantities.begin(), study.quantities.end(), [&](const QuantityInfo& quantity) {
                return quantity.fitsSlope && column.lane >= 0
                       && column.id == "lanes." + std::to_string(column.lane) + "." + quantity.id;
            });
        if (!wanted)
            continue;
        const Column* const floor = floorOf(table, column);
        for (std::size_t which = 0; which < sweeps.size(); ++which)
            for (std::size_t row = 0; sweeps[which].logarithmic && row < table.rows(); ++row) {
                const auto along = rowsAlong(sweeps, which, row);
                if (along.front() != row || along.back() >= table.rows())
                    continue; // once per place of the other sweeps
                const auto rows = clearRows(along, column, floor);
                std::vector<double> x;
                for (const std::size_t each : rows)
                    x.push_back(valueAt(sweeps, which, each));
                const auto fit = fitRows(column, sweeps[which].key, x, rows);
                if (!fit)
                    continue;
                fits.push_back(*fit);
                for (const Column* over : measuredOver(table, column))
                    if (auto same = fitOver(table, *fit, *over))
                        fits.push_back(std::move(*same));
            }
    }
    return fits;
}

std::string slopeSentence(const Table& table, const SlopeFit& fit)
{
    const Column* const column = table.find(fit.column);
    const bool isNamed =
        column && column->lane >= 0 && static_cast<std::size_t>(column->lane) < table.lanes.size();
    std::string sentence =
        isNamed ? table.lanes[static_cast<std::size_t>(column->lane)] + ": " : std::string();
    sentence += fit.column + " over " + fit.over;
    for (const Column& other : table.columns) {
        const auto differs = [&](std::size_t row) {
            return other.values[row] != other.values[fit.rows.front()];
        };
        const bool isPlace = other.role == ColumnRole::Parameter && !fit.rows.empty()
                             && std::none_of(fit.rows.begin(), fit.rows.end(), differs);
        if (!isPlace)
            continue;
        const std::size_t row = fit.rows.front();
        sentence += " at " + other.id + " "
                    + (other.words.empty() ? formatNumber(other.values[row], 4) : other.words[row]);
    }
    sentence += ": slope " + formatNumber(fit.slope, 4);
    if (std::isfinite(fit.error))
        sentence += " ± " + formatNumber(fit.error, 2);
    return sentence + " (" + std::to_string(fit.rows.size()) + " rows)";
}

} // namespace scorefield
