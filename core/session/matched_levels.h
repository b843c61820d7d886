// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What lanes share with lane 1 (view.match_noise and view.match.…): which lane gives another its
// sampler, its prior and each part of its noise levels.
//
// Levels have three parts. Their number K is that of the lane's own grid. Their range is the first
// and the last positive level of the lane's own run, whether it starts at sigma~ = inf, and whether
// a last step goes to the data ("final"). Their spacing is the rule of its grid, in the time of its
// process where the rule is one in time, laid between the ends of the range with K steps. Levels
// that have ends of their own (a given list, the tables of a program) keep their shape: log sigma~
// over k/K is stretched to the range, and read at equal parts where K differs. A range that starts
// at sigma~ = inf has a first step from there to its first finite level, unless the rule itself can
// start there. Where the range is shared, an infinite start is replaced in every lane, the first
// included, so that all start from the same scaled normals.
#include "core/process/forward_process.h"
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield {

/// The least noise level that stands for an infinite one.
inline constexpr double kLargestMatchedNoise =
    1000; // prior mismatch at this level is at most 1e-3 of the data scale

/// Whether anything is shared: it takes the switch and two lanes.
bool sharesAnything(const Session& session);
/// view.match while lanes are matched, else nothing.
MatchSpec sharedParts(const Session& session);

/// What this lane shares with the first, for captions: "σ̃ levels, sampler"; empty: nothing.
std::string sharedWords(const Session& session, int lane);
/// The lane with the sampler, eta and prior it runs with; where it shares the exact prior and its
/// guidance has weight 0, without guidance, so that it starts from the law of all classes.
Lane laneAsRun(const Session& session, int lane);
/// Its noise levels, before a sampler chooses its own between the ends. Errors name the key.
Result<std::vector<PathCoefficients>> laneLevels(const Session& session, int lane);
/// Whether the lane's grid keeps a first or last level of its own, whatever T and delta are.
bool hasOwnEnds(const Lane& lane);

/// Whether lane `lane`, which both sessions have, gets the same sampler, levels and prior in both.
/// True only where nothing that the run reads of the lanes differs; data and particles are not
/// looked at.
bool runsAlike(const Session& before, const Session& after, int lane);

} // namespace scorefield
