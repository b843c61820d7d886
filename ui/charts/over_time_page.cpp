// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/over_time_page.h"

#include "ui/charts/clock_axis.h"
#include "ui/widgets/style.h"

#include <QBoxLayout>
#include <QResizeEvent>

#include <algorithm>

namespace scorefield::ui {

namespace {

using plots::ChartSpec;
using plots::Series;
using plots::SeriesRole;

QString laneName(const RunProduct& run, std::size_t lane)
{
    return OverTimePage::tr("%1 · %2").arg(lane + 1).arg(
        QString::fromStdString(run.session.lanes[lane].process.kind).toUpper());
}

std::vector<double> valuesOf(const std::vector<Estimate>& estimates)
{
    std::vector<double> values;
    for (const Estimate& estimate : estimates)
        values.push_back(estimate.value);
    return values;
}

/// A series over the places, as far as both reach (a run may have stopped early).
void add(ChartSpec& spec,
         const QString& label,
         SeriesRole role,
         std::size_t lane,
         std::vector<double> x,
         std::vector<double> y)
{
    x.resize(std::min(x.size(), y.size()));
    y.resize(x.size());
    if (!x.empty())
        spec.series.push_back(
            Series{label, role, static_cast<int>(lane), 0, std::move(x), std::move(y)});
}

/// Lanes with one target share it: then it is drawn once, as nobody's.
void addCeiling(ChartSpec& spec, std::size_t lane, const std::vector<double>& x, double ceiling)
{
    for (Series& other : spec.series)
        if (other.role == SeriesRole::Bound && other.y.front() == ceiling) {
            other.lane = -1;
            const auto [low, high] = std::minmax_element(x.begin(), x.end());
            other.x = {std::max(other.x.front(), *high), std::min(other.x.back(), *low)};
            return;
        }
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    add(spec,
        OverTimePage::tr("ceiling"),
        SeriesRole::Bound,
        lane,
        {*high, *low},
        {ceiling, ceiling});
}

} // namespace

OverTimePage::OverTimePage(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QBoxLayout(QBoxLayout::LeftToRight, this))
    , m_confidence(new plots::Chart(this))
    , m_modes(new plots::Chart(this))
    , m_weight(new plots::Chart(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_confidence->setObjectName(QStringLiteral("confidenceChart"));
    m_modes->setObjectName(QStringLiteral("modesChart"));
    m_weight->setObjectName(QStringLiteral("weightChart"));
    for (plots::Chart* chart : charts())
        m_layout->addWidget(chart, 1);
    applyLook();
}

void OverTimePage::applyLook()
{
    for (plots::Chart* chart : charts())
        chart->setLook(currentTheme(), scaleFactor());
}

void OverTimePage::resizeEvent(QResizeEvent* event)
{
    const bool wide = event->size().width() > event->size().height();
    m_layout->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    QWidget::resizeEvent(event);
}

void OverTimePage::setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis,
                               const Timeline& timeline)
{
    m_analysis = analysis;
    m_levels = analysis->run->levels();
    m_timeline = timeline;
    refresh();
}

void OverTimePage::setTimeline(const Timeline& timeline)
{
    const bool sameAxis = m_timeline.clock == timeline.clock;
    m_timeline = timeline;
    if (!m_analysis)
        return;
    if (!sameAxis)
        return refresh();
    const auto marks = playHead();
    for (plots::Chart* chart : charts())
        chart->setMarks(marks);
}

std::vector<plots::Mark> OverTimePage::playHead() const
{
    return {playHeadMark(m_timeline, m_levels)};
}

void OverTimePage::refresh()
{
    ChartSpec confidence, modes, weight;
    confidence.x = modes.x = weight.x = clockAxis(m_timeline);
    confidence.y = {tr("class confidence"), false, false, {}, 0.0, 1.0};
    modes.y = {tr("effective modes"), false, false, {}, 1.0};
    weight.y = {tr("guidance weight w"), false, false, {}, 0.0, 1.0};
    for (std::size_t lane = 0; lane < m_analysis->lanes.size(); ++lane) {
        const auto& over = m_analysis->lanes[lane].overTime.value;
        if (!over)
            continue;
        const std::vector<double> x = clockPlaces(m_timeline, m_levels, lane);
        const QString name = laneName(*m_analysis->run, lane);
        add(confidence, name, SeriesRole::Line, lane, x, valuesOf(over->confidence));
        add(confidence,
            tr("exact class"),
            SeriesRole::Floor,
            lane,
            x,
            valuesOf(over->exactConfidence));
        addCeiling(confidence, lane, x, over->ceiling);
        add(modes, name, SeriesRole::Line, lane, x, over->effectiveModes);
        add(weight, name, SeriesRole::Line, lane, x, over->weight);
    }
    confidence.marks = modes.marks = weight.marks = playHead();
    m_confidence->setSpec(confidence);
    m_modes->setSpec(modes);
    m_weight->setSpec(weight);
    m_weight->setVisible(!weight.series.empty());
}

} // namespace scorefield::ui
