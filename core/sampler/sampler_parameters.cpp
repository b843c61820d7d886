// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/sampler_parameters.h"

namespace scorefield {

ParameterDescriptor orderParameter(int minimum, int maximum, int defaultValue, std::string help)
{
    return {.key = "order",
            .symbol = "p",
            .label = "Order",
            .type = ParameterType::Integer,
            .minimum = static_cast<double>(minimum),
            .maximum = static_cast<double>(maximum),
            .defaultValue = static_cast<double>(defaultValue),
            .step = 1,
            .help = std::move(help)};
}

int declaredOrder(const ParameterValues& values)
{
    return static_cast<int>(values.at("order"));
}

ParameterDescriptor lowerOrderFinalParameter(std::string when)
{
    return {.key = "lower_order_final",
            .label = "Lower order at the end",
            .type = ParameterType::Boolean,
            .defaultValue = 1,
            .help = "Takes the last steps at a lower order, which is steadier in short runs: "
                    + std::move(when) + " Option lower_order_final of diffusers."};
}

ParameterDescriptor secondOrderVariantParameter()
{
    return {.key = "variant",
            .label = "Second-order step",
            .type = ParameterType::Choice,
            .maximum = 1,
            .choices = {{"midpoint", "Midpoint", "½(1 − e^{−h}) times the difference quotient"},
                        {"heun", "Heun", "(1 − (1 − e^{−h})/h) times the difference quotient"}},
            .help =
                "How a second-order step weighs the change of the posterior mean; both agree to "
                "second order. Option solver_type of diffusers."};
}

ParameterDescriptor relativeToleranceParameter(double minimum, double defaultValue)
{
    return {.key = "rtol",
            .label = "Relative tolerance",
            .minimum = minimum,
            .maximum = 0.5,
            .defaultValue = defaultValue,
            .scale = Scale::Logarithmic,
            .help =
                "A step is taken if its error estimate is below the larger of atol and rtol·|x|."};
}

ParameterDescriptor absoluteToleranceParameter(double minimum, double defaultValue)
{
    return {.key = "atol",
            .label = "Absolute tolerance",
            .minimum = minimum,
            .maximum = 0.5,
            .defaultValue = defaultValue,
            .scale = Scale::Logarithmic,
            .help =
                "The error that is allowed where the state is near zero, in units of the data."};
}

} // namespace scorefield
