// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the one-step map's grid of lines.
#include "core/session/table_rows.h"

namespace scorefield::table {

std::vector<SessionRow> warpRows()
{
    constexpr auto kStyle = Invalidates::Style;
    constexpr auto kLinear = Scale::Linear;
    return {
        {switchRow("view.warp.visible",
                   "Show",
                   "The one-step map F: x_t → x_δ along the exact probability-flow ODE: a square "
                   "grid of lines over the bulk of q_t at the play-head, and what becomes of it. "
                   "In more than two dimensions the grid lies in the plane of view and is "
                   "projected back to it. Song et al. 2023, arXiv:2303.01469.",
                   kStyle),
         [](Session& s) -> double& { return s.view.warp.layer.visible; }},
        {realRow("view.warp.opacity",
                 "",
                 "Opacity",
                 "",
                 0,
                 1,
                 kLinear,
                 "0 is invisible, 1 covers what lies below.",
                 kStyle),
         [](Session& s) -> double& { return s.view.warp.layer.opacity; }},
        {whole(realRow("view.warp.lines",
                       "",
                       "Lines",
                       "",
                       4,
                       96,
                       kLinear,
                       "Cells of the grid along the longer side of the bulk of q_t: three standard "
                       "deviations around all components.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.warp.lines; }},
        {realRow("view.warp.share",
                 "",
                 "Share of the way",
                 "",
                 0,
                 1,
                 kLinear,
                 "How much of the way the lines have gone: 0 at x_t, 1 at x_δ, in equal parts of "
                 "the angle arctan σ̃. Keyframes of a film can move it.",
                 kStyle),
         [](Session& s) -> double& { return s.view.warp.share; }},
    };
}

} // namespace scorefield::table
