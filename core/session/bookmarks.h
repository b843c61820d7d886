// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The list of bookmarks of a session: named states, in the order in which a presentation shows them
// (sessionAtBookmark in core/session/session.h goes to one).
#include "core/session/session.h"

#include <optional>
#include <string>
#include <string_view>

namespace scorefield {

/// What a new bookmark could be called: the lanes with their guidance and the place of the
/// play-head
/// ("VP w = 3 | RF w = 3, end"), with a number behind it where the name is taken.
std::string proposedBookmarkName(const Session& session);
/// Error (path "name"): empty, or the name of another bookmark than `except`.
Status checkBookmarkName(const Session& session,
                         std::string_view name,
                         std::optional<std::size_t> except = {});
std::optional<std::size_t> findBookmark(const Session& session, std::string_view name);

/// Puts the bookmark of this name and state behind the others.
Status addBookmark(Session& session, std::string_view name, const SessionState& state);
/// Jobs that are made of the bookmark follow its new name.
Status renameBookmark(Session& session, std::size_t index, std::string_view name);
void replaceBookmark(Session& session, std::size_t index, const SessionState& state);
/// To the place `by` further on, within the list.
void moveBookmark(Session& session, std::size_t index, int by);
/// Error (path "bookmarks"): a job is made of it, which would lose its state.
Status removeBookmark(Session& session, std::size_t index);

/// Whether two states are the same but for what moves by itself or by looking around: play-head,
/// play state and cameras.
bool isSameScene(const SessionState& a, const SessionState& b);

} // namespace scorefield
