// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/clip_lines.h"

#include <QPaintEngine>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

bool isFinite(QPointF p)
{
    return std::isfinite(p.x()) && std::isfinite(p.y());
}

double distance(QPointF a, QPointF b)
{
    return std::hypot(b.x() - a.x(), b.y() - a.y());
}

constexpr double kFineness = 16; // curves that must be cut become chords a sixteenth as long as on
                                 // a screen: smooth at 1200 dpi

std::vector<QPolygonF> finePolygons(const QList<QPolygonF>& polygons)
{
    std::vector<QPolygonF> fine;
    for (QPolygonF polygon : polygons) {
        for (QPointF& p : polygon)
            p /= kFineness;
        fine.push_back(std::move(polygon));
    }
    return fine;
}

std::vector<QPolygonF> strokesOf(const QPainterPath& path)
{
    return finePolygons(path.toSubpathPolygons(QTransform::fromScale(kFineness, kFineness)));
}

/// The shares of a segment between which it is inside.
struct Inside {
    double from = 0, to = 1;
    bool isEmpty() const { return from > to; }
};

Inside insideOf(QPointF a, QPointF b, const QRectF& box)
{
    Inside inside;
    const auto cut = [&inside](double start, double step, double low, double high) {
        if (step == 0) {
            if (start < low || start > high)
                inside = {1, 0};
            return;
        }
        const double first = (low - start) / step, second = (high - start) / step;
        inside.from = std::max(inside.from, std::min(first, second));
        inside.to = std::min(inside.to, std::max(first, second));
    };
    cut(a.x(), b.x() - a.x(), box.left(), box.right());
    if (!inside.isEmpty())
        cut(a.y(), b.y() - a.y(), box.top(), box.bottom());
    return inside;
}

/// Against rounding: a cut lies on the edge, not beside it.
QPointF between(QPointF a, QPointF b, double share, const QRectF& box)
{
    const QPointF p = a + share * (b - a);
    return {std::clamp(p.x(), box.left(), box.right()), std::clamp(p.y(), box.top(), box.bottom())};
}

} // namespace

std::vector<ClippedLine> clipLine(const QPolygonF& line, const QRectF& box)
{
    std::vector<ClippedLine> pieces;
    if (box.isEmpty())
        return pieces;
    ClippedLine open;
    double length = 0;
    const auto close = [&] {
        if (open.points.size() > 1)
            pieces.push_back(std::move(open));
        open = {};
    };
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        const QPointF a = line[i], b = line[i + 1];
        if (!isFinite(a) || !isFinite(b)) {
            close();
            continue;
        }
        const Inside inside = insideOf(a, b, box);
        if (inside.isEmpty()) {
            close();
        } else {
            if (inside.from > 0)
                close();
            if (open.points.isEmpty()) {
                open.points << between(a, b, inside.from, box);
                open.start = length + inside.from * distance(a, b);
            }
            open.points << between(a, b, inside.to, box);
            if (inside.to < 1)
                close();
        }
        length += distance(a, b);
    }
    close();
    return pieces;
}

QPolygonF clipPolygon(const QPolygonF& polygon, const QRectF& box)
{
    QPolygonF rest;
    for (const QPointF& p : polygon)
        if (isFinite(p))
            rest << p;
    if (rest.size() > 1 && rest.first() == rest.last())
        rest.removeLast();
    struct Side {
        bool isVertical, isLow; ///< x = edge or y = edge; inside is above it
        double edge;
    };
    for (const Side side : {Side{true, true, box.left()},
                            Side{true, false, box.right()},
                            Side{false, true, box.top()},
                            Side{false, false, box.bottom()}}) {
        const auto depth = [side](QPointF p) { // > 0 inside
            const double value = side.isVertical ? p.x() : p.y();
            return side.isLow ? value - side.edge : side.edge - value;
        };
        QPolygonF kept;
        for (qsizetype i = 0; i < rest.size(); ++i) {
            const QPointF a = rest[i], b = rest[(i + 1) % rest.size()];
            const double da = depth(a), db = depth(b);
            if (da >= 0)
                kept << a;
            if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
                QPointF cut = a + da / (da - db) * (b - a);
                (side.isVertical ? cut.rx() : cut.ry()) = side.edge;
                kept << cut;
            }
        }
        rest = kept;
    }
    return rest.size() < 3 ? QPolygonF() : rest;
}

