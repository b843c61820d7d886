// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_style.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::plots {

namespace {

constexpr std::size_t kMostMarkers = 60; // more would merge into a thick line
constexpr std::array kShapes{QCPScatterStyle::ssDisc,
                             QCPScatterStyle::ssSquare,
                             QCPScatterStyle::ssTriangle,
                             QCPScatterStyle::ssDiamond};
constexpr std::array kPartShapes{QCPScatterStyle::ssCross,
                                 QCPScatterStyle::ssPlus,
                                 QCPScatterStyle::ssTriangleInverted,
                                 QCPScatterStyle::ssCircle,
                                 QCPScatterStyle::ssStar};

std::size_t wrapped(int index, std::size_t count)
{
    return static_cast<std::size_t>(std::max(0, index)) % count;
}

bool hasVariants(const ChartSpec& spec)
{
    return std::any_of(spec.series.begin(), spec.series.end(), [](const Series& series) {
        return series.variant > 0;
    });
}

bool hasParts(const ChartSpec& spec)
{
    return std::any_of(spec.series.begin(), spec.series.end(), [](const Series& series) {
        return series.role == SeriesRole::Part;
    });
}

} // namespace

QColor seriesColor(const Series& series, const render::Theme& theme)
{
    QColor color = series.lane < 0 ? theme.secondary : laneColor(theme, series.lane);
    if (series.variant > 0) { // towards the background, so that the first one leads
        const float keep = std::pow(0.78F, static_cast<float>(series.variant));
        const float kept = std::max(0.35F, keep);
        color.setAlphaF(kept);
    }
    return color;
}

QPen seriesPen(const Series& series, const QColor& color, double scale)
{
    QPen pen(color, 1.2 * scale);
    pen.setJoinStyle(Qt::RoundJoin);
    switch (series.role) {
    case SeriesRole::Measured:
        pen.setWidthF(1.6 * scale);
        break;
    case SeriesRole::Part:
        pen.setWidthF(0.8 * scale);
        break;
    case SeriesRole::Fit:
        pen.setWidthF(1.0 * scale);
        pen.setDashPattern({2, 2});
        break;
    case SeriesRole::Curve:
        pen.setDashPattern({6, 3, 1.5, 3});
        break;
    case SeriesRole::Floor:
        pen.setWidthF(1.0 * scale);
        pen.setDashPattern({5, 4});
        break;
    case SeriesRole::Reference:
        pen.setDashPattern({1.5, 3});
        break;
    default:
        break;
    }
    return pen;
}

QCPScatterStyle
seriesMarker(const Series& series, const ChartSpec& spec, const ChartLook& look, QColor color)
{
    const double scale = look.line;
    if (series.x.size() > kMostMarkers)
        return QCPScatterStyle::ssNone;
    if (series.role == SeriesRole::Part)
        return {kPartShapes[wrapped(series.part, kPartShapes.size())],
                QPen(color, 0.9 * scale),
                Qt::NoBrush,
                5 * scale};
    if (series.role != SeriesRole::Measured)
        return QCPScatterStyle::ssNone;
    // Markers tell variants apart where there are any, else lanes, for whom colours are alike.
    const int index = hasVariants(spec) ? series.variant : series.lane;
    const bool isOpen = index >= static_cast<int>(kShapes.size());
    color.setAlphaF(1);
    const QBrush inside = isOpen ? QBrush(look.theme.panel) : QBrush(color);
    return {kShapes[wrapped(index, kShapes.size())],
            QPen(color, scale),
            inside,
            (hasParts(spec) ? 6.5 : 5.5) * scale};
}

QString legendText(const Series& series)
{
    if (series.label.isEmpty() || series.slope.isEmpty())
        return series.label + series.slope;
    return series.label + QStringLiteral(" · ") + series.slope;
}

bool isShown(double value, bool logarithmic)
{
    return std::isfinite(value) && (!logarithmic || value > 0);
}

} // namespace scorefield::plots
