// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ridge_tables.h"

#include "ui/render/stage_colors.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace scorefield::ui {

namespace {

enum Row {
    NearModes,
    Between,
    Off,
    Memorised,
    Reached,
    FinalDistance,
    Slide,
    LastChange,
    Bifurcation,
    Principal,
    WindowOpens,
    WindowCloses,
    Agreement,
    Recognised,
    Collapse,
    RowCount
};
constexpr int kFirstClock = Bifurcation;

struct RowText {
    const char *name, *help;
};
const RowText kRows[RowCount] = {
    {QT_TRANSLATE_NOOP("RidgeTables", "near modes"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Share of end points within 3 standard deviations of a component, or within "
                       "a tenth of the typical distance between means")},
    {QT_TRANSLATE_NOOP("RidgeTables", "between modes"),
     QT_TRANSLATE_NOOP("RidgeTables", "Share of end points on the ridge, but near no mode")},
    {QT_TRANSLATE_NOOP("RidgeTables", "off the ridge"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Share farther from the ridge than 1.5 σ̃ and a tenth of the typical "
                       "distance between means")},
    {QT_TRANSLATE_NOOP("RidgeTables", "memorised"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Share with d₁/d₂ < 1/3: three times nearer to one mean than to the next")},
    {QT_TRANSLATE_NOOP("RidgeTables", "reached the ridge"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Share that saw the ridge (κ₂ ≤ −β, gap ≥ γ, |δ| ≤ 1.5 σ̃) at several "
                       "consecutive steps")},
    {QT_TRANSLATE_NOOP("RidgeTables", "final |δ|"),
     QT_TRANSLATE_NOOP(
         "RidgeTables",
         "Median distance to the ridge at the last positive noise level, data units")},
    {QT_TRANSLATE_NOOP("RidgeTables", "mean slide Sl"),
     QT_TRANSLATE_NOOP(
         "RidgeTables",
         "Sl = −∫ρ dν from reach to exit, ρ = 1 − ∂ᵥm∥: ≫ 1 pushed on to modes, about "
         "0 left where it was, ≪ −1 drawn to the middle. Our own formulation")},
    {QT_TRANSLATE_NOOP("RidgeTables", "nearest settled"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Median noise level after which the nearest mean stays the same")},
    {QT_TRANSLATE_NOOP("RidgeTables", "speciation, exact"),
     QT_TRANSLATE_NOOP("RidgeTables", "Where the mode in the middle stops being one: κ₁ = 0")},
    {QT_TRANSLATE_NOOP("RidgeTables", "speciation, ½ log Λ"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "α²Λ = 1 in the OU clock, σ̃ = √(Λ − 1), Λ the largest variance of the data. "
                       "arXiv:2402.18491")},
    {QT_TRANSLATE_NOOP("RidgeTables", "ridge window opens"),
     QT_TRANSLATE_NOOP("RidgeTables", "From here on half of exact draws see a ridge")},
    {QT_TRANSLATE_NOOP("RidgeTables", "ridge window closes"),
     QT_TRANSLATE_NOOP("RidgeTables", "From here on less than half of exact draws see a ridge")},
    {QT_TRANSLATE_NOOP("RidgeTables", "clones agree, φ .775"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Two clones that finish with independent noise end in one class (one "
                       "component, if there are no classes) with probability φ. arXiv:2402.18491")},
    {QT_TRANSLATE_NOOP("RidgeTables", "points told, N_eff 1.5"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "Where the mean of 1/Σ r² over exact draws falls below 1.5 components")},
    {QT_TRANSLATE_NOOP("RidgeTables", "collapse t_C"),
     QT_TRANSLATE_NOOP("RidgeTables",
                       "σ̃ = s/√(n^(2/d) − 1), n points with variance s² within their classes. "
                       "arXiv:2402.18491")},
};

const QString kNone = QStringLiteral("–");

QString name(int row)
{
    return QCoreApplication::translate("RidgeTables", kRows[row].name);
}

QString help(int row)
{
    return QCoreApplication::translate("RidgeTables", kRows[row].help);
}

QString percent(double share)
{
    return QStringLiteral("%1 %").arg(render::prettyNumber(100 * share, 3));
}

QString number(double value, int digits = 3)
{
    return std::isfinite(value) ? render::prettyNumber(value, digits) : kNone;
}

QString textOf(const Stages& stages, int row)
{
    switch (row) {
    case NearModes:
        return percent(stages.endings[static_cast<std::size_t>(Ending::NearMode)]);
    case Between:
        return percent(stages.endings[static_cast<std::size_t>(Ending::BetweenModes)]);
    case Off:
        return percent(stages.endings[static_cast<std::size_t>(Ending::OffRidge)]);
    case Memorised:
        return percent(stages.memorised);
    case Reached:
        return percent(stages.reached);
    case FinalDistance:
        return number(stages.finalDistance);
    case Slide:
        return number(stages.meanAccumulated);
    default:
        return QStringLiteral("σ̃ %1").arg(number(stages.lastChange));
    }
}

const Clock& clockOf(const Clocks& clocks, int row)
{
    switch (row) {
    case Bifurcation:
        return clocks.bifurcation;
    case Principal:
        return clocks.principal;
    case WindowOpens:
        return clocks.windowHigh;
    case WindowCloses:
        return clocks.windowLow;
    case Agreement:
        return clocks.agreement;
    case Recognised:
        return clocks.recognised;
    default:
        return clocks.collapse;
    }
}

QString sentence(const std::string& note)
{
    QString text = QString::fromStdString(note);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

void prepare(QTableWidget& table)
{
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setSelectionMode(QAbstractItemView::NoSelection);
    table.setFocusPolicy(Qt::NoFocus);
    table.setShowGrid(false);
    table.setCornerButtonEnabled(false);
    table.horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

QTableWidgetItem& itemAt(QTableWidget& table, int row, int column)
{
    QTableWidgetItem* item = table.item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        table.setItem(row, column, item);
    }
    return *item;
}

QString tableText(const QTableWidget& table)
{
    QStringList lines, header{QString()};
    for (int column = 0; column < table.columnCount(); ++column)
        header << table.horizontalHeaderItem(column)->text();
    lines << header.join(QLatin1Char('\t'));
    for (int row = 0; row < table.rowCount(); ++row) {
        QStringList cells{table.verticalHeaderItem(row)->text()};
        for (int column = 0; column < table.columnCount(); ++column)
            cells << (table.item(row, column) ? table.item(row, column)->text() : QString());
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

RidgeReadouts::RidgeReadouts(QWidget* parent) : QWidget(parent), m_table(new QTableWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    m_table->setObjectName(QStringLiteral("ridgeReadouts"));
    m_table->setAccessibleName(tr("Ridge read-outs"));
    prepare(*m_table);
    m_table->setRowCount(RowCount);
    for (int row = 0; row < RowCount; ++row) {
        auto* header = new QTableWidgetItem(name(row));
        header->setToolTip(help(row));
        header->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        m_table->setVerticalHeaderItem(row, header);
    }
    applyLook();
}

void RidgeReadouts::applyLook()
{
    m_table->verticalHeader()->setDefaultSectionSize(px(20));
}

void RidgeReadouts::set(int row, int column, const QString& text, const QString& toolTip)
{
    QTableWidgetItem& item = itemAt(*m_table, row, column);
    item.setText(text);
    item.setToolTip(toolTip.isEmpty() ? help(row) : toolTip);
    item.setForeground(text == kNone ? currentTheme().secondary : currentTheme().text);
}

void RidgeReadouts::setAnalysis(const RunAnalysis& analysis)
{
    const int lanes = static_cast<int>(analysis.lanes.size());
    m_table->setColumnCount(lanes);
    QStringList names;
    for (int lane = 0; lane < lanes; ++lane)
        names << tr("%1 · %2").arg(lane + 1).arg(
            QString::fromStdString(
                analysis.run->session.lanes[static_cast<std::size_t>(lane)].process.kind)
                .toUpper());
    m_table->setHorizontalHeaderLabels(names);
    for (int lane = 0; lane < lanes; ++lane) {
        const LaneAnalysis& own = analysis.lanes[static_cast<std::size_t>(lane)];
        fillLane(lane, own);
        fillClocks(lane, own, analysis.clocks);
    }
}

void RidgeReadouts::fillLane(int lane, const LaneAnalysis& analysis)
{
    const auto& stages = analysis.stages.value;
    for (int row = 0; row < kFirstClock; ++row)
        set(row,
            lane,
            stages ? textOf(*stages, row) : kNone,
            stages ? QString() : sentence(analysis.stages.note));
}

/// sigma~ is everybody's and stands with the name; the lanes have their own t.
void RidgeReadouts::fillClocks(int lane,
                               const LaneAnalysis& analysis,
                               const Analysed<Clocks>& clocks)
{
    for (int row = kFirstClock; row < RowCount; ++row) {
        QTableWidgetItem& header = *m_table->verticalHeaderItem(row);
        header.setText(name(row));
        if (!clocks.value) {
            set(row, lane, clocks.isDone() ? kNone : QStringLiteral("…"), sentence(clocks.note));
            continue;
        }
        const Clock& clock = clockOf(*clocks.value, row);
        if (!std::isfinite(clock.noise)) {
            set(row, lane, kNone, sentence(clock.note));
            continue;
        }
        header.setText(tr("%1: σ̃ %2").arg(name(row), number(clock.noise)));
        const double t = analysis.product->process->timeAt(clock.noise);
        set(row, lane, tr("t %1").arg(number(t)), help(row));
    }
}

QString RidgeReadouts::text() const
{
    return tableText(*m_table);
}

RidgeLedger::RidgeLedger(QWidget* parent)
    : QWidget(parent)
    , m_caption(new QLabel(this))
    , m_table(new QTableWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(8), px(2), px(8), px(4));
    column->setSpacing(px(4));
    column->addWidget(m_caption);
    column->addWidget(m_table);
    column->addStretch(1);
    m_caption->setObjectName(QStringLiteral("ridgeLedgerCaption"));
    m_caption->setWordWrap(true);
    m_caption->setProperty("quiet", true);
    m_caption->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_table->setObjectName(QStringLiteral("ridgeLedger"));
    m_table->setAccessibleName(tr("Ledger of the pinned particle"));
    prepare(*m_table);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setColumnCount(3);
    m_table->setHorizontalHeaderLabels({tr("Δν"), tr("across"), tr("along")});
    m_table->horizontalHeaderItem(0)->setToolTip(tr("Time in the stage, in ν = log σ̃"));
    m_table->horizontalHeaderItem(1)->setToolTip(
        tr("∫|u⊥ − Vₙ|: way across the ridge, without the ridge's own, data units"));
    m_table->horizontalHeaderItem(2)->setToolTip(tr("∫|u∥|: way along the ridge, data units"));
    m_table->setRowCount(static_cast<int>(kStages));
    for (std::size_t s = 0; s < kStages; ++s) {
        auto* header = new QTableWidgetItem(render::stageName(static_cast<Stage>(s)));
        header->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        m_table->setVerticalHeaderItem(static_cast<int>(s), header);
    }
    applyLook();
}

void RidgeLedger::applyLook()
{
    m_table->verticalHeader()->setDefaultSectionSize(px(20));
    m_table->setFixedHeight(px(20) * (static_cast<int>(kStages) + 1) + px(8));
    for (std::size_t s = 0; s < kStages; ++s)
        m_table->verticalHeaderItem(static_cast<int>(s))
            ->setForeground(render::stageColor(currentTheme(), static_cast<Stage>(s)));
}

QString RidgeLedger::caption() const
{
    return m_caption->text();
}

QString RidgeLedger::text() const
{
    return m_caption->text() + QLatin1Char('\n')
           + (m_table->isHidden() ? QString() : tableText(*m_table));
}

void RidgeLedger::setParticle(const RunAnalysis& analysis, int lane, int particle)
{
    m_table->hide();
    const auto at = static_cast<std::size_t>(lane);
    if (particle < 0 || at >= analysis.lanes.size())
        return m_caption->setText(tr("Click a particle to see its way to the ridge and along it."));
    const auto& stages = analysis.lanes[at].stages.value;
    if (!stages)
        return m_caption->setText(sentence(analysis.lanes[at].stages.note));
    const int index = stages->followedIndex(static_cast<std::size_t>(particle));
    if (index < 0)
        return m_caption->setText(
            tr("Particle %1 is not among the %2 that are followed: every %3th is.")
                .arg(particle)
                .arg(stages->count)
                .arg(stages->stride));
    const StageLedger& ledger = stages->ledgers[static_cast<std::size_t>(index)];
    const QString ending = ledger.ending == Ending::NearMode       ? tr("near a mode")
                           : ledger.ending == Ending::BetweenModes ? tr("between modes")
                                                                   : tr("off the ridge");
    QString text =
        tr("Particle %1, lane %2, ended %3: nearest mean %4 at %5%6, settled at σ̃ %7. At the end "
           "δ = %8, e⊥ = %9, ")
            .arg(particle)
            .arg(lane + 1)
            .arg(ending)
            .arg(ledger.nearest + 1)
            .arg(number(ledger.nearestDistance),
                 ledger.memorised ? tr(" (memorised)") : QString(),
                 number(ledger.lastChange),
                 number(ledger.distance),
                 number(ledger.normalError));
    text += tr("e∥ = %1. ").arg(number(ledger.tangentError));
    text += ledger.reach < 0 ? tr("It never reached the ridge.")
                             : tr("Slide Sl = %1.").arg(number(ledger.accumulated));
    m_caption->setText(text);
    for (std::size_t s = 0; s < kStages; ++s) {
        const double cells[] = {ledger.duration[s], ledger.across[s], ledger.along[s]};
        for (int column = 0; column < 3; ++column)
            itemAt(*m_table, static_cast<int>(s), column).setText(number(cells[column]));
    }
    m_table->show();
}

} // namespace scorefield::ui
