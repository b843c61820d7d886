// SPDX-License-Identifier: GPL-3.0-or-later
// A part of the score that is no gradient: e_m = c J (x~ - x_c), J the quarter turn in the plane of
// the first two coordinates, x_c the mean of the data. The ODE, dx~/dlog sigma~ = x~ - D, then
// turns by c radians for each e-fold of noise; where the law is isotropic nothing comes of it.
#include "core/field/error_parts.h"

namespace scorefield {

namespace {

class Rotation {
public:
    Rotation(const Choice& choice, const GaussianMixture& mixture)
        : m_turn(choice.values.at("turn"))
        , m_centre(mixture.mean())
    {
    }
    static Status check(const Choice&, const GaussianMixture& mixture)
    {
        if (mixture.dimension() >= 2)
            return success();
        return Error{"error", "a rotation needs a plane, but the data have one dimension"};
    }
    bool isNeutral() const { return m_turn == 0; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        mean(0, level, x, denoised);
        const auto c = static_cast<Real>(m_turn / level.alpha);
        const auto x0 = static_cast<Real>(level.alpha * m_centre(0)),
                   y0 = static_cast<Real>(level.alpha * m_centre(1));
        denoised.col(0) -= c * (x.col(1) - y0);
        denoised.col(1) += c * (x.col(0) - x0);
    }

private:
    double m_turn;
    Eigen::VectorXd m_centre;
};

} // namespace

ScoreErrorKind scoreRotation()
{
    ScoreErrorKind kind;
    kind.info = {"rotation",
                 "Rotation",
                 "e_m = cJ(x̃ − x_c)",
                 "A swirl about the mean of the data: the part of a learned field that is the "
                 "gradient of no density.",
                 "ours",
                 {{.key = "turn",
                   .symbol = "c",
                   .label = "Turn",
                   .unit = "rad per e-fold of σ̃",
                   .minimum = -5,
                   .maximum = 5,
                   .defaultValue = 0.3,
                   .step = 0.05,
                   .help = "D̂ = D + cJ(x̃ − x_c), J the quarter turn of the first two coordinates, "
                           "x_c the mean of the data: the ODE turns by c for each factor e of "
                           "noise. 0 is the exact score."}},
                 kLinearErrors};
    kind.make = makeModelError<Rotation>;
    return kind;
}

} // namespace scorefield
