// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a command gives an export: its Ctrl-C, its line on the terminal, and how charts are drawn.
#include "app/failure.h"
#include "app/output.h"
#include "app/progress_line.h"
#include "ui/export/export_run.h"

namespace scorefield::app {

/// Both must outlive the hooks. `what` begins the line of the progress: "film.mp4".
render::ExportHooks exportHooks(const Interruption& interruption,
                                const ProgressLine& line,
                                const std::string& what);

/// The end of an export that failed: wrong input, or work that failed.
Failure exportFailure(const Error& error,
                      const std::string& file,
                      const Interruption& interruption);

} // namespace scorefield::app
