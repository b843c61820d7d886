// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Arrows of the field that each lane of a run follows at its play-head (view.arrows): values, which
// the window computes in the background and figures and films here and now.
#include "core/session/session_run.h"

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// Places at whole multiples of the spacing, so that they stay with the data while the camera
/// moves. Plane coordinates of x_t.
struct ArrowGrid {
    double spacing = 1;
    int firstColumn = 0, firstRow = 0, columns = 0, rows = 0;

    /// Those inside a rectangle; the spacing grows where there would be too many. One dimension
    /// has one row, on the axis.
    static ArrowGrid
    inside(double left, double bottom, double width, double height, double spacing, int dimension);
    std::size_t size() const
    {
        return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    }
    Eigen::Vector2d place(std::size_t index) const; ///< row by row from the bottom
    bool operator==(const ArrowGrid&) const = default;
};

/// What a lane shows of its plane, and where its play-head stands.
struct ArrowWindow {
    ArrowGrid grid;
    double step = 0;
    bool operator==(const ArrowWindow&) const = default;
};

struct LaneArrowField {
    ArrowGrid grid;
    double step = 0;
    /// Of the places, in the plane (axes^T v); NaN where undefined. Empty: see the note.
    std::vector<Eigen::Vector2d> vectors;
    double reference = 0; ///< length of the vector that the reference arrow stands for
    std::string note;     ///< why there are none, one sentence
};

struct LaneArrows {
    ArrowField field = ArrowField::Score;
    std::vector<LaneArrowField> lanes;
};

/// Score s = (alpha D - x)/sigma^2 of the lane's own field D (guided, with its error); velocity
/// -dx/dt = -(alpha' D + sigma' (x - alpha D)/sigma); s_c - s_u of the exact field; or s_theta - s.
/// More than two dimensions: of the whole field at the plane's own points, projected. One reference
/// for lanes of one process, 9 of 10 vectors are no longer. One window per lane, in order.
LaneArrows computeLaneArrows(const RunProduct& run,
                             const ViewSpec& view,
                             const std::vector<ArrowWindow>& windows,
                             WorkerPool& pool,
                             std::stop_token stop = {});

} // namespace scorefield
