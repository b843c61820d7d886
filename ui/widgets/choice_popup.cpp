// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/choice_popup.h"

#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

enum Role { kIndex = Qt::UserRole, kFacts, kSearched, kChosen };
constexpr int kHeading = -1;                                                // as the index of a row
constexpr double kWidth = 470, kTallest = 460, kRow = 27, kHeadingRow = 25; // design pixels
constexpr int kPage = 8;

bool isHeading(const QListWidgetItem& item)
{
    return item.data(kIndex).toInt() == kHeading;
}

/// Name on the left, facts on the right; headings in small capitals; the present choice has a dot.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        return {px(80), px(index.data(kIndex).toInt() == kHeading ? kHeadingRow : kRow)};
    }

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const render::Theme& theme = currentTheme();
        const QString label = index.data(Qt::DisplayRole).toString();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect row = option.rect.adjusted(px(4), 0, -px(4), 0);
        if (index.data(kIndex).toInt() == kHeading) {
            painter->setFont(capsFont());
            painter->setPen(theme.secondary);
            painter->drawText(row.adjusted(px(8), px(4), 0, 0),
                              Qt::AlignLeft | Qt::AlignVCenter,
                              label.toUpper());
            return painter->restore();
        }
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(blend(theme.panel, theme.accent, .18));
            painter->drawRoundedRect(row, px(4), px(4));
        }
        if (index.data(kChosen).toBool()) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.accent);
            painter->drawEllipse(QPointF(row.left() + px(8), row.center().y() + .5), px(3), px(3));
        }
        paintTexts(
            *painter, row.adjusted(px(18), 0, -px(8), 0), label, index.data(kFacts).toString());
        painter->restore();
    }

private:
    static void paintTexts(QPainter& painter, const QRect& row, const QString& label, QString facts)
    {
        const render::Theme& theme = currentTheme();
        const QFont font = bodyFont(), small = render::interfaceFont(12 * scaleFactor());
        const QFontMetricsF metrics(font), smallMetrics(small);
        const double labelWidth = metrics.horizontalAdvance(label);
        painter.setFont(font);
        painter.setPen(theme.text);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, label);
        const double room = row.width() - labelWidth - px(16);
        if (room < px(30))
            return;
        // A long formula gives way clause by clause.
        while (render::formulaWidth(facts, small) > room && facts.contains(u','))
            facts.truncate(facts.lastIndexOf(u','));
        const double width = render::formulaWidth(facts, small);
        const double baseline = row.center().y() + smallMetrics.capHeight() / 2 + 1;
        if (width <= room)
            render::drawFormula(
                painter, {row.right() - width, baseline}, facts, small, theme.secondary);
    }
};

} // namespace

