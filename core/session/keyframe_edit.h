// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What an editor does with the keyframes of a session: keys are set, moved, eased and removed here,
// so that they are sorted, apart from one another and inside the film whoever edits them.
#include "core/session/session.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

/// Keys of one track are at least this share of the film apart: closer ones nobody could tell
/// apart, and a value would have to jump between them.
inline constexpr double kKeyGap = 1e-3;

/// One key of Session::keyframes.
struct KeyRef {
    std::size_t track = 0, key = 0;
    auto operator<=>(const KeyRef&) const = default; // NOLINT(modernize-use-nullptr)
};

/// The film that the window previews: the first film among the jobs, or a new one.
VideoSpec previewFilm(const Session& session);
/// The session as this film shows it at a share of a pass. Tracks that cannot be applied (their
/// parameter is not there, a value is out of range) move nothing; everything else is as stored.
Session previewAt(const Session& session, double share);

/// The track that moves a parameter: its own, or the one of all lanes ("lanes.*.…").
std::optional<std::size_t> trackOf(const Session& session, std::string_view key);
/// The key of a track at a share, within kKeyGap / 2.
std::optional<std::size_t> keyAt(const KeyframeTrack& track, double share);
/// Sets the value at a share in [0, 1] and returns the key's index: the key there, or a new one
/// with the easing of the one before it. A new key keeps kKeyGap to its neighbours; where there is
/// no room, the nearer neighbour takes the value.
std::size_t setKey(KeyframeTrack& track, double share, double value);
/// The same on the track that moves the parameter; a parameter without one gets its own.
KeyRef setKeyOf(Session& session, std::string_view key, double share, double value);

/// Moves keys in time by as much of `by` as leaves all of them inside the film and kKeyGap away
/// from keys that stay; their order does not change. Returns what they were moved by.
double moveKeys(Session& session, const std::vector<KeyRef>& keys, double by);
/// Keys that are not there are passed over, here and below.
void easeKeys(Session& session, const std::vector<KeyRef>& keys, Easing easing);
/// Tracks without keys go with their last one.
void removeKeys(Session& session, std::vector<KeyRef> keys);

/// The numeric parameters that a film can move and no track does: "lanes.*.…" where more than one
/// lane has the parameter, then those of each lane, then the rest, in the order of parameterKeys.
std::vector<std::string> animatableKeys(const Session& session);
/// Whether a film can move this parameter gradually.
bool isAnimatable(const Session& session, std::string_view key);

} // namespace scorefield
