// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys on a schedule: a drag is one undo step, from the first to the last number.
#include "ui/document/document.h"
#include "ui/panels/schedule_canvas.h"
#include "ui/widgets/style.h"

#include <QContextMenuEvent>
#include <QLineF>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kReach = 9;     // design pixels from a handle that still take it
constexpr double kSnapReach = 7; // design pixels at which a drag catches
constexpr double kFirstMove = 3; // pixels: a click is no drag
constexpr double kCaught = 1e-6; // the rounding of exp and log between a handle and its place

} // namespace

/// Control points lie on top of the steps.
std::optional<ScheduleCanvas::Name> ScheduleCanvas::handleAt(QPointF pixel) const
{
    std::optional<Name> best;
    double nearest = kReach * scaleFactor();
    bool bestIsPoint = false;
    for (const ScheduleHandle& handle : m_handles.all()) {
        const double distance = QLineF(pixel, m_plot.toPixels(handle.place)).length();
        const bool isPoint = handle.kind != ScheduleHandle::Kind::Level;
        if (distance > kReach * scaleFactor() || (bestIsPoint && !isPoint))
            continue;
        if (distance < nearest || (isPoint && !bestIsPoint)) {
            nearest = distance;
            best = Name{handle.kind, handle.index};
            bestIsPoint = isPoint;
        }
    }
    return best;
}

/// Where a handle would go, with what it catches on.
SchedulePlace
ScheduleCanvas::wantedPlace(const ScheduleHandle& handle, QPointF pixel, bool snapping)
{
    using Kind = ScheduleHandle::Kind;
    const bool alongCurve =
        handle.kind == Kind::Level || (handle.kind == Kind::GridPoint && !m_plot.steps);
    SchedulePlace place = alongCurve && !m_plot.steps ? m_plot.nearestOnCurve(*schedule(), pixel)
                                                      : m_plot.toPlace(pixel);
    m_snap.reset();
    m_snapAcross.reset();
    if (!snapping)
        return place;
    m_snap = snapTarget(m_plot, m_lanes, m_lane, place.lambda, kSnapReach * scaleFactor());
    if (m_snap)
        place.lambda = m_snap->lambda;
    const bool movesAcross = (handle.kind == Kind::ProcessPoint && !m_plot.steps)
                             || (handle.kind == Kind::GridPoint && m_plot.steps);
    if (movesAcross)
        m_snapAcross = snapAcross(m_plot, place.across, kSnapReach * scaleFactor());
    if (m_snapAcross)
        place.across = *m_snapAcross;
    return place;
}

void ScheduleCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    const auto name = handleAt(event->position());
    select(name);
    if (!name) {
        if (!m_handles.whyFixed().isEmpty() && !m_handles.hasProcessPoints())
            Q_EMIT rejected(m_handles.whyFixed());
        return;
    }
    const QPointF at = m_plot.toPixels(find(*name)->place);
    m_drag =
        Drag{*name, event->position(), at - event->position(), false, m_document.session().lanes};
    refreshReadout();
    update();
}

void ScheduleCanvas::mouseMoveEvent(QMouseEvent* event)
{
    m_pointer = event->position();
    if (m_drag && (event->buttons() & Qt::LeftButton)) {
        const double moved = QLineF(event->position(), m_drag->pressed).length();
        if (!m_drag->moving && moved < kFirstMove)
            return;
        if (!m_drag->moving) {
            m_drag->moving = true;
            m_document.beginGesture(m_drag->handle.kind == ScheduleHandle::Kind::Level
                                        ? tr("Move a step")
                                        : tr("Move a control point"));
        }
        return dragTo(event->position() + m_drag->offset, event->modifiers());
    }
    m_hovered = handleAt(event->position());
    setCursor(m_hovered ? Qt::PointingHandCursor : Qt::ArrowCursor);
    refreshReadout();
    update();
}

void ScheduleCanvas::dragTo(QPointF pixel, Qt::KeyboardModifiers modifiers)
{
    const ScheduleHandle* handle = find(m_drag->handle);
    if (handle == nullptr)
        return;
    const bool snapping = m_snapping != modifiers.testFlag(Qt::ControlModifier);
    const SchedulePlace place = wantedPlace(*handle, pixel, snapping);
    (void)applyEdit(m_document, m_lane, m_handles.moved(*handle, place)); // errors are emitted
    // A neighbour may have been in the way: then nothing was caught.
    const ScheduleHandle* now = find(m_drag->handle);
    if (now == nullptr || !m_snap || std::abs(now->place.lambda - m_snap->lambda) > kCaught)
        m_snap.reset();
    if (now == nullptr || !m_snapAcross || std::abs(now->place.across - *m_snapAcross) > kCaught)
        m_snapAcross.reset();
    refreshReadout();
    update();
}

