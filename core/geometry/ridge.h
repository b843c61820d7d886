// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one-dimensional ridge of log q~ at one noise level as lines: what the canvas draws and the
// command line writes. In two dimensions all of it inside a rectangle (marching ridges, theory
// 1.5); in more dimensions what can be traced from exact draws and modes, seen in a plane.
#include "core/base/worker_pool.h"
#include "core/geometry/plane_box.h"
#include "core/geometry/ridge_point.h"

#include <Eigen/Core>

#include <memory>
#include <stop_token>
#include <vector>

namespace scorefield {

/// The mixture and the plane it is seen in: x~ = origin + axes y. In two dimensions axes = I,
/// origin = 0.
struct RidgeSubject {
    std::shared_ptr<const GaussianMixture> mixture;
    Eigen::MatrixXd axes;   ///< [d,2]
    Eigen::VectorXd origin; ///< [d]
};

struct RidgeRequest {
    double noise = 1; ///< sigma~
    RidgeThresholds thresholds;
    PlaneBox box;         ///< of the plane, in x~; d > 2: only limits how far lines are traced
    int resolution = 192; ///< cells along the longer side of the box (d = 2)
    bool operator==(const RidgeRequest&) const = default;
};

/// A polyline; vertices are on the ridge to 1e-9 of the scale.
struct RidgeLine {
    Eigen::MatrixXd places;                ///< [m,2] in the plane
    Eigen::MatrixXd points;                ///< [m,d] in x~ (d = 2: the same)
    Eigen::ArrayXd kappa1, kappa2, logGap; ///< [m]
    bool closed = false;
    int component = 0;     ///< lines of one number are connected
    double length() const; ///< in the plane
};

enum class CriticalKind { Mode, Saddle, Minimum };
struct CriticalPoint {
    Eigen::Vector2d place;
    Eigen::VectorXd point;
    CriticalKind kind = CriticalKind::Mode;
    double logDensity = 0;
};

struct Ridge {
    RidgeRequest request;
    std::vector<RidgeLine> lines;
    std::vector<CriticalPoint> critical;
    /// Ends that the thresholds made; places where lines cross, which takes symmetry, and umbilics
    /// at which three or more would meet but for the missing gap; umbilics (the frame is
    /// degenerate) where the density is at most 12 nats below the highest critical point. All in
    /// the plane.
    std::vector<Eigen::Vector2d> ends, junctions, umbilics;
    int components = 0;
    double length = 0; ///< of all lines, inside the box
    /// Somewhere in the box (d > 2: on the traced lines) a plain eigensolver in double would have
    /// given the wrong frame.
    bool plainFrameFails = false;
};

/// Empty after a stop request. Deterministic on any number of threads. d = 1 has no ridge: empty.
Ridge findRidge(const RidgeSubject& subject,
                const RidgeRequest& request,
                WorkerPool& pool,
                std::stop_token stop = {});

} // namespace scorefield
