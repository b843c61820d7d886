// SPDX-License-Identifier: GPL-3.0-or-later
// The exact score of fewer Gaussians: components of near means merged (k-means) into K' Gaussians
// of the same weights, means and covariances. Every group keeps the classes of its members in their
// shares, so that guidance still knows what it knew.
#include "core/field/error_parts.h"
#include "core/field/weaker_mixture.h"

namespace scorefield {

namespace {

struct CoarseMixture {
    static GaussianMixture of(const Choice& choice, const GaussianMixture& mixture)
    {
        return coarseMixture(mixture, static_cast<int>(choice.values.at("groups")));
    }
};

} // namespace

ScoreErrorKind coarseScore()
{
    ScoreErrorKind kind;
    kind.info = {
        "coarse",
        "Coarse mixture",
        "q₀ → Σ_g π_g N(μ_g, Σ_g)",
        "The components merged into K′ < K Gaussians of the same moments: what learned scores at "
        "small noise are reported to look like. Samples fill the groups, gaps included.",
        "Wang and Vastola 2024, arXiv:2412.09726; k-means",
        {{.key = "groups",
          .symbol = "K′",
          .label = "Gaussians",
          .type = ParameterType::Integer,
          .minimum = 1,
          .maximum = 64,
          .defaultValue = 2,
          .step = 1,
          .help = "How many Gaussians are left, groups of near means by k-means. As many as there "
                  "are components: the exact score. Wang and Vastola 2024, arXiv:2412.09726."}},
        kCoarserModels};
    kind.make = makeMixtureError<CoarseMixture>;
    return kind;
}

} // namespace scorefield
