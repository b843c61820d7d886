// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ridge_page.h"

#include "ui/charts/ridge_tables.h"
#include "ui/plots/run_charts.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>

namespace scorefield::ui {

RidgePage::RidgePage(QWidget* parent)
    : QWidget(parent)
    , m_stages(new plots::Chart(this))
    , m_distance(new plots::Chart(this))
    , m_slide(new plots::Chart(this))
    , m_readouts(new RidgeReadouts(this))
    , m_ledger(new RidgeLedger(this))
{
    m_stages->setObjectName(QStringLiteral("stagesChart"));
    m_distance->setObjectName(QStringLiteral("distanceChart"));
    m_slide->setObjectName(QStringLiteral("slideChart"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (plots::Chart* chart : charts())
        row->addWidget(chart, 4);
    row->addWidget(m_readouts, 5);
    row->addWidget(m_ledger, 4);
    applyLook();
}

void RidgePage::applyLook()
{
    for (plots::Chart* chart : charts())
        chart->setLook(currentTheme(), scaleFactor());
    m_readouts->applyLook();
    m_ledger->applyLook();
    if (m_analysis) // the colours of the stages are the theme's
        refresh();
}

void RidgePage::setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis,
                            const Timeline& timeline)
{
    m_analysis = analysis;
    m_levels = analysis->run->levels();
    m_timeline = timeline;
    refresh();
}

void RidgePage::setTimeline(const Timeline& timeline)
{
    const bool sameAxis = m_timeline.clock == timeline.clock;
    m_timeline = timeline;
    if (!m_analysis)
        return;
    if (sameAxis)
        showMarks();
    else
        refresh();
}

void RidgePage::setLane(int lane)
{
    m_lane = lane;
    if (m_analysis)
        refresh();
}

void RidgePage::setPinned(int particle)
{
    m_pinned = particle;
    if (m_analysis)
        refresh();
}

QString RidgePage::text() const
{
    return m_readouts->text()
           + (m_pinned >= 0 ? QStringLiteral("\n\n") + m_ledger->text() : QString());
}

void RidgePage::showMarks()
{
    const std::vector<plots::Mark> head{plots::playHeadMark(m_timeline, m_levels)};
    m_stages->setMarks(plots::ridgeMarks(*m_analysis, m_levels, m_timeline, {m_lane, m_pinned}));
    m_distance->setMarks(head);
    m_slide->setMarks(head);
}

void RidgePage::refresh()
{
    const auto charts =
        plots::ridgeCharts(*m_analysis, m_timeline, {m_lane, m_pinned}, currentTheme());
    m_stages->setSpec(charts.stages);
    m_distance->setSpec(charts.distance);
    m_slide->setSpec(charts.slide);
    m_readouts->setAnalysis(*m_analysis);
    m_ledger->setParticle(*m_analysis, m_lane, m_pinned);
    // Without a particle it is only a hint.
    m_ledger->setMaximumWidth(m_pinned < 0 ? px(120) : QWIDGETSIZE_MAX);
}

} // namespace scorefield::ui
