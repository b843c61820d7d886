// SPDX-License-Identifier: GPL-3.0-or-later
// The ridge of a lane at its play-head, the faint ridges of other noise levels, the band of the
// score error along it, its special places, and what to know about it. Lines, so that exported
// figures hold them as lines.
#include "ui/render/clip_lines.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/ridge_style.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kLine = kRidgeLine,
                 kCasing = 2.4; // designed pixels; of the casing: more than the line
constexpr double kGhostLine = 1.2, kSymbol = 5, kStaleOpacity = .4, kOpaque = .7;
constexpr std::size_t kColors = 24; // of all lines: steps too small to be seen
constexpr int kMostCritical = 200;  // of a picture: beyond, they hide what they mark

/// From x~ in the plane to pixels.
class ToPixels {
public:
    ToPixels(const OverlayFrame& frame, double alpha) : m_transform(frame.transform), m_alpha(alpha)
    {
    }
    QPointF operator()(double x, double y) const
    {
        return m_transform.toPixels({m_alpha * x, m_alpha * y});
    }
    QPointF operator()(const Eigen::Vector2d& place) const { return (*this)(place[0], place[1]); }
    QPointF operator()(const RidgeLine& line, Eigen::Index i) const
    {
        return (*this)(line.places(i, 0), line.places(i, 1));
    }

private:
    const ViewTransform& m_transform;
    double m_alpha;
};

/// Vertices of a line, the first again at the end of a closed one.
Eigen::Index cornersOf(const RidgeLine& line)
{
    return line.places.rows() + (line.closed && line.places.rows() > 2 ? 1 : 0);
}

QPainterPath pathOf(const RidgeLine& line, const ToPixels& toPixels)
{
    QPainterPath path;
    for (Eigen::Index i = 0; i < line.places.rows(); ++i)
        i == 0 ? path.moveTo(toPixels(line, i)) : path.lineTo(toPixels(line, i));
    if (cornersOf(line) > line.places.rows())
        path.closeSubpath();
    return path;
}

