// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/slope_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kClear = 3; ///< how many floors or standard errors a value must stand above

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

std::optional<SlopeFit> fitAlong(const std::vector<Sweep>& sweeps,
                                 std::size_t which,
                                 const std::vector<std::size_t>& rows,
                                 const Column& column,
                                 const Column* floor)
{
    SlopeFit fit{column.id, sweeps[which].key};
    std::vector<double> x, y;
    for (const std::size_t row : rows)
        if (isClear(column, floor, row)) {
            fit.rows.push_back(row);
            x.push_back(valueAt(sweeps, which, row));
            y.push_back(column.values[row]);
        }
    const auto law = fitPowerLaw(x, y);
    if (!law)
        return std::nullopt;
    fit.slope = law->slope;
    fit.error = law->error;
    fit.factor = law->factor;
    return fit;
}

} // namespace

std::optional<PowerLaw> fitPowerLaw(std::span<const double> x, std::span<const double> y)
{
    std::vector<double> u, v;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        if (x[i] > 0 && y[i] > 0 && std::isfinite(x[i]) && std::isfinite(y[i])) {
            u.push_back(std::log(x[i]));
            v.push_back(std::log(y[i]));
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
    double residual = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double off = v[i] - meanV - law.slope * (u[i] - meanU);
        residual += off * off;
    }
    law.error = u.size() > 2 ? std::sqrt(residual / (n - 2) / uu)
                             : std::numeric_limits<double>::quiet_NaN();
    return law;
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
        for (std::size_t which = 0; which < sweeps.size(); ++which)
            for (std::size_t row = 0; sweeps[which].logarithmic && row < table.rows(); ++row) {
                const auto rows = rowsAlong(sweeps, which, row);
                if (rows.front() != row || rows.back() >= table.rows())
                    continue; // once per place of the other sweeps
                if (auto fit = fitAlong(sweeps, which, rows, column, floorOf(table, column)))
                    fits.push_back(std::move(*fit));
            }
    }
    return fits;
}

} // namespace scorefield
