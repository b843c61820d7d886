// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/model_error.h"

#include "core/field/random_feature_field.h"
#include "core/geometry/eigenframe.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr Eigen::Index kChunk = 256; ///< draws a task works on

/// v_1 at x [n,d], rows of unit length.
Eigen::MatrixXd ridgeDirections(const RidgeField& field, const Eigen::ArrayXXd& x)
{
    Eigen::MatrixXd directions = Eigen::MatrixXd::Ones(x.rows(), x.cols());
    if (x.cols() == 2) {
        PlaneFrames frames;
        field.planeFrames(x, frames);
        directions.col(0) = frames.v0.matrix();
        directions.col(1) = frames.v1.matrix();
    } else if (x.cols() > 2) {
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            directions.row(i) = field.frame(x.row(i).transpose().matrix()).vectors.col(0);
    }
    return directions;
}

/// Squares of the parts of each error along and across the ridge, [n] each.
struct Squares {
    Eigen::ArrayXd along, across;

    explicit Squares(Eigen::Index n) : along(n), across(n) {}
    void set(Eigen::Index first, const Block<double>& error, const Eigen::MatrixXd& direction)
    {
        const Eigen::ArrayXd part = (error.matrix().cwiseProduct(direction)).rowwise().sum();
        along.segment(first, part.size()) = part.square();
        // By subtraction of vectors: small normal parts keep their digits.
        across.segment(first, part.size()) =
            (error.matrix() - part.matrix().asDiagonal() * direction).rowwise().squaredNorm();
    }
};

Estimate rootMeanSquare(const Eigen::ArrayXd& squares)
{
    const double mean = squares.mean(), n = static_cast<double>(squares.size());
    if (mean == 0)
        return {};
    const double variance = (squares - mean).square().sum() / std::max(1., n - 1);
    return {std::sqrt(mean), std::sqrt(variance / n / mean) / 2}; // delta method
}

} // namespace

ModelErrors modelErrors(const std::shared_ptr<const GaussianMixture>& mixture,
                        const std::shared_ptr<const RandomFeatureModel>& model,
                        const Eigen::MatrixXd& weights,
                        double noise,
                        int draws,
                        std::uint64_t seed,
                        WorkerPool& pool)
{
    const PathCoefficients level{noise, 1, noise, 0, 1}; // x~ itself
    const std::vector<PathCoefficients> levels{level};
    const auto exact = makeExactField<double>(mixture, makeUnguided(), levels);
    const auto now = makeRandomFeatureField<double>(model, weights, levels);
    const auto end = makeRandomFeatureField<double>(
        model, model->weights(std::numeric_limits<double>::infinity()), levels);
    const RidgeField ridge(mixture, noise);
    const Eigen::MatrixXd places = mixture->sample(seed, Stream::Data, draws, 1, noise).transpose();
    Squares architecture(draws), optimisation(draws), all(draws);
    const auto chunks = static_cast<std::size_t>((places.rows() + kChunk - 1) / kChunk);
    pool.parallelFor(chunks, [&](std::size_t chunk) {
        const Eigen::Index first = static_cast<Eigen::Index>(chunk) * kChunk,
                           count = std::min(kChunk, places.rows() - first);
        const Block<double> x = places.middleRows(first, count).array();
        Block<double> right(count, x.cols()), best(count, x.cols()), learned(count, x.cols());
        exact->denoise(level, x, right);
        end->denoise(level, x, best);
        now->denoise(level, x, learned);
        const Eigen::MatrixXd direction = ridgeDirections(ridge, x);
        architecture.set(first, best - right, direction);
        optimisation.set(first, learned - best, direction);
        all.set(first, learned - right, direction);
    });
    return {rootMeanSquare(architecture.across),
            rootMeanSquare(architecture.along),
            rootMeanSquare(optimisation.across),
            rootMeanSquare(optimisation.along),
            rootMeanSquare(all.across),
            rootMeanSquare(all.along)};
}

} // namespace scorefield
