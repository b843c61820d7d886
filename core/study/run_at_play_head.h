// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A lane's run at the play-head, for studies that follow it from noise to data.
#include "core/study/study.h"

#include <Eigen/Core>

#include <optional>

namespace scorefield {

/// The number of the lane's stored level nearest before timeline.position.
Result<std::size_t> levelAtPlayHead(const StudyPoint& point);

/// The states at the stored level nearest before timeline.position.
struct RunAtPlayHead {
    std::size_t level = 0;
    double noise = 0;        ///< sigma~ there, in (0, inf)
    Eigen::MatrixXd native;  ///< [n,d]
    Eigen::ArrayXXd reduced; ///< x~ [n,d]
};
/// Nothing, with a note, where the run ended before it or the level has no finite noise. Error: it
/// cannot be run.
Result<std::optional<RunAtPlayHead>>
runToPlayHead(const StudyPoint& point, WorkerPool& pool, std::stop_token stop, std::string& note);

/// "noise": sigma~ at the level, what such studies are drawn over.
QuantityInfo noiseQuantity();
/// `count` places from noise to data.
Result<std::vector<Sweep>> playHeadSweep(const Session& session, std::size_t count);

} // namespace scorefield
