// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the arrows on the canvas.
#include "core/session/lane_arrows.h"
#include "ui/document/layer_worker.h"

namespace scorefield::ui {

struct ArrowRequest {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                    ///< which field, and whether any
    std::vector<ArrowWindow> windows; ///< one per lane

    bool isWanted() const { return run && view.arrows.layer.visible > 0; }
    bool sameWork(const ArrowRequest& other) const
    {
        return run == other.run && view.arrows.field == other.view.arrows.field
               && windows == other.windows;
    }
    LaneArrows compute(WorkerPool& pool, const std::stop_token& stop) const
    {
        return computeLaneArrows(*run, view, windows, pool, stop);
    }
};

using ArrowWorker = LayerWorker<ArrowRequest, LaneArrows>;

} // namespace scorefield::ui
