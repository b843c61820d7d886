// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/random_features.h"

#include "core/base/linear_algebra.h"
#include "core/base/philox.h"
#include "core/field/feature_gram.h"

#include <Eigen/QR>

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// Of the training that the eigenproblem takes, for the progress.
constexpr double kSpectralShare = .15;

/// What a draw of the network is for: the step of its Philox counter.
enum Role : std::uint32_t { Place, Time, Shift, Start };

Eigen::MatrixXd normals(std::uint64_t seed, Role role, Eigen::Index rows, Eigen::Index columns)
{
    Eigen::MatrixXd all(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i)
        for (Eigen::Index k = 0; k < columns; ++k)
            all(i, k) = philoxNormal(seed,
                                     Stream::Fit,
                                     static_cast<std::uint32_t>(i),
                                     role,
                                     static_cast<std::uint32_t>(k));
    return all;
}

/// E[x_0 x_0^T].
Eigen::MatrixXd secondMoment(const TrainingData& data)
{
    const Eigen::Index d = data.means.front().size();
    Eigen::MatrixXd moment = Eigen::MatrixXd::Zero(d, d);
    for (std::size_t k = 0; k < data.weights.size(); ++k)
        moment +=
            data.weights[k] * (data.means[k] * data.means[k].transpose() + data.covariances[k]);
    return moment;
}

/// Onto the span of the data through the origin, where every posterior mean lies: dividing by small
/// eigenvalues of U would otherwise lift rounding out of it.
Eigen::MatrixXd projectionOntoSpan(const TrainingData& data)
{
    constexpr double kRounding = 1e-12; // relative to the longest column: zero but for rounding
    const Eigen::Index d = data.means.front().size();
    Eigen::MatrixXd columns(d, static_cast<Eigen::Index>(data.means.size()) * (1 + d));
    for (std::size_t k = 0; k < data.means.size(); ++k)
        columns.middleCols(static_cast<Eigen::Index>(k) * (1 + d), 1 + d) << data.means[k],
            data.covariances[k];
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors(columns);
    factors.setThreshold(kRounding);
    const Eigen::Index rank = factors.rank();
    if (rank == d)
        return Eigen::MatrixXd::Identity(d, d);
    const Eigen::MatrixXd basis = factors.householderQ();
    return basis.leftCols(rank) * basis.leftCols(rank).transpose();
}

} // namespace

Status checkTrainable(const GaussianMixture& mixture)
{
    if (mixture.componentCount() <= kMostTrainedComponents)
        return success();
    return Error{"",
                 "the data have " + std::to_string(mixture.componentCount())
                     + " components, a network trains on at most "
                     + std::to_string(kMostTrainedComponents) + "; fit fewer"};
}

TrainingData::TrainingData(const GaussianMixture& mixture)
{
    for (const auto& component : mixture.components()) {
        weights.push_back(component.weight);
        means.push_back(component.mean);
        covariances.emplace_back(component.eigenvectors * component.eigenvalues.asDiagonal()
                                 * component.eigenvectors.transpose());
    }
}

/// Matrices of two dimensions cannot be compared.
bool TrainingData::operator==(const TrainingData& other) const
{
    const auto dimension = [](const TrainingData& data) {
        return data.means.empty() ? 0 : data.means.front().size();
    };
    return dimension(*this) == dimension(other) && weights == other.weights && means == other.means
           && covariances == other.covariances;
}

RandomFeatures::RandomFeatures(const RandomFeatureSpec& spec, int dimension)
    : place(normals(spec.seed, Role::Place, spec.width, dimension)
            / std::sqrt(static_cast<double>(dimension)))
    , time(normals(spec.seed, Role::Time, spec.width, 2 * spec.frequencies + 1)
           / std::sqrt(2. * spec.frequencies + 1))
    , shift(normals(spec.seed, Role::Shift, spec.width, 1))
    , start(normals(spec.seed, Role::Start, spec.width, dimension).transpose()
            / std::sqrt(static_cast<double>(spec.width)))
    , frequencies(spec.frequencies)
    , horizon(spec.horizon)
{
}

Eigen::VectorXd RandomFeatures::bias(double t) const
{
    return biases({t});
}

