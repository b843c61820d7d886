// SPDX-License-Identifier: GPL-3.0-or-later
// The variance-preserving discretisation of k-diffusion and EDM: equal steps in the time of a
// schedule with a linear rate. They agree on the published range; between other ends k-diffusion
// keeps the rates and EDM fits them.
#include "core/base/text.h"
#include "core/process/grid_parts.h"
#include "core/process/vp_rate.h"

namespace scorefield {

namespace {

ParameterDescriptor epsilonParameter()
{
    return {.key = "eps_s",
            .symbol = "ε_s",
            .label = "Last time",
            .minimum = 1e-6,
            .maximum = 0.1,
            .defaultValue = 1e-3,
            .scale = Scale::Logarithmic,
            .help = "Time of the last level, the first is at t = 1. Karras et al. 2022, "
                    "arXiv:2206.00364, table 1."};
}

ParameterDescriptor denoisingFinal()
{
    ParameterDescriptor final = finalParameter();
    final.defaultValue = 1; // the programs append a 0
    return final;
}

Result<std::vector<double>> kdiffTimes(const ForwardProcess& process, const Choice& grid)
{
    const ParameterValues& values = grid.values;
    const VpRate rate{values.at("beta_d"), values.at("beta_min")};
    const double first = rate.noise(1), last = rate.noise(values.at("eps_s"));
    return timesOnPublishedCurve(
        process, values, first, last, [rate](double p, double high, double low) {
            const double from = rate.timeOf(high), to = rate.timeOf(low);
            return rate.noise(from + p * (to - from));
        });
}

Result<std::vector<double>> edmTimes(const ForwardProcess& process, const Choice& grid)
{
    const ParameterValues& values = grid.values;
    const double epsilon = values.at("eps_s");
    const VpRate published;
    if (!endsArePublished(values)) {
        const double start = process.at(process.horizon()).sigmaTilde();
        const VpRate rate = VpRate::fitted(std::isinf(start) ? values.at("sigma_max") : start,
                                           process.at(process.stop()).sigmaTilde(),
                                           epsilon);
        if (!(rate.betaD > 0))
            return Error{"eps_s",
                         "is " + formatNumber(epsilon)
                             + ": a rate that grows cannot reach both ends of this lane, raise ε_s "
                               "or lower δ"};
    }
    return timesOnPublishedCurve(
        process,
        values,
        published.noise(1),
        published.noise(epsilon),
        [epsilon](double p, double high, double low) {
            return VpRate::fitted(high, low, epsilon).noise(1 + p * (epsilon - 1));
        });
}

} // namespace

GridKind kdiffVpGrid()
{
    GridKind kind{};
    kind.info = {"kdiff-vp",
                 "VP (k-diffusion)",
                 "σ̃_k² = exp(½β_d t_k² + β_min t_k) − 1,  t_k = 1 + (k/K)(ε_s − 1)",
                 "k-diffusion's levels of the linear-rate process, on any process. From T to δ: "
                 "equal steps in that time between the lane's ends.",
                 "k-diffusion, get_sigmas_vp",
                 {stepsParameter(),
                  denoisingFinal(),
                  endsParameter("t from 1 to ε_s, with the default rates σ̃ from 152 to 0.0105"),
                  sigmaMaxParameter(),
                  {.key = "beta_d",
                   .symbol = "β_d",
                   .label = "Growth of the rate",
                   .minimum = 0.5,
                   .maximum = 100,
                   .defaultValue = 19.9,
                   .help = "β = β_min + β_d t. k-diffusion, get_sigmas_vp."},
                  {.key = "beta_min",
                   .symbol = "β_min",
                   .label = "Rate at the data",
                   .minimum = 1e-3,
                   .maximum = 5,
                   .defaultValue = 0.1,
                   .scale = Scale::Logarithmic,
                   .help = "β at t = 0. k-diffusion, get_sigmas_vp."},
                  epsilonParameter()},
                 kProgramGridGroup};
    kind.times = kdiffTimes;
    return kind;
}

GridKind edmVpGrid()
{
    GridKind kind{};
    kind.info = {
        "edm-vp",
        "VP (EDM)",
        "σ̃_k² = exp(½β_d t_k² + β_min t_k) − 1,  t_k = 1 + (k/K)(ε_s − 1)",
        "EDM's discretisation vp. From T to δ: β_d and β_min are fitted to the lane's ends, "
        "as the program does with its sigma_max and sigma_min.",
        "Karras et al. 2022, arXiv:2206.00364, table 1; NVlabs/edm, ablation_sampler",
        {stepsParameter(),
         denoisingFinal(),
         endsParameter("σ̃ from 152 to 0.0105, where β_d = 19.9 and β_min = 0.1"),
         sigmaMaxParameter(),
         epsilonParameter()},
        kProgramGridGroup};
    kind.times = edmTimes;
    return kind;
}

GridKind edmVeGrid()
{
    GridKind kind{};
    kind.info = {"edm-ve",
                 "VE (EDM)",
                 "σ̃_k² = σ_max²(σ_min²/σ_max²)^(k/K)",
                 "EDM's discretisation ve: geometric noise levels. From T to δ it is the grid "
                 "uniform in log-SNR.",
                 "Karras et al. 2022, arXiv:2206.00364, table 1; NVlabs/edm, ablation_sampler",
                 {stepsParameter(),
                  denoisingFinal(),
                  endsParameter("σ̃ from 100 to 0.02"),
                  sigmaMaxParameter()},
                 kProgramGridGroup};
    kind.times = [](const ForwardProcess& process, const Choice& grid) {
        return timesOnPublishedCurve(
            process, grid.values, 100, 0.02, [](double p, double high, double low) {
                return high * std::pow(low / high, p);
            });
    };
    return kind;
}

} // namespace scorefield
