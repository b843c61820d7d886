// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/twin.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

// Of the spread of a mode at the level: below it, turns about the mean are rounding of a particle
// that has arrived.
constexpr double kSmallestTurn = 1e-3;
constexpr double kTie = 1e-5; // of the data scale: states are stored as floats

Estimate shareOf(int count, int of)
{
    if (of == 0)
        return {};
    const double share = static_cast<double>(count) / of;
    return {share, std::sqrt(share * (1 - share) / of)};
}

Eigen::VectorXd state(const Trajectories& run, int step, std::size_t particle)
{
    Eigen::VectorXd x(run.dimension);
    for (int c = 0; c < run.dimension; ++c)
        x(c) = run.coordinate(step, c)[particle];
    return x;
}

struct Nearest {
    const GaussianMixture::Component* mode = nullptr;
    double distance = std::numeric_limits<double>::infinity();
};

Nearest nearestMode(const GaussianMixture& mixture,
                    std::optional<int> target,
                    double alpha,
                    const Eigen::VectorXd& x)
{
    Nearest nearest;
    for (const auto& component : mixture.components()) {
        if (target && !mixture.inTarget(component, *target))
            continue;
        const double distance = (x - alpha * component.mean).norm();
        if (distance < nearest.distance || nearest.mode == nullptr)
            nearest = {&component, distance};
    }
    return nearest;
}

/// Whether the particle jumps over the moving mean alpha_k mu twice in a row: along its own
/// movement, the offset from the mean changes sign. Across it nothing need happen: guidance acts
/// along some directions only. Directions tell, so alpha = 0 does no harm.
bool alternates(const GaussianMixture::Component& mode,
                std::span<const PathCoefficients> levels,
                const Trajectories& run,
                std::size_t particle)
{
    if (levels.size() != static_cast<std::size_t>(run.steps) + 1)
        return false; // only the ends were kept
    Eigen::VectorXd previous;
    int turns = 0;
    for (int k = 0; k <= run.steps; ++k) {
        const PathCoefficients& level = levels[static_cast<std::size_t>(k)];
        const Eigen::VectorXd offset = state(run, k, particle) - level.alpha * mode.mean;
        const double spread =
            std::sqrt(level.alpha * level.alpha * mode.eigenvalues.sum()
                      + static_cast<double>(run.dimension) * level.sigma * level.sigma);
        if (k > 0) {
            const Eigen::VectorXd moved = offset - previous;
            const double length = moved.norm();
            const double before = length > 0 ? previous.dot(moved) / length : 0;
            const double after = length > 0 ? offset.dot(moved) / length : 0;
            const bool turned =
                before < 0 && after > 0 && std::min(-before, after) > kSmallestTurn * spread;
            turns = turned ? turns + 1 : 0;
        }
        if (turns == 2)
            return true;
        previous = offset;
    }
    return false;
}

} // namespace

BasinFlips basinFlips(int components,
                      const Trajectories& twinRun,
                      const std::vector<int>& twin,
                      const Trajectories& guidedRun,
                      const std::vector<int>& guided)
{
    BasinFlips flips;
    flips.counts.setZero(components, components);
    const std::size_t n = std::min(twin.size(), guided.size());
    for (std::size_t i = 0; i < n; ++i) {
        if (!state(twinRun, twinRun.steps, i).allFinite()
            || !state(guidedRun, guidedRun.steps, i).allFinite())
            continue;
        ++flips.counts(twin[i], guided[i]);
        ++flips.particles;
    }
    const int stayed = flips.counts.matrix().trace();
    flips.flipped = shareOf(flips.particles - stayed, flips.particles);
    return flips;
}

Fates compareWithTwin(const GaussianMixture& mixture,
                      std::optional<int> target,
                      std::span<const PathCoefficients> levels,
                      const Trajectories& guided,
                      const Trajectories& twin)
{
    Fates fates;
    const std::size_t n = std::min(guided.particles, twin.particles);
    fates.of.assign(n, Fate::NotFinite);
    fates.periodTwo.assign(n, 0);
    const double alpha = levels.empty() ? 1 : levels.back().alpha;
    std::array<int, 3> counts{};
    for (std::size_t i = 0; i < n; ++i) {
        const Eigen::VectorXd x = state(guided, guided.steps, i);
        const Eigen::VectorXd other = state(twin, twin.steps, i);
        if (!x.allFinite() || !other.allFinite())
            continue;
        const Nearest here = nearestMode(mixture, target, alpha, x);
        if (here.mode == nullptr)
            continue;
        const double there = nearestMode(mixture, target, alpha, other).distance;
        fates.periodTwo[i] = alternates(*here.mode, levels, guided, i) ? 1 : 0;
        const bool farther = here.distance > there * (1 + kTie) + kTie * mixture.scale();
        fates.of[i] = farther              ? Fate::Divergent
                      : fates.periodTwo[i] ? Fate::Mixed
                                           : Fate::Convergent;
        ++counts[static_cast<std::size_t>(fates.of[i])];
        ++fates.finite;
    }
    for (std::size_t k = 0; k < counts.size(); ++k)
        fates.shares[k] = shareOf(counts[k], fates.finite);
    return fates;
}

} // namespace scorefield
