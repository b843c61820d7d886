// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_series.h"

#include <algorithm>
#include <cmath>

namespace scorefield::plots {

void addSeries(ChartSpec& spec,
               const SeriesName& name,
               std::vector<double> x,
               std::vector<double> y)
{
    x.resize(std::min(x.size(), y.size()));
    y.resize(x.size());
    const bool hasNumber =
        std::any_of(y.begin(), y.end(), [](double value) { return std::isfinite(value); });
    if (hasNumber)
        spec.series.push_back({name.label,
                               name.role,
                               static_cast<int>(name.lane),
                               name.variant,
                               std::move(x),
                               std::move(y)});
}

QString chartLaneName(const RunProduct& run, std::size_t lane)
{
    return QStringLiteral("%1 · %2").arg(lane + 1).arg(
        QString::fromStdString(run.session.lanes[lane].process.kind).toUpper());
}

} // namespace scorefield::plots
