// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/curve.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

std::string pointName(std::size_t index)
{
    return "point " + std::to_string(index);
}

Status checkPoints(const std::vector<CurvePoint>& points)
{
    if (points.size() < 2)
        return Error{
            "", "a curve needs at least two points, there are " + std::to_string(points.size())};
    const bool rising = points[1].y > points[0].y;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const CurvePoint& point = points[i];
        if (!std::isfinite(point.x) || !std::isfinite(point.y))
            return Error{"", pointName(i) + " has a coordinate that is not a finite number"};
        if (i == 0)
            continue;
        const CurvePoint& last = points[i - 1];
        if (!(point.x > last.x))
            return Error{"",
                         pointName(i) + " is at x = " + formatNumber(point.x)
                             + ", must be right of the one before it, " + formatNumber(last.x)};
        if (rising ? !(point.y > last.y) : !(point.y < last.y))
            return Error{"",
                         pointName(i) + " has y = " + formatNumber(point.y) + ", must be "
                             + (rising ? "above" : "below") + " the one before it, "
                             + formatNumber(last.y)};
    }
    return success();
}

/// Fritsch and Carlson: three-point slopes, then shrunk where (a, b) = slopes over secant leave the
/// circle of radius 3, in which a cubic piece is monotone.
std::vector<double> monotoneSlopes(const std::vector<CurvePoint>& points)
{
    const std::size_t n = points.size();
    std::vector<double> width(n - 1), secant(n - 1), slopes(n);
    for (std::size_t i = 0; i + 1 < n; ++i) {
        width[i] = points[i + 1].x - points[i].x;
        secant[i] = (points[i + 1].y - points[i].y) / width[i];
    }
    slopes.front() = secant.front();
    slopes.back() = secant.back();
    for (std::size_t i = 1; i + 1 < n; ++i)
        slopes[i] =
            (width[i] * secant[i - 1] + width[i - 1] * secant[i]) / (width[i - 1] + width[i]);
    for (std::size_t i = 0; i + 1 < n; ++i) {
        const double a = slopes[i] / secant[i], b = slopes[i + 1] / secant[i];
        const double radius = std::hypot(a, b);
        if (radius > 3) {
            slopes[i] = 3 / radius * a * secant[i];
            slopes[i + 1] = 3 / radius * b * secant[i];
        }
    }
    return slopes;
}

/// Where x lies: the number of the piece, clamped to the ends.
std::size_t pieceOf(const std::vector<CurvePoint>& points, double x)
{
    const auto after = std::upper_bound(
        points.begin() + 1, points.end() - 1, x, [](double value, const CurvePoint& point) {
            return value < point.x;
        });
    return static_cast<std::size_t>(after - points.begin()) - 1;
}

} // namespace

Result<MonotoneCurve> MonotoneCurve::create(std::vector<CurvePoint> points)
{
    if (auto status = checkPoints(points); !status)
        return status.error();
    MonotoneCurve curve;
    curve.m_slopes = monotoneSlopes(points);
    curve.m_points = std::move(points);
    return curve;
}

double MonotoneCurve::value(double x) const
{
    if (x <= m_points.front().x)
        return m_points.front().y + (x - m_points.front().x) * m_slopes.front();
    if (x >= m_points.back().x)
        return m_points.back().y + (x - m_points.back().x) * m_slopes.back();
    const std::size_t i = pieceOf(m_points, x);
    const double width = m_points[i + 1].x - m_points[i].x;
    const double u = (x - m_points[i].x) / width, v = 1 - u;
    return m_points[i].y * v * v * (1 + 2 * u) + m_points[i + 1].y * u * u * (3 - 2 * u)
           + width * u * v * (m_slopes[i] * v - m_slopes[i + 1] * u);
}

double MonotoneCurve::derivative(double x) const
{
    if (x <= m_points.front().x)
        return m_slopes.front();
    if (x >= m_points.back().x)
        return m_slopes.back();
    const std::size_t i = pieceOf(m_points, x);
    const double width = m_points[i + 1].x - m_points[i].x;
    const double u = (x - m_points[i].x) / width, v = 1 - u;
    return 6 * u * v * (m_points[i + 1].y - m_points[i].y) / width + m_slopes[i] * v * (v - 2 * u)
           + m_slopes[i + 1] * u * (u - 2 * v);
}

double MonotoneCurve::inverse(double y) const
{
    const bool rising = m_points.back().y > m_points.front().y;
    const auto before = [rising](double a, double b) { return rising ? a < b : a > b; };
    if (!before(m_points.front().y, y))
        return m_points.front().x + (y - m_points.front().y) / m_slopes.front();
    if (!before(y, m_points.back().y))
        return m_points.back().x + (y - m_points.back().y) / m_slopes.back();
    const auto after = std::upper_bound(
        m_points.begin() + 1, m_points.end() - 1, y, [&](double value, const CurvePoint& point) {
            return before(value, point.y);
        });
    double low = (after - 1)->x, high = after->x;
    // Newton's method inside a bracket that shrinks: at most as slow as bisection.
    double x = low + (high - low) * (y - (after - 1)->y) / (after->y - (after - 1)->y);
    for (int i = 0; i < 100; ++i) {
        const double error = value(x) - y;
        if (error == 0)
            break;
        (before(value(x), y) ? low : high) = x;
        const double slope = derivative(x);
        double next = slope != 0 ? x - error / slope : low;
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        if (next == x || next <= low || next >= high)
            break;
        x = next;
    }
    return x;
}

} // namespace scorefield
