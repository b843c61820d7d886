// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One lane as a NumPy script that computes the same end points.
#include "core/base/result.h"
#include "core/session/session.h"

#include <string>

namespace scorefield {

/// At most 80 lines, NumPy alone (matplotlib for the plot, if it is there). The script draws the
/// same normals (Philox) or reads the session's tape, and ends with `x` [particles, dimension]: the
/// end points to 1e-6 of the data scale of the double-precision run. Error (path = key): what of
/// the lane a script does not cover.
Result<std::string> pythonScript(const Session& session, int lane);

} // namespace scorefield
