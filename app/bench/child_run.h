// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Another program, or this one with other variables, run to its end: for cases that must not share
// a process with others (instruction sets, memory, the window's start).
#include "core/base/result.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::app {

struct ChildRequest {
    std::vector<std::string> words; ///< program (looked for in PATH) and its arguments
    std::vector<std::pair<std::string, std::string>> variables{}; ///< set on top of this process's
    std::chrono::seconds limit{120};                              ///< then it is killed
};

struct ChildReport {
    int status = 0;     ///< exit status; 128 + signal where a signal ended it
    std::string output; ///< its stdout; stderr is that of this process
    double seconds = 0; ///< wall time from start to end
    double peakMegabytes =
        0; ///< its largest resident set (not that of programs it starts), looked at every 10 ms
};

/// Error: it cannot be started, or took longer than the limit; one sentence.
Result<ChildReport> runChild(const ChildRequest& request);

/// The path of this program.
std::string ownProgram();
/// What goes before the words of a program that opens a window: nothing where there is a display,
/// "xvfb-run -a …" where that is installed. Error: neither.
Result<std::vector<std::string>> displayLauncher();

} // namespace scorefield::app
