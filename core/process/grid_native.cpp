// SPDX-License-Identifier: GPL-3.0-or-later
// Grids in the process's own time that put more steps near the data: the power t^{1/a} and its
// limit a
// -> inf, geometric times.
#include "core/process/grid_parts.h"

#include <cmath>

namespace scorefield {

namespace {

/// T, shape(k/K) and delta exactly.
template <class Shape>
std::vector<double> nativeTimes(const ForwardProcess& process, const Choice& grid, Shape shape)
{
    const int steps = stepsOf(grid.values);
    std::vector<double> times{process.horizon()};
    for (int k = 1; k < steps; ++k)
        times.push_back(shape(static_cast<double>(k) / steps));
    if (steps > 0)
        times.push_back(process.stop());
    return times;
}

} // namespace

GridKind powerGrid()
{
    GridKind kind{};
    kind.info = {"power",
                 "Power of time",
                 "t_k = (T^(1/a) + (k/K)(δ^(1/a) − T^(1/a)))^a",
                 "Equal steps in t^(1/a) of the process's own time. a = 1 is uniform, a → ∞ "
                 "geometric; where time is the noise level (ve-edm) it is the Karras grid with ρ = "
                 "a.",
                 "The exponent a of the convergence theory; as ρ in Karras et al. 2022, "
                 "arXiv:2206.00364, eq. 5",
                 {stepsParameter(),
                  finalParameter(),
                  {.key = "a",
                   .symbol = "a",
                   .label = "Exponent",
                   .minimum = 1,
                   .maximum = 20,
                   .defaultValue = 7,
                   .scale = Scale::Logarithmic,
                   .help = "Exponent of t_k = (T^(1/a) + (k/K)(δ^(1/a) − T^(1/a)))^a; a larger a "
                           "puts more of the steps near the data. As ρ in Karras et al. 2022, "
                           "arXiv:2206.00364."}},
                 kTimeGroup};
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const double a = grid.values.at("a");
        const double from = std::pow(process.horizon(), 1 / a),
                     to = std::pow(process.stop(), 1 / a);
        return nativeTimes(
            process, grid, [&](double p) { return std::pow(from + p * (to - from), a); });
    };
    return kind;
}

GridKind geometricGrid()
{
    GridKind kind{};
    kind.info = {
        "geometric",
        "Geometric in time",
        "t_k = T(δ/T)^(k/K)",
        "Every step shortens the process's own time by the same factor; the limit a → ∞ of "
        "the power grid. Geometric noise levels are the grid uniform in log-SNR, the same "
        "as this one where σ̃ is a power of t.",
        "The limit of Karras et al. 2022, arXiv:2206.00364, eq. 5, in time",
        {stepsParameter(), finalParameter()},
        kTimeGroup};
    kind.times = [](const ForwardProcess& process,
                    const Choice& grid) -> Result<std::vector<double>> {
        const double T = process.horizon(), delta = process.stop();
        return nativeTimes(process, grid, [&](double p) { return T * std::pow(delta / T, p); });
    };
    return kind;
}

} // namespace scorefield
