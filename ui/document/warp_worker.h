// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the one-step map's grid of lines on the canvas.
#include "core/session/lane_warp.h"
#include "ui/document/layer_worker.h"

namespace scorefield::ui {

struct WarpRequest {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                   ///< which lines, how far, and whether any
    std::vector<WarpWindow> windows; ///< one per lane

    bool isWanted() const { return run && view.warp.layer.visible > 0; }
    bool sameWork(const WarpRequest& other) const
    {
        return run == other.run && view.warp.lines == other.view.warp.lines
               && view.warp.share == other.view.warp.share && windows == other.windows;
    }
    LaneWarps compute(WorkerPool& pool, const std::stop_token& stop) const
    {
        return computeLaneWarps(*run, view, windows, pool, stop);
    }
};

using WarpWorker = LayerWorker<WarpRequest, LaneWarps>;

} // namespace scorefield::ui
