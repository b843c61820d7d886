// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A curve through control points that people drag: monotone, smooth, and the same everywhere it is
// used (custom processes, custom grids, the schedule editor).
#include "core/base/result.h"

#include <vector>

namespace scorefield {

struct CurvePoint {
    double x = 0, y = 0;
    bool operator==(const CurvePoint&) const = default;
};

/// Piecewise cubic Hermite interpolation with slopes limited so that it is strictly monotone
/// between strictly monotone points, C1. F. N. Fritsch and R. E. Carlson, SIAM J. Numer. Anal. 17
/// (1980).
class MonotoneCurve {
public:
    /// Two or more finite points, x strictly increasing, y strictly increasing or decreasing; the
    /// Error names the point (counted from 0) that is not.
    static Result<MonotoneCurve> create(std::vector<CurvePoint> points);

    double value(double x) const;      ///< beyond the ends: the straight line of the end's slope
    double derivative(double x) const; ///< of value
    double inverse(double y) const;    ///< the x with value(x) = y, to rounding
    const std::vector<CurvePoint>& points() const { return m_points; }
    const std::vector<double>& slopes() const { return m_slopes; } ///< at the points

private:
    std::vector<CurvePoint> m_points;
    std::vector<double> m_slopes;
};

} // namespace scorefield
