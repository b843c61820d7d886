// SPDX-License-Identifier: GPL-3.0-or-later
// What a study found, as the page shows it: charts, what they are drawn over, and a caption.
#include "core/session/parameter_table.h"
#include "ui/charts/study_page.h"
#include "ui/document/document.h"
#include "ui/plots/study_chart.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

/// What a study measures: particles, data, lanes; not how it is drawn.
bool measuresTheSame(const Session& a, const Session& b)
{
    const Changes changes = diff(a, b);
    return !changes.data && !changes.laneCount && !changes.anySimulation();
}

} // namespace

void StudyPage::refreshQuantities(const Table& table)
{
    const auto fill = [](ChoiceBox* box, const std::vector<std::pair<QString, QString>>& items) {
        const QString chosen = box->currentData().toString();
        const QSignalBlocker blocker(box);
        box->clear();
        for (const auto& [id, label] : items)
            box->addItem(label, id);
        box->setCurrentIndex(std::max(0, box->findData(chosen)));
    };
    const auto columnOf = [&](const std::string& id) {
        const auto at =
            std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& column) {
                return column.role == ColumnRole::Measured
                       && (column.id == id || column.id.ends_with("." + id));
            });
        return at == table.columns.end() ? nullptr : &*at;
    };
    const auto labelOf = [&](const std::string& id) {
        const Column* column = columnOf(id);
        return QString::fromStdString(column ? column->label : id);
    };
    // Without a choice, over what the study itself is drawn over.
    const bool isOverSweep = table.over.empty();
    std::vector<std::pair<QString, QString>> quantities,
        overs{{QString(), isOverSweep ? tr("the sweep") : labelOf(table.over)}};
    for (const Column& column : table.columns)
        if (column.role == ColumnRole::Parameter)
            overs.emplace_back(QString::fromStdString(column.id),
                               QString::fromStdString(column.label));
    if (overs.size() == 2 && isOverSweep) // the sweep itself
        overs.pop_back();
    for (const std::string& id : plots::measuredQuantities(table)) {
        quantities.emplace_back(QString::fromStdString(id), labelOf(id));
        if (id != table.over)
            overs.emplace_back(QString::fromStdString(id), labelOf(id));
    }
    fill(m_quantity, quantities);
    fill(m_over, overs);
    for (ChoiceBox* box : {m_quantity, m_over})
        for (int i = 0; i < box->count(); ++i)
            if (const Column* column = columnOf(box->itemData(i).toString().toStdString()))
                box->setItemData(i, QString::fromStdString(column->help), Qt::ToolTipRole);
    m_quantity->setToolTip(m_quantity->currentData(Qt::ToolTipRole).toString());
}

void StudyPage::showTable()
{
    const auto table = m_runner.table();
    if (!table)
        return;
    refreshQuantities(*table);
    plots::ChartStyle style;
    style.quantities = {m_quantity->currentData().toString().toStdString()};
    style.over = m_over->currentData().toString().toStdString();
    const auto charts = plots::studyCharts(*table, style);
    showCharts(charts && !charts->empty() ? *charts : std::vector<plots::ChartSpec>(1));
    m_meaning = charts && !charts->empty() ? charts->front().note : QString();
    m_result->setVisible(true);
    m_export->setEnabled(table->rows() > 0);
    m_export->setToolTip(QString());
    refreshCaption();
}

void StudyPage::showCharts(const std::vector<plots::ChartSpec>& specs)
{
    while (m_charts.size() < specs.size()) {
        auto* chart = new plots::Chart(this);
        chart->setObjectName(QStringLiteral("studyChart"));
        chart->setLook(currentTheme(), scaleFactor());
        m_row->addWidget(chart, 1);
        m_charts.push_back(chart);
    }
    for (std::size_t i = 0; i < m_charts.size(); ++i) {
        m_charts[i]->setVisible(i < specs.size());
        if (i >= specs.size())
            continue;
        plots::ChartSpec spec = specs[i];
        spec.marks = marksOf(spec);
        for (const Sweep& sweep : m_swept) // rows to come have their place already
            if (sweep.key == spec.x.key && !spec.cells && !sweep.values.empty()) {
                const auto [low, high] =
                    std::minmax_element(sweep.values.begin(), sweep.values.end());
                spec.x.low = *low;
                spec.x.high = *high;
            }
        if (!spec.cells)
            spec.title.clear(); // the caption says it, and the dock is low
        m_charts[i]->setSpec(spec);
    }
}

/// Where the session stands among what was swept.
std::vector<plots::Mark> StudyPage::marksOf(const plots::ChartSpec& spec) const
{
    const Session& session = m_document.session();
    const auto valueOf = [&](const plots::ChartAxis& axis) -> std::optional<double> {
        for (const Sweep& sweep : m_swept)
            if (sweep.own != nullptr && sweep.key == axis.key) {
                const double now = sweep.own->current(session);
                return std::isfinite(now) ? std::optional(now) : std::nullopt;
            }
        const auto keys = axis.key.empty() ? std::vector<std::string>() : keysOf(session, axis.key);
        // Swept in every lane: a chart of one lane shows where that lane stands.
        const std::string own = "lanes." + std::to_string(spec.lane) + ".";
        const auto ofLane = std::find_if(
            keys.begin(), keys.end(), [&](const std::string& key) { return key.starts_with(own); });
        const auto value =
            keys.empty() ? Result<double>(Error{})
                         : parameterValue(session, ofLane != keys.end() ? *ofLane : keys.front());
        return value ? std::optional(*value) : std::nullopt;
    };
    const auto x = valueOf(spec.x), y = valueOf(spec.y);
    if (!x || (spec.cells && !y))
        return {};
    return {{*x, y}};
}

bool StudyPage::isStale() const
{
    return m_runner.table() && !measuresTheSame(m_runner.session(), m_document.session());
}

void StudyPage::refreshCaption()
{
    const auto table = m_runner.table();
    if (!table)
        return;
    QString text = tr("%1 of “%2”, %3 rows × %4 lanes")
                       .arg(QString::fromStdString(table->title), m_ran)
                       .arg(table->rows())
                       .arg(m_runner.session().lanes.size());
    if (isStale())
        text += tr(" — the session has changed since");
    if (!m_meaning.isEmpty())
        text += QLatin1Char('\n') + m_meaning;
    m_caption->setText(text);
}

} // namespace scorefield::ui
