// SPDX-License-Identifier: GPL-3.0-or-later
// The pointer on the canvas: looking around, pinning, editing the data where they are
// drawn.
#include "ui/document/document.h"
#include "ui/render/lane_overlay.h"
#include "ui/widgets/style.h"
#include "ui/window/canvas_editing.h"
#include "ui/window/canvas_probe.h"
#include "ui/window/lane_canvas.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kGripReachPx = 9; ///< hit area of a mean or handle
constexpr double kDragPx = 4;      ///< below this a press is a click
constexpr double kZoomPerNotch = 1.2;

double distancePx(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

QPixmap swatch(const QColor& color)
{
    QPixmap pixmap(24, 24);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(4, 4, 16, 16);
    return pixmap;
}

} // namespace

bool LaneCanvas::isEditable() const
{
    return m_head.run()
           && m_head.run()->session.data->dimension == m_document.session().data->dimension;
}

LaneCanvas::Target LaneCanvas::targetAt(QPointF pixels) const
{
    Target target;
    if (!m_head.run() || shownLanes() == 0)
        return target;
    target.lane = laneAt(pixels);
    if (target.lane < 0)
        return target;
    target.grip = Grip::View;
    if (!isEditable())
        return target;
    const render::ViewTransform transform = transformOf(target.lane);
    const ViewPlane& plane = m_head.run()->plane;
    const auto& components = m_document.session().data->components;
    double nearest = kGripReachPx;
    const auto consider = [&](QPointF data, Grip grip, int component, int axis) {
        const double away = distancePx(transform.toPixels(data), pixels);
        if (away > nearest)
            return;
        nearest = away;
        target.grip = grip;
        target.component = component;
        target.axis = axis;
    };
    // The shape handles are there for the component that shows them; means can always be grabbed.
    for (const int shown :
         {m_selectedComponent, m_hover.lane == target.lane ? m_hover.component : -1}) {
        if (shown < 0 || shown >= static_cast<int>(components.size()))
            continue;
        const ComponentSpec& component = components[static_cast<std::size_t>(shown)];
        const QPointF mean = meanInPlane(component, plane);
        const PlaneAxes axes = axesInPlane(component, plane);
        for (int axis = 0; axis < 2; ++axis) {
            const auto i = static_cast<std::size_t>(axis);
            const QPointF arm = kHandleDeviations * axes.deviations[i] * axes.directions[i];
            if (axes.deviations[i] <= 0)
                continue;
            consider(mean + arm, Grip::Axis, shown, axis);
            consider(mean - arm, Grip::Axis, shown, axis);
        }
    }
    for (std::size_t k = 0; k < components.size(); ++k)
        consider(meanInPlane(components[k], plane), Grip::Mean, static_cast<int>(k), -1);
    // The last to be asked: an arrow without length lies on what may be there.
    if (const auto arrow = render::errorArrow(m_document.session(), *m_head.run(), target.lane))
        consider(arrow->to, Grip::Arrow, -1, -1);
    return target;
}

void LaneCanvas::updateHover(QPointF pixels)
{
    m_pointer = pixels;
    m_hover = targetAt(pixels);
    switch (m_hover.grip) {
    case Grip::Mean:
        setCursor(Qt::SizeAllCursor);
        break;
    case Grip::Axis:
    case Grip::Arrow:
        setCursor(Qt::CrossCursor);
        break;
    default:
        unsetCursor();
    }
    update();
}

void LaneCanvas::mousePressEvent(QMouseEvent* event)
{
    const QPointF pixels = event->position();
    updateHover(pixels);
    if (m_hover.lane < 0)
        return;
    Q_EMIT laneClicked(m_hover.lane);
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_pressed = m_hover;
    if (event->button() == Qt::MiddleButton)
        m_pressed.grip = Grip::View;
    else if (event->modifiers() & Qt::AltModifier)
        return addComponent(m_hover.lane, pixels);
    m_pressing = true;
    m_dragging = false;
    m_pressPixels = pixels;
    m_cameraAtPress = cameraOf(m_pressed.lane);
    if (m_pressed.grip == Grip::Mean || m_pressed.grip == Grip::Axis)
        m_componentAtPress =
            m_document.session().data->components[static_cast<std::size_t>(m_pressed.component)];
}

void LaneCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_pressing)
        return updateHover(event->position());
    m_pointer = event->position();
    if (!m_dragging && distancePx(event->position(), m_pressPixels) >= kDragPx)
        beginDrag(event->position());
    if (m_dragging)
        continueDrag(event->position());
}

void LaneCanvas::beginDrag(QPointF)
{
    m_dragging = true;
    if (m_pressed.grip == Grip::View) {
        setCursor(Qt::ClosedHandCursor);
        return;
    }
    // A fitted view would follow the data under the hand: hold it where it is.
    moveCamera(m_pressed.lane, m_cameraAtPress);
    if (m_pressed.grip == Grip::Arrow) {
        selectArrow(true);
        return m_document.beginGesture(tr("Turn score error"));
    }
    setSelectedComponent(m_pressed.component);
    m_document.beginGesture(m_pressed.grip == Grip::Mean ? tr("Move component")
                                                         : tr("Shape component"));
}

