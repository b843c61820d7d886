// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/study_chart.h"

namespace scorefield::plots {

Status saveStudyChart(const Table& table,
                      const Session& session,
                      const std::string& path,
                      const ChartStyle& style)
{
    auto charts = studyCharts(table, style);
    if (!charts)
        return charts.error();
    if (charts->size() > 1) // one title for all; the others only keep its room
        for (std::size_t i = 1; i < charts->size(); ++i)
            if (!(*charts)[i].cells)
                (*charts)[i].title = QStringLiteral(" ");
    if (charts->empty())
        return Error{path, "there is nothing to draw: the study measured no number"};
    return exportCharts(*charts, path, style.figure, session);
}

} // namespace scorefield::plots
