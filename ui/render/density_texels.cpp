// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/density_texels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace scorefield::render {
namespace {

constexpr double kThinnestTexels = .6; // standard deviations are drawn at least this wide
constexpr double kBoxMargin = 3;       // pixels
constexpr int kCoarsest = 8;   // pixels per texel that a share makes; beyond it modes would blur
constexpr int kSmoothest = 32; // pixels per texel of the smoothest density
constexpr double kTexelsPerDeviation = 2.5; // a shade of error, as a test measures
constexpr std::size_t kEntry = 8;           // floats of a component
constexpr double kSoftwareWork = 4e3,
                 kHardwareWork = 1e6; // evaluations below which a tile costs more to cut
constexpr double kSoftwareComfort = 7e5,
                 kHardwareComfort = 2e8; // evaluations of a lane that cost a few milliseconds

/// Device pixels of the plot, from data.
QPointF toPixels(const LaneFrame& frame, double x, double y)
{
    const double scale = frame.block.pixelsPerUnit;
    return {frame.block.centrePixel[0] + scale * (x - frame.centre.x()),
            frame.block.centrePixel[1] + scale * (y - frame.centre.y())};
}

/// A row of W with its standard deviation at least `thinnest`.
std::pair<double, double> widened(double wx, double wy, double thinnest)
{
    const double length = std::hypot(wx, wy); // 1/standard deviation
    const double factor = length * thinnest > 1 ? 1 / (length * thinnest) : 1;
    return {wx * factor, wy * factor};
}

double thinnestAt(const LaneFrame& frame, int texelPixels)
{
    return kThinnestTexels * texelPixels / static_cast<double>(frame.block.pixelsPerUnit);
}

/// What is seen of a density, in pixels of the plot.
struct Extent {
    QRect box;            ///< outside of which log q < cut: no component reaches its share there
    double narrowest = 0; ///< standard deviation of the components that reach into the plot
};

Extent visibleExtent(const LaneFrame& frame, const PlaneDensity& density, double cut)
{
    const double share = cut - std::log(static_cast<double>(density.components().size()));
    const QRect plot(0, 0, frame.plot.width(), frame.plot.height());
    const double scale = frame.block.pixelsPerUnit;
    double left = plot.width(), right = 0, bottom = plot.height(), top = 0;
    double sharpest = 0;
    for (const auto& c : density.components()) {
        const double radius = std::sqrt(std::max(0.0, 2 * (c.logPeak - share)));
        const QPointF at = toPixels(frame, c.x, c.y);
        const double rx = scale * radius * std::hypot(c.halfAxes[0], c.halfAxes[2]) + kBoxMargin;
        const double ry =
            density.dimension() == 1
                ? 4.0 * plot.height() + std::abs(at.y())
                : scale * radius * std::hypot(c.halfAxes[1], c.halfAxes[3]) + kBoxMargin;
        left = std::min(left, at.x() - rx);
        right = std::max(right, at.x() + rx);
        bottom = std::min(bottom, at.y() - ry);
        top = std::max(top, at.y() + ry);
        if (c.logPeak >= share && at.x() + rx > 0 && at.x() - rx < plot.width() && at.y() + ry > 0
            && at.y() - ry < plot.height())
            sharpest = std::max({sharpest, std::hypot(c.w00, c.w01), std::hypot(c.w10, c.w11)});
    }
    const auto pixel = [](double value, int most) {
        return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(most)));
    };
    const QPoint low(pixel(std::floor(left), plot.width()),
                     pixel(std::floor(bottom), plot.height()));
    const QPoint high(pixel(std::ceil(right), plot.width()), pixel(std::ceil(top), plot.height()));
    return {{low, QSize(std::max(0, high.x() - low.x()), std::max(0, high.y() - low.y()))},
            sharpest > 0 ? scale / sharpest : 0};
}

std::vector<TexelComponent>
inTexels(const LaneFrame& frame, const PlaneDensity& density, int texelPixels)
{
    const double thinnest = thinnestAt(frame, texelPixels);
    const double unit = texelPixels / static_cast<double>(frame.block.pixelsPerUnit);
    std::vector<TexelComponent> out;
    out.reserve(density.components().size());
    for (const auto& c : density.components()) {
        const QPointF at = toPixels(frame, c.x, c.y) / texelPixels;
        const auto [w00, w01] = widened(c.w00, c.w01, thinnest);
        const auto [w10, w11] = widened(c.w10, c.w11, thinnest);
        out.push_back({at.x(), at.y(), w00 * unit, w01 * unit, w10 * unit, w11 * unit, c.logPeak});
    }
    return out;
}