ChoicePopup::ChoicePopup(const std::vector<ChoiceRow>& rows, int current, QWidget* parent)
    : QFrame(parent, Qt::Popup)
{
    setProperty("choicePopup", true);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(6), px(6), px(6), px(6));
    column->setSpacing(px(6));
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("choiceSearch"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search"));
    m_search->setClearButtonEnabled(false);
    m_search->installEventFilter(this);
    column->addWidget(m_search);
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("choiceList"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(false);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setItemDelegate(new RowDelegate(m_list));
    column->addWidget(m_list, 1);
    fill(rows, current);
    connect(m_search, &QLineEdit::textChanged, this, &ChoicePopup::filter);
    connect(m_list, &QListWidget::itemClicked, this, &ChoicePopup::choose);
    connect(m_list, &QListWidget::itemEntered, this, [this](QListWidgetItem* item) {
        if (!isHeading(*item))
            m_list->setCurrentItem(item);
    });
}

void ChoicePopup::fill(const std::vector<ChoiceRow>& rows, int current)
{
    QStringList groups;
    for (const ChoiceRow& row : rows)
        if (!groups.contains(row.group))
            groups += row.group;
    for (const QString& group : groups) {
        if (!group.isEmpty()) {
            auto* heading = new QListWidgetItem(group, m_list);
            heading->setData(kIndex, kHeading);
            heading->setFlags(Qt::NoItemFlags);
        }
        for (const ChoiceRow& row : rows) {
            if (row.group != group)
                continue;
            auto* item = new QListWidgetItem(row.label, m_list);
            item->setData(kIndex, row.index);
            item->setData(kFacts, row.facts);
            item->setData(kSearched,
                          row.label + u' ' + row.group + u' ' + row.facts + u' ' + row.searched);
            item->setData(kChosen, row.index == current);
            item->setToolTip(row.toolTip);
            if (row.index == current)
                m_list->setCurrentItem(item);
        }
    }
}

void ChoicePopup::popUp(const QWidget& box, const QString& search)
{
    const QRect screen = box.screen()->availableGeometry();
    int rowsHeight = 0;
    for (int i = 0; i < m_list->count(); ++i)
        rowsHeight += px(isHeading(*m_list->item(i)) ? kHeadingRow : kRow);
    const int height = std::min({px(kTallest), rowsHeight + px(56), screen.height()});
    const int width = std::max(px(kWidth), box.width());
    const QPoint below = box.mapToGlobal(QPoint(0, box.height()));
    const QPoint top = box.mapToGlobal(QPoint(0, 0));
    // Aligned with the side of the box that leaves the list within the window.
    const QRect window = box.window()->frameGeometry();
    const int right = std::min(screen.right(), std::max(window.right(), below.x() + box.width()));
    const int x = below.x() + width <= right ? below.x() : below.x() + box.width() - width;
    int y = below.y() + px(2);
    if (y + height > screen.bottom())
        y = std::max(screen.top(),
                     top.y() - px(2) - height >= screen.top() ? top.y() - px(2) - height
                                                              : screen.bottom() - height);
    setGeometry(std::max(screen.left(), x), y, width, height);
    show();
    m_search->setFocus(Qt::PopupFocusReason);
    m_search->setText(search);
    if (m_list->currentItem() != nullptr)
        m_list->scrollToItem(m_list->currentItem(), QAbstractItemView::PositionAtCenter);
}

/// Every word must occur; the first row that fits becomes the current one.
void ChoicePopup::filter(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    QListWidgetItem *heading = nullptr, *first = nullptr;
    for (int i = 0; i < m_list->count(); ++i) {
        QListWidgetItem* item = m_list->item(i);
        if (isHeading(*item)) {
            heading = item;
            item->setHidden(true);
            continue;
        }
        const QString searched = item->data(kSearched).toString();
        const bool fits = std::all_of(words.begin(), words.end(), [&](const QString& word) {
            return searched.contains(word, Qt::CaseInsensitive);
        });
        item->setHidden(!fits);
        if (!fits)
            continue;
        if (heading != nullptr)
            heading->setHidden(false);
        // A name that begins like this beats one that only mentions it.
        const bool begins = !text.isEmpty() && item->text().startsWith(text, Qt::CaseInsensitive);
        const bool firstBegins =
            first != nullptr && first->text().startsWith(text, Qt::CaseInsensitive);
        if (first == nullptr || (begins && !firstBegins))
            first = item;
    }
    if (!words.isEmpty() || m_list->currentItem() == nullptr)
        m_list->setCurrentItem(first);
    if (m_list->currentItem() != nullptr)
        m_list->scrollToItem(m_list->currentItem());
}

void ChoicePopup::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.fillRect(rect(), blend(theme.hairline, theme.secondary, .5));
    painter.fillRect(rect().adjusted(1, 1, -1, -1), theme.panel);
}

void ChoicePopup::move(int rows)
{
    const int direction = rows > 0 ? 1 : -1;
    int at = m_list->currentRow();
    for (int left = std::abs(rows), next = at + direction;
         left > 0 && next >= 0 && next < m_list->count();
         next += direction) {
        const QListWidgetItem* item = m_list->item(next);
        if (item->isHidden() || isHeading(*item))
            continue;
        at = next;
        --left;
    }
    m_list->setCurrentRow(at);
}

void ChoicePopup::choose(const QListWidgetItem* item)
{
    if (item == nullptr || item->isHidden() || isHeading(*item))
        return;
    const int index = item->data(kIndex).toInt();
    close();
    Q_EMIT chosen(index);
}

bool ChoicePopup::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up:
        move(-1);
        return true;
    case Qt::Key_Down:
        move(1);
        return true;
    case Qt::Key_PageUp:
        move(-kPage);
        return true;
    case Qt::Key_PageDown:
        move(kPage);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(m_list->currentItem());
        return true;
    case Qt::Key_Escape:
        close();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

QStringList ChoicePopup::shownLabels() const
{
    QStringList labels;
    for (int i = 0; i < m_list->count(); ++i)
        if (!m_list->item(i)->isHidden() && !isHeading(*m_list->item(i)))
            labels += m_list->item(i)->text();
    return labels;
}

int ChoicePopup::currentChoice() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item == nullptr || item->isHidden() ? -1 : item->data(kIndex).toInt();
}

} // namespace scorefield::ui
