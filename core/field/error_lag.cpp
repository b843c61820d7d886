// SPDX-License-Identifier: GPL-3.0-or-later
// The score of another noise level, s~(x~; (1 + epsilon) sigma~): D' = x~ + (D_lagged - x~)/(1 +
// epsilon)^2. Counted in sigma~, so that it is the same model for every process (for VE with sigma
// = t it is s(x, t (1 + epsilon))).
#include "core/field/error_parts.h"

namespace scorefield {

namespace {

class Lag {
public:
    Lag(const Choice& choice, const GaussianMixture&) : m_factor(1 + choice.values.at("lag")) {}
    bool isNeutral() const { return m_factor == 1; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        static thread_local Block<Real> place;
        place = x / static_cast<Real>(level.alpha);
        PathCoefficients lagged;
        lagged.t = lagged.sigma = level.sigmaTilde() * m_factor;
        lagged.dAlpha = 0;
        lagged.dSigma = 1;
        mean(0, lagged, place, denoised);
        denoised = place + (denoised - place) * static_cast<Real>(1 / (m_factor * m_factor));
    }

private:
    double m_factor;
};

} // namespace

ScoreErrorKind scoreLag()
{
    ScoreErrorKind kind;
    kind.info = {"lag",
                 "Time lag",
                 "ŝ(x̃, σ̃) = s(x̃, (1 + ε)σ̃)",
                 "The score of another noise level: ε > 0 sees more noise than there is and lags "
                 "behind, with too small a score; ε < 0 runs ahead.",
                 "ours",
                 {{.key = "lag",
                   .symbol = "ε",
                   .label = "Lag",
                   .minimum = -0.9,
                   .maximum = 2,
                   .defaultValue = 0.2,
                   .step = 0.05,
                   .help = "The noise level whose score is used is (1 + ε)σ̃, at the same x/α. 0 is "
                           "the exact score."}},
                 kLinearErrors};
    kind.make = makeModelError<Lag>;
    return kind;
}

} // namespace scorefield
