// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_field.h"

#include "ui/widgets/expression.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QStyle>
#include <QWheelEvent>

#include <algorithm>
#include <utility>

namespace scorefield::ui {
namespace {

constexpr double kPixelsPerRange = 200; // a drag of this length crosses the range
constexpr int kWheelNotch = 120;

} // namespace

NumberField::NumberField(QWidget* parent) : QLineEdit(parent)
{
    setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setContextMenuPolicy(Qt::NoContextMenu); // the row's menu has reset and copy
    setMouseTracking(true);
    setFocusPolicy(
        Qt::TabFocus); // a press may be a drag: a click takes the focus when it is released
    setCursor(Qt::SizeHorCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(this, &QLineEdit::textEdited, this, [this] { setError(false); });
}

void NumberField::setDescriptor(const ParameterDescriptor& descriptor)
{
    m_descriptor = descriptor;
    m_scale = ValueScale(descriptor);
}

void NumberField::setNumber(double value)
{
    const bool same = value == m_number;
    m_number = value;
    // What is being typed, or was refused, stays until the value changes by other means.
    if (same && (m_error || (hasFocus() && isModified())))
        return;
    setError(false);
    showNumber();
}

QSize NumberField::sizeHint() const
{
    return {px(62), px(26)}; // "20 000"
}

QSize NumberField::minimumSizeHint() const
{
    return sizeHint();
}

void NumberField::showNumber()
{
    setText(hasFocus() ? QString::fromStdString(m_descriptor.format(m_number))
                       : m_scale.text(m_number));
    setModified(false);
    if (hasFocus())
        selectAll();
    else
        setCursorPosition(0); // a text that is too long shows its beginning
}

void NumberField::setError(bool error)
{
    if (m_error == error)
        return;
    m_error = error;
    setProperty("error", error);
    style()->unpolish(this);
    style()->polish(this);
    if (!error)
        Q_EMIT errorCleared();
}

void NumberField::commitText()
{
    if (!isModified())
        return;
    const Result<double> value = evaluateExpression(text());
    const Status valid = value ? m_descriptor.validate(*value) : Status(value.error());
    if (!valid) {
        setError(true);
        Q_EMIT rejected(QString::fromStdString(valid.error().message));
        return;
    }
    setModified(false);
    setError(false);
    edit(*value);
    showNumber();
}

void NumberField::revert()
{
    setError(false);
    showNumber();
}

void NumberField::edit(double value)
{
    if (value == m_number)
        return;
    m_number = value;
    Q_EMIT numberEdited(value);
}

void NumberField::step(double steps)
{
    setModified(false);
    setError(false);
    edit(m_scale.stepped(m_number, steps));
    showNumber();
}

bool NumberField::event(QEvent* event)
{
    if (event->type() == QEvent::StyleChange)
        updateGeometry();
    return QLineEdit::event(event);
}

void NumberField::focusInEvent(QFocusEvent* event)
{
    QLineEdit::focusInEvent(event);
    setCursor(Qt::IBeamCursor);
    if (!m_error)
        showNumber();
}

void NumberField::focusOutEvent(QFocusEvent* event)
{
    commitText();
    QLineEdit::focusOutEvent(event);
    setCursor(Qt::SizeHorCursor);
    deselect();
    if (!m_error)
        showNumber();
}

void NumberField::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        return step(1);
    case Qt::Key_Down:
        return step(-1);
    case Qt::Key_PageUp:
        return step(10);
    case Qt::Key_PageDown:
        return step(-10);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        commitText();
        selectAll();
        return;
    case Qt::Key_Escape:
        if (isModified() || m_error)
            return revert();
        return event->ignore();
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void NumberField::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QLineEdit::mousePressEvent(event);
    if (hasFocus()) {
        m_press = Press::Typing;
        return QLineEdit::mousePressEvent(event);
    }
    m_press = Press::Waiting;
    m_pressedAt = event->position();
}

void NumberField::mouseMoveEvent(QMouseEvent* event)
{
    m_wheelArmed = true;
    if (m_press == Press::Typing)
        return QLineEdit::mouseMoveEvent(event);
    if (m_press == Press::None)
        return;
    const QPointF moved = event->position() - m_pressedAt;
    if (m_press == Press::Waiting) {
        if (moved.manhattanLength() < QApplication::startDragDistance() / 2.)
            return;
        m_press = Press::Dragging;
        m_dragFraction = m_scale.fraction(m_number);
        Q_EMIT gestureStarted();
    }
    m_pressedAt = event->position();
    const double finer = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    m_dragFraction +=
        (moved.x() - moved.y()) / kPixelsPerRange / finer; // to the right and up is more
    m_dragFraction = std::clamp(m_dragFraction, 0., 1.);
    setError(false);
    edit(m_scale.value(m_dragFraction));
    showNumber();
}

void NumberField::mouseReleaseEvent(QMouseEvent* event)
{
    const Press press = std::exchange(m_press, Press::None);
    if (press == Press::Dragging)
        Q_EMIT gestureFinished();
    else if (press == Press::Waiting)
        setFocus(Qt::MouseFocusReason);
    else
        QLineEdit::mouseReleaseEvent(event);
}

void NumberField::mouseDoubleClickEvent(QMouseEvent*)
{
    m_press = Press::None;
    revert();
    Q_EMIT resetRequested();
    showNumber();
}

void NumberField::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus() && !m_wheelArmed)
        return event->ignore();
    m_wheelRest += event->angleDelta().y();
    const int notches = m_wheelRest / kWheelNotch;
    m_wheelRest -= notches * kWheelNotch;
    if (notches != 0)
        step(notches);
    event->accept();
}

void NumberField::leaveEvent(QEvent* event)
{
    m_wheelArmed = false;
    m_wheelRest = 0;
    QLineEdit::leaveEvent(event);
}

} // namespace scorefield::ui
