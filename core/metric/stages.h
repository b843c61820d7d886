// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Reach, align, slide: what every particle of a run does relative to the ridge of the noised data
// (He, Qiu and Tao, arXiv:2602.06021; the measurable rules and laws are our own formulation, theory
// of ridges 2). A particle reaches the ridge, closes in on it across, then slides along it, until
// no ridge is left (exit). All distances are in x~ = x/alpha.
#include "core/geometry/ridge_point.h"
#include "core/metric/ridge_motion.h"

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

enum class Stage : std::uint8_t { Reach, Align, Slide, Exit };
inline constexpr std::size_t kStages = 4;

/// Within how many sigma~ of a ridge a particle counts as seeing it. An engineering choice: exact
/// draws are at .67 sigma~ in the median.
inline constexpr double kNearRidge = 1.5;
/// Consecutive states that must see the ridge before it counts as reached: 5, a tenth of the steps
/// of runs with fewer than 50, at least 2.
int statesToReach(int steps);

enum class Ending : std::uint8_t {
    NearMode,     ///< within 3 standard deviations of a component, or modeReach() of a mean
                  ///< (core/metric/mean_distances.h)
    BetweenModes, ///< on the ridge, but near no mode
    OffRidge
};
inline constexpr std::size_t kEndings = 3;

/// What one particle did.
struct StageLedger {
    int reach = -1, slide = -1, exit = -1;  ///< first level of each stage; -1: never
    std::array<double, kStages> duration{}; ///< in nu = log sigma~
    std::array<double, kStages> across{};   ///< int |u_perp - V_n| over the stage, data units
    std::array<double, kStages> along{};    ///< int |u_par|
    double accumulated = 0;                 ///< Sl = -int rho dnu from reach to exit or the end
    /// At the last level with sigma~ > 0.
    double distance = 0, normalError = 0, tangentError = 0;
    int nearest = 0; ///< number of the mean that is nearest at the end
    double nearestDistance = 0;
    bool memorised = false; ///< d1/d2 < 1/3: nearest against second-nearest mean
    /// sigma~ after which the nearest mean stays the same.
    double lastChange = 0;
    Ending ending = Ending::OffRidge;
};

/// The followed particles at one level.
struct StageLevel {
    double noise = 0;
    std::array<double, kStages> shares{};
    double valid =
        0; ///< share that sees a ridge: kappa_2 <= -beta, gap >= gamma, |delta| <= 1.5 sigma~
    int onRidge = 0; ///< how many align or slide; the following is of them, NaN where there are few
    std::array<double, 3> distance{}; ///< quartiles of |delta|
    double law = 0;                   ///< median of |delta| by the law from their reach on
    double normalError = 0;           ///< mean of |e_perp|
    /// Of all that have reached, up to now: quartiles of Sl.
    std::array<double, 3> accumulated{};
};

struct Stages {
    RidgeThresholds thresholds;
    std::size_t stride = 1; ///< particles 0, stride, 2 stride, … of the run are followed
    std::size_t count = 0;  ///< how many
    std::size_t levelCount = 0;
    std::vector<std::uint8_t> stages; ///< [K+1][count]
    /// [K+1][count]; NaN where there is no ridge.
    std::vector<float> distance, normalError, accumulated, kappa2, speed;
    std::vector<StageLedger> ledgers;       ///< [count]
    std::vector<StageLevel> levels;         ///< [K+1]
    std::array<double, kEndings> endings{}; ///< shares
    double memorised = 0;                   ///< share
    double reached = 0;                     ///< share that reached the ridge at all
    double finalDistance = 0;               ///< median |delta| at the last level with sigma~ > 0
    double meanAccumulated = 0;             ///< of those that reached
    double lastChange = 0; ///< median sigma~ of the last change of the nearest mean
    double eta = 0;        ///< of the equation that is followed; NaN: none, so there are no laws
    bool followsExactMean = true;

    Stage stage(std::size_t level, std::size_t followed) const
    {
        return static_cast<Stage>(stages[level * count + followed]);
    }
    /// Which of the followed particles this is; -1: it is not followed.
    int followedIndex(std::size_t particle) const
    {
        const bool isOne = particle % stride == 0 && particle / stride < count;
        return isOne ? static_cast<int>(particle / stride) : -1;
    }
};

/// `run` is what simulate gave for `plan`, whose error is prepared. Deterministic on any number of
/// threads. Error (one sentence): data in one dimension have no ridge, or the run was stopped.
/// Rules: the ridge is reached at the first of statesToReach() states that see it; aligned from
/// |delta| <= 1.5 max(|e_perp|, .3 sigma~) on, or once the movement across since the reach is less
/// than that along; left where the gap stays below gamma to the end.
Result<Stages> followStages(const SimulationPlan& plan,
                            const Trajectories& run,
                            const RidgeThresholds& thresholds,
                            WorkerPool& pool,
                            std::stop_token stop = {});

} // namespace scorefield
