// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the ridges on the canvas: always the latest request, the play-head's ridges
// first and then the ghosts. What was computed is kept for a while, by noise level, thresholds and
// box, so that lanes, ghosts and a scrubbing hand find it again. Nobody waits: until the right
// ridge exists a lane has the last one, marked as stale.
#include "core/session/lane_ridge.h"

#include <QObject>

#include <memory>
#include <vector>

namespace scorefield::ui {

struct RidgeOrder {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                    ///< which ridges; nothing is computed while they are hidden
    std::vector<RidgeWindow> windows; ///< one per lane
};

class RidgeWorker : public QObject {
    Q_OBJECT
public:
    /// `threads` 0: all processors but the one that draws.
    explicit RidgeWorker(unsigned threads = 0, QObject* parent = nullptr);
    ~RidgeWorker() override; ///< stops and joins

    /// Replaces whatever was asked before; cheap if it asks for what is there or on its way, so it
    /// may be called for every frame. Returns what can be drawn now, one for every window; null
    /// where nothing is known yet or the layer is hidden.
    std::vector<std::shared_ptr<const RidgePicture>> request(const RidgeOrder& order);
    bool isBusy() const { return m_busy; }

    static constexpr std::size_t kMostKept = 192; ///< ridges

Q_SIGNALS:
    void ridgesReady();

private:
    struct Private;
    struct Shown; ///< of one lane
    void accept(unsigned long long number, bool last);
    void compute(const RidgeOrder& order, const std::vector<LaneRidgePlan>& plans);
    std::shared_ptr<const RidgePicture>
    picture(std::size_t lane, const RidgeOrder& order, const LaneRidgePlan& plan);

    std::unique_ptr<Private> m_private;
    std::vector<Shown> m_shown;
    unsigned long long m_requests = 0;
    bool m_busy = false;
};

} // namespace scorefield::ui
