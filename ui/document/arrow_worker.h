// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the arrows on the canvas: one request at a time, to its end, then the latest of
// those that came meanwhile: while the play-head moves every computed set is shown.
#include "core/session/lane_arrows.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

struct ArrowRequest {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                    ///< which field, and whether any
    std::vector<ArrowWindow> windows; ///< one per lane
};

class ArrowWorker : public QObject {
    Q_OBJECT
public:
    /// `threads` 0: all processors but the one that draws.
    explicit ArrowWorker(unsigned threads = 0, QObject* parent = nullptr);
    ~ArrowWorker() override; ///< stops and joins

    /// Does nothing if it asks for what is there or on its way, so it may be called for every
    /// frame. While the layer is hidden nothing is computed or kept.
    void request(const ArrowRequest& request);
    /// The newest arrows, or null; they may be of another moment while the next are on their way.
    std::shared_ptr<const LaneArrows> arrows() const { return m_arrows; }
    bool isBusy() const { return m_answered != m_requests; }

Q_SIGNALS:
    void arrowsReady();

private:
    struct Private;
    void accept(unsigned long long number, const std::shared_ptr<const LaneArrows>& arrows);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const LaneArrows> m_arrows;
    ArrowRequest m_asked;
    unsigned long long m_requests = 0, m_answered = 0;
};

} // namespace scorefield::ui
