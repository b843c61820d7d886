// SPDX-License-Identifier: GPL-3.0-or-later
// The exact score of the data blurred in every direction alike, Sigma_k + w^2 I: kernel density
// estimation, for contrast with smoothing of the score.
#include "core/field/error_parts.h"
#include "core/field/weaker_mixture.h"

namespace scorefield {

namespace {

struct DensitySmoothing {
    static GaussianMixture of(const Choice& choice, const GaussianMixture& mixture)
    {
        const double w = choice.values.at("width");
        return w > 0 ? blurredMixture(mixture, w) : mixture;
    }
};

} // namespace

ScoreErrorKind densitySmoothing()
{
    ScoreErrorKind kind;
    kind.info = {"density-smoothing",
                 "Density smoothing",
                 "Σ_k → Σ_k + w²I",
                 "The exact score of a kernel density estimate: every component becomes wider, "
                 "across the data as much as along them, so samples leave the data before they "
                 "fill the gaps.",
                 "Farghly et al. 2025, arXiv:2510.02305",
                 {{.key = "width",
                   .symbol = "w",
                   .label = "Width",
                   .unit = "data units",
                   .maximum = 100,
                   .defaultValue = 0.5,
                   .sliderMaximum = 5,
                   .step = 0.05,
                   .help = "Standard deviation of the kernel: Σ_k + w²I for every component. 0 is "
                           "the exact score. Farghly et al. 2025, arXiv:2510.02305."}},
                 kSmoothingErrors};
    kind.make = makeMixtureError<DensitySmoothing>;
    return kind;
}

} // namespace scorefield
