// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The ridges that the picture of a lane shows: which ones to compute (one for each noise level,
// shared by all lanes that stand there, whatever their process) and, once they exist, what to draw.
#include "core/geometry/scale_space.h"
#include "core/session/session_run.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// The part of the plane that a lane shows, in x_t of its play-head.
struct RidgeWindow {
    PlaneBox visible;
    double step = 0;
};

struct GhostRequest {
    double alpha = 1; ///< of the lane's process at the ghost's noise level
    RidgeRequest request;
};

/// What to compute for one lane.
struct LaneRidgePlan {
    PathCoefficients level;        ///< of the play-head
    std::vector<RidgeRequest> now; ///< one, or none: then `note` says why
    std::string note;
    std::vector<GhostRequest> ghosts; ///< falling sigma~
};

inline constexpr int kRidgeResolution = 192; ///< cells along the longer side, on the canvas

/// The mixture and the plane of a run.
RidgeSubject ridgeSubject(const RunProduct& run);
/// One plan per window; windows belong to the first lanes of the run, in order. Boxes are a little
/// larger than what is visible and stay the same while the camera moves a little; lanes at one
/// noise level ask for one and the same ridge, unless they see parts of very different size.
std::vector<LaneRidgePlan> planLaneRidges(const RunProduct& run,
                                          const ViewSpec& view,
                                          const std::vector<RidgeWindow>& windows,
                                          int resolution = kRidgeResolution);

/// Ridges over all noise levels of the run, in a square around the data that no camera changes:
/// lengths are inside it. Error: one dimension, or a run without a range of levels.
Result<ScaleSpaceRequest> planScaleSpace(const RunProduct& run, const ViewSpec& view);

/// What the lane's score error does along its ridge: the normal part of D_theta - D, in x~. Data of
/// two dimensions only.
struct RidgeTube {
    struct Line {
        Eigen::MatrixXd normal; ///< [m,2] unit, (-v_y, v_x) of the frame
        Eigen::ArrayXd error;   ///< [m] n.e_m: the law of alignment ends there, not at 0
    };
    std::vector<Line> lines; ///< of ridge.lines
};
/// Null where the lane's score is exact, and in other dimensions than two.
std::shared_ptr<const RidgeTube>
ridgeTube(const LaneProduct& product, const PathCoefficients& level, const Ridge& ridge);

/// The ridges of one lane as they are drawn.
struct RidgePicture {
    struct Ghost {
        double alpha = 1;
        std::shared_ptr<const Ridge> ridge;
    };
    std::shared_ptr<const Ridge> ridge; ///< null: none
    bool isStale = false;               ///< of an earlier moment; the right one is on its way
    std::vector<Ghost> ghosts;
    std::shared_ptr<const RidgeTube> tube; ///< of `ridge`
    std::string note;                      ///< why there is no ridge at this moment
};

/// All of it, computed here and now.
std::vector<RidgePicture> computeLaneRidges(const RunProduct& run,
                                            const ViewSpec& view,
                                            const std::vector<RidgeWindow>& windows,
                                            WorkerPool& pool,
                                            int resolution = kRidgeResolution,
                                            std::stop_token stop = {});

} // namespace scorefield
