// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/guidance_parts.h"

namespace scorefield {

ParameterDescriptor guidanceWeight(double defaultValue, std::string help, double minimum)
{
    return {.key = "w",
            .symbol = "w",
            .label = "Guidance weight",
            .minimum = minimum,
            .maximum = 1000,
            .defaultValue = defaultValue,
            .sliderMaximum = 50,
            .step = 0.1,
            .help = std::move(help)};
}

ParameterDescriptor guidanceTarget()
{
    return {.key = "target",
            .symbol = "c",
            .label = "Target class",
            .type = ParameterType::Integer,
            .minimum = 0,
            .maximum = kFirstSetTarget + kMaxClassSets - 1,
            .defaultValue = 0,
            .step = 1,
            .help = "The class, or set of classes, c whose conditional mixture "
                    "Σ π_k/π_c N(μ_k, Σ_k) gives s_c. "
                    "Ho and Salimans 2022, arXiv:2207.12598."};
}

ParameterDescriptor progressOver(ProgressOver defaultValue)
{
    return {.key = "over",
            .symbol = "τ",
            .label = "Progress over",
            .type = ParameterType::Choice,
            .maximum = 2,
            .defaultValue = static_cast<double>(defaultValue),
            .choices = {{"steps", "Steps", "τ = k/K, log-linear in σ̃ between the levels"},
                        {"time", "Time", "τ = (T − t)/(T − t_K), the lane's own time"},
                        {"noise", "Noise", "τ = log(σ̃_T/σ̃)/log(σ̃_T/σ̃_K), the same on every grid"}},
            .help = "What progress τ counts, 0 at the noise and 1 at the data. It is a function of "
                    "σ̃, so that every stage of every sampler has its own. Our definition."};
}

ParameterDescriptor progressAt(std::string key, std::string label, double value, std::string help)
{
    return {.key = std::move(key),
            .symbol = "τ",
            .label = std::move(label),
            .maximum = 1,
            .defaultValue = value,
            .help = std::move(help)};
}

ProgressOver progressOverOf(const Choice& choice)
{
    return static_cast<ProgressOver>(static_cast<int>(choice.values.at("over")));
}

} // namespace scorefield
