// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the particles.
#include "core/session/table_rows.h"

namespace scorefield::table {

namespace {

constexpr double kLargestSeed =
    9007199254740991.0; // 2^53 - 1, the largest whole number that every JSON reader keeps
constexpr auto kLinear = Scale::Linear;

} // namespace

std::vector<SessionRow> particleRows()
{
    return {
        {whole(
             realRow("particles.count",
                     "n",
                     "Particles",
                     "",
                     1,
                     1e6,
                     Scale::Logarithmic,
                     "How many particles are simulated in every lane; the first ones stay the same "
                     "when more are added.",
                     Invalidates::Simulation)),
         [](Session& s) -> double& { return s.particles.count; }},
        {whole(
             realRow("particles.seed",
                     "",
                     "Noise seed",
                     "",
                     0,
                     kLargestSeed,
                     kLinear,
                     "All normals are Philox(seed, particle, step, coordinate): the same noise in "
                     "every lane. Salmon et al. 2011.",
                     Invalidates::Simulation)),
         [](Session& s) -> double& { return s.particles.seed; }},
        {choiceRow("particles.noise",
                   "Step noise",
                   {{"independent",
                     "Independent",
                     "Every step draws fresh normals; another K or sampler is another experiment."},
                    {"brownian",
                     "Brownian tree",
                     "One Brownian path per particle over log σ̃: another K, grid or sampler "
                     "refines the same path. Li et al. 2020, arXiv:2001.01328."},
                    {"tape",
                     "Recorded tape",
                     "Draw number k takes slice k of a file of normals [calls, particles, "
                     "dimension]: File ▸ Use recorded noise, or \"tape\" in the session file."}},
                   "Where the normals of stochastic samplers come from.",
                   Invalidates::Simulation),
         [](Session& s) -> double& { return s.particles.noise; }},
    };
}

} // namespace scorefield::table
