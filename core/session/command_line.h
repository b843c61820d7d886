// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The command that makes the same file without the window.
#include "core/base/result.h"
#include "core/session/session.h"

#include <string>

namespace scorefield {

/// `scorefield render …`, `video …`, or for data `sample …` or `ridge …`, quoted for a POSIX shell,
/// with every option that differs from its default. `saved` is the session as it stands in the file
/// `name` (a path or a preset); what `now` has changed since is spelled out as --set and --animate.
/// Error: what no option can say (other data, other lists of points): save first.
Result<std::string> commandLine(const Session& now,
                                const ExportJob& job,
                                const Session& saved,
                                const std::string& name);

} // namespace scorefield
