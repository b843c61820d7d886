// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/frame_pace.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kSlow = 36;   // ms: below 28 frames a second motion falls apart
constexpr double kQuick = 18;  // ms: at the next level, with at most sqrt(2) of the work, not slow
constexpr double kWeight = .4; // of the newest frame
constexpr int kFewest = 3, kFewestQuick = 8; // frames before a level is left
constexpr int kMostLevels = 12, kMostAtOnce = 4;

} // namespace

double FramePace::share() const
{
    return std::exp2(-.5 * m_level);
}

void FramePace::frameTook(double milliseconds)
{
    m_smoothed = m_frames == 0 ? milliseconds : m_smoothed + kWeight * (milliseconds - m_smoothed);
    ++m_frames;
    int level = m_level;
    if (m_frames >= kFewest && m_smoothed > kSlow)
        level += std::clamp(
            static_cast<int>(std::ceil(2 * std::log2(m_smoothed / kSlow))), 1, kMostAtOnce);
    else if (m_frames >= kFewestQuick && m_smoothed < kQuick)
        level -= 1;
    level = std::clamp(level, 0, kMostLevels);
    if (level == m_level)
        return;
    m_level = level;
    m_frames = 0;
}

} // namespace scorefield::render
