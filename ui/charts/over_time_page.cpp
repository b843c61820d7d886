// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/over_time_page.h"

#include "ui/plots/run_charts.h"
#include "ui/widgets/style.h"

#include <QBoxLayout>
#include <QResizeEvent>

namespace scorefield::ui {

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
    const std::vector<plots::Mark> marks{plots::playHeadMark(m_timeline, m_levels)};
    for (plots::Chart* chart : charts())
        chart->setMarks(marks);
}

void OverTimePage::refresh()
{
    const auto charts = plots::overTimeCharts(*m_analysis, m_timeline);
    m_confidence->setSpec(charts.confidence);
    m_modes->setSpec(charts.modes);
    m_weight->setSpec(charts.weight);
    m_weight->setVisible(!charts.weight.series.empty());
}

} // namespace scorefield::ui
