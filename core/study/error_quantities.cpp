// SPDX-License-Identifier: GPL-3.0-or-later
// The columns that the studies of sampling error share.
#include "core/study/error_terms.h"

namespace scorefield {

std::vector<QuantityInfo> klQuantities()
{
    std::vector<QuantityInfo> all(KlColumnCount);
    all[Kl] = {.id = "kl",
               .label = "KL(q̂ ‖ q_δ) of the end points",
               .unit = "nats",
               .hasError = true,
               .logarithmic = true,
               .help = "Of the law q̂ that the run samples to the law of the data at the early "
                       "stop δ. Without noise the density of q̂ is that of the run itself, "
                       "log q̂ = log q_prior − log|det ∂F/∂x| by central differences of all its "
                       "steps, and there is no floor; with noise it is estimated from the end "
                       "points.",
               .fitsSlope = true};
    all[KlFloor] = {.id = "kl.floor",
                    .label = "Exact draws",
                    .unit = "nats",
                    .role = ColumnRole::Floor,
                    .of = "kl",
                    .logarithmic = true,
                    .help = "What as many exact draws of q_δ score, where the divergence is "
                            "estimated from end points."};
    all[KlPrior] = {.id = "kl.prior",
                    .label = "Prior: KL(q_T ‖ prior)",
                    .unit = "nats",
                    .role = ColumnRole::Part,
                    .of = "kl",
                    .hasError = true,
                    .logarithmic = true,
                    .help = "Forward convergence: the law of the noised data at T against the "
                            "normal that the run starts from, N(0, σ_T² I); by quadrature for "
                            "d ≤ 2, by exact draws above. 0 where the prior is exact."};
    all[KlSteps] = {
        .id = "kl.steps",
        .label = "Steps",
        .unit = "nats",
        .role = ColumnRole::Part,
        .of = "kl",
        .hasError = true,
        .logarithmic = true,
        .help = "Discretisation. Noise-free runs: KL of the same run from the exact law q_T. Runs "
                "with noise: the chain KL (1+η²)²/(8η²) Σ_k ∫ g² E|s(x_t, t) − s(x_k, t_k)|² dt "
                "of a score that is frozen from step to step (our derivation, from Girsanov), an "
                "upper bound.",
        .fitsSlope = true};
    all[KlBound] = {
        .id = "kl.bound",
        .label = "D²/σ̃_T² + D²(T/δ)^(1/a)/K",
        .unit = "nats",
        .role = ColumnRole::Bound,
        .of = "kl",
        .logarithmic = true,
        .help = "The published bound with constants left out, D² = E|x₀|²: prior and steps of a "
                "grid t_k = (…)^a; grids without an exponent have none. It is proved for runs "
                "with noise. As in lecture slides; unconfirmed in its source.",
        .hiddenConstant = true};
    return all;
}

std::vector<QuantityInfo> w2Quantities()
{
    std::vector<QuantityInfo> all(W2ColumnCount);
    all[W2] = {.id = "w2",
               .label = "W₂(q̂, q₀) of the end points",
               .unit = "data units",
               .hasError = true,
               .logarithmic = true,
               .help = "Wasserstein distance to exact draws of the data themselves: by quantiles "
                       "in one dimension, sliced above.",
               .fitsSlope = true};
    all[W2Floor] = {.id = "w2.floor",
                    .label = "Exact draws",
                    .unit = "data units",
                    .role = ColumnRole::Floor,
                    .of = "w2",
                    .logarithmic = true,
                    .help = "What as many exact draws of the data score."};
    all[W2Steps] = {.id = "w2.steps",
                    .label = "Steps",
                    .unit = "data units",
                    .role = ColumnRole::Part,
                    .of = "w2",
                    .hasError = true,
                    .logarithmic = true,
                    .help = "Discretisation: root mean square distance of the first thousand end "
                            "points to the converged solution from the same noise, which bounds "
                            "W₂ between the two laws. Runs with independent draws have none.",
                    .fitsSlope = true};
    all[W2Stop] = {.id = "w2.stop",
                   .label = "Early stop: W₂(q₀, q_δ)",
                   .unit = "data units",
                   .role = ColumnRole::Part,
                   .of = "w2",
                   .hasError = true,
                   .logarithmic = true,
                   .help = "Data against their blurred version: by quantiles in one dimension, "
                           "component by component above (exact for one Gaussian, else an upper "
                           "bound). The study Early stop draws its published bound."};
    return all;
}

std::vector<QuantityInfo> withoutSlopes(std::vector<QuantityInfo> quantities)
{
    for (QuantityInfo& quantity : quantities)
        quantity.fitsSlope = false;
    return quantities;
}

} // namespace scorefield
