// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/key_diamond.h"

#include "ui/widgets/style.h"

#include <QPainter>
#include <QPainterPath>

namespace scorefield::ui {

namespace {

constexpr double kSide = 16, kReach = 4; ///< of the area, of the diamond's half diagonal

} // namespace

KeyDiamond::KeyDiamond(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::NoFocus); // the row's menu has it for the keyboard
    setCursor(Qt::PointingHandCursor);
}

int KeyDiamond::side()
{
    return px(kSide);
}

void KeyDiamond::setState(State state)
{
    m_state = state;
    const QString text = state == State::None ? tr("Animate: set a key at the film's cursor")
                         : state == State::Moved
                             ? tr("Keyframes move it: set a key at the film's cursor")
                             : tr("Remove the key at the film's cursor");
    setToolTip(text);
    setAccessibleName(text);
    update();
}

void KeyDiamond::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    const bool isMoved = m_state != State::None;
    const QColor color = isMoved ? theme.accent : theme.secondary;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF middle = QRectF(rect()).center();
    const double reach = px(kReach) + (underMouse() ? 1 : 0);
    QPainterPath path(middle - QPointF(0, reach));
    path.lineTo(middle + QPointF(reach, 0));
    path.lineTo(middle + QPointF(0, reach));
    path.lineTo(middle - QPointF(reach, 0));
    path.closeSubpath();
    painter.setPen(QPen(color, 1.5 * scaleFactor(), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    if (m_state == State::Key)
        painter.setBrush(color);
    painter.drawPath(path);
}

void KeyDiamond::enterEvent(QEnterEvent* event)
{
    update();
    QAbstractButton::enterEvent(event);
}

void KeyDiamond::leaveEvent(QEvent* event)
{
    update();
    QAbstractButton::leaveEvent(event);
}

} // namespace scorefield::ui
