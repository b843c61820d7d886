// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the processes share: the descriptor of "stop" where time runs from 0 to order 1.
#include "core/base/parameter.h"

#include <string>
#include <utility>

namespace scorefield {

inline ParameterDescriptor earlyStopParameter(std::string help)
{
    return {.key = "stop",
            .symbol = "δ",
            .label = "Early stop",
            .minimum = 1e-6,
            .maximum = 0.5,
            .defaultValue = 1e-3,
            .scale = Scale::Logarithmic,
            .help = std::move(help)};
}

} // namespace scorefield
