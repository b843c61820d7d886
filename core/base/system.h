// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace scorefield {

/// What the system says of an errno code: "No space left on device".
std::string systemReason(int code);

/// The value of a variable of the environment; null if it is not set. Nobody sets one while other
/// threads run.
const char* environmentVariable(const char* name);

} // namespace scorefield
