// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Score errors by their id, and the fields they give.
#include "core/field/score_error.h"
#include "tests/support/guidance.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace scorefield::test {

inline const ScoreErrorKind& errorKindOf(const std::string& id)
{
    for (const ScoreErrorKind& kind : scoreErrorKinds())
        if (kind.info.id == id)
            return kind;
    std::abort(); // a mistake in the test
}

/// Seed 0: the defaults; others: anywhere in the range of the sliders; then what is given.
inline std::shared_ptr<const ScoreError>
scoreError(const std::string& id, const Settings& settings = {}, std::uint32_t seed = 0)
{
    Choice choice = randomChoice(errorKindOf(id).info, seed);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return makeScoreError(choice).value();
}

template <class Real = double>
std::unique_ptr<ScoreField<Real>> learned(const std::shared_ptr<const GaussianMixture>& mixture,
                                          const std::shared_ptr<const ScoreError>& error,
                                          std::shared_ptr<const GuidanceRule> guidance = unguided(),
                                          const std::vector<PathCoefficients>& levels = {})
{
    return makeLearnedField<Real>({mixture, std::move(guidance), levels}, error.get());
}

/// x~ = x_0 + sigma~ eps.
inline PathCoefficients veLevel(double noise)
{
    return {noise, 1, noise, 0, 1};
}

/// D at one place.
inline Eigen::VectorXd
meanAt(const ScoreField<double>& field, const PathCoefficients& level, const Eigen::VectorXd& x)
{
    Block<double> at = x.transpose().array(), mean(1, x.size());
    field.denoise(level, at, mean);
    return mean.row(0).transpose().matrix();
}

inline double meanAt(const ScoreField<double>& field, double noise, double x)
{
    return meanAt(field, veLevel(noise), Eigen::VectorXd::Constant(1, x))(0);
}

/// Points without spread, each of weight 1 and its own class. `points` are columns.
inline std::shared_ptr<const GaussianMixture> diracs(const Eigen::MatrixXd& points)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(points.rows());
    for (Eigen::Index k = 0; k < points.cols(); ++k)
        spec.components.push_back({1,
                                   points.col(k),
                                   Eigen::MatrixXd::Zero(points.rows(), points.rows()),
                                   static_cast<int>(k)});
    return makeMixture(spec);
}

/// ±mu on the first axis.
inline std::shared_ptr<const GaussianMixture> twoPoints(double mu, int dimension)
{
    Eigen::MatrixXd points = Eigen::MatrixXd::Zero(dimension, 2);
    points.row(0) << -mu, mu;
    return diracs(points);
}

/// Where the ODE from given places at noise `from` is at noise `to`: RK4 on equal steps of the log
/// of the noise, VE. [n,d]
inline Eigen::MatrixXd flow(const std::shared_ptr<const GaussianMixture>& mixture,
                            const std::shared_ptr<const ScoreError>& error,
                            const Eigen::MatrixXd& starts,
                            double from,
                            double to,
                            int steps = 400)
{
    const auto field = learned(mixture, error);
    Block<double> x = starts.array(), mean(x.rows(), x.cols());
    const double h = std::log(to / from) / steps;
    // dx/dlog sigma = x - D.
    const auto slope = [&](double logNoise, const Block<double>& at) -> Block<double> {
        field->denoise(veLevel(std::exp(logNoise)), at, mean);
        return at - mean;
    };
    for (int k = 0; k < steps; ++k) {
        const double nu = std::log(from) + k * h;
        const Block<double> k1 = slope(nu, x), k2 = slope(nu + h / 2, x + h / 2 * k1),
                            k3 = slope(nu + h / 2, x + h / 2 * k2), k4 = slope(nu + h, x + h * k3);
        x += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    return x.matrix();
}

inline Eigen::MatrixXd column(std::initializer_list<double> values)
{
    Eigen::MatrixXd x(static_cast<Eigen::Index>(values.size()), 1);
    std::copy(values.begin(), values.end(), x.data());
    return x;
}

} // namespace scorefield::test
