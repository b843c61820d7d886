// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Edits of a mixture that the data panel offers, on plain values. Document::edit, which runs them,
// moves guidance targets and axes that the new data lack.
#include "core/session/session.h"

namespace scorefield::ui {

/// A component shaped like `like` (or the last one), above it by four of its largest deviations; a
/// class of its own where every component has its own, else the same class. Returns its number.
int addComponent(Session& session, int like);
/// A copy beside it by one deviation, same class. Returns its number.
int duplicateComponent(Session& session, int component);
/// A mixture keeps its last component.
void deleteComponent(Session& session, int component);
/// "set N" of the first class, with the first N that is free.
void addClassSet(Session& session);
/// Guidance that was sent to it goes to its first class; the sets after it keep their followers.
void deleteClassSet(Session& session, int set);
void setComponentClass(Session& session, int component, int label);
/// Replaces the data: cameras fit it, and the first two axes are seen.
void replaceData(Session& session, const MixtureSpec& mixture, const SessionInfo& info);

} // namespace scorefield::ui
