// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// --animate: the parameters that a film moves, and a figure of its moments shows.
#include "app/arguments.h"
#include "core/session/session.h"

namespace scorefield::app {

Option animateOption();
/// The session of the first positional, with the session's options and --animate, whose tracks take
/// the place of the session's of the same key.
Result<Session> sessionToExport(const Arguments& arguments);

} // namespace scorefield::app
