// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/clip_lines.h"
#include "ui/render/particle_codes.h"
#include "ui/render/vector_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace scorefield::render {
namespace {

enum Shape { kDisc, kSquare, kTriangle, kDiamond, kCross, kRing };
constexpr double kRimOpacity = .6;     // of the marker's
constexpr double kLeastOpacity = .004; // below one step of 255

QPainterPath polygon(std::initializer_list<QPointF> corners)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(corners));
    path.closeSubpath();
    return path;
}

/// The markers of shaders/particles.frag: where their signed distance to the shape of radius r is
/// `rim`.
QPainterPath markerPath(int shape, double r, double rim)
{
    QPainterPath path;
    switch (shape) {
    case kSquare: {
        const double a = .88 * r + rim;
        path.addRect(-a, -a, 2 * a, 2 * a);
        return path;
    }
    case kTriangle: {
        const double a = .62 * r + rim; // the inscribed circle's radius
        return polygon({{0, -2 * a}, {std::sqrt(3.) * a, a}, {-std::sqrt(3.) * a, a}});
    }
    case kDiamond: {
        const double a = std::sqrt(2.) * (.84 * r + rim);
        return polygon({{0, -a}, {a, 0}, {0, a}, {-a, 0}});
    }
    case kCross: {
        const double a = .34 * r + rim, b = 1.02 * r + rim;
        return polygon({{-a, -b},
                        {a, -b},
                        {a, -a},
                        {b, -a},
                        {b, a},
                        {a, a},
                        {a, b},
                        {-a, b},
                        {-a, a},
                        {-b, a},
                        {-b, -a},
                        {-a, -a}});
    }
    case kRing: {
        path.setFillRule(Qt::OddEvenFill);
        const double outer = r + rim, inner = .68 * r - rim, dot = .36 * r + rim;
        path.addEllipse(QPointF(), outer, outer);
        if (inner > dot) {
            path.addEllipse(QPointF(), inner, inner);
            path.addEllipse(QPointF(), dot, dot);
        }
        return path;
    }
    default:
        path.addEllipse(QPointF(), r + rim, r + rim);
        return path;
    }
}

/// A marker of one shape: what is filled with the rim's colour, and with its own.
struct Marker {
    QPainterPath rim, body;
    double rimReach, bodyReach; ///< from its middle
};

double radiusOf(int shape, double diameter)
{
    return .5 * diameter * (shape == kDisc ? 1 : shape == kRing ? 2.2 : 1.2);
}

double reachOf(const QPainterPath& path)
{
    const QRectF b = path.controlPointRect();
    return std::max({-b.left(), b.right(), -b.top(), b.bottom()});
}

std::array<Marker, kRing + 1> markers(double diameter, double rim)
{
    std::array<Marker, kRing + 1> all;
    for (int shape = kDisc; shape <= kRing; ++shape) {
        const double r = radiusOf(shape, diameter);
        Marker& marker = all[static_cast<std::size_t>(shape)];
        marker = {markerPath(shape, r, rim), markerPath(shape, r, 0), 0, 0};
        marker.rimReach = reachOf(marker.rim);
        marker.bodyReach = reachOf(marker.body);
    }
    return all;
}

/// Fills it at the place; discs as circles.
void fillMarker(QPainter& painter,
                const QPainterPath& path,
                double reach,
                bool isDisc,
                QPointF at,
                const QRectF& box)
{
    if (isDisc && insetFor(box, 2 * reach).contains(at))
        painter.drawEllipse(at, reach, reach);
    else
        drawInside(painter, path.translated(at), box);
}

struct Placed {
    QPointF at;
    std::uint32_t code;
    int layer;
};

int shapeOf(std::uint32_t code)
{
    return std::clamp(static_cast<int>(code >> 24), 0, static_cast<int>(kRing));
}

/// Particles one above the other in the order of their numbers, as layers in which none touches
/// another: what is in one layer may be painted in any order, colour by colour, so that a file
/// changes its colours a hundred times and not for every particle.
class Stack {
public:
    explicit Stack(double reach) : m_reach(reach), m_cell(2 * reach) {}

    void add(QPointF at, std::uint32_t code)
    {
        const auto column = static_cast<int>(std::floor(at.x() / m_cell)),
                   row = static_cast<int>(std::floor(at.y() / m_cell));
        int layer = 0;
        for (int i = column - 1; i <= column + 1; ++i)
            for (int j = row - 1; j <= row + 1; ++j)
                if (const auto cell = m_cells.find({i, j}); cell != m_cells.end())
                    for (const std::size_t other : cell->second)
                        if (const QPointF apart = m_placed[other].at - at;
                            std::hypot(apart.x(), apart.y()) < 2 * m_reach)
                            layer = std::max(layer, m_placed[other].layer + 1);
        m_cells[{column, row}].push_back(m_placed.size());
        m_placed.push_back({at, code, layer});
    }

    /// By layer, then by code; else in the order they came.
    std::vector<Placed> sorted() const
    {
        std::vector<Placed> all = m_placed;
        std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
            return std::pair(a.layer, a.code) < std::pair(b.layer, b.code);
        });
        return all;
    }

private:
    double m_reach, m_cell;
    std::vector<Placed> m_placed;
    std::map<std::pair<int, int>, std::vector<std::size_t>> m_cells;
};

} // namespace

void paintVectorParticles(QPainter& painter,
                          const OverlayFrame& frame,
                          const std::vector<std::uint32_t>& codes)
{
    const std::size_t count = frame.product.trajectories.particles;
    const ViewSpec& style = frame.view.session.view;
    const double rim = linePx(frame, particleRim(count));
    const auto shapes = markers(linePx(frame, style.particleSize), rim);
    double reach = 0;
    for (std::size_t i = 0; i < count; ++i)
        reach = std::max(reach, shapes[static_cast<std::size_t>(shapeOf(codes[i]))].rimReach);
    Stack stack(reach);
    const ParticlePositions positions(frame.view);
    for (std::size_t i = 0; i < count; ++i) {
        const QPointF at = frame.transform.toPixels(positions[i]);
        if (frame.plot.contains(at)) // the renderer drops a marker whose middle is outside
            stack.add(at, codes[i]);
    }
    const std::vector<Placed> placed = stack.sorted();
    const double opacity = style.particles.opacity;
    QColor rimColor = frame.view.theme.canvas;
    rimColor.setAlphaF(static_cast<float>(kRimOpacity * opacity));
    painter.setPen(Qt::NoPen);
    for (std::size_t first = 0, next = 0; first < placed.size(); first = next) {
        while (next < placed.size() && placed[next].layer == placed[first].layer
               && placed[next].code == placed[first].code)
            ++next;
        const int shape = shapeOf(placed[first].code);
        const Marker& marker = shapes[static_cast<std::size_t>(shape)];
        const auto fill = [&](const QColor& color, const QPainterPath& path, double size) {
            painter.setBrush(color);
            for (std::size_t i = first; i < next; ++i)
                fillMarker(painter, path, size, shape == kDisc, placed[i].at, frame.plot);
        };
        if (rim > 0 && rimColor.alphaF() > kLeastOpacity)
            fill(rimColor, marker.rim, marker.rimReach);
        QColor color = colorOf(placed[first].code);
        color.setAlphaF(static_cast<float>(opacity));
        fill(color, marker.body, marker.bodyReach);
    }
}

} // namespace scorefield::render