QPen roundPen(const QColor& color, double width)
{
    return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

/// Designed pixels, and the view's own factor for lines.
double linePx(const OverlayFrame& frame, double designed)
{
    return frame.px(designed) * frame.view.lineScale;
}

/// The stretches of all lines by their colour.
std::array<std::vector<QPolygonF>, kColors>
stretchesOf(const OverlayFrame& frame, const Ridge& ridge, const ToPixels& toPixels)
{
    const StrengthScale scale = strengthScale(frame.view.session.view.ridge);
    std::array<std::vector<QPolygonF>, kColors> stretches;
    for (const RidgeLine& line : ridge.lines) {
        const Eigen::Index count = line.places.rows();
        const auto colorOf = [&](Eigen::Index i) { // of the stretch from vertex i to the next
            const double gap = .5 * (line.logGap[i % count] + line.logGap[(i + 1) % count]);
            return static_cast<std::size_t>(std::lround((kColors - 1) * scale.place(gap)));
        };
        for (Eigen::Index i = 0; i + 1 < cornersOf(line);) {
            const std::size_t color = colorOf(i);
            QPolygonF stretch{{toPixels(line, i)}};
            for (; i + 1 < cornersOf(line) && colorOf(i) == color; ++i)
                stretch << toPixels(line, (i + 1) % count);
            stretches[color].push_back(std::move(stretch));
        }
    }
    return stretches;
}

/// One path for each colour: few elements, however often the strength goes up and down.
void paintStrength(QPainter& painter,
                   const OverlayFrame& frame,
                   const Ridge& ridge,
                   const ToPixels& toPixels)
{
    const auto stretches = stretchesOf(frame, ridge, toPixels);
    for (std::size_t color = 0; color < stretches.size(); ++color) {
        if (stretches[color].empty())
            continue;
        // Overlapping caps hide the seams of an opaque line, and would dot a faint one.
        painter.setPen(
            QPen(strengthColor(frame.view.theme, static_cast<double>(color) / (kColors - 1)),
                 linePx(frame, kLine),
                 Qt::SolidLine,
                 painter.opacity() > kOpaque ? Qt::RoundCap : Qt::FlatCap,
                 Qt::RoundJoin));
        strokeInside(painter, stretches[color], frame.plot);
    }
}

void paintLines(QPainter& painter, const OverlayFrame& frame, const Ridge& ridge)
{
    const ToPixels toPixels(frame, frame.level.alpha);
    QColor casing = frame.view.theme.canvas;
    casing.setAlphaF(.78F);
    QPainterPath all;
    for (const RidgeLine& line : ridge.lines)
        all.addPath(pathOf(line, toPixels));
    painter.setPen(roundPen(casing, linePx(frame, kLine + kCasing)));
    strokeInside(painter, all, frame.plot);
    paintStrength(painter, frame, ridge, toPixels);
}

/// Turned so that all pieces of the band have one sense: what overlaps is filled once.
void addPiece(QPainterPath& band, QPointF a, QPointF b, QPointF c, QPointF d)
{
    const QPointF across = c - a, along = d - b;
    QPolygonF piece{{a, b, c, d, a}};
    if (across.x() * along.y() - across.y() * along.x() < 0)
        std::reverse(piece.begin(), piece.end());
    band.addPolygon(piece);
}

/// The band along one line: what it fills, its two edges, and the side on which particles end.
struct Band {
    QPainterPath area, edges, side;
};

void addBand(Band& band,
             const RidgeLine& line,
             const RidgeTube::Line& tube,
             const ToPixels& toPixels,
             double widest)
{
    const Eigen::Index count = line.places.rows();
    Eigen::Vector2d before = tube.normal.row(0);
    QPointF left, right;
    QPainterPath rightEdge;
    for (Eigen::Index corner = 0; corner < cornersOf(line); ++corner) {
        const Eigen::Index i = corner % count;
        Eigen::Vector2d normal = tube.normal.row(i);
        const Eigen::Vector2d place = line.places.row(i);
        const double error = std::clamp(tube.error[i], -widest, widest);
        const QPointF end = toPixels(place + error * normal);
        if (normal.dot(before) < 0) // a frame's sign is free
            normal = -normal;
        before = normal;
        const QPointF nextLeft = toPixels(place + std::abs(error) * normal),
                      nextRight = toPixels(place - std::abs(error) * normal);
        if (corner == 0) {
            band.side.moveTo(end);
            band.edges.moveTo(nextLeft);
            rightEdge.moveTo(nextRight);
        } else {
            addPiece(band.area, left, nextLeft, nextRight, right);
            band.side.lineTo(end);
            band.edges.lineTo(nextLeft);
            rightEdge.lineTo(nextRight);
        }
        left = nextLeft;
        right = nextRight;
    }
    band.edges.addPath(rightEdge);
}

/// The band of half-width |e_perp|, and the side of it on which a probability flow ends.
void paintTube(QPainter& painter, const OverlayFrame& frame, const RidgePicture& picture)
{
    if (!picture.tube || frame.view.session.view.ridge.tube == 0
        || picture.tube->lines.size() != picture.ridge->lines.size())
        return;
    const ToPixels toPixels(frame, frame.level.alpha);
    const PlaneBox& box = picture.ridge->request.box;
    Band band;
    band.area.setFillRule(Qt::WindingFill);
    for (std::size_t l = 0; l < picture.ridge->lines.size(); ++l)
        addBand(band,
                picture.ridge->lines[l],
                picture.tube->lines[l],
                toPixels,
                std::max(box.width, box.height));
    // A veil of the canvas: a tint would vanish in the colours of the density.
    QColor veil = frame.view.theme.canvas;
    veil.setAlphaF(.5F);
    const QColor color = frame.view.theme.warning;
    painter.setPen(Qt::NoPen);
    painter.setBrush(veil);
    drawInside(painter, band.area, frame.plot);
    painter.setPen(roundPen(color, linePx(frame, .8)));
    strokeInside(painter, band.edges, frame.plot);
    painter.setPen(QPen(color, linePx(frame, 2), Qt::DashLine, Qt::FlatCap, Qt::RoundJoin));
    strokeInside(painter, band.side, frame.plot);
}

void paintPoints(QPainter& painter, const OverlayFrame& frame, const Ridge& ridge)
{
    if (frame.view.session.view.ridge.points == 0)
        return;
    const ToPixels toPixels(frame, frame.level.alpha);
    const auto draw = [&](const Eigen::Vector2d& place, RidgeSymbol symbol) {
        drawRidgeSymbol(
            painter, toPixels(place), linePx(frame, kSymbol), symbol, frame.view.theme, frame.plot);
    };
    if (ridge.critical.size() <= kMostCritical)
        for (const CriticalPoint& point : ridge.critical)
            draw(point.place, symbolOf(point.kind));
    for (const Eigen::Vector2d& place : ridge.umbilics)
        draw(place, RidgeSymbol::Umbilic);
}

/// Labels that were placed, so that the next stands elsewhere.
class Labels {
public:
    Labels(QPainter& painter, const OverlayFrame& frame)
        : m_painter(painter)
        , m_frame(frame)
        , m_font(frame.font(10))
    {
    }

    /// Beside the first of these places that has room.
    void place(const QString& text, const std::vector<QPointF>& places)
    {
        const QFontMetricsF metrics(m_font);
        const QSizeF size(formulaWidth(text, m_font) + m_frame.px(6),
                          metrics.height() + m_frame.px(1));
        const QRectF inside = m_frame.plot.adjusted(2, 2, -2, -2);
        for (const QPointF& at : places)
            for (const double side : {1.0, -1.0}) {
                const QRectF box(
                    at
                        + QPointF(side > 0 ? m_frame.px(3) : -m_frame.px(3) - size.width(),
                                  -size.height() / 2),
                    size);
                const bool isTaken =
                    std::any_of(m_taken.begin(), m_taken.end(), [&](const QRectF& other) {
                        return other.intersects(box);
                    });
                if (!inside.contains(box) || isTaken)
                    continue;
                m_taken.push_back(box);
                draw(text, box, metrics);
                return;
            }
    }

private:
    void draw(const QString& text, const QRectF& box, const QFontMetricsF& metrics)
    {
        QColor veil = m_frame.view.theme.canvas;
        veil.setAlphaF(.8F);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(veil);
        m_painter.drawRoundedRect(box, m_frame.px(3), m_frame.px(3));
        drawFormula(m_painter,
                    {box.left() + m_frame.px(3), box.center().y() + metrics.capHeight() / 2},
                    text,
                    m_font,
                    m_frame.view.theme.secondary);
    }

    QPainter& m_painter;
    const OverlayFrame& m_frame;
    QFont m_font;
    std::vector<QRectF> m_taken;
};

/// Where a ghost may be labelled: the ends of its lines, then places along them.
std::vector<QPointF> labelPlaces(const Ridge& ridge, const ToPixels& toPixels)
{
    std::vector<QPointF> ends, between;
    for (const RidgeLine& line : ridge.lines) {
        const Eigen::Index last = line.places.rows() - 1;
        if (last < 1)
            continue;
        ends.push_back(toPixels(line, last));
        ends.push_back(toPixels(line, 0));
        for (const Eigen::Index part : {3, 1, 2})
            between.push_back(toPixels(line, part * last / 4));
    }
    ends.insert(ends.end(), between.begin(), between.end());
    return ends;
}

void paintGhosts(QPainter& painter, const OverlayFrame& frame, const RidgePicture& picture)
{
    QColor casing = frame.view.theme.canvas, color = frame.view.theme.text;
    casing.setAlphaF(.45F);
    color.setAlphaF(.5F);
    for (const RidgePicture::Ghost& ghost : picture.ghosts) {
        if (!ghost.ridge)
            continue;
        QPainterPath path;
        for (const RidgeLine& line : ghost.ridge->lines)
            path.addPath(pathOf(line, ToPixels(frame, ghost.alpha)));
        painter.setPen(roundPen(casing, linePx(frame, kGhostLine + 1.8)));
        strokeInside(painter, path, frame.plot);
        painter.setPen(roundPen(color, linePx(frame, kGhostLine)));
        strokeInside(painter, path, frame.plot);
    }
    Labels labels(painter, frame);
    for (const RidgePicture::Ghost& ghost : picture.ghosts)
        if (ghost.ridge)
            labels.place(QStringLiteral("σ̃ ") + prettyNumber(ghost.ridge->request.noise, 2),
                         labelPlaces(*ghost.ridge, ToPixels(frame, ghost.alpha)));
}

} // namespace

void paintRidge(QPainter& painter, const OverlayFrame& frame)
{
    const RidgePicture* picture = shownRidge(frame.view);
    if (picture == nullptr)
        return;
    painter.save();
    const double opacity = frame.view.session.view.ridge.layer.opacity;
    painter.setOpacity(opacity);
    paintGhosts(painter, frame, *picture);
    if (picture->ridge && frame.level.alpha > 0 && picture->note.empty()) {
        painter.setOpacity(opacity * (picture->isStale ? kStaleOpacity : 1));
        paintTube(painter, frame, *picture);
        paintLines(painter, frame, *picture->ridge);
        paintPoints(painter, frame, *picture->ridge);
    }
    painter.restore();
}

} // namespace scorefield::render
