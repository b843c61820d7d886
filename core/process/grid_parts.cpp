// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/grid_parts.h"

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

std::vector<double>
timesOnNoiseCurve(const ForwardProcess& process,
                  const ParameterValues& values,
                  const std::function<double(double p, double high, double low)>& node)
{
    const auto steps = static_cast<int>(values.at("steps"));
    const double start = process.at(process.horizon()).sigmaTilde();
    const bool fromInfinity = std::isinf(start);
    const double high = fromInfinity ? values.at("sigma_max") : start;
    const double low = process.at(process.stop()).sigmaTilde();
    const int first = fromInfinity ? 1 : 0; // number of the first node on the curve
    std::vector<double> times{process.horizon()};
    for (int k = 1; k < steps; ++k)
        times.push_back(
            process.timeAt(node(static_cast<double>(k - first) / (steps - first), high, low)));
    times.push_back(process.stop()); // exactly, whatever the rounding of timeAt
    return times;
}

} // namespace scorefield
