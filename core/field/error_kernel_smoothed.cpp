// SPDX-License-Identifier: GPL-3.0-or-later
// Two kernels, as in a log-exponential double-kernel density estimator (LED-KDE): the data are
// blurred by the first, Sigma_k + tau^2 I, and the score of that is averaged over the second, so
// that what is sampled tends to exp(K_h * log(G_tau * q_0)). Both kernels are Gaussian here and do
// not depend on the noise level; tau stands for the paper's early stop.
#include "core/field/error_parts.h"
#include "core/field/node_average.h"
#include "core/field/weaker_mixture.h"

namespace scorefield {

namespace {

class DoubleKernel : public NodeAverage {
public:
    DoubleKernel(const Choice& choice, const GaussianMixture& mixture)
        : DoubleKernel(
            choice,
            mixture,
            gaussianNodes(mixture.dimension(), static_cast<int>(choice.values.at("nodes"))))
    {
    }
    bool isNeutral() const { return m_second == 0; }
    std::shared_ptr<const GaussianMixture> exactMixture() const { return m_blurred; }

private:
    DoubleKernel(const Choice& choice, const GaussianMixture& mixture, const Eigen::MatrixXd& nodes)
        : NodeAverage(
            choice.values.at("second") * nodes,
            Eigen::VectorXd::Constant(nodes.cols(), 1 / static_cast<double>(nodes.cols())))
        , m_second(choice.values.at("second"))
    {
        const double tau = choice.values.at("first");
        m_blurred = std::make_shared<const GaussianMixture>(tau > 0 ? blurredMixture(mixture, tau)
                                                                    : mixture);
    }

    double m_second;
    std::shared_ptr<const GaussianMixture> m_blurred;
};

ParameterDescriptor bandwidth(const char* key, const char* symbol, const char* label, double value)
{
    return {.key = key,
            .symbol = symbol,
            .label = label,
            .unit = "data units",
            .maximum = 100,
            .defaultValue = value,
            .sliderMaximum = 5,
            .step = 0.05};
}

} // namespace

ScoreErrorKind kernelSmoothed()
{
    ParameterDescriptor first = bandwidth("first", "τ", "First kernel", 0.1),
                        second = bandwidth("second", "h", "Second kernel", 0.5);
    first.help = "Standard deviation τ of the kernel that spreads the data in every direction "
                 "alike, Σ_k + τ²I. 0: the data as they are. Gabriel et al. 2025, "
                 "arXiv:2505.22841.";
    second.help = "Standard deviation h of the kernel that averages the score, in x/α; it spreads "
                  "along the data. 0: density smoothing by τ alone. Gabriel et al. 2025, "
                  "arXiv:2505.22841.";
    ScoreErrorKind kind;
    kind.info = {"kernel-smoothed",
                 "Kernel-smoothed",
                 "ŝ = K_h * ∇log(G_τ * q_σ̃)",
                 "The score of a kernel density estimate, averaged over a second kernel: what "
                 "comes out tends to the LED-KDE exp(K_h * log(G_τ * q₀)), mass first spread "
                 "in every direction and then along the data.",
                 "Gabriel et al. 2025, arXiv:2505.22841",
                 {first, second, smoothingNodes()},
                 kSmoothingErrors};
    kind.make = makeModelError<DoubleKernel>;
    return kind;
}

} // namespace scorefield
