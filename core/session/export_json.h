// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Keyframes, export jobs and bookmarks as JSON, under "keyframes", "jobs" and "bookmarks"; what is
// empty is not written. Private to core/session.
#include "core/session/json_document.h"
#include "core/session/session.h"

namespace scorefield::json {

/// Adds the three keys to the document.
void writeExports(const Session& session, Json& document);
/// Reads those that are there; the session's own state has been read before.
void readExports(ObjectReader& reader, Session& session, Problems& problems);

/// The state of a session: "data", "lanes", "particles", "view", "timeline". A bookmark with the
/// data of its session leaves them out. In core/session/session_json.cpp.
Json writeState(const SessionState& state, bool withData);
SessionState readState(const Json& value,
                       const std::string& pointer,
                       const SharedValue<MixtureSpec>& data,
                       Problems& problems);

} // namespace scorefield::json
