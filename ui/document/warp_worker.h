// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the one-step map's grid of lines on the canvas.
#include "core/session/lane_warp.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

struct WarpRequest {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                   ///< which lines, how far, and whether any
    std::vector<WarpWindow> windows; ///< one per lane
};

class WarpWorker : public QObject {
    Q_OBJECT
public:
    /// `threads` 0: all processors but the one that draws.
    explicit WarpWorker(unsigned threads = 0, QObject* parent = nullptr);
    ~WarpWorker() override; ///< stops and joins

    /// Does nothing if it asks for what is there or on its way, so it may be called for every
    /// frame. While the layer is hidden nothing is computed or kept.
    void request(const WarpRequest& request);
    /// The newest lines, or null; they may be of another moment while the next are on their way.
    std::shared_ptr<const LaneWarps> warps() const { return m_warps; }
    bool isBusy() const { return m_answered != m_requests; }

Q_SIGNALS:
    void warpsReady();

private:
    struct Private;
    void accept(unsigned long long number, const std::shared_ptr<const LaneWarps>& warps);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const LaneWarps> m_warps;
    WarpRequest m_asked;
    unsigned long long m_requests = 0, m_answered = 0;
};

} // namespace scorefield::ui
