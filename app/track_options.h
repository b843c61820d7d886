// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// --animate: the parameters that a film moves, and a figure of its moments shows.
#include "app/arguments.h"
#include "core/session/session.h"

namespace scorefield::app {

Option animateOption();
/// A track of the line takes the place of the session's of the same key.
Status readTracks(const Arguments& arguments, Session& session);

} // namespace scorefield::app
