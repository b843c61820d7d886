// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/map_key.h"

#include "ui/render/color_science.h"
#include "ui/render/typeset.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scorefield::render {
namespace {

// Blue below zero, orange above: two hues that every kind of colour vision tells apart, at equal
// lightness.
constexpr double kBelowHue = 250, kAboveHue = 55, kChroma = 0.15;
constexpr double kMostCells = 1024; // along one side: finer than any picture shows

/// Lightness from the middle, near the canvas, to both ends.
std::vector<QRgb> divergingMap(bool dark)
{
    const double middle = dark ? 0.40 : 0.88, end = dark ? 0.80 : 0.48;
    std::vector<QRgb> map(256);
    for (std::size_t i = 0; i < map.size(); ++i) {
        const double at = 2 * static_cast<double>(i) / 255 - 1, strength = std::abs(at);
        map[i] = toColor({middle + strength * (end - middle),
                          kChroma * std::sqrt(strength),
                          at < 0 ? kBelowHue : kAboveHue})
                     .rgb();
    }
    return map;
}

std::vector<Tick> logTicks(const MapScale& scale)
{
    std::vector<Tick> ticks;
    const int first = static_cast<int>(std::ceil(std::log10(scale.low) - 1e-9)),
              last = static_cast<int>(std::floor(std::log10(scale.high) + 1e-9));
    const auto label = [](double value) { return prettyNumber(value, 2); };
    for (int power = first; power <= last; ++power)
        ticks.push_back({std::pow(10, power), label(std::pow(10, power))});
    if (ticks.size() < 2)
        return {{scale.low, label(scale.low)}, {scale.high, label(scale.high)}};
    return ticks;
}

} // namespace

const LaneMap* shownMap(const LaneView& view)
{
    const bool fits = view.maps && view.maps->quantity == mapQuantity(view.session.view)
                      && view.maps->quantity != MapQuantity::None
                      && static_cast<std::size_t>(view.lane) < view.maps->lanes.size();
    return fits ? &view.maps->lanes[static_cast<std::size_t>(view.lane)] : nullptr;
}

double placeOnScale(const MapScale& scale, double value)
{
    if (scale.categorical)
        return value;
    if (!(scale.high > scale.low))
        return std::isnan(value) ? value : 0;
    if (scale.diverging)
        return value / scale.high;
    if (!scale.logarithmic)
        return (value - scale.low) / (scale.high - scale.low);
    const double least = 1e-300; // of what is 0 or rounding: below every scale
    return std::isnan(value)
               ? value
               : std::log(std::max(value, least) / scale.low) / std::log(scale.high / scale.low);
}

std::vector<QRgb> mapColors(const LaneView& view)
{
    if (view.maps && view.maps->scale.diverging)
        return divergingMap(view.theme.dark);
    if (view.maps && view.maps->scale.categorical) {
        std::vector<QRgb> colors(256); // the class colours repeat within it a whole number of times
        for (std::size_t i = 0; i < colors.size(); ++i)
            colors[i] = view.theme.classColor(static_cast<int>(i)).rgb();
        return colors;
    }
    // From the end near the canvas to short of the other: a map may be at its top over most of the
    // plot, and contours and paths must stay legible there.
    const auto& all = colorMap(static_cast<int>(view.session.view.densityMap));
    const double low = view.theme.dark ? 0.05 : 0.95, high = view.theme.dark ? 0.85 : 0.35;
    std::vector<QRgb> colors(all.size());
    for (std::size_t i = 0; i < colors.size(); ++i) {
        const double at = low + (high - low) * static_cast<double>(i) / 255;
        colors[i] = all[static_cast<std::size_t>(std::lround(255 * at))];
    }
    return colors;
}

