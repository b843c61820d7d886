// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/match_panel.h"

#include "core/session/matched_levels.h"
#include "ui/document/document.h"
#include "ui/panels/contribution_bar.h"
#include "ui/render/typeset.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

constexpr double kRowWidth = 128, kNarrowRow = 112; ///< of label and switch; the bar has the rest

QString withError(const Estimate& gap)
{
    const QString value = render::prettyNumber(gap.value, 2);
    return gap.error > 0 ? QStringLiteral("%1 ± %2").arg(value, render::prettyNumber(gap.error, 1))
                         : value;
}

} // namespace

MatchPanel::MatchPanel(Document& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new ParameterRow(document, QStringLiteral("view.match_noise"), this));
    m_ladder = new QWidget(this);
    m_ladder->setObjectName(QStringLiteral("matchLadder"));
    auto* rungs = new QVBoxLayout(m_ladder);
    rungs->setContentsMargins(px(10), 0, 0, px(4));
    rungs->setSpacing(0);
    for (int i = 0; i < kMatchRungs - 1; ++i) {
        Rung& rung = m_rungs[static_cast<std::size_t>(i)];
        rung.rung = static_cast<MatchRung>(i + 1);
        addRung(rung, rungs);
    }
    m_summary = new QLabel(m_ladder);
    m_summary->setObjectName(QStringLiteral("matchSummary"));
    m_summary->setProperty("quiet", true);
    m_summary->setWordWrap(true);
    m_summary->setContentsMargins(0, px(3), 0, px(3));
    rungs->addWidget(m_summary);
    column->addWidget(m_ladder);
    connect(&m_document, &Document::sessionChanged, this, &MatchPanel::refresh);
    connect(&m_worker, &LadderWorker::compared, this, &MatchPanel::present);
    refreshVisibility();
}

MatchPanel::~MatchPanel() = default;

void MatchPanel::addRung(Rung& rung, QVBoxLayout* column)
{
    auto* line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(px(8));
    const QString key = QString::fromStdString(keyOf(rung.rung));
    rung.row = new ParameterRow(m_document, key, m_ladder);
    rung.row->setFixedWidth(px(kRowWidth));
    rung.bar = new ContributionBar(m_ladder);
    rung.bar->setObjectName(key + QStringLiteral(".bar"));
    line->addWidget(rung.row);
    line->addWidget(rung.bar, 1);
    column->addLayout(line);
}

ContributionBar* MatchPanel::barOf(const QString& key) const
{
    const auto at = std::find_if(m_rungs.begin(), m_rungs.end(), [&](const Rung& rung) {
        return QString::fromStdString(keyOf(rung.rung)) == key;
    });
    return at == m_rungs.end() ? nullptr : at->bar;
}

int MatchPanel::comparedLane() const
{
    return std::max(1, m_selected);
}

void MatchPanel::selectLane(int lane)
{
    const int before = comparedLane();
    m_selected = lane;
    if (comparedLane() != before)
        ask();
}

void MatchPanel::setProduct(std::shared_ptr<const RunProduct> product)
{
    m_product = std::move(product);
    if (m_product && !m_product->preview)
        ask();
    else
        setStale();
}

void MatchPanel::refresh(const Changes& changes)
{
    refreshVisibility();
    if (changes.data || changes.laneCount || changes.anySimulation())
        setStale();
}

void MatchPanel::refreshVisibility()
{
    const bool shown = sharesAnything(m_document.session());
    if (m_ladder->isHidden() != shown)
        return;
    m_ladder->setVisible(shown);
    updateGeometry();
    if (!shown)
        m_worker.cancel();
}

void MatchPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_shown)
        ask();
}

void MatchPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < px(250);
    for (const Rung& rung : m_rungs)
        rung.row->setFixedWidth(px(isNarrow ? kNarrowRow : kRowWidth));
}

void MatchPanel::ask()
{
    const bool isReady = m_product && sharesAnything(m_product->session)
                         && comparedLane() < static_cast<int>(m_product->session.lanes.size());
    if (!isReady)
        return;
    setStale();
    m_worker.request(m_product, comparedLane());
}

void MatchPanel::setStale()
{
    for (const Rung& rung : m_rungs)
        rung.bar->setStale(true);
}

void MatchPanel::present(const std::shared_ptr<const LaneComparison>& comparison)
{
    m_shown = comparison;
    if (!comparison->problem.isEmpty()) {
        for (const Rung& rung : m_rungs)
            rung.bar->clear();
        m_summary->setText(comparison->problem);
        return;
    }
    const MatchLadder& ladder = comparison->ladder;
    double scale = 0;
    for (const LadderStep& step : ladder.steps)
        scale = std::isfinite(step.gap.value) ? std::max(scale, step.gap.value) : scale;
    const MatchSpec& match = comparison->match;
    for (const Rung& rung : m_rungs) {
        const LadderStep& step = ladder.at(rung.rung);
        const double from = step.gap.value - step.contribution;
        rung.bar->setStep(from, step.gap.value, scale, match.*partOf(rung.rung) == 0);
        const QString number = rung.bar->number();
        rung.bar->setToolTip(
            number.isEmpty()
                ? QString::fromStdString(ladder.note)
                : tr("<p>Un-matched after those above it, this part adds <b>%1</b> to the gap "
                     "(now %2); alone %3.</p><p>Filled while the lanes run with it un-matched. Our "
                     "own formulation.</p>")
                      .arg(number, withError(step.gap), render::prettyNumber(step.alone, 2)));
    }
    const LadderStep& whole = ladder.steps.back();
    const LadderStep& left = ladder.at(MatchRung::Matched);
    QString text = tr("Lane %1 to lane 1, RMS of x₀: %2 now, %3 with nothing matched.")
                       .arg(ladder.lane + 1)
                       .arg(withError(comparison->now), withError(whole.gap));
    if (left.gap.value > 1e-6 * scale && scale > 0)
        text += QLatin1Char(' ')
                + tr("Matching leaves %1: guidance, score error, or a sampler in native time.")
                      .arg(render::prettyNumber(left.gap.value, 2));
    if (!ladder.note.empty())
        text += QLatin1Char(' ') + QString::fromStdString(ladder.note);
    m_summary->setText(text);
    m_summary->setToolTip(
        tr("Root mean square distance of the end points x/α of the same %1 particles. The bars are "
           "the contributions in this order, and sum to the whole gap.")
            .arg(ladder.particles));
}

} // namespace scorefield::ui
