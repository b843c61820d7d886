// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How much of the work that may be left out a renderer can do in a frame that moves, learned from
// how long such frames took. Knows neither OpenGL nor a clock.

namespace scorefield::render {

class FramePace {
public:
    /// The share of a frame's reducible work (evaluations of the density, particles) that is to be
    /// done while the picture moves: 1, or a power of 1/sqrt(2) down to 1/64.
    double share() const;
    /// A frame that moved, with this share, took so long from its first command to its hand-over.
    /// One frame alone changes nothing: it may have waited for something else.
    void frameTook(double milliseconds);

private:
    double m_smoothed = 0; ///< milliseconds at the present share
    int m_frames = 0;      ///< of which there were so many
    int m_level = 0;
};

} // namespace scorefield::render
