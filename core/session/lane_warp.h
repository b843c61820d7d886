// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one-step map of each lane of a run as a picture (view.warp): a grid of lines over the bulk of
// q_t at the play-head, and what becomes of them on the way to the data end. Values, which the
// window computes in the background and figures and films here and now.
#include "core/session/session_run.h"

#include <Eigen/Core>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// What a lane's picture asks for.
struct WarpWindow {
    double step = 0;
    double pixel = 1; ///< of the plane: lines are smooth to about half of it
    bool operator==(const WarpWindow&) const = default;
};

/// One line of the grid: from a place to a place, and what became of it.
struct WarpLine {
    Eigen::Vector2d from, to;            ///< plane coordinates of x_t
    std::vector<Eigen::Vector2d> warped; ///< of x at the share of the way; NaN interrupts it
};

struct LaneWarp {
    double step = 0;
    std::vector<WarpLine> lines; ///< in one dimension across the axis: only x means something
    double spacing = 0;          ///< of the grid
    bool isCoarse = false;       ///< it stretches more than so many points can follow
    std::string note;            ///< without lines: why there are none, one sentence
};

struct LaneWarps {
    double share = 1;
    int wantedLines = 0;
    std::vector<LaneWarp> lanes;
};

/// The exact map along the lane's probability-flow ODE (guided; with the score error where that is
/// the exact score of another mixture), computed by core/metric/one_step_flow.h. The share of the
/// way is one of the angle atan(sigma~). More than two dimensions: of the points of the plane
/// itself, projected. `points`: at most so many for each lane; few give a quick sketch. One window
/// per lane, in order.
inline constexpr int kMostWarpPoints = 40000;
LaneWarps computeLaneWarps(const RunProduct& run,
                           const ViewSpec& view,
                           const std::vector<WarpWindow>& windows,
                           WorkerPool& pool,
                           std::stop_token stop = {},
                           int points = kMostWarpPoints);

} // namespace scorefield
