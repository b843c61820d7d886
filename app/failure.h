// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How a command ends: well, or with one sentence on stderr and an exit status.
#include "core/base/result.h"

#include <optional>
#include <string>

namespace scorefield::app {

inline constexpr int kExitFailure =
    1; ///< the work failed: a run with non-finite states, a full disk, an interruption
inline constexpr int kExitWrong = 2; ///< wrong use or wrong input

struct Failure {
    int status;
    std::string sentence;
};
/// Nothing when the command succeeded.
using Ending = std::optional<Failure>;

inline Failure wrong(const Error& error)
{
    return {kExitWrong, error.sentence()};
}
inline Failure wrong(std::string sentence)
{
    return {kExitWrong, std::move(sentence)};
}
inline Failure failed(std::string sentence)
{
    return {kExitFailure, std::move(sentence)};
}

} // namespace scorefield::app
