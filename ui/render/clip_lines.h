// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Lines and shapes cut to a rectangle by their geometry: vector files keep what a painter's clip
// would only hide, and SVG painting knows no clip at all.
#include <QPainterPath>
#include <QPolygonF>
#include <QRectF>

#include <vector>

class QPainter;

namespace scorefield::render {

/// A stretch of a line that lies inside.
struct ClippedLine {
    QPolygonF points;
    double start = 0; ///< length of the line before it, for dashes
};

/// The stretches inside the box, segment by segment after Liang and Barsky (1984). A point that is
/// not finite interrupts the line.
std::vector<ClippedLine> clipLine(const QPolygonF& line, const QRectF& box);
/// The part of a filled polygon inside the box, side by side after Sutherland and Hodgman (1974).
/// Where that falls apart, its pieces stay joined along the box's edge.
QPolygonF clipPolygon(const QPolygonF& polygon, const QRectF& box);

/// Where the middle of a line of this width may be, so that no bit of it leaves the box: its ends
/// and corners are round, or flat.
QRectF insetFor(const QRectF& box, double lineWidth);

/// Whether many small shapes are painted faster one by one: the rasterizer of images goes over a
/// large path again and again. Vector files hold one path.
bool isQuickerPiecewise(const QPainter& painter);

/// Strokes lines with the painter's pen: nothing leaves the box. Dashes stay in phase; joins are
/// round or bevelled, and ends that are not flat are round. What is solid is drawn as one path,
/// unless that is slower and cannot be told from several.
void strokeInside(QPainter& painter, const std::vector<QPolygonF>& lines, const QRectF& box);
/// The same of every subpath; curves become short chords.
void strokeInside(QPainter& painter, const QPainterPath& path, const QRectF& box);
/// Draws a shape with the painter's pen and brush: as it is where it and its rim lie inside, else
/// what is left of both.
void drawInside(QPainter& painter, const QPainterPath& shape, const QRectF& box);

} // namespace scorefield::render
