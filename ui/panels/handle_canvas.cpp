// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/handle_canvas.h"

#include "ui/panels/schedule_axis.h"
#include "ui/widgets/style.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace scorefield::ui {

namespace {

constexpr double kTallest = 230; // design pixels: beyond, the lanes need the room more
constexpr double kNudge = 0.01, kFarNudge = 0.1; // of the axes

/// Keys that belong to a selected handle before they are anybody's shortcut.
bool isOfHandle(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down
           || key == Qt::Key_Delete || key == Qt::Key_Backspace || key == Qt::Key_Escape;
}

} // namespace

HandleCanvas::HandleCanvas(Document& document, const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
{
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMaximumHeight(px(kTallest));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HandleCanvas::setLane(int lane)
{
    if (lane == m_lane)
        return;
    endDrag(true);
    m_lane = lane;
    selectHandle(std::nullopt);
    forgetHover();
    rebuild();
}

void HandleCanvas::setPlayStep(double step)
{
    if (step == m_playStep)
        return;
    m_playStep = step;
    update();
}

QSize HandleCanvas::sizeHint() const
{
    return {px(480), px(140)};
}

QSize HandleCanvas::minimumSizeHint() const
{
    return {px(200), px(140)};
}

void HandleCanvas::layOut()
{
    m_plot.frame = scheduleFrame(size());
}

void HandleCanvas::invalidate()
{
    m_picture = QPixmap();
    update();
}

void HandleCanvas::paintPointer(QPainter& painter) const
{
    if (!m_pointer || isDragging() || !m_plot.frame.contains(*m_pointer))
        return;
    painter.setPen(QPen(faded(currentTheme().secondary, 0.5), 1));
    painter.drawLine(QPointF(m_pointer->x(), m_plot.frame.top()),
                     QPointF(m_pointer->x(), m_plot.frame.bottom()));
}

void HandleCanvas::paintFocus(QPainter& painter) const
{
    if (!hasFocus())
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faded(currentTheme().accent, 0.6), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), px(4), px(4));
}

bool HandleCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && selectedHandleNumber()
        && isOfHandle(static_cast<QKeyEvent*>(event)->key())) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void HandleCanvas::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) {
        setMaximumHeight(px(kTallest));
        updateGeometry();
        layOut();
        invalidate();
    }
}

void HandleCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        endDrag(true);
}

void HandleCanvas::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_pointer.reset();
    forgetHover();
    refreshReadout();
    update();
}

void HandleCanvas::keyPressEvent(QKeyEvent* event)
{
    const double step = event->modifiers() & Qt::ShiftModifier ? kFarNudge : kNudge;
    if (event->key() == Qt::Key_Escape && isDragging())
        return endDrag(false);
    if (!selectedHandleNumber())
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        return nudge(-step, 0);
    case Qt::Key_Right:
        return nudge(step, 0);
    case Qt::Key_Up:
        return nudge(0, step);
    case Qt::Key_Down:
        return nudge(0, -step);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return removeSelected();
    case Qt::Key_Escape:
        return selectHandle(std::nullopt);
    default:
        QWidget::keyPressEvent(event);
    }
}

/// Tab goes from handle to handle, and on after the last; Escape first leaves them.
bool HandleCanvas::focusNextPrevChild(bool next)
{
    const auto selected = selectedHandleNumber();
    if (!selected)
        return QWidget::focusNextPrevChild(next);
    const int number = *selected + (next ? 1 : -1);
    if (number < 0 || number >= handleCount()) {
        selectHandle(std::nullopt);
        return QWidget::focusNextPrevChild(next);
    }
    selectHandle(number);
    return true;
}

void HandleCanvas::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (handleCount() > 0 && event->reason() == Qt::TabFocusReason)
        selectHandle(0);
    else if (handleCount() > 0 && event->reason() == Qt::BacktabFocusReason)
        selectHandle(handleCount() - 1);
    update();
}

void HandleCanvas::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace scorefield::ui
