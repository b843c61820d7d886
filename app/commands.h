// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The sub-commands: each in the file of its name, all in one table.
#include "app/arguments.h"
#include "app/failure.h"

#include <string>
#include <vector>

namespace scorefield::app {

struct Command {
    CommandSpec spec;
    Ending (*run)(const Arguments& arguments);
    bool isShared = false; ///< by the processes of an mpirun: only the first of them speaks
};

/// render, video, run, sample, script, evaluate, ridge, fit, metric, study, list, cite, validate,
/// bench.
const std::vector<Command>& commands();
const Command* findCommand(const std::string& name);

/// What "scorefield --help" prints.
std::string overview();

} // namespace scorefield::app
