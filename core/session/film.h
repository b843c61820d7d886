// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which session every frame of a film shows: where the play-head is, and what keyframes make of the
// parameters. A pass takes VideoSpec::seconds; `share` is the time in it from 0 to 1.
#include "core/session/session.h"

#include <string_view>

namespace scorefield {

/// The share of the way at a share of the time, both 0…1. In, Out, InOut: cubic (3u²−2u³ for InOut,
/// u³ and its mirror); Hold: 0 until 1.
double eased(Easing easing, double share);
/// "linear", "in", "out", "in-out", "hold".
const std::vector<const char*>& easingNames();

/// Frames of one pass, round(fps·seconds), at least 2; of the whole file.
int passFrames(const VideoSpec& spec);
long long filmFrames(const VideoSpec& spec);
/// The share of the pass at frame i: 0 at the first and 1 at the last frame of a pass; back again
/// in a reverse.
double frameShare(const VideoSpec& spec, long long frame);
/// The play position at a share: from until holdStart, to from holdEnd before the end, eased in
/// between.
double playPosition(const VideoSpec& spec, double share);

/// The value of a track at a share: by equal factors where the parameter is logarithmic, rounded
/// where it is whole; switches and choices jump. Error.path = the key: unknown, or a key's value
/// out of range.
Result<double> trackValue(const Session& session, const KeyframeTrack& track, double share);
/// The keys of the session that a track moves: itself, or one for each lane that has it.
Result<std::vector<std::string>> trackKeys(const Session& session, const KeyframeTrack& track);
/// Error, with the nearest name: no session has such a parameter. That of another kind of process
/// or of a lane that is gone passes: what a track is of may come back.
Status checkTrackKey(const std::string& key);
/// What is wrong with a track by itself: no key, no frames, times that are not in [0, 1] or do not
/// ascend, values that are not finite. Says nothing about whether its parameter exists.
Status checkTrack(const KeyframeTrack& track);
/// The session with every track's value at the share.
Result<Session> sessionAtShare(const Session& session, double share);
/// The same with the play position of the film, unless a track moves timeline.position.
Result<Session> sessionAtShare(const Session& session, const VideoSpec& spec, double share);

/// "KEY=FROM:TO[:EASING]" or "KEY=VALUE@SHARE,VALUE@SHARE,…[:EASING]"; values as in --set. The
/// Error names what is wrong. formatTrack is the inverse (one easing for all keys: that of the
/// first).
Result<KeyframeTrack> parseTrack(const Session& session, std::string_view text);
std::string formatTrack(const Session& session, const KeyframeTrack& track);

} // namespace scorefield
