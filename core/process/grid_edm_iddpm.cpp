// SPDX-License-Identifier: GPL-3.0-or-later
// EDM's reading of improved DDPM: noise levels picked at equal distances from the table u_M … u_0
// of a clipped cosine schedule.
#include "core/base/text.h"
#include "core/process/grid_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// u_0 > … > u_{M-1} > u_M = 0 from the recursion u_{j-1}^2 = (u_j^2 + 1)/max(abar_{j-1}/abar_j,
/// C_1) - 1.
std::vector<double> noiseTable(int size, double c1, double c2)
{
    const auto alphaBar = [size, c2](int j) {
        const double sine = std::sin(std::numbers::pi / 2 * j / size / (c2 + 1));
        return sine * sine;
    };
    std::vector<double> u(static_cast<std::size_t>(size) + 1);
    for (int j = size; j > 0; --j) {
        const double next = u[static_cast<std::size_t>(j)];
        const double ratio = std::max(alphaBar(j - 1) / alphaBar(j), c1);
        u[static_cast<std::size_t>(j) - 1] = std::sqrt((next * next + 1) / ratio - 1);
    }
    return u;
}

Result<std::vector<double>> iddpmTimes(const ForwardProcess& process, const Choice& grid)
{
    const ParameterValues& values = grid.values;
    const bool published = endsArePublished(values);
    const int steps = stepsOf(values);
    const double start = process.at(process.horizon()).sigmaTilde();
    const double high = published ? 81 : start;
    const double low = published ? 0.002 : process.at(process.stop()).sigmaTilde();
    std::vector<double> table;
    for (const double u :
         noiseTable(static_cast<int>(values.at("table_size")), values.at("c1"), values.at("c2")))
        if (u >= low && u <= high)
            table.push_back(u);
    const auto last = static_cast<double>(table.size()) - 1;
    if (steps > last)
        return Error{"steps",
                     "is " + formatNumber(values.at("steps")) + ", but the table has only "
                         + std::to_string(table.size()) + " levels between " + formatNumber(low, 3)
                         + " and " + formatNumber(high, 3)};
    std::vector<double> levels;
    for (int k = 0; k <= steps; ++k) // nearbyint: halves to even, as the program rounds
        levels.push_back(
            table[static_cast<std::size_t>(std::nearbyint(steps > 0 ? last / steps * k : 0))]);
    if (published)
        return timesAtNoise(process, levels);
    return timesBetweenEnds(process, steps, [&](double p) {
        return levels[static_cast<std::size_t>(std::round(p * steps))];
    });
}

} // namespace

GridKind edmIddpmGrid()
{
    ParameterDescriptor final = finalParameter();
    final.defaultValue = 1; // the program appends a 0
    GridKind kind{};
    kind.info = {
        "edm-iddpm",
        "iDDPM (EDM)",
        "u_{j−1}² = (u_j² + 1)/max(ᾱ_{j−1}/ᾱ_j, C₁) − 1,  ᾱ_j = sin²(πj/(2M(C₂ + 1)))",
        "EDM's discretisation iddpm: levels of a table of M, picked at equal distances among those "
        "between the ends. From T to δ the first and the last become exactly those of the lane.",
        "Karras et al. 2022, arXiv:2206.00364, table 1; NVlabs/edm, ablation_sampler",
        {stepsParameter(),
         final,
         endsParameter("the table's levels between 81 and 0.002"),
         {.key = "table_size",
          .symbol = "M",
          .label = "Size of the table",
          .type = ParameterType::Integer,
          .minimum = 10,
          .maximum = 10000,
          .defaultValue = 1000,
          .scale = Scale::Logarithmic,
          .step = 1,
          .help = "Number of levels M of the schedule from which K are picked. Karras et al. 2022, "
                  "arXiv:2206.00364, table 1."},
         {.key = "c1",
          .symbol = "C₁",
          .label = "Clip",
          .minimum = 1e-5,
          .maximum = 0.5,
          .defaultValue = 0.001,
          .scale = Scale::Logarithmic,
          .help = "Smallest ratio ᾱ_{j−1}/ᾱ_j. Karras et al. 2022, arXiv:2206.00364, table 1."},
         {.key = "c2",
          .symbol = "C₂",
          .label = "Offset",
          .minimum = 1e-4,
          .maximum = 0.1,
          .defaultValue = 0.008,
          .scale = Scale::Logarithmic,
          .help = "Offset of the cosine schedule. Karras et al. 2022, arXiv:2206.00364, table 1."}},
        kProgramGridGroup};
    kind.times = iddpmTimes;
    return kind;
}

} // namespace scorefield
