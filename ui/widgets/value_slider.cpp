// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_slider.h"

#include "ui/widgets/style.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

constexpr int kPositions = 100000; // of QAbstractSlider, which screen readers read
constexpr double kHandle = 14, kGroove = 4, kRing = 2;
constexpr int kWheelNotch = 120;

} // namespace

ValueSlider::ValueSlider(QWidget* parent) : QAbstractSlider(parent)
{
    setOrientation(Qt::Horizontal);
    QAbstractSlider::setRange(0, kPositions);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ValueSlider::setScale(const ValueScale& scale)
{
    m_scale = scale;
    setNumber(m_number);
}

void ValueSlider::setNumber(double value)
{
    m_number = value;
    setSliderPosition(static_cast<int>(std::lround(m_scale.fraction(value) * kPositions)));
    update();
}

QSize ValueSlider::sizeHint() const
{
    return {px(120), px(28)};
}

QSize ValueSlider::minimumSizeHint() const
{
    return {px(40), px(28)};
}

QRectF ValueSlider::groove() const
{
    const double inset = px(kHandle) / 2. + px(kRing);
    const double height = px(kGroove);
    return {inset, (this->height() - height) / 2., std::max(1., width() - 2 * inset), height};
}

QPoint ValueSlider::handlePosition(double value) const
{
    const QRectF track = groove();
    return QPointF(track.left() + m_scale.fraction(value) * track.width(), height() / 2.).toPoint();
}

void ValueSlider::edit(double value)
{
    if (value == m_number)
        return;
    m_number = value;
    Q_EMIT numberEdited(value);
}

bool ValueSlider::event(QEvent* event)
{
    if (event->type() == QEvent::StyleChange) {
        updateGeometry();
        update();
    }
    return QAbstractSlider::event(event);
}

void ValueSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_dragging)
        return event->ignore();
    const QRectF track = groove();
    const double x = event->position().x();
    m_dragging = true;
    Q_EMIT gestureStarted();
    m_dragFraction = m_scale.fraction(m_number);
    m_lastX = x;
    // Beside the handle the value jumps to the pointer; on it, it keeps its place under the hand.
    if (std::abs(x - (track.left() + m_dragFraction * track.width())) > px(kHandle) / 2.) {
        m_dragFraction = (x - track.left()) / track.width();
        edit(m_scale.value(m_dragFraction));
    }
    update();
}

void ValueSlider::mouseMoveEvent(QMouseEvent* event)
{
    m_wheelArmed = true;
    if (!m_hovered) {
        m_hovered = true;
        update();
    }
    if (!m_dragging)
        return;
    const double finer = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    m_dragFraction += (event->position().x() - m_lastX) / groove().width() / finer;
    m_lastX = event->position().x();
    edit(m_scale.value(m_dragFraction));
}

void ValueSlider::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return event->ignore();
    m_dragging = false;
    update();
    Q_EMIT gestureFinished();
}

void ValueSlider::keyPressEvent(QKeyEvent* event)
{
    const double finer = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return edit(m_scale.stepped(m_number, -1 / finer));
    case Qt::Key_Right:
    case Qt::Key_Up:
        return edit(m_scale.stepped(m_number, 1 / finer));
    case Qt::Key_PageDown:
        return edit(m_scale.stepped(m_number, -10));
    case Qt::Key_PageUp:
        return edit(m_scale.stepped(m_number, 10));
    case Qt::Key_Home:
        return edit(m_scale.minimum());
    case Qt::Key_End:
        return edit(m_scale.maximum());
    default:
        event->ignore();
    }
}

void ValueSlider::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus() && !m_wheelArmed)
        return event->ignore();
    m_wheelRest += event->angleDelta().y();
    const int notches = m_wheelRest / kWheelNotch;
    m_wheelRest -= notches * kWheelNotch;
    if (notches != 0)
        edit(m_scale.stepped(m_number, notches));
    event->accept();
}

void ValueSlider::leaveEvent(QEvent* event)
{
    m_wheelArmed = m_hovered = false;
    m_wheelRest = 0;
    update();
    QAbstractSlider::leaveEvent(event);
}

void ValueSlider::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(.35);
    const QRectF track = groove();
    const double radius = track.height() / 2;
    const auto at = [&](double value) {
        return track.left() + m_scale.fraction(value) * track.width();
    };

    painter.setPen(Qt::NoPen);
    for (const double decade : m_scale.decades()) {
        painter.setBrush(blend(theme.panel, theme.secondary, .6));
        painter.drawRect(QRectF(std::round(at(decade)) - .5, track.bottom() + px(4), 1, px(3)));
    }
    painter.setBrush(blend(theme.hairline, theme.secondary, .15));
    painter.drawRoundedRect(track, radius, radius);

    // A linear range with a zero inside grows from zero, so the sign can be seen.
    const double from = m_scale.isLogarithmic() ? track.left() : at(0);
    const double to = at(m_number);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(QRectF(QPointF(std::min(from, to), track.top()),
                                   QPointF(std::max(from, to), track.bottom())),
                            radius,
                            radius);

    const QPointF centre(to, height() / 2.);
    const double outer = px(kHandle) / 2.;
    double handle = outer;
    painter.setPen(Qt::NoPen);
    if (hasFocus()) { // a ring with a gap: it must not be taken for a thicker handle
        handle = outer - px(1);
        painter.setBrush(theme.accent);
        painter.drawEllipse(centre, outer + px(kRing), outer + px(kRing));
        painter.setBrush(theme.panel);
        painter.drawEllipse(centre, outer + px(kRing) / 2., outer + px(kRing) / 2.);
    }
    const double stroke = m_hovered || m_dragging ? px(3) : px(2);
    painter.setPen(QPen(theme.accent, stroke));
    painter.setBrush(theme.dark ? theme.text : theme.panel);
    painter.drawEllipse(centre, handle - stroke / 2, handle - stroke / 2);
}

} // namespace scorefield::ui
