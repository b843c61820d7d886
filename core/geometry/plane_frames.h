// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The eigenframe in the plane from the kernels' moments (plane_kernel.h), without allocation.
#include "core/base/worker_pool.h"
#include "core/geometry/eigenframe.h"
#include "core/geometry/plane_box.h"
#include "core/geometry/ridge_point.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace scorefield {

struct PlaneFrame {
    double s0 = 0, s1 = 0, kappa1 = 0, kappa2 = 0;
    double v0 = 1, v1 = 0; ///< v_1, v0 >= 0; n = (-v1, v0)
    /// lambda_1 - lambda_2 = gap e^logScale.
    double gap = 0, logScale = 0;
    bool split = false;                ///< P_k0 is isotropic: the frame is that of G alone
    double logGap(double noise) const; ///< log10(kappa_1 - kappa_2)
    bool isRidgelike(const RidgeThresholds& thresholds) const
    {
        return kappa2 <= -thresholds.beta && kappa1 - kappa2 >= thresholds.gamma;
    }
};

/// Of one point: moments[array * stride].
PlaneFrame planeFrame(const double* moments, std::size_t stride, double noise);

/// A place with what Newton's steps need (theory 1.4).
struct PlanePoint {
    double x0 = 0, x1 = 0;
    PlaneFrame frame;
    double logDensity = 0;
    double f = 0, g0 = 0, g1 = 0;     ///< f = n.s and its gradient
    double h00 = 0, h01 = 0, h11 = 0; ///< Hessian of log q
    /// What vanishes at an umbilic, (H00 - H11)/2 and H01, in the units of the gap, and the
    /// gradients.
    double u = 0, u0 = 0, u1 = 0, w = 0, w0 = 0, w1 = 0;
    double steepness = 0; ///< |grad log(gap)| where the gap is small: |b| of the next component
};

inline double distance(const PlanePoint& a, const PlanePoint& b)
{
    return std::hypot(a.x0 - b.x0, a.x1 - b.x1);
}

/// A RidgeField in a rectangle, cut into tiles that know which components matter in them: where the
/// noise is small and the components are many, few do.
class PlaneLaw {
public:
    PlaneLaw(const RidgeField& field, const PlaneBox& box, WorkerPool& pool);
    PlaneLaw(const PlaneLaw&) = delete;
    PlaneLaw& operator=(const PlaneLaw&) = delete;

    double noise() const { return m_field.noise(); }
    double scale() const { return m_field.scale(); }
    const GaussianMixture& mixture() const { return m_field.mixture(); }
    /// Number of the tile of a place, from 0; -1 outside the box or where there are no tiles.
    int tileAt(double x0, double x1) const;
    const PlaneTable& table(int tile) const;

private:
    const RidgeField& m_field;
    PlaneBox m_box;
    int m_across = 0; ///< tiles per side; 0: all components matter everywhere
    std::vector<std::vector<double>> m_rows;
    std::vector<PlaneTable> m_tables;
};

/// Fills all but x0, x1 of n points.
void evaluatePlane(const PlaneLaw& law, PlanePoint* points, std::size_t n);
/// Newton steps of all points onto the ridge; settled[i]: it came to |f| sigma~^2 <= 1e-12 of the
/// scale without leaving the distance `reach`. The points hold what is true at their last place.
void refineOntoRidge(
    const PlaneLaw& law, PlanePoint* points, std::size_t n, double reach, bool* settled);

} // namespace scorefield