bool isQuickerPiecewise(const QPainter& painter)
{
    return painter.paintEngine()->type() == QPaintEngine::Raster;
}

QRectF insetFor(const QRectF& box, double lineWidth)
{
    const double half = .5 * lineWidth;
    return box.adjusted(half, half, -half, -half);
}

void strokeInside(QPainter& painter, const std::vector<QPolygonF>& lines, const QRectF& box)
{
    const QPen original = painter.pen();
    QPen pen = original;
    if (pen.joinStyle() != Qt::BevelJoin) // which stays inside of a round one
        pen.setJoinStyle(Qt::RoundJoin);
    if (pen.capStyle() == Qt::SquareCap) // whose corners reach farther than half the line
        pen.setCapStyle(Qt::RoundCap);
    const QRectF inner = insetFor(box, pen.widthF());
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const bool isDashed = pen.style() != Qt::SolidLine;
    const bool isOpaque = pen.color().alpha() == 255 && painter.opacity() == 1;
    const bool isPiecewise = isOpaque && isQuickerPiecewise(painter);
    QPainterPath all;
    for (const QPolygonF& line : lines) {
        const bool isClosed = line.size() > 2 && line.first() == line.last();
        for (const ClippedLine& piece : clipLine(line, inner)) {
            QPainterPath path;
            path.addPolygon(piece.points);
            if (isClosed && piece.points.size() == line.size())
                path.closeSubpath();
            if (!isDashed) {
                if (isPiecewise)
                    painter.drawPath(path);
                else
                    all.addPath(path);
                continue;
            }
            QPen dashes = pen;
            dashes.setDashOffset(pen.dashOffset() + piece.start / std::max(pen.widthF(), 1e-9));
            painter.setPen(dashes);
            painter.drawPath(path);
        }
    }
    painter.setPen(pen);
    if (!all.isEmpty())
        painter.drawPath(all);
    painter.setPen(original);
}

void strokeInside(QPainter& painter, const QPainterPath& path, const QRectF& box)
{
    if (insetFor(box, painter.pen().widthF()).contains(path.controlPointRect())) {
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path); // curves stay curves
        return;
    }
    strokeInside(painter, strokesOf(path), box);
}

void drawInside(QPainter& painter, const QPainterPath& shape, const QRectF& box)
{
    const QPen pen = painter.pen();
    const QBrush brush = painter.brush();
    const double rim = pen.style() == Qt::NoPen ? 0 : pen.widthF();
    // Corners that are not round reach farther than half the line.
    const double reach = pen.joinStyle() == Qt::RoundJoin ? rim : 3 * rim;
    const QRectF bounds = shape.controlPointRect();
    if (insetFor(box, reach).contains(bounds)) {
        painter.drawPath(shape);
        return;
    }
    if (!box.intersects(bounds.adjusted(-rim, -rim, rim, rim)))
        return;
    if (brush.style() != Qt::NoBrush) {
        painter.setPen(Qt::NoPen);
        QPainterPath left;
        left.setFillRule(shape.fillRule());
        for (const QPolygonF& polygon : strokesOf(shape))
            if (const QPolygonF part = clipPolygon(polygon, box); !part.isEmpty()) {
                left.addPolygon(part);
                left.closeSubpath();
            }
        painter.drawPath(left);
    }
    painter.setPen(pen);
    if (rim > 0) {
        strokeInside(painter, strokesOf(shape), box);
        painter.setPen(pen);
    }
    painter.setBrush(brush);
}

} // namespace scorefield::render
