// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the play-head stands in each lane of a run: position in [0, 1] <-> step, own time, noise
// level.
#include "core/session/session_run.h"

#include <memory>
#include <vector>

namespace scorefield::ui {

class PlayHead {
public:
    PlayHead() = default;
    explicit PlayHead(std::shared_ptr<const RunProduct> run);

    const std::shared_ptr<const RunProduct>& run() const { return m_run; }
    int laneCount() const { return static_cast<int>(m_levels.size()); }
    /// K of a lane; 0 without a run.
    int steps(int lane) const;
    /// The fractional step a lane shows.
    double stepAt(const Timeline& timeline, int lane) const;
    PathCoefficients levelAt(const Timeline& timeline, int lane) const;
    double positionOfStep(const Timeline& timeline, int lane, double step) const;
    /// The position at which the lane shows this time, or noise level; the nearer end when it lies
    /// outside.
    double positionOfTime(const Timeline& timeline, int lane, double t) const;
    double positionOfNoise(const Timeline& timeline, int lane, double sigmaTilde) const;

private:
    template <class Value>
    double solve(const Timeline& timeline, int lane, double wanted, Value value) const;

    std::shared_ptr<const RunProduct> m_run;
    std::vector<std::vector<PathCoefficients>> m_levels;
};

} // namespace scorefield::ui