void ScheduleCanvas::endDrag(bool keep)
{
    if (!m_drag)
        return;
    const Drag drag = *m_drag;
    if (drag.moving) {
        if (!keep)
            (void)m_document.edit(tr("Move"), [&](Session& session) {
                if (session.lanes.size() == drag.before.size())
                    session.lanes = drag.before; // the step is gone again: it came home
            });
        m_document.endGesture();
    }
    m_drag.reset();
    m_snap.reset();
    m_snapAcross.reset();
    rebuild(std::array<bool, kMaxLanes>{}); // the axes fit again
}

void ScheduleCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    const auto name = handleAt(event->position());
    const bool onSteps = name && name->kind == ScheduleHandle::Kind::Level;
    // A control point may be added on top of a step.
    if (event->button() == Qt::LeftButton
        && (!name || (onSteps && m_handles.hasProcessPoints() && !m_plot.steps)))
        addAt(event->position());
}

void ScheduleCanvas::addAt(QPointF pixel)
{
    if (schedule() == nullptr)
        return;
    const bool point = m_handles.hasProcessPoints() && !m_plot.steps;
    const SchedulePlace place =
        point || m_plot.steps ? m_plot.toPlace(pixel) : m_plot.nearestOnCurve(*schedule(), pixel);
    const auto edit = m_handles.added(place);
    if (!edit) {
        Q_EMIT rejected(m_handles.whyFixed().isEmpty()
                            ? tr("There is no room for another point here.")
                            : m_handles.whyFixed());
        return;
    }
    m_document.beginGesture(point ? tr("Add a control point") : tr("Add a step"));
    const Status applied = applyEdit(m_document, m_lane, *edit);
    m_document.endGesture();
    if (!applied)
        return;
    const auto kind = point ? ScheduleHandle::Kind::ProcessPoint : ScheduleHandle::Kind::Level;
    const Name name{find({kind, edit->index}) != nullptr ? kind : ScheduleHandle::Kind::GridPoint,
                    edit->index};
    select(name);
}

void ScheduleCanvas::removeSelected()
{
    const ScheduleHandle* handle = m_selected ? find(*m_selected) : nullptr;
    if (handle == nullptr)
        return;
    const auto edit = m_handles.removed(*handle);
    if (!edit) {
        Q_EMIT rejected(handle->kind == ScheduleHandle::Kind::Level
                            ? tr("A run needs at least one step.")
                            : tr("The two ends of a curve stay."));
        return;
    }
    const Name next{handle->kind, edit->index};
    m_document.beginGesture(handle->kind == ScheduleHandle::Kind::Level
                                ? tr("Delete a step")
                                : tr("Delete a control point"));
    (void)applyEdit(m_document, m_lane, *edit); // errors are emitted
    m_document.endGesture();
    select(next);
}

/// Up is up on the screen; a step on the time axis moves along the curve.
void ScheduleCanvas::nudge(double across, double up)
{
    const ScheduleHandle* handle = m_selected ? find(*m_selected) : nullptr;
    if (handle == nullptr || schedule() == nullptr)
        return;
    SchedulePlace place = handle->place;
    if (!std::isfinite(place.lambda)) // from the frame inwards
        place.lambda = place.lambda > 0 ? m_plot.high : m_plot.low;
    place.lambda += (m_plot.noiseUp ? -up : up) * (m_plot.high - m_plot.low);
    place.across += across;
    const bool level = handle->kind == ScheduleHandle::Kind::Level;
    if (level && across != 0 && m_plot.steps) { // a step has its place among the steps
        const Name next{handle->kind, handle->index + (across > 0 ? 1 : -1)};
        if (find(next) != nullptr)
            select(next);
        return;
    }
    if (level && across != 0)
        place.lambda = m_plot.levelAt(*schedule(), place.across).lambda();
    (void)applyEdit(m_document, m_lane, m_handles.moved(*handle, place)); // errors are emitted
}

void ScheduleCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto name = byKey ? m_selected : handleAt(event->pos());
    select(name);
    if (name) {
        menu->addAction(name->kind == ScheduleHandle::Kind::Level ? tr("Delete step")
                                                                  : tr("Delete point"),
                        this,
                        &ScheduleCanvas::removeSelected)
            ->setEnabled(m_handles.removed(*find(*name)).has_value());
    } else {
        const QPointF at = event->pos();
        menu->addAction(m_handles.hasProcessPoints() && !m_plot.steps ? tr("Add point here")
                                                                      : tr("Add step here"),
                        this,
                        [this, at] { addAt(at); });
    }
    menu->addSeparator();
    Q_EMIT contextMenuWanted(menu);
    menu->popup(event->globalPos());
}

} // namespace scorefield::ui
