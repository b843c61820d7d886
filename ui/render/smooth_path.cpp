// SPDX-License-Identifier: GPL-3.0-or-later
// Cubic curves through contour lines: few, and nowhere off the line by what can be seen.
#include "ui/render/contour_lines.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kTolerance = .02;   // pixels: a quarter of a dot at 1200 dpi
constexpr int kSamples = 24;         // chords that stand for a curve when its distance is measured
constexpr std::size_t kLongest = 96; // points that one curve may replace

using Cubic = std::array<QPointF, 4>;

QPointF inside(QPointF p, const QRectF& box)
{
    return {std::clamp(p.x(), box.left(), box.right()), std::clamp(p.y(), box.top(), box.bottom())};
}

/// Handles as long as a circular arc of this turn would have them: 2 chord/(3 (1 + cos(turn/2))).
Cubic cubicThrough(QPointF a, QPointF da, QPointF b, QPointF db, const QRectF& box)
{
    const QPointF chord = b - a;
    const double turn = std::acos(std::clamp(QPointF::dotProduct(da, db), -1., 1.));
    const double handle = 2 * std::hypot(chord.x(), chord.y()) / (3 * (1 + std::cos(.5 * turn)));
    return {a, inside(a + handle * da, box), inside(b - handle * db, box), b};
}

QPointF at(const Cubic& c, double t)
{
    const double s = 1 - t;
    return s * s * s * c[0] + 3 * s * s * t * c[1] + 3 * s * t * t * c[2] + t * t * t * c[3];
}

double distanceToSegment(QPointF p, QPointF a, QPointF b)
{
    const QPointF along = b - a, to = p - a;
    const double square = QPointF::dotProduct(along, along);
    const double t = square > 0 ? std::clamp(QPointF::dotProduct(to, along) / square, 0., 1.) : 0.;
    const QPointF off = to - t * along;
    return std::hypot(off.x(), off.y());
}

/// A line whose points are numbered on beyond a closed one's end.
class Line {
public:
    Line(const ContourLine& line, const QRectF& box) : m_line(line), m_box(box) {}
    std::size_t corners() const { return m_line.points.size() + (m_line.closed ? 1 : 0); }
    QPointF point(std::size_t i) const { return m_line.points[i % m_line.points.size()]; }
    QPointF direction(std::size_t i) const { return m_line.directions[i % m_line.points.size()]; }
    Cubic cubic(std::size_t from, std::size_t to) const
    {
        return cubicThrough(point(from), direction(from), point(to), direction(to), m_box);
    }

    bool isNear(std::size_t from, std::size_t to) const
    {
        if (QPointF::dotProduct(direction(from), direction(to)) < .2) // a quarter turn is enough
            return false;
        const Cubic cubic = this->cubic(from, to);
        std::array<QPointF, kSamples + 1> chords;
        for (std::size_t k = 0; k < chords.size(); ++k)
            chords[k] = at(cubic, static_cast<double>(k) / kSamples);
        for (std::size_t i = from + 1; i < to; ++i) {
            double nearest = distanceToSegment(point(i), chords[0], chords[1]);
            for (std::size_t k = 1; k + 1 < chords.size() && nearest > kTolerance; ++k)
                nearest = std::min(nearest, distanceToSegment(point(i), chords[k], chords[k + 1]));
            if (nearest > kTolerance)
                return false;
        }
        return true;
    }

    /// The farthest point that one curve reaches from here: doubled while it fits, then halved.
    std::size_t reach(std::size_t from) const
    {
        const std::size_t last = std::min(corners() - 1, from + kLongest);
        std::size_t good = from + 1, step = 1;
        while (good < last && isNear(from, std::min(good + step, last))) {
            good = std::min(good + step, last);
            step *= 2;
        }
        for (step /= 2; step > 0; step /= 2)
            if (good + step <= last && isNear(from, good + step))
                good += step;
        return good;
    }

private:
    const ContourLine& m_line;
    const QRectF& m_box;
};

} // namespace

QPainterPath smoothPath(const std::vector<ContourLine>& lines, const QRectF& box)
{
    QPainterPath path;
    for (const ContourLine& contour : lines) {
        if (contour.points.size() < 2)
            continue;
        const Line line(contour, box);
        path.moveTo(line.point(0));
        for (std::size_t i = 0; i + 1 < line.corners();) {
            const std::size_t to = line.reach(i);
            const Cubic cubic = line.cubic(i, to);
            path.cubicTo(cubic[1], cubic[2], cubic[3]);
            i = to;
        }
        if (contour.closed)
            path.closeSubpath();
    }
    return path;
}

} // namespace scorefield::render
