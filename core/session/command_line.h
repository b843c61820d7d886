// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The command that makes the same file without the window.
#include "core/base/result.h"
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield {

/// The words of `scorefield render …`, `video …`, or for data `sample …`, `ridge …` or `run …`,
/// with every option that differs from its default. `saved` is the session as it stands in the file
/// `name` (a path or a preset); what `now` has changed since is spelled out as --set and --animate.
/// The picture is the same to the last pixel; notes and jobs that it carries are those of `saved`.
/// Error (path: "data", "lanes" or a key): what no option can say; it asks to save first.
Result<std::vector<std::string>> commandWords(const Session& now,
                                              const ExportJob& job,
                                              const Session& saved,
                                              const std::string& name);
/// The same as one line, quoted for a POSIX shell.
Result<std::string> commandLine(const Session& now,
                                const ExportJob& job,
                                const Session& saved,
                                const std::string& name);

/// A word as a POSIX shell reads it: in single quotes where it needs them.
std::string shellQuoted(const std::string& word);
/// "--set" and "KEY=VALUE" for all that tells `now` from `saved`: kinds before the values of their
/// family, numbers in full. Error as above.
Result<std::vector<std::string>> parameterChanges(const SessionState& now, const Session& saved);

} // namespace scorefield
