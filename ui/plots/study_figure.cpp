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
    if (charts->empty())
        return Error{path, "there is nothing to draw: the study measured no number"};
    FigureSpec figure = style.figure;
    if (charts->size() > 1 && figure.title.empty()) // one title for all
        figure.title = table.title;
    if (charts->size() > 1)
        for (ChartSpec& chart : *charts)
            if (!chart.cells)
                chart.title.clear();
    return exportCharts(*charts, path, figure, session);
}

} // namespace scorefield::plots
