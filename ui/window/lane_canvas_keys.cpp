// SPDX-License-Identifier: GPL-3.0-or-later
// The keys on the canvas: Tab visits what can be moved, arrows move it.
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/render/lane_overlay.h"
#include "ui/window/canvas_editing.h"
#include "ui/window/lane_canvas.h"

#include <QKeyEvent>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr double kNudgeShare = 0.005; ///< of the view's height per arrow key

} // namespace

void LaneCanvas::selectArrow(bool selected)
{
    if (selected)
        setSelectedComponent(-1);
    m_arrowSelected = selected;
    update();
}

/// With linked lanes every lane that has an arrow gets this one.
void LaneCanvas::moveArrow(int lane, QPointF error, const QString& mergeKey)
{
    const auto change = [&](Session& session) {
        for (std::size_t i = 0; i < session.lanes.size(); ++i) {
            Choice& choice = session.lanes[i].error;
            const bool meant = static_cast<int>(i) == lane || session.view.linkLanes != 0;
            if (!meant || choice.kind != "constant")
                continue;
            for (const auto& [key, value] : {std::pair("x", error.x()), {"y", error.y()}}) {
                const auto row = describe(session, "lanes." + std::to_string(i) + ".error." + key);
                if (row && !(session.data->dimension == 1 && key[0] == 'y'))
                    choice.values.set(key, std::clamp(value, row->minimum, row->maximum));
            }
        }
    };
    (void)m_document.edit(tr("Turn score error"), change, mergeKey); // errors are emitted
}

void LaneCanvas::nudge(QPointF direction, bool far)
{
    const int lane = std::clamp(m_selectedLane, 0, shownLanes() - 1);
    const Camera camera = cameraOf(lane);
    const QPointF delta = direction * camera.span * kNudgeShare * (far ? 10 : 1);
    if (m_arrowSelected) {
        const auto arrow = render::errorArrow(m_document.session(), *m_head.run(), lane);
        if (arrow)
            moveArrow(
                lane, arrow->to - arrow->from + delta, QStringLiteral("nudge.arrow.%1").arg(lane));
        return;
    }
    const ViewPlane plane = m_head.run()->plane;
    const auto change = [&](Session& session) {
        session.data.edit([&](MixtureSpec& mixture) {
            moveMean(
                mixture.components[static_cast<std::size_t>(m_selectedComponent)], plane, delta);
        });
    };
    (void)m_document.edit(
        tr("Move component"), change, QStringLiteral("nudge.%1").arg(m_selectedComponent));
}

bool LaneCanvas::event(QEvent* event)
{
    // The arrows belong to the selected component before they belong to the window's steps.
    if (event->type() == QEvent::ShortcutOverride
        && (m_selectedComponent >= 0 || m_arrowSelected)) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up
            || key == Qt::Key_Down) {
            event->accept();
            return true;
        }
    }
    return QOpenGLWidget::event(event);
}

void LaneCanvas::keyPressEvent(QKeyEvent* event)
{
    const int count = static_cast<int>(m_document.session().data->components.size());
    const bool selected =
        isEditable() && shownLanes() > 0
        && (m_arrowSelected || (m_selectedComponent >= 0 && m_selectedComponent < count));
    const bool far = event->modifiers() & Qt::ShiftModifier;
    const bool plain = !(event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
    if (event->key() == Qt::Key_Escape
        && (m_selectedComponent >= 0 || m_arrowSelected || m_pinned >= 0)) {
        selectArrow(false);
        setSelectedComponent(-1);
        return pinParticle(-1);
    }
    if (selected && plain) {
        switch (event->key()) {
        case Qt::Key_Left:
            return nudge({-1, 0}, far);
        case Qt::Key_Right:
            return nudge({1, 0}, far);
        case Qt::Key_Up:
            return nudge({0, 1}, far);
        case Qt::Key_Down:
            return nudge({0, -1}, far);
        default:
            break;
        }
    }
    event->ignore(); // the window's keys: steps, play …
}

bool LaneCanvas::focusNextPrevChild(bool next)
{
    // Tab visits the components and the selected lane's arrow, then leaves the canvas.
    const int components =
        isEditable() ? static_cast<int>(m_document.session().data->components.size()) : 0;
    const bool hasArrow =
        isEditable()
        && render::errorArrow(m_document.session(), *m_head.run(), m_selectedLane).has_value();
    const int count = components + (hasArrow ? 1 : 0);
    const int now = m_arrowSelected ? components : m_selectedComponent;
    const int wanted = next ? now + 1 : now < 0 ? count - 1 : now - 1;
    if (hasFocus() && wanted >= 0 && wanted < count) {
        selectArrow(wanted == components);
        if (wanted < components)
            setSelectedComponent(wanted);
        return true;
    }
    selectArrow(false);
    setSelectedComponent(-1);
    return QOpenGLWidget::focusNextPrevChild(next);
}

} // namespace scorefield::ui
