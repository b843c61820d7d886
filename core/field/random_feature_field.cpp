// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/random_feature_field.h"

#include "core/field/component_order.h"
#include "core/field/feature_kernel.h"
#include "core/field/level_cache.h"

#include <cassert>
#include <cmath>
#include <vector>

namespace scorefield {

namespace {

/// Levels between those of the grid that are kept: 2048 features in double are 16 KiB each.
constexpr std::size_t kLevelsBetween = 4096;

/// W_t psi(t) + b at the levels of a run, made once, and at the ones between when first needed.
template <class Real>
class LevelBiases {
public:
    using Column = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

    LevelBiases(const RandomFeatureModel& model, const std::vector<PathCoefficients>& levels)
        : m_model(model)
        , m_levels(levels)
        , m_between(kLevelsBetween)
    {
        std::vector<double> times;
        for (const PathCoefficients& level : levels)
            times.push_back(networkPlace(model, level).t);
        m_biases = model.features().biases(times).cast<Real>();
    }

    /// [p], valid until the next call of this thread.
    const Real* at(const PathCoefficients& level) const
    {
        if (const int known = findLevel(m_levels, level); known >= 0)
            return m_biases.data() + known * m_biases.rows();
        const auto make = [this](const PathCoefficients& wanted) -> Column {
            return m_model.features().bias(networkPlace(m_model, wanted).t).template cast<Real>();
        };
        if (const Column* between = m_between.find(level, make))
            return between->data();
        static thread_local Column scratch;
        scratch = make(level);
        return scratch.data();
    }

private:
    const RandomFeatureModel& m_model;
    std::vector<PathCoefficients> m_levels;
    Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic> m_biases; // [p,K+1]
    LevelCache<Column> m_between;
};

class NetworkFloat final : public ScoreField<float> {
public:
    NetworkFloat(std::shared_ptr<const RandomFeatureModel> model,
                 const Eigen::MatrixXd& weights,
                 const std::vector<PathCoefficients>& levels)
        : m_model(std::move(model))
        , m_biases(*m_model, levels)
        , m_kernel(m_model->dimension() == 2 ? bestFeatureKernels().network2
                                             : bestFeatureKernels().network3)
    {
        const Eigen::Index d = m_model->dimension();
        m_rows.resize(2 * d, m_model->spec().width);
        m_rows.topRows(d) = m_model->features().place.transpose().cast<float>();
        m_rows.bottomRows(d) = weights.cast<float>();
    }

    int dimension() const override { return m_model->dimension(); }

    void denoise(const PathCoefficients& level,
                 const Block<float>& x,
                 Block<float>& denoised) const override
    {
        assert(x.cols() == dimension() && denoised.rows() == x.rows()
               && denoised.cols() == x.cols());
        if (level.sigma <= 0) {
            denoised = x / static_cast<float>(level.alpha);
            return;
        }
        const NetworkPlace place = networkPlace(*m_model, level);
        const auto n = static_cast<std::size_t>(x.rows());
        const NetworkTable table{m_rows.data(),
                                 m_biases.at(level),
                                 static_cast<std::size_t>(m_rows.cols()),
                                 static_cast<float>(place.inScale),
                                 static_cast<float>(place.outScale)};
        m_kernel(table, x.data(), denoised.data(), n, n);
    }

private:
    std::shared_ptr<const RandomFeatureModel> m_model;
    LevelBiases<float> m_biases;
    NetworkKernel m_kernel;
    Eigen::MatrixXf m_rows; // [2d,p]: W_x^T over A/sqrt(p)
};

class NetworkDouble final : public ScoreField<double> {
public:
    NetworkDouble(std::shared_ptr<const RandomFeatureModel> model,
                  const Eigen::MatrixXd& weights,
                  const std::vector<PathCoefficients>& levels)
        : m_model(std::move(model))
        , m_biases(*m_model, levels)
        , m_weights(weights)
    {
    }

    int dimension() const override { return m_model->dimension(); }

    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 Block<double>& denoised) const override
    {
        if (level.sigma <= 0) {
            denoised = x / level.alpha;
            return;
        }
        const NetworkPlace place = networkPlace(*m_model, level);
        const RandomFeatures& features = m_model->features();
        const Eigen::Map<const Eigen::RowVectorXd> bias(m_biases.at(level), features.place.rows());
        static thread_local Eigen::MatrixXd hidden; // [n,p], so that a run does not allocate
        hidden.resize(x.rows(), features.place.rows());
        hidden.noalias() = (place.inScale * x).matrix() * features.place.transpose();
        hidden = (hidden.rowwise() + bias).cwiseMax(0);
        denoised.matrix().noalias() = place.outScale * (hidden * m_weights.transpose());
    }

private:
    std::shared_ptr<const RandomFeatureModel> m_model;
    LevelBiases<double> m_biases;
    Eigen::MatrixXd m_weights; // [d,p]
};

} // namespace

NetworkPlace networkPlace(const RandomFeatureModel& model, const PathCoefficients& level)
{
    const double scale = std::hypot(level.alpha, level.sigma);
    const double t = -std::log(level.alpha / scale); // infinite at alpha = 0
    if (t < kFirstTrainedTime)
        return {kFirstTrainedTime,
                std::exp(-kFirstTrainedTime) / level.alpha,
                std::exp(kFirstTrainedTime)};
    const double horizon = model.spec().horizon;
    return {std::min(t, horizon), 1 / scale, std::exp(std::min(t, horizon))};
}

template <>
std::unique_ptr<ScoreField<float>>
makeRandomFeatureField<float>(std::shared_ptr<const RandomFeatureModel> model,
                              const Eigen::MatrixXd& weights,
                              const std::vector<PathCoefficients>& levels)
{
    return std::make_unique<NetworkFloat>(std::move(model), weights, levels);
}

template <>
std::unique_ptr<ScoreField<double>>
makeRandomFeatureField<double>(std::shared_ptr<const RandomFeatureModel> model,
                               const Eigen::MatrixXd& weights,
                               const std::vector<PathCoefficients>& levels)
{
    return std::make_unique<NetworkDouble>(std::move(model), weights, levels);
}

} // namespace scorefield
