// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whether a launcher such as mpirun started this program as one of several processes.
#include "app/messenger.h"
#include "core/base/result.h"

#include <string>

namespace scorefield::app {

/// Of this process in its job; 0 without a launcher. Known before MPI begins.
int launchedRank();
/// Whether there are other processes, or may be.
bool isLaunchedWithOthers();

/// The way to the other processes. Error: this build of the program has none.
Result<Messenger*> openMessenger();
/// "MPI: …", for --version: whether studies can run under mpirun.
std::string sayMessenger();

} // namespace scorefield::app
