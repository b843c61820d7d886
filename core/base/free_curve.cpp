// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/free_curve.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace scorefield {

FreeCurve::FreeCurve(std::vector<CurvePoint> points)
    : m_points(std::move(points))
    , m_slopes(m_points.size(), 0)
{
    assert(m_points.size() >= 2);
    const auto secant = [this](std::size_t i) {
        return (m_points[i + 1].y - m_points[i].y) / (m_points[i + 1].x - m_points[i].x);
    };
    // Level at the ends and at turning points; elsewhere the harmonic mean of both sides, weighted
    // towards the shorter one, which is small enough that no piece leaves its two heights.
    for (std::size_t i = 1; i + 1 < m_points.size(); ++i) {
        const double before = secant(i - 1), after = secant(i);
        if (!(before * after > 0))
            continue;
        const double left = m_points[i].x - m_points[i - 1].x,
                     right = m_points[i + 1].x - m_points[i].x;
        const double a = 2 * right + left, b = right + 2 * left;
        m_slopes[i] = (a + b) / (a / before + b / after);
    }
}

double FreeCurve::value(double x) const
{
    if (!(x > m_points.front().x))
        return m_points.front().y;
    if (x >= m_points.back().x)
        return m_points.back().y;
    const auto after = std::upper_bound(
        m_points.begin() + 1, m_points.end() - 1, x, [](double wanted, const CurvePoint& point) {
            return wanted < point.x;
        });
    const auto i = static_cast<std::size_t>(after - m_points.begin()) - 1;
    const double width = m_points[i + 1].x - m_points[i].x;
    const double u = (x - m_points[i].x) / width, v = 1 - u;
    return m_points[i].y * v * v * (1 + 2 * u) + m_points[i + 1].y * u * u * (3 - 2 * u)
           + width * u * v * (m_slopes[i] * v - m_slopes[i + 1] * u);
}

} // namespace scorefield
