// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the particles that the GPU simulates.
#include "core/session/table_rows.h"

namespace scorefield::table {

std::vector<SessionRow> swarmRows()
{
    constexpr auto kStyle = Invalidates::Style;
    return {
        {switchRow(
             "view.swarm.visible",
             "Show",
             "Up to ten million particles of every lane, simulated on the GPU (OpenGL 4.3) and "
             "drawn as how many there are in each pixel; the shade follows the scale of the "
             "density. They have the lane's seed: the first of them are its particles. "
             "Samplers whose steps are affine in x̂₀, such as Euler, Heun, DDIM and "
             "Euler–Maruyama; guidance by a weight of s_c − s_u. No read-out or chart counts "
             "them.",
             kStyle),
         [](Session& s) -> double& { return s.view.swarm.layer.visible; }},
        {realRow("view.swarm.opacity",
                 "",
                 "Opacity",
                 "",
                 0,
                 1,
                 Scale::Linear,
                 "0 is invisible, 1 covers what lies below where particles are dense.",
                 kStyle),
         [](Session& s) -> double& { return s.view.swarm.layer.opacity; }},
        {whole(realRow("view.swarm.count",
                       "",
                       "Count",
                       "",
                       1e4,
                       1e7,
                       Scale::Logarithmic,
                       "How many particles each lane has on the GPU, with 16 bytes of its memory "
                       "for each. What does not fit into a frame comes with the next ones.",
                       kStyle)),
         [](Session& s) -> double& { return s.view.swarm.count; }},
    };
}

} // namespace scorefield::table
