// SPDX-License-Identifier: GPL-3.0-or-later
// What can be kept of a study: its table and its figure.
#include "core/base/file.h"
#include "ui/charts/study_page.h"
#include "ui/document/document.h"
#include "ui/plots/chart_figure.h"
#include "ui/plots/study_chart.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>

namespace scorefield::ui {

void StudyPage::copyTable()
{
    if (const auto table = m_runner.table())
        QGuiApplication::clipboard()->setText(QString::fromStdString(tableToCsv(*table)));
}

void StudyPage::saveTable()
{
    const auto table = m_runner.table();
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save table"), QStringLiteral("study.csv"), tr("Tables (*.csv *.json)"));
    if (!table || path.isEmpty())
        return;
    const bool isJson = path.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
    const auto status = writeFileAtomically(std::filesystem::path(path.toStdU16String()),
                                            isJson ? tableToJson(*table) : tableToCsv(*table));
    say(status ? tr("Saved %1").arg(path) : QString::fromStdString(status.error().sentence()),
        !status);
}

void StudyPage::saveFigure()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save figure"), QStringLiteral("study.png"), tr("Figures (*.png *.svg *.pdf)"));
    if (path.isEmpty())
        return;
    std::vector<plots::ChartSpec> specs;
    for (const plots::Chart* chart : m_charts)
        if (chart->isVisible())
            specs.push_back(chart->spec());
    FigureSpec spec = plots::usualChartFigure();
    spec.width *= 2; // fine enough for a page
    spec.height *= 2;
    spec.dpi *= 2;
    if (const auto table = m_runner.table())
        spec.title = table->title;
    spec.theme =
        static_cast<double>(currentTheme().dark ? PictureTheme::Dark : PictureTheme::Light);
    const auto status = plots::exportCharts(specs, path.toStdString(), spec, m_runner.session());
    say(status ? tr("Saved %1").arg(path) : QString::fromStdString(status.error().sentence()),
        !status);
}

} // namespace scorefield::ui
