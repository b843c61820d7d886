// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/guidance.h"

namespace scorefield::test {

const GuidanceKind& kindOf(const std::string& id)
{
    for (const GuidanceKind& kind : guidanceKinds())
        if (kind.info.id == id)
            return kind;
    std::abort(); // a mistake in the test
}

std::shared_ptr<const GuidanceRule>
rule(const std::string& id, const Settings& settings, std::uint32_t seed, int target)
{
    const GuidanceKind& kind = kindOf(id);
    Choice choice = randomChoice(kind.info, seed);
    if (choice.values.contains("target"))
        choice.values.set("target", target);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return kind.make(choice);
}

std::vector<PathCoefficients> probes(const std::vector<PathCoefficients>& levels)
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

Block<double> points(const GaussianMixture& mixture, const PathCoefficients& level)
{
    return mixture.sample(3, Stream::Data, 23, level.alpha, level.sigma).transpose().array();
}

PathCoefficients noiseAt(const std::vector<PathCoefficients>& levels, double sigmaTilde)
{
    return *std::find_if(levels.begin(), levels.end(), [&](const PathCoefficients& level) {
        return level.sigmaTilde() <= sigmaTilde;
    });
}

std::vector<PathCoefficients> someLevels(const std::string& id)
{
    return levelsOn(*process(id), "karras", 12);
}

} // namespace scorefield::test
