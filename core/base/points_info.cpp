// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"
#include "core/base/text.h"

#include <cmath>

namespace scorefield {

namespace {

std::string rangeText(double low, double high)
{
    return "from " + formatNumber(low) + " to " + formatNumber(high);
}

} // namespace

Status PointsInfo::validate(const std::vector<CurvePoint>& points) const
{
    const auto wrong = [this](const std::string& message) { return Error{key, message}; };
    if (points.size() < fewest || points.size() > most)
        return wrong("has " + std::to_string(points.size()) + (list ? " numbers" : " points")
                     + ", must have " + std::to_string(fewest) + " to " + std::to_string(most));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const CurvePoint& point = points[i];
        const std::string name = (list ? "number " : "point ") + std::to_string(i);
        if (!std::isfinite(point.y) || point.y < yMinimum || point.y > yMaximum)
            return wrong(name + " has " + (list ? "" : yLabel + " = ") + formatNumber(point.y)
                         + ", must be " + rangeText(yMinimum, yMaximum));
        if (!list && (!std::isfinite(point.x) || point.x < xMinimum || point.x > xMaximum))
            return wrong(name + " is at " + xLabel + " = " + formatNumber(point.x) + ", must be "
                         + rangeText(xMinimum, xMaximum));
        if (i == 0)
            continue;
        const CurvePoint& last = points[i - 1];
        if (!list && !(point.x > last.x))
            return wrong(name + " is at " + xLabel + " = " + formatNumber(point.x)
                         + ", must be beyond the one before it, " + formatNumber(last.x));
        if (monotone && (increasing ? !(point.y > last.y) : !(point.y < last.y)))
            return wrong(name + " is " + formatNumber(point.y) + ", must be "
                         + (increasing ? "above" : "below") + " the one before it, "
                         + formatNumber(last.y));
    }
    if (!list && endsFixed && (points.front().x != xMinimum || points.back().x != xMaximum))
        return wrong("must begin at " + xLabel + " = " + formatNumber(xMinimum) + " and end at "
                     + formatNumber(xMaximum));
    return success();
}

std::string PointsInfo::format(const std::vector<CurvePoint>& points) const
{
    std::string text;
    for (const CurvePoint& point : points)
        text += (text.empty() ? "" : ",") + (list ? "" : formatNumber(point.x) + ":")
                + formatNumber(point.y);
    return text;
}

Result<std::vector<CurvePoint>> PointsInfo::parse(std::string_view text) const
{
    std::vector<CurvePoint> points;
    for (const std::string& item : splitText(text, ',')) {
        const auto parts = splitText(item, ':');
        const auto y = parseNumber(parts.back());
        const auto x = parts.size() == 2 ? parseNumber(parts.front())
                                         : Result<double>(static_cast<double>(points.size()));
        if (parts.size() != (list ? 1U : 2U) || !x || !y)
            return Error{
                key,
                "has '" + item + "', must be "
                    + (list ? "numbers with commas between them" : "points like 0:4,0.5:1,1:-5")};
        points.push_back({*x, *y});
    }
    if (auto status = validate(points); !status)
        return status.error();
    return points;
}

} // namespace scorefield
