// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a command's session comes from: a file, a picture that carries one, a preset, or a mixture
// with shorthands; and what --set changes.
#include "app/arguments.h"
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield::app {

struct FoundSession {
    std::string path; ///< a file, or a Qt resource
    Session session;
};

/// `name`: a session file, a picture that carries one, or the name of a preset. Errors name the
/// file and place, or the nearest preset.
Result<FoundSession> findSession(const std::string& name);

/// The names of all presets, in the order of `list presets`.
std::vector<std::string> presetNames();
Result<Session> loadPreset(const std::string& name);

/// --bookmark, --set, --particles, --seed.
std::vector<Option> sessionOptions();
/// Applies them in the order of the line above: --set changes the state of the bookmark.
Status applySessionOptions(const Arguments& arguments, Session& session);

/// --process, --grid, --sampler, --guidance: "KIND[:key=value,…]".
std::vector<Option> laneOptions();
Status applyLaneOptions(const Arguments& arguments, Session& session, int lane);

} // namespace scorefield::app
