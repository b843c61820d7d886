// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/cloud.h"

#include "core/base/linear_algebra.h"

#include <cmath>

namespace scorefield {

StudyValue logDetCovariance(const Trajectories& run)
{
    const auto count = static_cast<Eigen::Index>(run.particles);
    const auto n = static_cast<double>(count);
    if (count < 2)
        return {};
    Eigen::MatrixXd x(count, run.dimension);
    for (int c = 0; c < run.dimension; ++c)
        x.col(c) = Eigen::Map<const Eigen::VectorXf>(run.coordinate(run.steps, c).data(), count)
                       .cast<double>();
    const Eigen::MatrixXd centred = x.rowwise() - x.colwise().mean();
    const Eigen::MatrixXd covariance = centred.transpose() * centred / (n - 1);
    const SymmetricEigen solver = symmetricEigen(covariance);
    // States are floats: variances below their rounding are none.
    const double least = std::pow(1e-7, 2) * x.array().square().maxCoeff();
    if (solver.values.minCoeff() <= least)
        return {-std::numeric_limits<double>::infinity(), 0};
    const Eigen::MatrixXd white =
        centred * solver.vectors * solver.values.cwiseSqrt().cwiseInverse().asDiagonal();
    const Eigen::ArrayXd influence = white.rowwise().squaredNorm().array();
    const double squares = (influence - influence.mean()).square().sum();
    return {solver.values.array().log().sum(), std::sqrt(squares / (n - 1) / n)};
}

Trajectories exactEnds(const GaussianMixture& mixture,
                       const PathCoefficients& end,
                       std::optional<int> target,
                       std::size_t n,
                       std::uint64_t seed)
{
    const auto draw = [&](const GaussianMixture& law) {
        return law.sample(seed, Stream::Data, static_cast<int>(n), end.alpha, end.sigma);
    };
    const auto conditional =
        target ? mixture.conditional(*target) : Result<GaussianMixture>(mixture);
    const Eigen::MatrixXd x = draw(conditional ? *conditional : mixture);
    Trajectories run;
    run.steps = 0;
    run.dimension = mixture.dimension();
    run.particles = n;
    run.values.resize(static_cast<std::size_t>(x.size()));
    for (int c = 0; c < run.dimension; ++c)
        for (std::size_t i = 0; i < n; ++i)
            run.coordinate(0, c)[i] = static_cast<float>(x(c, static_cast<Eigen::Index>(i)));
    return run;
}

} // namespace scorefield
