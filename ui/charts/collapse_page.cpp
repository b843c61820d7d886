// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/collapse_page.h"

#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace scorefield::ui {

namespace {

enum Row {
    Confidence,
    Quantiles,
    Ceiling,
    ModesCovered,
    EffectiveModes,
    TotalVariation,
    Shrinkage,
    Overshoot,
    OffSupport,
    PairwiseDistance,
    Entropy,
    Kl,
    RowCount
};

struct RowText {
    const char *name, *help;
};

const RowText kRows[RowCount] = {
    {QT_TR_NOOP("class confidence"),
     QT_TR_NOOP("Mean of P(c|x₀) over the end points, under the clean data")},
    {QT_TR_NOOP("its 5, 50, 95 %"), QT_TR_NOOP("Quantiles of P(c|x₀) over the end points")},
    {QT_TR_NOOP("its ceiling"),
     QT_TR_NOOP("sup over x of P(c|x): a class between others has a ceiling below 1. Our own "
                "derivation")},
    {QT_TR_NOOP("modes covered"),
     QT_TR_NOOP("Modes of the class with more than a tenth of their share of end points")},
    {QT_TR_NOOP("effective modes"),
     QT_TR_NOOP("exp of the entropy of the components' shares of end points")},
    {QT_TR_NOOP("shares off by"),
     QT_TR_NOOP("Total variation of the components' shares from those of the exact class")},
    {QT_TR_NOOP("spread left in modes"),
     QT_TR_NOOP("tr Cov_k/tr C_k, mean over particles in modes of the class; 1 if exact")},
    {QT_TR_NOOP("overshoot"),
     QT_TR_NOOP("How far the modes' means moved away from the other components, data units")},
    {QT_TR_NOOP("off the support"),
     QT_TR_NOOP("Share beyond the 99.9 % ellipsoid of every mode of the class")},
    {QT_TR_NOOP("pairwise distance"), QT_TR_NOOP("Mean of |x − x′| over pairs, data units")},
    {QT_TR_NOOP("entropy, exact ODE"),
     QT_TR_NOOP("Differential entropy of what the ODE samples without discretisation error, nats; "
                "log q̂ follows the divergence along each path, no density is estimated")},
    {QT_TR_NOOP("KL to the class, exact ODE"),
     QT_TR_NOOP("KL(q̂ ‖ q(·|c)) of the same, nats; 0 if exact")},
};

const QString kNone = QStringLiteral("–");

QString withError(const Estimate& estimate)
{
    if (!std::isfinite(estimate.value))
        return kNone;
    QString text = render::prettyNumber(estimate.value, 4);
    constexpr double kRounding = 1e-8; // of a number of order one: nothing was estimated
    if (std::isfinite(estimate.error) && estimate.error > kRounding)
        text += QStringLiteral(" ± ") + render::prettyNumber(estimate.error, 1);
    return text;
}

QString textOf(const CollapseReadouts& readouts, int row)
{
    switch (row) {
    case Confidence:
        return withError(readouts.confidence);
    case Quantiles:
        return QStringLiteral("%1  %2  %3")
            .arg(render::prettyNumber(readouts.confidenceQuantiles[0], 3),
                 render::prettyNumber(readouts.confidenceQuantiles[2], 3),
                 render::prettyNumber(readouts.confidenceQuantiles[4], 3));
    case ModesCovered:
        return QStringLiteral("%1 of %2")
            .arg(render::prettyNumber(readouts.modesCovered.value, 4))
            .arg(readouts.modes);
    case EffectiveModes:
        return withError(readouts.effectiveModes);
    case TotalVariation:
        return withError(readouts.totalVariation);
    case Shrinkage:
        return withError(readouts.shrinkage);
    case Overshoot:
        return readouts.overshoot ? withError(*readouts.overshoot) : kNone;
    case OffSupport:
        return withError(readouts.offSupport);
    case PairwiseDistance:
        return withError(readouts.pairwiseDistance);
    default:
        return {};
    }
}

} // namespace

CollapsePage::CollapsePage(QWidget* parent) : QWidget(parent), m_table(new QTableWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    m_table->setObjectName(QStringLiteral("collapseTable"));
    m_table->setAccessibleName(tr("Collapse read-outs"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->setShowGrid(false);
    m_table->setCornerButtonEnabled(false);
    m_table->setRowCount(RowCount);
    for (int row = 0; row < RowCount; ++row) {
        auto* header = new QTableWidgetItem(tr(kRows[row].name));
        header->setToolTip(tr(kRows[row].help));
        header->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        m_table->setVerticalHeaderItem(row, header);
    }
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(px(22));
}

void CollapsePage::setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis)
{
    const int lanes = static_cast<int>(analysis->lanes.size());
    m_table->setColumnCount(2 * lanes);
    m_table->verticalHeader()->setDefaultSectionSize(px(22));
    QStringList names;
    for (int lane = 0; lane < lanes; ++lane) {
        const Lane& which = analysis->run->session.lanes[static_cast<std::size_t>(lane)];
        names << tr("lane %1 · %2")
                     .arg(lane + 1)
                     .arg(QString::fromStdString(which.process.kind).toUpper())
              << tr("exact draws");
    }
    m_table->setHorizontalHeaderLabels(names);
    for (int lane = 0; lane < lanes; ++lane)
        fillLane(lane, analysis->lanes[static_cast<std::size_t>(lane)]);
}

void CollapsePage::fillLane(int lane, const LaneAnalysis& analysis)
{
    const auto set = [&](int row, int column, const QString& text, const QString& toolTip = {}) {
        QTableWidgetItem* item = m_table->item(row, column);
        if (!item) {
            item = new QTableWidgetItem;
            m_table->setItem(row, column, item);
        }
        item->setText(text);
        item->setToolTip(toolTip.isEmpty() ? tr(kRows[row].help) : toolTip);
        item->setForeground(column % 2 == 0 ? currentTheme().text : currentTheme().secondary);
    };
    const int at = 2 * lane;
    const QString collapseNote = QString::fromStdString(analysis.collapse.note);
    for (int row = 0; row < RowCount; ++row) {
        const auto& readouts = analysis.collapse.value;
        set(row, at, readouts ? textOf(*readouts, row) : kNone, collapseNote);
        set(row, at + 1, analysis.meter ? textOf(analysis.meter->floor(), row) : kNone);
    }
    if (analysis.collapse.value && !analysis.collapse.value->overshoot)
        set(Overshoot,
            at,
            kNone,
            tr("No mode of the class has a direction away from the others: it stands amid them"));
    if (analysis.meter)
        set(Ceiling, at, render::prettyNumber(analysis.meter->ceiling().value, 4));
    const QString note = QString::fromStdString(analysis.entropy.note);
    const auto& entropy = analysis.entropy.value;
    const QString wait = analysis.entropy.isDone() ? kNone : QStringLiteral("…");
    set(Entropy, at, entropy ? withError(entropy->entropy) : wait, note);
    set(Kl, at, entropy ? withError(entropy->kl) : wait, note);
    set(Kl, at + 1, QStringLiteral("0"));
}

QString CollapsePage::text() const
{
    QStringList lines;
    QStringList header{QString()};
    for (int column = 0; column < m_table->columnCount(); ++column)
        header << m_table->horizontalHeaderItem(column)->text();
    lines << header.join(QLatin1Char('\t'));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        QStringList cells{m_table->verticalHeaderItem(row)->text()};
        for (int column = 0; column < m_table->columnCount(); ++column)
            cells << m_table->item(row, column)->text();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace scorefield::ui
