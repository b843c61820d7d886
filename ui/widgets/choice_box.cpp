// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/choice_box.h"

#include "ui/widgets/style.h"

#include <QAbstractItemView>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QWheelEvent>

namespace scorefield::ui {

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

void ChoiceBox::showPopup()
{
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
