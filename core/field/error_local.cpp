// SPDX-License-Identifier: GPL-3.0-or-later
// Local score machines: coordinates are the pixels of a ring, and each is denoised from a patch of
// neighbours alone. LS knows where the patch is: D_i = E[x_i | x~ in the patch of i], from the
// exact marginal of the data there; one-pixel patches give the score of the product of the
// marginals. ELS does not: patches of all places are pooled, which adds every shifted copy of the
// data. Source: Kamb and Ganguli 2024, arXiv:2412.20292; for mixtures: ours.
#include "core/field/error_parts.h"

#include <algorithm>

namespace scorefield {

namespace {

/// Coordinates around i, `width` of them, around the ring.
std::vector<int> patchAround(int i, int width, int dimension)
{
    std::vector<int> patch;
    for (int j = 0; j < width; ++j)
        patch.push_back((i + j - (width - 1) / 2 + dimension) % dimension);
    return patch;
}

GaussianMixture marginalOf(const GaussianMixture& mixture, const std::vector<int>& patch)
{
    Eigen::MatrixXd axes =
        Eigen::MatrixXd::Zero(mixture.dimension(), static_cast<Eigen::Index>(patch.size()));
    for (std::size_t j = 0; j < patch.size(); ++j)
        axes(patch[j], static_cast<Eigen::Index>(j)) = 1;
    return mixture.projected(axes, Eigen::VectorXd::Zero(mixture.dimension()));
}

/// The mixture of all of them, evenly.
GaussianMixture pooled(const std::vector<GaussianMixture>& places)
{
    MixtureSpec spec;
    spec.dimension = places.front().dimension();
    for (const GaussianMixture& place : places)
        for (const auto& component : place.components()) {
            const Eigen::MatrixXd& Q = component.eigenvectors;
            const Eigen::MatrixXd Sigma = Q * component.eigenvalues.asDiagonal() * Q.transpose();
            spec.components.push_back(
                {component.weight, component.mean, (Sigma + Sigma.transpose()) / 2, 0});
        }
    return GaussianMixture::create(spec).value();
}

bool isPooled(const Choice& choice)
{
    return choice.values.at("machine") == 1;
}

class LocalScore {
public:
    static constexpr bool kIgnoresGuidance = true;

    LocalScore(const Choice& choice, const GaussianMixture& mixture)
        : m_dimension(mixture.dimension())
        , m_width(std::min(static_cast<int>(choice.values.at("width")), m_dimension))
        , m_isPooled(isPooled(choice))
    {
        if (isNeutral())
            return;
        std::vector<GaussianMixture> places;
        for (int i = 0; i < m_dimension; ++i)
            places.push_back(marginalOf(mixture, patchAround(i, m_width, m_dimension)));
        if (m_isPooled)
            places = {pooled(places)};
        for (GaussianMixture& place : places)
            m_fields.push_back(makeExactField<double>(
                std::make_shared<const GaussianMixture>(std::move(place)), makeUnguided(), {}));
    }
    static Status check(const Choice& choice, const GaussianMixture& mixture)
    {
        const int pooledCount = mixture.componentCount() * mixture.dimension();
        if (!isPooled(choice) || pooledCount <= kMaxComponents)
            return success();
        return Error{"error",
                     "patches of all places would be " + std::to_string(pooledCount)
                         + " components, but a mixture has at most "
                         + std::to_string(kMaxComponents) + ": choose Machine: Local"};
    }
    bool isNeutral() const { return !m_isPooled && m_width == m_dimension; }
    int nodes() const { return 1; }

    template <class Real, class Mean>
    void apply(const Mean&,
               const PathCoefficients& level,
               const Block<Real>& x,
               Block<Real>& denoised) const
    {
        static thread_local Block<double> patch, means;
        patch.resize(x.rows(), m_width);
        means.resize(x.rows(), m_width);
        for (int i = 0; i < m_dimension; ++i) {
            const std::vector<int> places = patchAround(i, m_width, m_dimension);
            for (int j = 0; j < m_width; ++j)
                patch.col(j) = x.col(places[static_cast<std::size_t>(j)]).template cast<double>();
            m_fields[m_isPooled ? 0 : static_cast<std::size_t>(i)]->denoise(level, patch, means);
            denoised.col(i) = means.col((m_width - 1) / 2).template cast<Real>();
        }
    }

private:
    int m_dimension, m_width;
    bool m_isPooled;
    std::vector<std::unique_ptr<ScoreField<double>>> m_fields; // one per coordinate, or the pool
};

} // namespace

ScoreErrorKind localScore()
{
    ScoreErrorKind kind;
    kind.info = {
        "local",
        "Local",
        "D̂_i = E[x_i | x̃ in the patch of i]",
        "A network that sees only a patch: coordinates are pixels, each denoised from its "
        "neighbours. With patches of one pixel whatever each pixel has seen is combined freely: n₁ "
        "× n₂ pictures from n.",
        "Kamb and Ganguli 2024, arXiv:2412.20292",
        {{.key = "machine",
          .label = "Machine",
          .type = ParameterType::Choice,
          .maximum = 1,
          .choices = {{"ls", "Local", "LS: the patch knows where it is, D_i = E[x_i | x̃_Ω_i]"},
                      {"els",
                       "Equivariant",
                       "ELS: patches of all places are one collection, so every shifted copy of a "
                       "picture counts as data; in two dimensions the mirror image"}},
          .help = "Whether the network knows where a patch is (LS) or moves it over the picture as "
                  "a convolution does (ELS). Kamb and Ganguli 2024, arXiv:2412.20292."},
         {.key = "width",
          .symbol = "P",
          .label = "Patch",
          .unit = "pixels",
          .type = ParameterType::Integer,
          .minimum = 1,
          .maximum = 64,
          .defaultValue = 1,
          .sliderMaximum = 8,
          .step = 1,
          .help = "Coordinates in a patch, around the ring; the number of dimensions or more is "
                  "the whole picture, where the local machine is exact. Kamb and Ganguli 2024, "
                  "arXiv:2412.20292."}},
        kLocalModels};
    kind.make = makeModelError<LocalScore>;
    return kind;
}

} // namespace scorefield
