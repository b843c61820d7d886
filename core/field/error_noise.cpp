// SPDX-License-Identifier: GPL-3.0-or-later
// A fixed smooth random error of the posterior mean, the same at every noise level: e_m(x~) = A
// sqrt(2/M) sum_j a_j cos(k_j.x~ + phi_j) with k_j ~ N(0, I/l^2), a_j ~ N(0, I): a Gaussian process
// of variance A^2 a coordinate and correlation e^(-r^2/2l^2) as M grows (random Fourier features,
// Rahimi and Recht 2007).
#include "core/field/error_parts.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr int kWaves = 48; // the correlation is within 1/sqrt(48) of its limit

class Noise {
public:
    Noise(const Choice& choice, const GaussianMixture& mixture)
        : m_amplitude(choice.values.at("amplitude"))
        , m_waves(mixture.dimension(), kWaves)
        , m_sizes(mixture.dimension(), kWaves)
        , m_phases(kWaves)
    {
        const auto seed = static_cast<std::uint64_t>(choice.values.at("seed"));
        const auto d = static_cast<std::uint32_t>(mixture.dimension());
        for (std::uint32_t j = 0; j < kWaves; ++j) {
            m_phases(j) = 2 * std::numbers::pi * philoxUniform(seed, Stream::Fit, j, 2, 0);
            for (std::uint32_t c = 0; c < d; ++c) {
                m_waves(c, j) =
                    philoxNormal(seed, Stream::Fit, j, 0, c) / choice.values.at("length");
                m_sizes(c, j) =
                    m_amplitude * std::sqrt(2. / kWaves) * philoxNormal(seed, Stream::Fit, j, 4, c);
            }
        }
    }
    bool isNeutral() const { return m_amplitude == 0; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        mean(0, level, x, denoised);
        static thread_local Eigen::ArrayXd wave;
        for (Eigen::Index j = 0; j < kWaves; ++j) {
            wave.setConstant(x.rows(), m_phases(j));
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                wave += m_waves(c, j) / level.alpha * x.col(c).template cast<double>();
            for (double& value : wave) // one by one: the same number whatever its place in a block
                value = std::cos(value);
            for (Eigen::Index c = 0; c < x.cols(); ++c)
                denoised.col(c) += (m_sizes(c, j) * wave).template cast<Real>();
        }
    }

private:
    double m_amplitude;
    Eigen::MatrixXd m_waves, m_sizes; // [d,M]
    Eigen::ArrayXd m_phases;          // [M]
};

} // namespace

ScoreErrorKind scoreNoise()
{
    ScoreErrorKind kind;
    kind.info = {"noise",
                 "Noise",
                 "e_m(x̃) = A ε(x̃/ℓ)",
                 "A fixed smooth random field added to the posterior mean, as the errors of a "
                 "network that was trained once: it does not average out over particles.",
                 "Rahimi and Recht 2007, Random features for large-scale kernel machines",
                 {{.key = "amplitude",
                   .symbol = "A",
                   .label = "Amplitude",
                   .unit = "data units",
                   .maximum = 10,
                   .defaultValue = 0.3,
                   .sliderMaximum = 2,
                   .step = 0.05,
                   .help = "Standard deviation of e_m in each coordinate. 0 is the exact score. A "
                           "sum of 48 waves, random Fourier features: Rahimi and Recht 2007."},
                  {.key = "length",
                   .symbol = "ℓ",
                   .label = "Correlation length",
                   .unit = "data units",
                   .minimum = 0.05,
                   .maximum = 50,
                   .defaultValue = 1,
                   .scale = Scale::Logarithmic,
                   .help = "The distance in x/α over which the error changes: correlation "
                           "e^(−r²/2ℓ²)."},
                  {.key = "seed",
                   .label = "Seed",
                   .type = ParameterType::Integer,
                   .maximum = 9999,
                   .step = 1,
                   .help = "Another seed is another network: another fixed field of errors."}},
                 kLinearErrors};
    kind.make = makeModelError<Noise>;
    return kind;
}

} // namespace scorefield
