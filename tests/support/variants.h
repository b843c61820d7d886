// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Random values for any registered variant, so that property tests see more than the defaults.
#include "core/base/parameter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace scorefield::test {

/// Uniform in [0, 1), the same on every platform.
class RandomNumbers {
public:
    explicit RandomNumbers(std::uint32_t seed) : m_bits(seed) {}
    double uniform() { return m_bits() / 4294967296.0; }
    int below(int count) { return static_cast<int>(uniform() * count); }

private:
    std::mt19937 m_bits;
};

inline double randomValue(const ParameterDescriptor& parameter, RandomNumbers& random)
{
    const double u = random.uniform();
    const double low = parameter.minimum;
    const double high = parameter.sliderMaximum > 0 ? parameter.sliderMaximum : parameter.maximum;
    switch (parameter.type) {
    case ParameterType::Choice:
        return std::floor(u * static_cast<double>(parameter.choices.size()));
    case ParameterType::Boolean:
        return u < 0.5 ? 0 : 1;
    default:
        break;
    }
    const double value = parameter.scale == Scale::Logarithmic ? low * std::pow(high / low, u)
                                                               : low + u * (high - low);
    const double whole = parameter.type == ParameterType::Integer ? std::round(value) : value;
    return std::clamp(whole, low, high);
}

/// Points that PointsInfo::validate accepts.
inline std::vector<CurvePoint> randomPoints(const PointsInfo& info, RandomNumbers& random)
{
    const auto spread = [&](std::size_t count, bool pinned) {
        // Even places moved by up to a third of their distance: never equal.
        std::vector<double> places;
        for (std::size_t i = 0; i < count; ++i) {
            const bool end = pinned && (i == 0 || i + 1 == count);
            const double shift = end ? 0 : (random.uniform() - 0.5) / 1.5;
            places.push_back(std::clamp(
                (static_cast<double>(i) + shift) / static_cast<double>(count - 1), 0.0, 1.0));
        }
        return places;
    };
    const std::size_t count =
        std::max<std::size_t>(info.fewest,
                              2
                                  + static_cast<std::size_t>(random.below(
                                      static_cast<int>(std::min<std::size_t>(info.most, 10)) - 1)));
    const auto xs = spread(count, info.endsFixed), ys = spread(count, false);
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < count; ++i) {
        const double v = info.increasing ? ys[i] : 1 - ys[i];
        const double y = info.yScale == Scale::Logarithmic
                             ? info.yMinimum * std::pow(info.yMaximum / info.yMinimum, v)
                             : info.yMinimum + v * (info.yMaximum - info.yMinimum);
        points.push_back({info.list ? static_cast<double>(i)
                                    : info.xMinimum + xs[i] * (info.xMaximum - info.xMinimum),
                          std::clamp(y, info.yMinimum, info.yMaximum)});
    }
    return points;
}

/// Seed 0: the defaults; others: every parameter anywhere in its range.
inline Choice randomChoice(const VariantInfo& info, std::uint32_t seed)
{
    Choice choice = makeChoice(info);
    if (seed == 0)
        return choice;
    RandomNumbers random(seed);
    for (const ParameterDescriptor& parameter : info.parameters)
        choice.values.set(parameter.key, randomValue(parameter, random));
    if (info.points)
        choice.points = randomPoints(*info.points, random);
    return choice;
}

} // namespace scorefield::test