void LaneCanvas::continueDrag(QPointF pixels)
{
    const render::ViewTransform transform(m_cameraAtPress, plotOf(m_pressed.lane));
    const QPointF delta = transform.toData(pixels) - transform.toData(m_pressPixels);
    if (m_pressed.grip == Grip::View) {
        Camera camera = m_cameraAtPress;
        camera.x -= delta.x();
        camera.y -= delta.y();
        return moveCamera(m_pressed.lane, camera);
    }
    if (m_pressed.grip == Grip::Arrow) {
        const auto arrow = render::errorArrow(m_document.session(), *m_head.run(), m_pressed.lane);
        if (arrow)
            moveArrow(m_pressed.lane, transform.toData(pixels) - arrow->from);
        return;
    }
    const ViewPlane plane = m_head.run()->plane;
    const bool isMean = m_pressed.grip == Grip::Mean;
    const auto change = [&](Session& session) {
        session.data.edit([&](MixtureSpec& mixture) {
            ComponentSpec& component =
                mixture.components[static_cast<std::size_t>(m_pressed.component)];
            component = m_componentAtPress;
            if (isMean)
                moveMean(component, plane, delta);
            else
                setAxisEnd(
                    component, plane, m_componentAtPress, m_pressed.axis, transform.toData(pixels));
        });
    };
    (void)m_document.edit(isMean ? tr("Move component") : tr("Shape component"),
                          change); // errors are emitted
}

void LaneCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_pressing)
        return;
    m_pressing = false;
    if (m_dragging && m_pressed.grip != Grip::View)
        m_document.endGesture();
    if (!m_dragging)
        click(event->position(), event->button());
    m_dragging = false;
    updateHover(event->position());
}

void LaneCanvas::click(QPointF pixels, Qt::MouseButton button)
{
    if (button != Qt::LeftButton || !m_head.run())
        return;
    if (m_pressed.grip == Grip::Mean || m_pressed.grip == Grip::Axis)
        return setSelectedComponent(m_pressed.component);
    if (m_pressed.grip == Grip::Arrow)
        return selectArrow(true);
    selectArrow(false);
    setSelectedComponent(-1);
    if (m_document.session().view.particles.visible == 0)
        return pinParticle(-1);
    const render::LaneView view = laneView(m_pressed.lane, shownSession());
    pinParticle(nearestParticle(view, transformOf(m_pressed.lane), pixels, kParticleReachPx));
}

void LaneCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    // The second press of a double click is a press like any other.
    mousePressEvent(event);
}

void LaneCanvas::wheelEvent(QWheelEvent* event)
{
    const int lane = m_head.run() ? laneAt(event->position()) : -1;
    if (lane < 0 || m_pressing)
        return event->ignore();
    const double factor = std::pow(kZoomPerNotch, event->angleDelta().y() / 120.0);
    const QRectF plot = plotOf(lane);
    Camera camera = cameraOf(lane);
    const QPointF fixed = render::ViewTransform(camera, plot).toData(event->position());
    camera.span /= factor;
    camera.x = fixed.x() + (camera.x - fixed.x()) / factor;
    camera.y = fixed.y() + (camera.y - fixed.y()) / factor;
    moveCamera(lane, camera);
    event->accept();
}

void LaneCanvas::leaveEvent(QEvent* event)
{
    m_pointer.reset();
    m_hover = {};
    update();
    QOpenGLWidget::leaveEvent(event);
}

void LaneCanvas::addComponent(int lane, QPointF pixels)
{
    if (!isEditable() || m_document.session().data->components.empty())
        return;
    const QPointF place = transformOf(lane).toData(pixels);
    const ViewPlane plane = m_head.run()->plane;
    moveCamera(lane, cameraOf(lane));
    int added = -1;
    const auto change = [&](Session& session) {
        session.data.edit(
            [&](MixtureSpec& mixture) { added = addComponentAt(mixture, plane, place); });
    };
    if (m_document.edit(tr("Add component"), change))
        setSelectedComponent(added);
}

void LaneCanvas::chooseClass(int label)
{
    const int component = m_selectedComponent;
    const auto change = [=](Session& session) {
        session.data.edit([=](MixtureSpec& mixture) {
            mixture.components[static_cast<std::size_t>(component)].classLabel = label;
        });
    };
    (void)m_document.edit(tr("Change class"), change);
}

void LaneCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_pressing)
        return;
    const QPointF pixels = event->reason() == QContextMenuEvent::Keyboard ? QPointF(rect().center())
                                                                          : QPointF(event->pos());
    const Target target = targetAt(pixels);
    const int component = target.component >= 0 ? target.component : m_selectedComponent;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const MixtureSpec& mixture = *m_document.session().data;
    if (isEditable() && component >= 0 && component < static_cast<int>(mixture.components.size())) {
        setSelectedComponent(component);
        QMenu* classes = menu->addMenu(tr("Class of component %1").arg(component + 1));
        for (int label = 0; label <= mixture.classCount(); ++label) {
            const QString name = label < mixture.classCount()
                                     ? QString::fromStdString(mixture.className(label))
                                     : tr("New class");
            QAction* action =
                classes->addAction(QIcon(swatch(currentTheme().classColor(label))), name);
            action->setCheckable(true);
            action->setChecked(mixture.components[static_cast<std::size_t>(component)].classLabel
                               == label);
            connect(action, &QAction::triggered, this, [this, label] { chooseClass(label); });
        }
        menu->addAction(tr("Duplicate component"), this, &LaneCanvas::duplicateRequested);
        menu->addAction(tr("Delete component"), this, &LaneCanvas::deleteRequested);
        menu->addSeparator();
    }
    if (isEditable() && target.lane >= 0)
        menu->addAction(tr("Add component here"), this, [this, target, pixels] {
            addComponent(target.lane, pixels);
        });
    if (m_pinned >= 0)
        menu->addAction(tr("Unpin particle"), this, [this] { pinParticle(-1); });
    menu->addAction(tr("Fit view"), this, &LaneCanvas::fitView);
    menu->popup(event->globalPos());
}

} // namespace scorefield::ui
