// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the processes share: the descriptor of "stop" where time runs from 0 to order 1, and the
// return of a factory.
#include "core/process/forward_process.h"

#include <memory>
#include <string>
#include <utility>

namespace scorefield {

using ProcessResult = Result<std::shared_ptr<const ForwardProcess>>;

/// What a factory returns when nothing can be wrong with the values together.
template <class Process, class... Arguments>
ProcessResult processOf(Arguments&&... arguments)
{
    return std::shared_ptr<const ForwardProcess>(
        std::make_shared<Process>(std::forward<Arguments>(arguments)...));
}

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

inline constexpr const char* kVariancePreservingGroup = "Variance preserving";
inline constexpr const char* kVarianceExplodingGroup = "Variance exploding";
inline constexpr const char* kInterpolantGroup = "Interpolants";
inline constexpr const char* kProgramGroup = "As in a program";
inline constexpr const char* kCustomGroup = "Drawn by hand";

} // namespace scorefield
