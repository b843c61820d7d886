// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How far a run is at a noise level, whatever its process and grid, also between the levels of its
// grid, where many samplers evaluate.
#include "core/process/forward_process.h"

#include <vector>

namespace scorefield {

/// What progress is measured in: the share of the steps, of the native time, or of log sigma~.
enum class ProgressOver { Steps, Time, Noise };

class RunProgress {
public:
    /// Two or more levels of strictly decreasing sigma~; the first may be infinite, the last 0.
    explicit RunProgress(std::vector<PathCoefficients> levels);
    /// The run that stands for an unknown one: 40 steps from sigma~ = 80 to 0.002, rho = 7.
    /// Karras et al. 2022, arXiv:2206.00364.
    static RunProgress standard();

    int steps() const { return static_cast<int>(m_levels.size()) - 1; } ///< K
    const std::vector<PathCoefficients>& levels() const { return m_levels; }
    /// The fractional step in [0, K]: k at level k, between two levels linear in log sigma~ (in
    /// 1/sigma~ below an infinite one, in sigma~ above 0).
    double position(double sigmaTilde) const;
    /// 0 at the first level, 1 at the last. Over noise: between the largest finite and the smallest
    /// positive level.
    double progress(ProgressOver over, double sigmaTilde) const;
    /// [K+1] numbers, one per level, linear in position() between.
    double interpolate(const std::vector<double>& values, double sigmaTilde) const;
    /// [K] the share of the native time that each step takes; they sum to 1.
    std::vector<double> timeShares() const;

private:
    std::vector<PathCoefficients> m_levels;
    std::vector<double> m_noise; // sigma~ of each
};

} // namespace scorefield
