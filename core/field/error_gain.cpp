// SPDX-License-Identifier: GPL-3.0-or-later
// The score times a constant: D' = x~ + (1 + epsilon)(D - x~).
#include "core/field/error_parts.h"

namespace scorefield {

namespace {

class Gain {
public:
    Gain(const Choice& choice, const GaussianMixture&) : m_gain(choice.values.at("gain")) {}
    bool isNeutral() const { return m_gain == 0; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        mean(0, level, x, denoised);
        denoised += static_cast<Real>(m_gain) * (denoised - x / static_cast<Real>(level.alpha));
    }

private:
    double m_gain;
};

} // namespace

ScoreErrorKind scoreGain()
{
    ScoreErrorKind kind;
    kind.info = {
        "gain",
        "Gain",
        "ŝ = (1 + ε)s",
        "A score that is too large or too small everywhere. The ODE then shrinks the noise "
        "by too many or too few powers: ε > 0 gathers samples at the modes, ε < 0 leaves "
        "them noisy.",
        "ours",
        {{.key = "gain",
          .symbol = "ε",
          .label = "Gain",
          .minimum = -0.9,
          .maximum = 2,
          .defaultValue = 0.2,
          .step = 0.05,
          .help = "ŝ = (1 + ε)s, D̂ − x̃ = (1 + ε)(D − x̃). 0 is the exact score."}},
        kLinearErrors};
    kind.make = makeModelError<Gain>;
    return kind;
}

} // namespace scorefield
