// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the recorded noise of a session lies. A session file is data from anywhere: it may name
// what lies in its own folder or below, and nothing else. In memory a tape that may be read is a
// path to it; one that a file names elsewhere is kept behind a mark, so that it is neither read nor
// lost, until the user chooses it.
#include "core/session/session.h"

#include <filesystem>
#include <string>

namespace scorefield {

/// The tape that a session file in `folder` calls `name`: its absolute path, or marked.
std::string tapeFromFile(const std::string& name, const std::filesystem::path& folder);
/// How a file in `folder` names the tape: relative where it lies in the folder or below.
std::string tapeForFile(const std::string& tape, const std::filesystem::path& folder);
/// Without the mark.
std::string tapeName(const std::string& tape);
/// Error (path "particles.tape") where it is marked.
Status checkTape(const std::string& tape);

/// The session as it is in memory, or in a file of this folder; with its bookmarks.
Session withTapesFromFile(Session session, const std::filesystem::path& folder);
Session withTapesForFile(Session session, const std::filesystem::path& folder);

} // namespace scorefield
