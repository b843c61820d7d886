// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What colour and marker each particle of a lane has under view.particles.color.
#include "ui/render/lane_view.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace scorefield::render {

/// The choices of view.particles.color, in the order of the parameter table.
enum class ParticleColor { Class, Component, Confidence, Start, Error, Fate, Stage };

/// How much of n paths over `steps` steps the trail layer draws, of which `length` show at a time
/// (0: all): an even subset of the particles, and at most 64 chords of each at a time.
struct TrailSubset {
    std::size_t particleStride = 1, count = 0;
    int stepStride = 1;
    bool operator==(const TrailSubset&) const = default;
};
TrailSubset trailSubset(std::size_t particles, int steps, double length);

/// Designed pixels of canvas colour around each of so many markers.
double particleRim(std::size_t particles);

/// Posterior probability of the target class (of the likeliest class without one) of every end
/// point under the clean mixture's last level: what the confidence read-out averages. [n]
std::vector<float> endConfidence(const LaneProduct& product);

/// Whole decades that hold the errors of all lanes of a run: one logarithmic scale for all of them.
/// Nothing without a converged solution in any lane.
struct ErrorScale {
    int low = 0, high = 0; ///< powers of ten
};
std::optional<ErrorScale> errorScale(const RunProduct& run);
/// The marker of a particle that ended in another basin than the converged solution.
inline constexpr int kOtherBasinShape = 5;
/// The map of errors: not that of the density beneath them.
int errorMap(const ViewSpec& view);

/// How a particle looks that guidance took closer to its mode (convergent, or mixed where it jumped
/// over the mean in turns on its way) or farther from it (divergent; ringed if it jumped too).
struct FateStyle {
    QColor color;
    int shape = 0;
};
FateStyle fateStyle(const Theme& theme, scorefield::Fate fate, bool periodTwo);

/// A colour and a marker as `particleCodes` has them.
std::uint32_t colorCode(const QColor& color, int shape = 0);

/// Red, green, blue and, in the highest byte, the marker shape of every particle. [n]
/// Caches nothing: callers keep the result while run, lane, view.particleColor and theme stay, and
/// for stages the level (stageLevel).
std::vector<std::uint32_t> particleCodes(const LaneView& view);

} // namespace scorefield::render
