// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys on a drawn weight: a drag is one undo step, and every move of it is simulated.
#include "ui/document/document.h"
#include "ui/panels/weight_canvas.h"
#include "ui/widgets/style.h"

#include <QContextMenuEvent>
#include <QLineF>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kReach = 9;          // design pixels from a point that still take it
constexpr double kFirstMove = 3;      // pixels: a click is no drag
constexpr double kLeastShare = 1e-3;  // of the range of x, between neighbours
constexpr double kSignificant = 0.01; // of a dragged weight: what a person would type

/// Three digits of it, none below a hundredth.
double rounded(double weight)
{
    const double size = std::max(std::abs(weight), 1.0);
    const double unit = kSignificant * std::pow(10, std::floor(std::log10(size)));
    return std::round(weight / unit) * unit;
}

} // namespace

std::optional<int> WeightCanvas::pointAt(QPointF pixel) const
{
    std::optional<int> best;
    double nearest = kReach * scaleFactor();
    for (int i = 0; i < pointCount(); ++i)
        if (const double far = QLineF(pixel, pointPosition(i)).length(); far <= nearest) {
            nearest = far;
            best = i;
        }
    return best;
}

/// `wanted` for the point `index`: within the ranges, between its neighbours.
CurvePoint WeightCanvas::limited(std::size_t index, CurvePoint wanted) const
{
    const PointsInfo& info = m_points->info;
    const auto& all = m_points->points;
    const bool first = index == 0, last = index + 1 == all.size();
    const double room = kLeastShare * (info.xMaximum - info.xMinimum);
    const double low = first ? info.xMinimum : all[index - 1].x + room;
    const double high = last ? info.xMaximum : all[index + 1].x - room;
    const bool fixed = info.endsFixed && (first || last);
    return {fixed        ? all[index].x
            : low < high ? std::clamp(wanted.x, low, high)
                         : (low + high) / 2,
            std::clamp(wanted.y, info.yMinimum, info.yMaximum)};
}

CurvePoint WeightCanvas::pointAtPixel(QPointF pixel) const
{
    return {progressOf((pixel.x() - m_plot.frame.left()) / m_plot.frame.width()),
            rounded(weightOf(pixel.y()))};
}

bool WeightCanvas::setPoints(const std::vector<CurvePoint>& points)
{
    return m_document.setPoints(m_points->key, points).ok(); // errors are emitted
}

void WeightCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    const auto index = pointAt(event->position());
    selectHandle(index);
    if (!index) {
        if (!m_points && lane() != nullptr && lane()->rule != nullptr)
            Q_EMIT rejected(tr("This rule computes its weight. “Draw w(t)” makes it a curve to "
                               "drag."));
        return;
    }
    m_drag = Drag{*index,
                  event->position(),
                  pointPosition(*index) - event->position(),
                  false,
                  m_points->points};
    refreshReadout();
    update();
}

void WeightCanvas::mouseMoveEvent(QMouseEvent* event)
{
    m_pointer = event->position();
    if (m_drag && (event->buttons() & Qt::LeftButton) && m_points) {
        if (!m_drag->moving && QLineF(event->position(), m_drag->pressed).length() < kFirstMove)
            return;
        if (!m_drag->moving) {
            m_drag->moving = true;
            m_document.beginGesture(tr("Move a weight"));
        }
        auto points = m_points->points;
        const auto index = static_cast<std::size_t>(m_drag->index);
        if (index < points.size()) {
            points[index] = limited(index, pointAtPixel(event->position() + m_drag->offset));
            setPoints(points);
        }
        refreshReadout();
        return update();
    }
    m_hovered = pointAt(event->position());
    setCursor(m_hovered ? Qt::PointingHandCursor : Qt::ArrowCursor);
    refreshReadout();
    update();
}

void WeightCanvas::endDrag(bool keep)
{
    if (!m_drag)
        return;
    const Drag drag = *m_drag;
    if (drag.moving) {
        if (!keep && m_points && m_points->points.size() == drag.before.size())
            setPoints(drag.before); // the step is gone again: it came home
        m_document.endGesture();
    }
    m_drag.reset();
    rebuild(); // the axis fits again
}

void WeightCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !pointAt(event->position()))
        addAt(event->position());
}

void WeightCanvas::addAt(QPointF pixel)
{
    if (!m_points)
        return;
    const CurvePoint point = pointAtPixel(pixel);
    auto grown = m_points->points;
    const auto after = std::find_if(
        grown.begin(), grown.end(), [&](const CurvePoint& p) { return p.x > point.x; });
    const auto index = after - grown.begin();
    const double room = kLeastShare * (m_points->info.xMaximum - m_points->info.xMinimum);
    const bool fits = after != grown.begin() && after != grown.end()
                      && grown.size() < m_points->info.most && after->x - point.x > room
                      && point.x - (after - 1)->x > room;
    if (!fits) {
        Q_EMIT rejected(grown.size() >= m_points->info.most
                            ? tr("A weight has at most %1 points.").arg(m_points->info.most)
                            : tr("There is no room for another point here."));
        return;
    }
    const PointsInfo& info = m_points->info;
    grown.insert(after, {point.x, std::clamp(point.y, info.yMinimum, info.yMaximum)});
    m_document.beginGesture(tr("Add a weight"));
    const bool added = setPoints(grown);
    m_document.endGesture();
    if (added)
        selectHandle(static_cast<int>(index));
}

void WeightCanvas::removeSelected()
{
    if (!m_points || !m_selected)
        return;
    const int index = *m_selected;
    if (index == 0 || index + 1 == pointCount()) {
        Q_EMIT rejected(tr("The two ends of a weight stay."));
        return;
    }
    auto points = m_points->points;
    points.erase(points.begin() + index);
    m_document.beginGesture(tr("Delete a weight"));
    const bool removed = setPoints(points);
    m_document.endGesture();
    if (removed)
        selectHandle(std::min(index, pointCount() - 1));
}

void WeightCanvas::selectHandle(std::optional<int> index)
{
    if (index == m_selected)
        return;
    m_selected = index;
    refreshReadout();
    update();
}

/// By shares of the axes; up is up on the screen.
void WeightCanvas::nudge(double across, double up)
{
    if (!m_points || !m_selected)
        return;
    const QPointF at = pointPosition(*m_selected);
    const QPointF to(at.x() + across * m_plot.frame.width(), at.y() - up * m_plot.frame.height());
    auto points = m_points->points;
    const auto index = static_cast<std::size_t>(*m_selected);
    CurvePoint wanted = pointAtPixel(to);
    if (across == 0)
        wanted.x = points[index].x;
    if (up == 0)
        wanted.y = points[index].y;
    else if (wanted.y == points[index].y) // rounding must not swallow a key
        wanted.y += (up > 0 ? 1 : -1) * kSignificant;
    points[index] = limited(index, wanted);
    setPoints(points);
}

void WeightCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto index = byKey ? m_selected : pointAt(event->pos());
    selectHandle(index);
    const QPointF at = event->pos();
    if (index)
        menu->addAction(tr("Delete point"), this, &WeightCanvas::removeSelected)
            ->setEnabled(*index > 0 && *index + 1 < pointCount());
    else if (m_points)
        menu->addAction(tr("Add point here"), this, [this, at] { addAt(at); });
    menu->addSeparator();
    Q_EMIT contextMenuWanted(menu);
    menu->popup(event->globalPos());
}

} // namespace scorefield::ui
