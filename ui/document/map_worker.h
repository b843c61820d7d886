// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the maps on the canvas: always the latest request, coarse first. The first grid
// is as fine as a frame's time allows and is never cancelled, so that dragging the play-head or a
// slider shows every one; then finer ones follow until the next request cancels them.
#include "core/session/lane_maps.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

struct MapRequest {
    std::shared_ptr<const RunProduct> run;
    ViewSpec view;                  ///< which map
    std::vector<MapWindow> windows; ///< one per lane, with the finest grid that is wanted
};

class MapWorker : public QObject {
    Q_OBJECT
public:
    /// `threads` 0: all processors but the one that draws.
    explicit MapWorker(unsigned threads = 0, QObject* parent = nullptr, double frameBudgetMs = 25);
    ~MapWorker() override; ///< stops and joins

    /// Replaces whatever was asked before; does nothing if it asks for what is there or on its way,
    /// so it may be called for every frame. Without a quantity nothing is computed or kept.
    void request(const MapRequest& request);
    /// The newest maps, or null; they may be of another quantity while the next are on their way.
    std::shared_ptr<const LaneMaps> maps() const { return m_maps; }
    /// Whether finer maps will come.
    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void mapsReady();

private:
    struct Private;
    void accept(unsigned long long number, const std::shared_ptr<const LaneMaps>& maps, bool last);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const LaneMaps> m_maps;
    MapRequest m_asked;
    unsigned long long m_requests = 0;
    bool m_busy = false;
};

} // namespace scorefield::ui
