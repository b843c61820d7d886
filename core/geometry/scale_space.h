// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the ridge is born, connects and breaks over noise: counts and length against log sigma~, and
// the events between levels (theory 1.6).
#include "core/geometry/ridge.h"

#include <functional>
#include <string>
#include <vector>

namespace scorefield {

struct ScaleSpaceLevel {
    double noise = 0;
    int modes = 0, saddles = 0, components = 0, ends = 0;
    double length = 0;
    /// The share of exact draws of q~ that see a ridge: kappa_2 <= -beta, gap >= gamma and |delta|
    /// <= 1.5 sigma~.
    double valid = 0;
};

struct ScaleSpaceEvent {
    /// As sigma~ falls.
    enum class Kind { ModesBorn, ModesMerged, RidgesBorn, RidgesMerged, RidgesSplit, RidgesLost };
    Kind kind = Kind::ModesBorn;
    double noise = 0; ///< within a thousandth
    int before = 0, after = 0;
    std::string text() const; ///< "2 → 3 modes"
};

struct ScaleSpace {
    RidgeThresholds thresholds;
    std::vector<ScaleSpaceLevel> levels; ///< falling sigma~
    std::vector<ScaleSpaceEvent> events; ///< falling sigma~
    /// Levels where at least half of the draws see the ridge; 0, 0: none.
    double windowHigh = 0, windowLow = 0;
    bool complete = false;
};

struct ScaleSpaceRequest {
    double highest = 10, lowest = .01; ///< sigma~
    int levels = 64;
    RidgeThresholds thresholds;
    PlaneBox box;
    int resolution = 96;
    bool operator==(const ScaleSpaceRequest&) const = default;
};

/// `partial` hears what is there so far: levels come in an order that fills the axis evenly, then
/// events from high noise to low.
ScaleSpace scaleSpace(const RidgeSubject& subject,
                      const ScaleSpaceRequest& request,
                      WorkerPool& pool,
                      std::stop_token stop = {},
                      const std::function<void(const ScaleSpace&)>& partial = {});

} // namespace scorefield
