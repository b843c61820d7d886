// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/run_progress.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace scorefield {

RunProgress::RunProgress(std::vector<PathCoefficients> levels) : m_levels(std::move(levels))
{
    assert(m_levels.size() >= 2);
    for (const PathCoefficients& level : m_levels)
        m_noise.push_back(level.sigmaTilde());
}

RunProgress RunProgress::standard()
{
    constexpr int kSteps = 40;
    constexpr double kRho = 7;
    const double high = std::pow(80, 1 / kRho), low = std::pow(0.002, 1 / kRho);
    std::vector<PathCoefficients> levels;
    for (int k = 0; k <= kSteps; ++k) {
        const double sigma = std::pow(high + (low - high) * k / kSteps, kRho);
        levels.push_back({sigma, 1, sigma, 0, 1});
    }
    return RunProgress(std::move(levels));
}

double RunProgress::position(double sigmaTilde) const
{
    if (!(sigmaTilde < m_noise.front()))
        return 0;
    if (sigmaTilde <= m_noise.back())
        return steps();
    const auto below = std::upper_bound(m_noise.begin(), m_noise.end(), sigmaTilde, std::greater{});
    const double high = *(below - 1), low = *below;
    const double share = std::isinf(high) ? low / sigmaTilde
                         : low == 0       ? 1 - sigmaTilde / high
                                          : std::log(high / sigmaTilde) / std::log(high / low);
    const double position = static_cast<double>(below - m_noise.begin()) - 1 + share;
    // A method in x/alpha may compute a level of the grid with another rounding: still that level.
    const double whole = std::round(position);
    return std::abs(position - whole) < 1e-9 ? whole : position;
}

double RunProgress::progress(ProgressOver over, double sigmaTilde) const
{
    if (over == ProgressOver::Noise) {
        const double high = std::isinf(m_noise.front()) ? m_noise[1] : m_noise.front();
        const double low = m_noise.back() > 0 ? m_noise.back() : m_noise[m_noise.size() - 2];
        if (high > low && low > 0 && std::isfinite(high))
            return sigmaTilde < low
                       ? 1
                       : std::clamp(std::log(high / sigmaTilde) / std::log(high / low), 0.0, 1.0);
    }
    const double first = m_levels.front().t, last = m_levels.back().t;
    if (over == ProgressOver::Time && first > last) {
        const double position = this->position(sigmaTilde);
        const auto k =
            static_cast<std::size_t>(std::min(position, static_cast<double>(steps()) - 1));
        const double share = position - static_cast<double>(k);
        const double t = m_levels[k].t + share * (m_levels[k + 1].t - m_levels[k].t);
        return (first - t) / (first - last);
    }
    return position(sigmaTilde) / steps();
}

double RunProgress::interpolate(const std::vector<double>& values, double sigmaTilde) const
{
    assert(values.size() == m_levels.size());
    const double position = this->position(sigmaTilde);
    const auto k = static_cast<std::size_t>(std::min(position, static_cast<double>(steps()) - 1));
    const double share = position - static_cast<double>(k);
    return values[k] + share * (values[k + 1] - values[k]);
}

std::vector<double> RunProgress::timeShares() const
{
    const double span = m_levels.front().t - m_levels.back().t;
    std::vector<double> shares;
    for (std::size_t k = 0; k + 1 < m_levels.size(); ++k)
        shares.push_back(span > 0 ? (m_levels[k].t - m_levels[k + 1].t) / span : 1.0 / steps());
    return shares;
}

} // namespace scorefield