std::vector<BasinName> basinNames(const LaneView& view)
{
    std::vector<BasinName> names;
    const LaneMap* map = shownMap(view);
    if (map == nullptr || !map->field)
        return names;
    std::set<int> numbers;
    for (const float value : map->field->values)
        if (std::isfinite(value))
            numbers.insert(static_cast<int>(value));
    const bool classes = basinsAreClasses(*view.run->mixture);
    for (const int number : numbers)
        names.push_back({number,
                         classes ? QString::fromStdString(view.run->session.data->className(number))
                                 : QStringLiteral("component %1").arg(number)});
    return names;
}

MapWords mapWords(const LaneMaps& maps)
{
    switch (maps.quantity) {
    case MapQuantity::None:
        break;
    case MapQuantity::Guidance:
        return {QStringLiteral("Guidance strength"),
                QStringLiteral("α ‖s_c − s_u‖"),
                QStringLiteral("per unit of x/α")};
    case MapQuantity::Curvature:
        return {QStringLiteral("Guidance curvature"),
                QStringLiteral("α² λ_max(H_u − H_c)"),
                QStringLiteral("per unit² of x/α")};
    case MapQuantity::Difference:
        return {QStringLiteral("Difference to lane %1").arg(maps.comparedLane + 1),
                QStringLiteral("‖D − D′‖"),
                QStringLiteral("data units, at equal σ̃ and x/α")};
    case MapQuantity::Output:
        return {QStringLiteral("Output density"),
                QStringLiteral("log q̂"),
                QStringLiteral("nats, at the data end")};
    case MapQuantity::Tilt:
        return {QStringLiteral("Tilt"),
                QStringLiteral("log p_c^w p_u^(1−w)"),
                QStringLiteral("nats, at the data end")};
    case MapQuantity::Kappa1:
        return {QStringLiteral("Curvature along"),
                QStringLiteral("κ₁ = σ² λ₁"),
                QStringLiteral("−1: x₀ is known; above 0: paths part")};
    case MapQuantity::Kappa2:
        return {QStringLiteral("Curvature across"),
                QStringLiteral("κ₂ = σ² λ₂"),
                QStringLiteral("−1: settled across; a ridge needs ≤ −β")};
    case MapQuantity::Gap:
        return {QStringLiteral("Ridge strength"),
                QStringLiteral("log₁₀(κ₁ − κ₂)"),
                QStringLiteral("decades; below −12 doubles alone fail")};
    case MapQuantity::Error:
        return {QStringLiteral("Score error"),
                QStringLiteral("‖D_θ − D‖"),
                QStringLiteral("data units, of the posterior mean")};
    case MapQuantity::Basin:
        return {QStringLiteral("Basins"),
                QStringLiteral("argmax p(· | F(x_t))"),
                QStringLiteral("where the flow from here ends")};
    case MapQuantity::Stretch:
        return {QStringLiteral("Stretch"),
                QStringLiteral("log₁₀ ‖dF/dx‖"),
                QStringLiteral("decades; the largest is the Lipschitz constant")};
    case MapQuantity::Penalty:
        return {QStringLiteral("Penalty"),
                QStringLiteral("∫ ½w(w−1) g² ‖s_c − s_u‖² dt"),
                QStringLiteral("nats, of the path that ends here")};
    }
    return {};
}

std::vector<Tick> mapTicks(const MapScale& scale, int most)
{
    if (!(scale.high > scale.low))
        return {{scale.high, prettyNumber(scale.high, 3)}};
    return scale.logarithmic ? logTicks(scale) : axisTicks(scale.low, scale.high, most);
}

MapWindow mapWindow(const LaneView& view, const QRectF& laneRectangle, double cellPixels)
{
    const QRectF plot = plotRectangle(laneRectangle, view.scale, view.parts);
    const QRectF visible = visiblePlane(view, laneRectangle);
    const auto cells = [&](double pixels) {
        return static_cast<int>(std::clamp(std::ceil(pixels / cellPixels), 1.0, kMostCells));
    };
    const bool isLine = view.run->planeMixture->dimension() == 1;
    return {{visible.left(),
             visible.top(),
             visible.width(),
             visible.height(),
             cells(plot.width()),
             isLine ? 1 : cells(plot.height())},
            view.step};
}

} // namespace scorefield::render
