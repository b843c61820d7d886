// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/clip_lines.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"
#include "ui/render/vector_parts.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace scorefield::render {
namespace {

constexpr double kWidth = 1.1; // designed pixels, as the trail layer
constexpr int kMostPieces = 16, kFewestPieces = 8;
constexpr double kFinest = .15;             // designed pixels: corners nearer to each other are one
constexpr std::size_t kMostElements = 5000; // of all trails: some hundred kilobytes of SVG

/// The kept states of the trails up to the present, in pixels.
struct Paths {
    std::vector<std::size_t> particles;
    std::vector<double> steps;           ///< of the corners, the present last
    std::vector<QPolygonF> corners;      ///< [trail]
    std::vector<std::uint32_t> colors{}; ///< [trail], or [chord][trail]
    bool byChord = false;
    int firstChord = 0;

    std::uint32_t color(std::size_t chord, std::size_t trail) const
    {
        const auto row = byChord ? static_cast<std::size_t>(firstChord) + chord : 0;
        return colors[std::min(row * particles.size(), colors.size() - particles.size()) + trail]
               & 0xffffffU; // without the marker
    }
};

/// The present, the steps over which a trail fades, and what the trail layer keeps.
struct Moment {
    double now, length;
    TrailSubset subset;
};

Moment momentOf(const OverlayFrame& frame)
{
    const int last = storedSteps(frame.product);
    const double now = std::clamp(frame.view.step, 0., static_cast<double>(last));
    const double wanted = frame.view.session.view.trailLength;
    return {now,
            wanted > 0 ? wanted : std::max(now, 1.),
            trailSubset(frame.product.trajectories.particles, last, wanted)};
}

Paths pathsOf(const OverlayFrame& frame,
              const Moment& moment,
              const std::vector<std::uint32_t>& codes)
{
    const auto& [now, length, subset] = moment;
    const int stride = subset.stepStride, whole = static_cast<int>(now) / stride;
    Paths paths;
    paths.firstChord = std::clamp(static_cast<int>((now - length) / stride), 0, whole);
    for (int chord = paths.firstChord; chord <= whole; ++chord)
        paths.steps.push_back(chord * stride);
    if (now > whole * stride)
        paths.steps.push_back(now);
    for (std::size_t i = 0; i < frame.product.trajectories.particles; i += subset.particleStride) {
        paths.particles.push_back(i);
        QPolygonF line;
        for (int chord = paths.firstChord; chord <= whole; ++chord)
            line << frame.transform.toPixels(
                particlePosition(*frame.view.run, frame.product, i, chord * stride));
        if (now > whole * stride)
            line << frame.transform.toPixels(particlePosition(frame.view, i));
        paths.corners.push_back(std::move(line));
    }
    paths.byChord = isColoredByStage(frame.view);
    if (paths.byChord)
        paths.colors = stageChordCodes(frame.view, paths.particles, stride);
    else
        for (const std::size_t i : paths.particles)
            paths.colors.push_back(codes[i]);
    return paths;
}

/// Lines of one opacity by their colour.
using Pieces = std::map<std::uint32_t, std::vector<QPolygonF>>;

/// Appends the part of a trail between two steps, parted where its colour changes.
void appendPiece(Pieces& pieces, const Paths& paths, std::size_t trail, double from, double to)
{
    const QPolygonF& corners = paths.corners[trail];
    const auto& steps = paths.steps;
    const auto at = [&](std::size_t chord, double step) {
        const double share = (step - steps[chord]) / (steps[chord + 1] - steps[chord]);
        const auto i = static_cast<qsizetype>(chord);
        return corners[i] + share * (corners[i + 1] - corners[i]);
    };
    QPolygonF line;
    std::uint32_t color = 0;
    const auto finish = [&] {
        if (line.size() > 1)
            pieces[color].push_back(line);
        line.clear();
    };
    const auto first = std::upper_bound(steps.begin(), steps.end(), from) - steps.begin() - 1;
    for (auto chord = static_cast<std::size_t>(std::max<std::ptrdiff_t>(first, 0));
         chord + 1 < steps.size() && steps[chord] < to;
         ++chord) {
        const std::uint32_t own = paths.color(chord, trail);
        if (line.isEmpty() || own != color) {
            finish();
            color = own;
            line << at(chord, std::max(from, steps[chord]));
        }
        line << at(chord, std::min(to, steps[chord + 1]));
    }
    finish();
}

} // namespace

namespace {

/// Without corners that nobody sees: first steps are short. Its ends stay.
QPolygonF thinned(const QPolygonF& line, double finest)
{
    QPolygonF kept{{line.first()}};
    for (const QPointF& p : line)
        if (const QPointF step = p - kept.last(); std::hypot(step.x(), step.y()) >= finest)
            kept << p;
    if (kept.size() > 1)
        kept.last() = line.last();
    else
        kept << line.last();
    return kept;
}

} // namespace

void paintVectorTrails(QPainter& painter,
                       const OverlayFrame& frame,
                       const std::vector<std::uint32_t>& codes)
{
    const Moment moment = momentOf(frame);
    const Paths paths = pathsOf(frame, moment, codes);
    if (paths.steps.size() < 2)
        return;
    const double width = linePx(frame, kWidth), opacity = frame.view.session.view.trails.opacity;
    const QRectF box = insetFor(frame.plot, width);
    const int count = std::clamp(
        static_cast<int>(kMostElements / std::max<std::size_t>(paths.particles.size(), 1)),
        kFewestPieces,
        kMostPieces);
    // Opacity is the square of what is left of the length: equal steps of it, the oldest first.
    for (int piece = 0; piece < count; ++piece) {
        const auto stepAt = [&](int i) {
            return moment.now - moment.length * (1 - std::sqrt(static_cast<double>(i) / count));
        };
        Pieces pieces;
        for (std::size_t trail = 0; trail < paths.particles.size(); ++trail)
            appendPiece(pieces,
                        paths,
                        trail,
                        std::max(stepAt(piece), paths.steps.front()),
                        std::min(stepAt(piece + 1), moment.now));
        for (const auto& [code, lines] : pieces) {
            QColor color = colorOf(code);
            color.setAlphaF(static_cast<float>(opacity * (piece + .5) / count));
            // PDF painting fills the outlines of transparent lines: without the arcs of joins.
            painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin));
            for (const QPolygonF& line : lines) // one by one: where they cross they are darker
                for (const ClippedLine& part : clipLine(thinned(line, frame.px(kFinest)), box))
                    painter.drawPolyline(part.points);
        }
    }
}

} // namespace scorefield::render
