// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The window as a command: what main() calls when the arguments name no sub-command.
#include <string>

namespace scorefield::app {

/// Opens the main window and runs it until it is closed; returns the exit status. `sessionPath` is
/// empty (the default session), a session file, a figure that carries one, or a preset as a Qt
/// resource (":/resources/sessions/iris.scorefield.json": read it with QFile). main() has already
/// checked that it can be read.
int runWindow(int& argc, char** argv, const std::string& sessionPath);

} // namespace scorefield::app