DensityTiles tilesAt(const LaneFrame& frame,
                     const PlaneDensity& density,
                     const QRect& box,
                     int texelPixels,
                     double cut)
{
    const auto low = [texelPixels](int pixel) { return pixel / texelPixels; };
    const auto high = [texelPixels](int pixel) { return (pixel + texelPixels - 1) / texelPixels; };
    const QPoint corner(low(box.x()), low(box.y()));
    TileRequest request{.box = QRect(corner,
                                     QSize(high(box.x() + box.width()) - corner.x(),
                                           high(box.y() + box.height()) - corner.y())),
                        .cut = cut,
                        // neighbours in derivatives, and the reach of the cubic interpolation
                        .edge = texelPixels > 1 ? 3 : 2,
                        .leastWork = frame.detail.software ? kSoftwareWork : kHardwareWork};
    if (frame.detail.exact)
        request.negligible = 1e-6;                          // beyond float
    if (density.components().size() <= kDirectComponents) { // as if evaluated where it is painted
        request.leastWork = std::numeric_limits<double>::infinity();
        request.negligible = 1e-30;
    }
    const auto components = inTexels(frame, density, texelPixels);
    auto tiles = densityTiles(components, request);
    if (2 * tiles.components.size() > frame.detail.mostTableTexels) { // of one tile, then
        request.leastWork = std::numeric_limits<double>::infinity();
        tiles = densityTiles(components, request);
    }
    return tiles;
}

} // namespace

DensityTexels densityTexels(const LaneFrame& frame, const PlaneDensity& density, double cut)
{
    DensityTexels out;
    const auto extent = visibleExtent(frame, density, cut);
    out.box = extent.box;
    if (out.box.isEmpty())
        return out;
    const bool few = density.components().size() <= kDirectComponents;
    if (frame.detail.exact || few) {
        out.tiles = tilesAt(frame, density, out.box, 1, cut);
        return out;
    }
    const int smooth = static_cast<int>(extent.narrowest / kTexelsPerDeviation);
    out.pixels = std::clamp(smooth, 1, kSmoothest);
    out.tiles = tilesAt(frame, density, out.box, out.pixels, cut);
    // Between modes far apart log q has kinks, which no grid is too fine for: so it is as fine as
    // costs little, then coarser by what the renderer has shown to be too slow for.
    const double comfort = frame.detail.software ? kSoftwareComfort : kHardwareComfort;
    const double finer =
        std::sqrt(std::min(1., out.tiles.evaluations() / (comfort * frame.detail.share)));
    const double coarser =
        finer < 1 || out.pixels >= kCoarsest ? 1 : 1 / std::sqrt(frame.detail.share);
    const int pixels = std::max(1, static_cast<int>(std::ceil(out.pixels * finer)));
    const int wanted =
        std::min(std::max(pixels, kCoarsest), static_cast<int>(std::ceil(pixels * coarser)));
    out.reduced = frame.detail.share < 1;
    if (wanted == out.pixels)
        return out;
    out.pixels = wanted;
    out.tiles = tilesAt(frame, density, out.box, out.pixels, cut);
    return out;
}

std::vector<float> componentTable(const LaneFrame& frame,
                                  const PlaneDensity& density,
                                  int texelPixels,
                                  std::span<const std::uint32_t> list)
{
    const double thinnest = thinnestAt(frame, texelPixels);
    std::vector<float> own;
    own.reserve(kEntry * density.components().size());
    for (const auto& c : density.components()) {
        const auto [w00, w01] = widened(c.w00, c.w01, thinnest);
        const auto [w10, w11] = widened(c.w10, c.w11, thinnest);
        for (const double value :
             {c.x - frame.centre.x(), c.y - frame.centre.y(), c.logPeak, 0., w00, w01, w10, w11})
            own.push_back(static_cast<float>(value));
    }
    std::vector<float> table(kEntry * list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        std::copy_n(own.data() + kEntry * list[i], kEntry, table.data() + kEntry * i);
    return table;
}

} // namespace scorefield::render
