// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/grid_parts.h"

#include "core/base/text.h"

#include <cmath>

namespace scorefield {

ParameterDescriptor stepsParameter()
{
    return {.key = "steps",
            .symbol = "K",
            .label = "Steps",
            .type = ParameterType::Integer,
            .minimum = 1,
            .maximum = 1000,
            .defaultValue = 40,
            .scale = Scale::Logarithmic,
            .step = 1,
            .help = "Number of sampler steps K from the horizon T to the end; K + 1 times."};
}

ParameterDescriptor finalParameter()
{
    return {.key = "final",
            .symbol = "",
            .label = "End",
            .type = ParameterType::Choice,
            .maximum = 1,
            .choices =
                {{"stop", "Stop at δ", "the last time is δ: the result keeps the blur σ(δ)"},
                 {"denoise",
                  "Denoise to 0",
                  "the last of the K steps goes to t = 0 and returns the posterior mean E[x₀|x]"}},
            .help =
                "Where the last step ends: at the early stop δ, or at t = 0 on the posterior mean. "
                "Karras et al. 2022, arXiv:2206.00364, algorithm 1."};
}

ParameterDescriptor sigmaMaxParameter()
{
    return {.key = "sigma_max",
            .symbol = "σ̃₁",
            .label = "First level",
            .minimum = 2,
            .maximum = 1e4,
            .defaultValue = 80,
            .scale = Scale::Logarithmic,
            .help = "Only where a process starts at σ̃ = ∞ (rectified flow at T = 1): the first "
                    "step goes from there to "
                    "σ̃ = σ/α of this value, the others follow the grid. Our convention."};
}

ParameterDescriptor endsParameter(const std::string& own)
{
    return {.key = "ends",
            .symbol = "",
            .label = "Ends",
            .type = ParameterType::Choice,
            .maximum = 1,
            .choices = {{"published",
                         "As published",
                         "the program's own levels, whatever T and δ are: " + own},
                        {"lane", "From T to δ", "the same rule between the ends of this lane"}},
            .help =
                "Published: exactly the program's levels (" + own
                + "), also beyond T and δ of the process; refused where the process has no such "
                  "level. From T to δ: its rule between the ends of this lane."};
}

bool endsArePublished(const ParameterValues& values)
{
    return values.at("ends") == 0;
}

int stepsOf(const ParameterValues& values)
{
    return static_cast<int>(values.at("steps"));
}

Result<std::vector<double>> timesAtNoise(const ForwardProcess& process,
                                         const std::vector<double>& sigmaTilde)
{
    std::vector<double> times;
    for (std::size_t k = 0; k < sigmaTilde.size(); ++k) {
        const double t = process.timeAt(sigmaTilde[k]);
        const auto wrong = [&](const std::string& why) {
            return Error{"",
                         "noise level " + std::to_string(k) + " is " + formatNumber(sigmaTilde[k])
                             + ", " + why};
        };
        if (t < 0)
            return wrong("below the smallest of this process, "
                         + formatNumber(process.at(0).sigmaTilde()));
        const PathCoefficients level = std::isfinite(t) ? process.at(t) : PathCoefficients{};
        const bool exists = std::isfinite(t) && level.alpha >= 0 && std::isfinite(level.sigma)
                            && (level.alpha > 0 || std::isinf(sigmaTilde[k]));
        if (!exists)
            return wrong("beyond the end of this process");
        times.push_back(t);
    }
    return times;
}

std::vector<double> timesBetweenEnds(const ForwardProcess& process,
                                     int steps,
                                     const std::function<double(double p)>& level)
{
    std::vector<double> times{process.horizon()};
    for (int k = 1; k < steps; ++k)
        times.push_back(process.timeAt(level(static_cast<double>(k) / steps)));
    if (steps > 0)
        times.push_back(process.stop());
    return times;
}

Result<std::vector<double>> timesOnNoiseCurve(const ForwardProcess& process,
                                              const ParameterValues& values,
                                              const NoiseCurve& node)
{
    const int steps = stepsOf(values);
    const double start = process.at(process.horizon()).sigmaTilde();
    const double low = process.at(process.stop()).sigmaTilde();
    if (std::isfinite(start))
        return timesBetweenEnds(process, steps, [&](double p) { return node(p, start, low); });
    const double high = values.at("sigma_max");
    if (!(low < high))
        return Error{"sigma_max",
                     "is " + formatNumber(high) + ", must be above the noise level at δ, "
                         + formatNumber(low)};
    // The first of the K steps leads onto the curve.
    return timesBetweenEnds(process, steps, [&](double p) {
        return node((std::round(p * steps) - 1) / (steps - 1), high, low);
    });
}

Result<std::vector<double>> timesOnPublishedCurve(const ForwardProcess& process,
                                                  const ParameterValues& values,
                                                  double high,
                                                  double low,
                                                  const NoiseCurve& node)
{
    if (!endsArePublished(values))
        return timesOnNoiseCurve(process, values, node);
    const int steps = stepsOf(values);
    std::vector<double> levels;
    for (int k = 0; k <= steps; ++k)
        levels.push_back(node(steps > 0 ? static_cast<double>(k) / steps : 0, high, low));
    return timesAtNoise(process, levels);
}

} // namespace scorefield
