// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/basins_page.h"

#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kMostComponents = 24; ///< more are put together by class

/// What the rows and columns are: components, or classes where those are too many.
struct Basins {
    QStringList names;
    Eigen::ArrayXXi counts;
};

Basins basinsOf(const BasinFlips& flips, const GaussianMixture& mixture, const MixtureSpec& data)
{
    Basins basins;
    const auto nameOf = [&](int label) { return QString::fromStdString(data.className(label)); };
    if (flips.counts.rows() <= kMostComponents) {
        basins.counts = flips.counts;
        for (std::size_t k = 0; k < mixture.components().size(); ++k)
            basins.names << BasinsPage::tr("%1 · %2").arg(k + 1).arg(
                nameOf(mixture.components()[k].classLabel));
        return basins;
    }
    const int classes = mixture.classCount();
    basins.counts.setZero(classes, classes);
    for (Eigen::Index i = 0; i < flips.counts.rows(); ++i)
        for (Eigen::Index j = 0; j < flips.counts.cols(); ++j)
            basins.counts(mixture.components()[static_cast<std::size_t>(i)].classLabel,
                          mixture.components()[static_cast<std::size_t>(j)].classLabel) +=
                flips.counts(i, j);
    for (int label = 0; label < classes; ++label)
        basins.names << nameOf(label);
    return basins;
}

/// Cells in their colour, which the application's style sheet would leave out.
class CellDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->fillRect(option.rect, index.data(Qt::BackgroundRole).value<QBrush>());
        painter->setPen(index.data(Qt::ForegroundRole).value<QBrush>().color());
        painter->setFont(option.font);
        painter->drawText(option.rect, Qt::AlignCenter, index.data().toString());
    }
};

QString percent(const Estimate& share)
{
    return QStringLiteral("%1 ± %2 %")
        .arg(render::prettyNumber(100 * share.value, 3),
             render::prettyNumber(100 * share.error, 1));
}

} // namespace

BasinsPage::BasinsPage(QWidget* parent)
    : QWidget(parent)
    , m_caption(new QLabel(this))
    , m_table(new QTableWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(12), px(4), px(12), px(4));
    column->addWidget(m_caption);
    column->addWidget(m_table, 1);
    m_caption->setObjectName(QStringLiteral("basinsCaption"));
    m_caption->setWordWrap(true);
    m_caption->setProperty("quiet", true);
    m_table->setObjectName(QStringLiteral("basinsTable"));
    m_table->setAccessibleName(tr("Basins without and with guidance"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->setShowGrid(false);
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setCornerButtonEnabled(false);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
}

QString BasinsPage::caption() const
{
    return m_caption->text();
}

void BasinsPage::setAnalysis(const std::shared_ptr<const RunAnalysis>& analysis)
{
    m_analysis = analysis;
    refresh();
}

void BasinsPage::setLane(int lane)
{
    m_lane = lane;
    refresh();
}

void BasinsPage::applyLook()
{
    m_table->verticalHeader()->setDefaultSectionSize(px(24));
    m_table->horizontalHeader()->setDefaultSectionSize(px(84));
    refresh();
}

void BasinsPage::refresh()
{
    const auto lane = static_cast<std::size_t>(m_lane);
    if (!m_analysis || lane >= m_analysis->lanes.size())
        return;
    const Analysed<UnguidedTwin>& twin = m_analysis->lanes[lane].twin;
    m_table->setVisible(twin.value != nullptr);
    if (twin.value)
        return fill(*twin.value);
    QString note =
        twin.note.empty() ? tr("running the unguided twin …") : QString::fromStdString(twin.note);
    note[0] = note[0].toUpper();
    m_caption->setText(tr("Lane %1: %2").arg(m_lane + 1).arg(note));
}

void BasinsPage::fill(const UnguidedTwin& twin)
{
    const RunProduct& run = *m_analysis->run;
    const Basins basins = basinsOf(twin.flips, *run.mixture, *run.session.data);
    const int count = static_cast<int>(basins.names.size());
    m_caption->setText(
        tr("Lane %1, %2 particles, each beside its twin without guidance from the same noise: %3 "
           "changed basin; %4 convergent, %5 mixed, %6 divergent. Rows: where they end without "
           "guidance; columns: with it.")
            .arg(m_lane + 1)
            .arg(twin.flips.particles)
            .arg(percent(twin.flips.flipped),
                 percent(twin.fates.shares[0]),
                 percent(twin.fates.shares[1]),
                 percent(twin.fates.shares[2])));
    m_table->setRowCount(count);
    m_table->setColumnCount(count);
    m_table->setVerticalHeaderLabels(basins.names);
    m_table->setHorizontalHeaderLabels(basins.names);
    for (int row = 0; row < count; ++row) {
        const int total = basins.counts.row(row).sum();
        for (int column = 0; column < count; ++column) {
            QTableWidgetItem* item = m_table->item(row, column);
            if (!item) {
                item = new QTableWidgetItem;
                item->setTextAlignment(Qt::AlignCenter);
                m_table->setItem(row, column, item);
            }
            const int cell = basins.counts(row, column);
            const double share = total > 0 ? static_cast<double>(cell) / total : 0;
            item->setText(QString::number(cell));
            // Never so strong that the number on it is hard to read.
            item->setBackground(blend(currentTheme().panel, currentTheme().accent, 0.55 * share));
            item->setForeground(cell > 0 ? currentTheme().text : currentTheme().secondary);
            item->setToolTip(tr("%1 % of those that end at %2 without guidance end at %3 with it")
                                 .arg(render::prettyNumber(100 * share, 3),
                                      basins.names[row],
                                      basins.names[column]));
        }
    }
}

} // namespace scorefield::ui
