// SPDX-License-Identifier: GPL-3.0-or-later
// The score averaged over a Gaussian neighbourhood, s_w(x~) = E s~(x~ + w xi) = grad (k_w * log
// q~): smoothing of the log-density, along the data and not across them. The normal part is
// unchanged where the data are collinear. Two points ±mu at sigma -> 0: D_w = mu erf(x~/(sqrt 2
// w)).
#include "core/field/error_parts.h"
#include "core/field/node_average.h"

namespace scorefield {

namespace {

class ScoreSmoothing : public NodeAverage {
public:
    ScoreSmoothing(const Choice& choice, const GaussianMixture& mixture)
        : ScoreSmoothing(
            choice.values.at("width"),
            gaussianNodes(mixture.dimension(), static_cast<int>(choice.values.at("nodes"))))
    {
    }
    bool isNeutral() const { return m_width == 0; }

private:
    ScoreSmoothing(double width, const Eigen::MatrixXd& nodes)
        : NodeAverage(
            width * nodes,
            Eigen::VectorXd::Constant(nodes.cols(), 1 / static_cast<double>(nodes.cols())))
        , m_width(width)
    {
    }

    double m_width;
};

} // namespace

ParameterDescriptor smoothingNodes()
{
    return {.key = "nodes",
            .symbol = "N",
            .label = "Nodes",
            .type = ParameterType::Integer,
            .minimum = 16,
            .maximum = 1024,
            .defaultValue = 128,
            .scale = Scale::Logarithmic,
            .help = "Places ξ at which the score is averaged, in pairs ±ξ on a lattice of equal "
                    "probabilities: a step of the posterior mean becomes N small ones. The run "
                    "costs N times as much. The lattice is ours."};
}

ScoreErrorKind scoreSmoothing()
{
    ScoreErrorKind kind;
    kind.info = {"score-smoothing",
                 "Score smoothing",
                 "ŝ(x̃) = E_ξ s(x̃ + wξ)",
                 "The gradient of the smoothed log-density: spreads along the data and keeps the "
                 "distance to them, so that samples appear between modes. Two points ±μ: below "
                 "w = 0.80μ the ends of the flow are near the points, above it only the middle.",
                 "Farghly et al. 2025, arXiv:2510.02305",
                 {{.key = "width",
                   .symbol = "w",
                   .label = "Width",
                   .unit = "data units",
                   .maximum = 100,
                   .defaultValue = 0.5,
                   .sliderMaximum = 5,
                   .step = 0.05,
                   .help = "Standard deviation of the neighbourhood in x/α: D_w = E D(x̃ + wξ), ξ ~ "
                           "N(0, I). 0 is the exact score. Farghly et al. 2025, arXiv:2510.02305."},
                  smoothingNodes()},
                 kSmoothingErrors};
    kind.make = makeModelError<ScoreSmoothing>;
    return kind;
}

} // namespace scorefield
