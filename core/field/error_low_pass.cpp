// SPDX-License-Identifier: GPL-3.0-or-later
// A low-pass filter in space that is flatter than a Gaussian: with S_w the Gaussian average, D' = D
// - (I - S_w)^m D has the transfer function 1 - (1 - e^(-w^2 k^2/2))^m and, since S_w^j = S_(sqrt j
// w), is a sum of m averages. Our construction.
#include "core/field/error_parts.h"
#include "core/field/node_average.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// The Gaussian width at which the filter of this order halves the wavelength.
double widthAt(double wavelength, int order)
{
    const double half = 1 - std::pow(.5, 1. / order); // e^(-w^2 k^2/2) there
    return wavelength / (2 * std::numbers::pi) * std::sqrt(-2 * std::log(half));
}

Eigen::MatrixXd nodesOf(const Eigen::MatrixXd& nodes, double wavelength, int order)
{
    Eigen::MatrixXd all(nodes.rows(), nodes.cols() * order);
    for (int j = 1; j <= order; ++j)
        all.middleCols((j - 1) * nodes.cols(), nodes.cols()) =
            std::sqrt(j) * widthAt(wavelength, order) * nodes;
    return all;
}

/// (-1)^(j+1) binomial(m, j), shared out evenly.
Eigen::VectorXd weightsOf(Eigen::Index count, int order)
{
    Eigen::VectorXd weights(count * order);
    double binomial = 1;
    for (int j = 1; j <= order; ++j) {
        binomial *= static_cast<double>(order - j + 1) / j;
        weights.segment((j - 1) * count, count)
            .setConstant((j % 2 == 1 ? 1 : -1) * binomial / static_cast<double>(count));
    }
    return weights;
}

class LowPass : public NodeAverage {
public:
    LowPass(const Choice& choice, const GaussianMixture& mixture)
        : LowPass(choice.values.at("wavelength"),
                  static_cast<int>(choice.values.at("order")),
                  gaussianNodes(mixture.dimension(), static_cast<int>(choice.values.at("nodes"))))
    {
    }
    bool isNeutral() const { return m_wavelength == 0; }

private:
    LowPass(double wavelength, int order, const Eigen::MatrixXd& nodes)
        : NodeAverage(nodesOf(nodes, wavelength, order), weightsOf(nodes.cols(), order))
        , m_wavelength(wavelength)
    {
    }

    double m_wavelength;
};

} // namespace

ScoreErrorKind lowPass()
{
    ScoreErrorKind kind;
    kind.info = {
        "low-pass",
        "Low-pass",
        "D̂ = D − (I − S_w)^m D",
        "What varies over less than the cut-off wavelength is lost, what varies over much more is "
        "kept to order 2m, as by a network of limited spatial frequency; unlike a Gaussian average "
        "it overshoots beside a step.",
        "ours",
        {{.key = "wavelength",
          .symbol = "ℓ",
          .label = "Cut-off",
          .unit = "data units",
          .maximum = 100,
          .defaultValue = 3,
          .sliderMaximum = 20,
          .step = 0.1,
          .help = "The wavelength in x/α that is halved: 1 − (1 − e^(−w²k²/2))^m = ½ at k = 2π/ℓ. "
                  "Shorter ones vanish. 0 is the exact score. Our construction."},
         {.key = "order",
          .symbol = "m",
          .label = "Order",
          .type = ParameterType::Integer,
          .minimum = 1,
          .maximum = 4,
          .defaultValue = 2,
          .step = 1,
          .help = "How sharply the filter cuts off: polynomials below degree 2m pass unchanged; "
                  "1 is score smoothing. The run costs m times as much. Our construction."},
         smoothingNodes()},
        kSmoothingErrors};
    kind.make = makeModelError<LowPass>;
    return kind;
}

} // namespace scorefield
