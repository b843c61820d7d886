// SPDX-License-Identifier: GPL-3.0-or-later
// Rectified-flow time u = sigma~/(1 + sigma~) in equal steps, then shifted: u' = s u/(1 + (s - 1)
// u), which multiplies sigma~ by s.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

namespace {

/// The unshifted u of a noise level: sigma~ = s u/(1 - u).
double unshifted(double sigmaTilde, double shift)
{
    return std::isinf(sigmaTilde) ? 1 : sigmaTilde / (shift + sigmaTilde);
}

Result<std::vector<double>> shiftedTimes(const ForwardProcess& process, const Choice& grid)
{
    const int steps = stepsOf(grid.values);
    const double shift = grid.values.at("shift");
    const auto noise = [shift](double u) { return shift * u / (1 - u); };
    if (!endsArePublished(grid.values)) {
        const double from = unshifted(process.at(process.horizon()).sigmaTilde(), shift);
        const double to = unshifted(process.at(process.stop()).sigmaTilde(), shift);
        return timesBetweenEnds(
            process, steps, [&](double p) { return noise(from + p * (to - from)); });
    }
    // diffusers shifts its last u = 0.001 once for the range and once more with all the others.
    const double last = shift * 1e-3 / (1 + (shift - 1) * 1e-3);
    std::vector<double> levels;
    for (int k = 0; k <= steps; ++k)
        levels.push_back(noise(k == 0 ? 1 : 1 + (last - 1) * k / steps));
    return timesAtNoise(process, levels);
}

} // namespace

GridKind rfShiftGrid()
{
    ParameterDescriptor ends =
        endsParameter("from pure noise, u = 1, to 0.001 shifted, diffusers' FlowMatch schedulers");
    ends.defaultValue = 1; // with T = 1, delta = 0.001 and no shift these are the published ones
    GridKind kind{};
    kind.info = {"rf-shift",
                 "Rectified-flow time, shifted",
                 "u' = su/(1 + (s − 1)u),  u = σ̃/(1 + σ̃) in equal steps",
                 "Equal steps in the time of rectified flow on any process; the shift s multiplies "
                 "the noise levels in between, which moves steps to high noise.",
                 "Esser et al. 2024, arXiv:2403.03206, eq. 23; diffusers, "
                 "FlowMatchEulerDiscreteScheduler",
                 {stepsParameter(),
                  finalParameter(),
                  ends,
                  {.key = "shift",
                   .symbol = "s",
                   .label = "Shift",
                   .minimum = 0.1,
                   .maximum = 20,
                   .defaultValue = 1,
                   .scale = Scale::Logarithmic,
                   .help = "s of u' = su/(1 + (s − 1)u): 1 is uniform in rectified-flow time, "
                           "Stable Diffusion 3 has 3. Esser et al. 2024, arXiv:2403.03206."}},
                 kNoiseGroup};
    kind.times = shiftedTimes;
    return kind;
}

} // namespace scorefield
