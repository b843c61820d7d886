// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A smooth curve through control points of any heights (guidance weights over a run). Where a curve
// must be monotone, core/base/curve.h has one.
#include "core/base/curve.h"

namespace scorefield {

/// Piecewise cubic Hermite interpolation, C1, that turns only at the points: between two of them it
/// stays between their heights. F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984).
class FreeCurve {
public:
    /// Two or more finite points, x strictly increasing (PointsInfo::validate).
    explicit FreeCurve(std::vector<CurvePoint> points);

    double value(double x) const; ///< beyond the ends: the height of the end

private:
    std::vector<CurvePoint> m_points;
    std::vector<double> m_slopes;
};

} // namespace scorefield
