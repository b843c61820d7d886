// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The matched comparison as a ladder: two lanes that share their noise levels, sampler and the
// exact prior end alike in x/alpha; un-matching one part after the other shows what each adds to
// the gap between them (theory §11.1, our own formulation).
#include "core/base/result.h"
#include "core/base/worker_pool.h"
#include "core/field/model_library.h"
#include "core/metric/estimate.h"
#include "core/session/session.h"

#include <array>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

namespace scorefield {

/// In the order in which they are un-matched; each rung keeps those below it un-matched. The range
/// comes last: exact starts at two noise levels pair particles by their component alone, those from
/// N(0, sigma_T^2) by their noise.
enum class MatchRung { Matched, Spacing, Sampler, Steps, Prior, Range };
inline constexpr int kMatchRungs = 6;

/// The switch of view.match that a rung turns off; null for Matched.
double MatchSpec::*partOf(MatchRung rung);
/// "view.match.grid" … ; empty for Matched.
std::string keyOf(MatchRung rung);

/// The session with everything up to `rung` un-matched, the rest matched.
Session atRung(Session session, MatchRung rung);
/// Everything matched but the part of `rung`; the range takes the prior with it, for the same
/// reason.
Session onlyUnmatched(Session session, MatchRung rung);

struct LadderStep {
    Estimate gap;            ///< RMS distance of the ends, x/alpha, of the same particles; or NaN
    double contribution = 0; ///< what the gap grew by from the rung below; at Matched the gap
    double alone = 0;        ///< what it grows by where nothing else is un-matched
};

struct MatchLadder {
    int lane = 1; ///< compared with lane 0
    std::array<LadderStep, kMatchRungs> steps{};
    std::size_t particles = 0;
    std::string note{}; ///< why a rung is missing, one sentence; or empty
    const LadderStep& at(MatchRung rung) const { return steps[static_cast<std::size_t>(rung)]; }
};

/// The distance between two lanes of a session: sqrt(E |x/alpha - x'/alpha'|^2) over the first
/// `particles` (0: all) that both have, with its standard error by the delta method. Errors: a lane
/// cannot be run, or ended early; "cancelled".
Result<Estimate> laneGap(const Session& session,
                         int lane,
                         std::size_t particles,
                         WorkerPool& pool,
                         std::stop_token stop = {},
                         const std::shared_ptr<ModelLibrary>& models = nullptr);

/// The whole ladder of lane `lane` >= 1 against lane 0, in double. A rung that cannot be run is NaN
/// and named in the note. Error: there are not two lanes; "cancelled".
Result<MatchLadder> climbLadder(const Session& session,
                                int lane,
                                std::size_t particles,
                                WorkerPool& pool,
                                std::stop_token stop = {},
                                const std::shared_ptr<ModelLibrary>& models = nullptr);

} // namespace scorefield
