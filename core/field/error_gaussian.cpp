// SPDX-License-Identifier: GPL-3.0-or-later
// The score of one Gaussian with the mean and covariance of the data, the best linear one: D_G =
// mu + Sigma (Sigma + sigma~^2 I)^-1 (x~ - mu). Its ODE has the closed form x~ = mu + (Sigma +
// sigma~^2)^(1/2) (Sigma + sigma~_T^2)^(-1/2) (x~_T - mu).
#include "core/base/linear_algebra.h"
#include "core/field/error_parts.h"

namespace scorefield {

namespace {

class GaussianScore {
public:
    static constexpr bool kIgnoresGuidance = true;

    GaussianScore(const Choice& choice, const GaussianMixture& mixture)
        : m_share(choice.values.at("share"))
        , m_mean(mixture.mean())
        , m_covariance(mixture.covariance())
    {
        const SymmetricEigen solver = symmetricEigen(m_covariance);
        m_axes = solver.vectors;
        m_variances = solver.values.array().max(0);
    }
    bool isNeutral() const { return m_share == 0; }
    int nodes() const { return 1; }
    std::shared_ptr<const GaussianMixture> model() const
    {
        if (m_share != 1)
            return nullptr;
        MixtureSpec spec;
        spec.dimension = static_cast<int>(m_mean.size());
        spec.components.push_back({1, m_mean, m_covariance, 0});
        return std::make_shared<const GaussianMixture>(GaussianMixture::create(spec).value());
    }

    template <class Real, class Mean>
    void apply(const Mean& mean,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
        if (m_share < 1)
            mean(0, level, x, denoised);
        const Eigen::ArrayXd gain =
            level.alpha * m_variances
            / (level.alpha * level.alpha * m_variances + level.sigma * level.sigma);
        // Dimensions are few: the products row by row are the same wherever a row lies.
        const Matrix map =
            (m_axes * gain.matrix().asDiagonal() * m_axes.transpose()).template cast<Real>();
        const auto share = static_cast<Real>(m_share);
        static thread_local Block<Real> linear;
        linear.resize(x.rows(), x.cols());
        for (Eigen::Index c = 0; c < x.cols(); ++c) {
            linear.col(c).setConstant(static_cast<Real>(m_mean(c)));
            for (Eigen::Index b = 0; b < x.cols(); ++b)
                linear.col(c) +=
                    map(c, b) * (x.col(b) - static_cast<Real>(level.alpha * m_mean(b)));
        }
        if (m_share < 1)
            denoised += share * (linear - denoised);
        else
            denoised = linear;
    }

private:
    double m_share;
    Eigen::VectorXd m_mean;
    Eigen::MatrixXd m_covariance, m_axes;
    Eigen::ArrayXd m_variances;
};

} // namespace

ScoreErrorKind gaussianScore()
{
    ScoreErrorKind kind;
    kind.info = {"gaussian",
                 "Gaussian",
                 "ŝ = −(α²Σ + σ²I)⁻¹(x − αμ)",
                 "The linear score of the one Gaussian with the data's mean and covariance: right "
                 "at high noise, blind to modes and classes. Its ODE is known in closed form.",
                 "Wang and Vastola 2023, arXiv:2303.02490",
                 {{.key = "share",
                   .symbol = "λ",
                   .label = "Share",
                   .maximum = 1,
                   .defaultValue = 1,
                   .step = 0.05,
                   .help = "ŝ = (1 − λ)s + λs_G: 1 is the linear score s_G alone, 0 the exact "
                           "unconditional score. Wang and Vastola 2023, arXiv:2303.02490."}},
                 kCoarserModels};
    kind.make = makeModelError<GaussianScore>;
    return kind;
}

} // namespace scorefield
