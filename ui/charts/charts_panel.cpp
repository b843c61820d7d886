// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/charts_panel.h"

#include "ui/charts/basins_page.h"
#include "ui/charts/collapse_page.h"
#include "ui/charts/over_time_page.h"
#include "ui/charts/ridge_page.h"
#include "ui/charts/study_page.h"
#include "ui/document/document.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QThread>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

const QString kPageKey = QStringLiteral("charts/page");

} // namespace

ChartsPanel::ChartsPanel(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    // The simulation has the processors first.
    , m_analyst(static_cast<unsigned>(std::max(1, QThread::idealThreadCount() / 2)))
{
    setObjectName(QStringLiteral("chartsPanel"));
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    build();
    connect(&m_analyst, &Analyst::analysed, this, &ChartsPanel::present);
    connect(&m_document, &Document::sessionChanged, this, &ChartsPanel::onSessionChanged);
    setPage(QSettings().value(kPageKey, 0).toInt());
}

void ChartsPanel::build()
{
    m_pages = new SegmentedControl(
        {tr("Over time"), tr("Collapse"), tr("Basins"), tr("Ridge"), tr("Studies")}, this);
    m_pages->setObjectName(QStringLiteral("chartPages"));
    m_pages->setAccessibleName(tr("Charts"));
    connect(m_pages, &SegmentedControl::activated, this, [this](int page) {
        QSettings().setValue(kPageKey, page);
        setPage(page);
    });
    m_copy = new QPushButton(tr("Copy table"), this);
    m_copy->setObjectName(QStringLiteral("copyCollapse"));
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(page() == Ridge ? m_ridge->text()
                                                              : m_collapse->text());
    });
    m_figure = new QPushButton(tr("Export figure…"), this);
    m_figure->setObjectName(QStringLiteral("exportCharts"));
    m_figure->setToolTip(tr("These charts as a page: PNG, SVG or PDF"));
    connect(m_figure, &QPushButton::clicked, this, [this] {
        Q_EMIT figureRequested(page() == Ridge ? FigureContent::Ridge : FigureContent::OverTime);
    });
    m_overTime = new OverTimePage(this);
    m_collapse = new CollapsePage(this);
    m_basins = new BasinsPage(this);
    m_ridge = new RidgePage(this);
    m_studies = new StudyPage(m_document, this);
    m_stack = new QStackedWidget(this);
    for (QWidget* page : {static_cast<QWidget*>(m_overTime),
                          static_cast<QWidget*>(m_collapse),
                          static_cast<QWidget*>(m_basins),
                          static_cast<QWidget*>(m_ridge),
                          static_cast<QWidget*>(m_studies)})
        m_stack->addWidget(page);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(px(12), px(6), px(12), px(2));
    line->addWidget(m_pages);
    line->addStretch(1);
    line->addWidget(m_copy);
    line->addWidget(m_figure);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(m_stack, 1);
}

int ChartsPanel::page() const
{
    return m_stack->currentIndex();
}

void ChartsPanel::setPage(int page)
{
    const int valid = std::clamp(page, 0, m_stack->count() - 1);
    m_pages->setCurrentIndex(valid);
    m_stack->setCurrentIndex(valid);
    m_copy->setVisible(valid == Collapse || valid == Ridge);
    m_figure->setVisible(valid == OverTimeCurves || valid == Ridge);
    askFor();
}

void ChartsPanel::setProduct(const std::shared_ptr<const RunProduct>& product)
{
    m_product = product;
    askFor();
}

void ChartsPanel::setLane(int lane)
{
    m_basins->setLane(lane);
    m_ridge->setLane(lane);
}

void ChartsPanel::setPinned(int particle)
{
    m_ridge->setPinned(particle);
}

void ChartsPanel::askFor()
{
    if (!isVisible() || !m_product)
        return;
    AnalysisRequest parts;
    parts.overTime = page() == OverTimeCurves;
    parts.collapse = page() == Collapse;
    // Twins and exact densities of a preview would be out of date before they are shown.
    parts.entropy = parts.collapse && !m_product->preview;
    parts.twin = page() == Basins && !m_product->preview;
    const RidgeSpec& ridge = m_document.session().view.ridge;
    parts.stages = page() == Ridge;
    parts.clocks = parts.stages && !m_product->preview;
    parts.thresholds = {ridge.beta, ridge.gamma};
    if (parts.overTime || parts.collapse || parts.twin || parts.stages)
        m_analyst.request(m_product, parts);
}

void ChartsPanel::present(const std::shared_ptr<const RunAnalysis>& analysis)
{
    const auto& lanes = analysis->lanes;
    const auto has = [&](auto part) {
        return std::any_of(lanes.begin(), lanes.end(), [&](const LaneAnalysis& lane) {
            return (lane.*part).isDone();
        });
    };
    if (page() == OverTimeCurves && has(&LaneAnalysis::overTime))
        m_overTime->setAnalysis(analysis, m_document.session().timeline);
    if (page() == Collapse && has(&LaneAnalysis::collapse))
        m_collapse->setAnalysis(analysis);
    if (page() == Basins && !analysis->run->preview)
        m_basins->setAnalysis(analysis);
    if (page() == Ridge && has(&LaneAnalysis::stages))
        m_ridge->setAnalysis(analysis, m_document.session().timeline);
}

void ChartsPanel::onSessionChanged(const Changes& changes)
{
    if (changes.timeline && isVisible() && page() == OverTimeCurves)
        m_overTime->setTimeline(m_document.session().timeline);
    if (changes.timeline && isVisible() && page() == Ridge)
        m_ridge->setTimeline(m_document.session().timeline);
    const RidgeSpec& ridge = m_document.session().view.ridge;
    const RidgeThresholds thresholds{ridge.beta, ridge.gamma};
    if (page() == Ridge && m_thresholds != thresholds && !changes.anySimulation())
        askFor();
    m_thresholds = thresholds;
    if (changes.data || changes.laneCount || changes.anySimulation())
        m_studies->refreshSession();
}

void ChartsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    askFor();
}

void ChartsPanel::hideEvent(QHideEvent* event)
{
    m_analyst.cancel(); // a study goes on: it was asked for
    QWidget::hideEvent(event);
}

void ChartsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::StyleChange || !m_studies)
        return;
    m_overTime->applyLook();
    m_basins->applyLook();
    m_ridge->applyLook();
    m_studies->applyLook();
    if (const auto analysis = m_analyst.analysis())
        present(analysis);
}

} // namespace scorefield::ui
