// SPDX-License-Identifier: GPL-3.0-or-later
// sigma-CFDM: the average of the exact posterior mean at M places shifted by fixed random vectors,
// D = (1/M) sum_m D(x~ + sigma xi_m). As sigma~ -> 0 its values are barycentres of M-tuples of data
// points. The paper shifts z_t; here the shift is that of x/alpha, the same for every process.
#include "core/field/error_parts.h"
#include "core/field/node_average.h"

namespace scorefield {

namespace {

Eigen::MatrixXd shifts(const Choice& choice, int dimension)
{
    Eigen::MatrixXd xi(dimension, static_cast<Eigen::Index>(choice.values.at("count")));
    for (Eigen::Index j = 0; j < xi.cols(); ++j)
        for (Eigen::Index c = 0; c < dimension; ++c)
            xi(c, j) = philoxNormal(static_cast<std::uint64_t>(choice.values.at("seed")),
                                    Stream::Fit,
                                    static_cast<std::uint32_t>(j),
                                    0,
                                    static_cast<std::uint32_t>(c));
    return choice.values.at("width") * xi;
}

class ShiftedMeans : public NodeAverage {
public:
    ShiftedMeans(const Choice& choice, const GaussianMixture& mixture)
        : NodeAverage(
            shifts(choice, mixture.dimension()),
            Eigen::VectorXd::Constant(static_cast<Eigen::Index>(choice.values.at("count")),
                                      1 / choice.values.at("count")),
            Nodes::Fixed)
        , m_isNeutral(choice.values.at("width") == 0)
    {
    }
    bool isNeutral() const { return m_isNeutral; }

private:
    bool m_isNeutral;
};

} // namespace

ScoreErrorKind sigmaCfdm()
{
    ScoreErrorKind kind;
    kind.info = {
        "sigma-cfdm",
        "σ-CFDM",
        "D̂(x̃) = (1/M) Σ_m D(x̃ + σξ_m)",
        "Posterior means at M fixed, randomly shifted places, averaged: samples are means of M "
        "data points that lie near each other, so nothing is trained and yet something new comes "
        "out.",
        "Scarvelis et al. 2025, arXiv:2310.12395",
        {{.key = "width",
          .symbol = "σ",
          .label = "Shift",
          .unit = "data units",
          .maximum = 100,
          .defaultValue = 0.5,
          .sliderMaximum = 5,
          .step = 0.05,
          .help = "Standard deviation σ of the shifts σξ_m of x/α. 0 is the exact score. Scarvelis "
                  "et al. 2025, arXiv:2310.12395."},
         {.key = "count",
          .symbol = "M",
          .label = "Shifts",
          .type = ParameterType::Integer,
          .minimum = 1,
          .maximum = 64,
          .defaultValue = 4,
          .step = 1,
          .help = "How many shifted means are averaged; samples are barycentres of M data points. "
                  "Scarvelis et al. 2025, arXiv:2310.12395."},
         {.key = "seed",
          .label = "Seed",
          .type = ParameterType::Integer,
          .maximum = 9999,
          .step = 1,
          .help = "Another seed is another set of shifts ξ_m ~ N(0, I). Scarvelis et al. 2025, "
                  "arXiv:2310.12395."}},
        kSmoothingErrors};
    kind.make = makeModelError<ShiftedMeans>;
    return kind;
}

} // namespace scorefield
