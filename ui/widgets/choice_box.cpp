// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/choice_box.h"

#include "ui/widgets/choice_popup.h"
#include "ui/widgets/style.h"

#include <QAbstractItemView>
#include <QKeyEvent>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QWheelEvent>

namespace scorefield::ui {

namespace {

constexpr int kMostWithoutSearch = 7;

} // namespace

ChoiceBox::ChoiceBox(QWidget* parent) : QComboBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(6);
    setMaxVisibleItems(24);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ChoiceBox::minimumSizeHint() const
{
    return {px(72), QComboBox::minimumSizeHint().height()};
}

bool ChoiceBox::isSearchable() const
{
    return count() > kMostWithoutSearch && itemData(0, Searched).isValid();
}

void ChoiceBox::showSearch(const QString& text)
{
    std::vector<ChoiceRow> rows;
    for (int i = 0; i < count(); ++i)
        rows.push_back({i,
                        itemText(i),
                        itemData(i, Group).toString(),
                        itemData(i, Facts).toString(),
                        itemData(i, Qt::ToolTipRole).toString(),
                        itemData(i, Searched).toString()});
    auto* popup = new ChoicePopup(rows, currentIndex(), this);
    connect(popup, &ChoicePopup::chosen, this, [this](int index) {
        setCurrentIndex(index);
        Q_EMIT activated(index);
    });
    popup->popUp(*this, text);
}

/// Letters start a search; everything else is a combo box's.
void ChoiceBox::keyPressEvent(QKeyEvent* event)
{
    const bool types = isSearchable() && !event->text().isEmpty()
                       && event->text()[0].isLetterOrNumber()
                       && !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (types)
        return showSearch(event->text());
    QComboBox::keyPressEvent(event);
}

void ChoiceBox::showPopup()
{
    if (isSearchable())
        return showSearch({});
    // The list is as wide as its longest entry, also where the box itself is narrow.
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + px(28));
    QComboBox::showPopup();
}

void ChoiceBox::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    // Too long a text ends in an ellipsis before the chevron, not under it.
    const int icon = option.currentIcon.isNull() ? 0 : option.iconSize.width() + px(6);
    option.currentText =
        option.fontMetrics.elidedText(option.currentText, Qt::ElideRight, width() - px(30) - icon);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    // A style sheet can only show a picture here, which would not follow the theme.
    paintChevron(painter, QPointF(width() - px(13), height() / 2.), 0, isEnabled());
}

void ChoiceBox::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

} // namespace scorefield::ui
