// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Guidance rules by their id, the levels they are asked at, and the fields they give.
#include "core/field/score_field.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::test {

using Settings = std::vector<std::pair<std::string, double>>;

inline const GuidanceKind& kindOf(const std::string& id)
{
    for (const GuidanceKind& kind : guidanceKinds())
        if (kind.info.id == id)
            return kind;
    std::abort(); // a mistake in the test
}

/// Without the check of ranges, so that w can be 1000.
inline std::shared_ptr<const GuidanceRule>
rule(const std::string& id, const Settings& settings = {}, std::uint32_t seed = 0, int target = 1)
{
    const GuidanceKind& kind = kindOf(id);
    Choice choice = randomChoice(kind.info, seed);
    if (choice.values.contains("target"))
        choice.values.set("target", target);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return kind.make(choice);
}

/// Levels of a run and some between them, at both scalings.
inline std::vector<PathCoefficients> probes(const std::vector<PathCoefficients>& levels)
{
    std::vector<PathCoefficients> result = levels;
    for (const double sigma : {0.01, 0.3, 1.7, 40.0})
        result.push_back({sigma, 1, sigma, 0, 1});
    result.erase(std::remove_if(result.begin(),
                                result.end(),
                                [](const PathCoefficients& level) { return level.sigma <= 0; }),
                 result.end());
    return result;
}

template <class Real>
Block<Real>
denoised(const ScoreField<Real>& field, const PathCoefficients& level, const Block<double>& x)
{
    const Block<Real> at = x.cast<Real>();
    Block<Real> result(x.rows(), x.cols());
    field.denoise(level, at, result);
    return result;
}

inline Block<double> points(const GaussianMixture& mixture, const PathCoefficients& level)
{
    return mixture.sample(3, Stream::Data, 23, level.alpha, level.sigma).transpose().array();
}

/// The first level with at most this noise.
inline PathCoefficients noiseAt(const std::vector<PathCoefficients>& levels, double sigmaTilde)
{
    return *std::find_if(levels.begin(), levels.end(), [&](const PathCoefficients& level) {
        return level.sigmaTilde() <= sigmaTilde;
    });
}

inline std::vector<PathCoefficients> someLevels(const std::string& id)
{
    return levelsOn(*process(id), "karras", 12);
}

} // namespace scorefield::test