Eigen::MatrixXd RandomFeatures::biases(const std::vector<double>& times) const
{
    Eigen::MatrixXd psi(2 * frequencies + 1, static_cast<Eigen::Index>(times.size()));
    psi.row(0).setOnes();
    for (Eigen::Index i = 0; i < psi.cols(); ++i)
        for (int k = 1; k <= frequencies; ++k) {
            const double phase =
                2 * std::numbers::pi * k * times[static_cast<std::size_t>(i)] / horizon;
            psi(k, i) = std::sin(phase);
            psi(frequencies + k, i) = std::cos(phase);
        }
    return (time * psi).colwise() + shift;
}

Eigen::MatrixXd RandomFeatures::at(double t, const Eigen::MatrixXd& x) const
{
    return ((x * place.transpose()).rowwise() + bias(t).transpose()).cwiseMax(0);
}

RandomFeatureModel::RandomFeatureModel(const RandomFeatureSpec& spec,
                                       const GaussianMixture& mixture)
    : m_spec(spec)
    , m_data(mixture)
    , m_features(spec, mixture.dimension())
{
}

Result<std::shared_ptr<const RandomFeatureModel>>
RandomFeatureModel::train(const RandomFeatureSpec& spec,
                          const std::shared_ptr<const GaussianMixture>& mixture,
                          WorkerPool& pool,
                          std::stop_token stop,
                          const std::function<void(double)>& progress)
{
    if (auto trainable = checkTrainable(*mixture); !trainable)
        return trainable.error();
    std::shared_ptr<RandomFeatureModel> model(new RandomFeatureModel(spec, *mixture));
    const auto gram = featureGram(spec, model->m_features, mixture, pool, stop, [&](double share) {
        if (progress)
            progress((1 - kSpectralShare) * share);
    });
    if (!gram)
        return Error{"", "the training was cancelled"};
    const Eigen::Index p = spec.width, d = mixture->dimension();
    const double perFeature = 1. / spec.width;
    SymmetricEigen solver = symmetricEigen(gram->topLeftCorner(p, p) * perFeature);
    model->m_eigenvalues = std::move(solver.values);
    model->m_eigenvectors = std::move(solver.vectors);
    const Eigen::MatrixXd moment = secondMoment(model->m_data);
    model->m_targets = projectionOntoSpan(model->m_data)
                       * (gram->bottomLeftCorner(d, p) * perFeature * model->m_eigenvectors);
    model->m_starts = model->m_features.start * model->m_eigenvectors;
    // The cut-off of the published experiments: below it rounding of U would be amplified.
    const double cutOff = 1 / (1e4 * spec.width);
    while (model->m_keptFrom < p && model->m_eigenvalues[model->m_keptFrom] <= cutOff)
        ++model->m_keptFrom;
    model->m_explained = gram->bottomRightCorner(d, d).diagonal();
    model->m_irreducible = Eigen::VectorXd::Zero(d);
    for (const TimeNode& node : trainingTimes(spec))
        model->m_irreducible += node.weight * std::exp(-2 * node.t) * moment.diagonal();
    model->m_irreducible -= model->m_explained;
    if (progress)
        progress(1);
    return std::shared_ptr<const RandomFeatureModel>(std::move(model));
}

Eigen::MatrixXd RandomFeatureModel::spectralWeights(double tau, double startScale) const
{
    Eigen::MatrixXd all(m_targets.rows(), m_targets.cols());
    for (Eigen::Index j = 0; j < all.cols(); ++j) {
        const double rate = std::max(0., m_eigenvalues[j]); // rounding leaves some below 0
        const bool kept = j >= m_keptFrom;
        const double left = std::isinf(tau) ? 0 : std::exp(-2 * tau * rate);
        all.col(j) = startScale * left * m_starts.col(j);
        if (kept)
            all.col(j) += (1 - left) / rate * m_targets.col(j);
    }
    return all;
}

Eigen::MatrixXd RandomFeatureModel::weights(double tau, double startScale) const
{
    return spectralWeights(tau, startScale) * m_eigenvectors.transpose();
}

TrainingLoss RandomFeatureModel::loss(double tau, double startScale) const
{
    const Eigen::MatrixXd a = spectralWeights(tau, startScale);
    Eigen::VectorXd excess = m_explained;
    for (Eigen::Index j = 0; j < a.cols(); ++j)
        excess.array() += m_spec.width * a.col(j).array()
                          * (m_eigenvalues[j] * a.col(j) - 2 * m_targets.col(j)).array();
    return {m_irreducible + excess, m_irreducible};
}

Eigen::MatrixXd
RandomFeatureModel::mean(const Eigen::MatrixXd& weights, double t, const Eigen::MatrixXd& x) const
{
    return m_features.at(t, x) * weights.transpose();
}

} // namespace scorefield
