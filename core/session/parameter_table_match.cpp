// SPDX-License-Identifier: GPL-3.0-or-later
// What lanes share while view.match_noise is on; see core/session/matched_levels.h.
#include "core/session/table_rows.h"

namespace scorefield::table {

std::vector<SessionRow> matchRows()
{
    constexpr auto kSimulation = Invalidates::Simulation;
    return {
        {switchRow("view.match.grid",
                   "Spacing",
                   "Matched: every lane spaces its noise levels by the first lane's rule. Else by "
                   "its own, between the ends and with the number of steps it has.",
                   kSimulation),
         [](Session& s) -> double& { return s.view.match.grid; }},
        {switchRow("view.match.steps",
                   "Steps K",
                   "Matched: every lane takes as many steps as the first. Else as many as its own "
                   "grid has.",
                   kSimulation),
         [](Session& s) -> double& { return s.view.match.steps; }},
        {switchRow("view.match.range",
                   "Range T … δ",
                   "Matched: every lane starts and ends at the first lane's noise levels σ̃; an "
                   "infinite start becomes 1000 in all of them. Else at its own.",
                   kSimulation),
         [](Session& s) -> double& { return s.view.match.range; }},
        {switchRow("view.match.sampler",
                   "Sampler",
                   "Matched: every lane uses the first lane's sampler and stochasticity η. Else "
                   "its own.",
                   kSimulation),
         [](Session& s) -> double& { return s.view.match.sampler; }},
        {switchRow("view.match.prior",
                   "Prior",
                   "Matched: every lane starts from the exact law q_T, so that no prior error is "
                   "left. Else from its own prior.",
                   kSimulation),
         [](Session& s) -> double& { return s.view.match.prior; }},
    };
}

} // namespace scorefield::table
