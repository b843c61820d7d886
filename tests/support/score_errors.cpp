// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/score_errors.h"

namespace scorefield::test {

const ScoreErrorKind& errorKindOf(const std::string& id)
{
    for (const ScoreErrorKind& kind : scoreErrorKinds())
        if (kind.info.id == id)
            return kind;
    std::abort(); // a mistake in the test
}

std::shared_ptr<const ScoreError>
scoreError(const std::string& id, const Settings& settings, std::uint32_t seed)
{
    Choice choice = randomChoice(errorKindOf(id).info, seed);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return makeScoreError(choice).value();
}

PathCoefficients veLevel(double noise)
{
    return {noise, 1, noise, 0, 1};
}

Eigen::VectorXd
meanAt(const ScoreField<double>& field, const PathCoefficients& level, const Eigen::VectorXd& x)
{
    Block<double> at = x.transpose().array(), mean(1, x.size());
    field.denoise(level, at, mean);
    return mean.row(0).transpose().matrix();
}

double meanAt(const ScoreField<double>& field, double noise, double x)
{
    return meanAt(field, veLevel(noise), Eigen::VectorXd::Constant(1, x))(0);
}

std::shared_ptr<const GaussianMixture> diracs(const Eigen::MatrixXd& points)
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

std::shared_ptr<const GaussianMixture> twoPoints(double mu, int dimension)
{
    Eigen::MatrixXd points = Eigen::MatrixXd::Zero(dimension, 2);
    points.row(0) << -mu, mu;
    return diracs(points);
}

Eigen::MatrixXd flow(const std::shared_ptr<const GaussianMixture>& mixture,
                     const std::shared_ptr<const ScoreError>& error,
                     const Eigen::MatrixXd& starts,
                     double from,
                     double to,
                     int steps)
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

Eigen::MatrixXd column(std::initializer_list<double> values)
{
    Eigen::MatrixXd x(static_cast<Eigen::Index>(values.size()), 1);
    std::copy(values.begin(), values.end(), x.data());
    return x;
}

} // namespace scorefield::test
