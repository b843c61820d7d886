// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/node_average.h"

#include "core/base/linear_algebra.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// z with P(N(0, 1) <= z) = p, by Newton on erfc; p in (0, 1/2], so that nothing cancels.
double lowerQuantile(double p)
{
    // Where e^(-z^2/2) alone would give p, which is below the quantile: Newton then runs downhill.
    double z = -std::sqrt(-2 * std::log(2 * p));
    for (int i = 0; i < 60; ++i) {
        const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
        const double step = (std::erfc(-z / std::numbers::sqrt2) / 2 - p) / density;
        // Halley's correction: the quantile's curvature is known.
        z -= step / (1 + z * step / 2);
        if (std::abs(step) < 1e-15 * (1 + std::abs(z))) // to rounding
            break;
    }
    return z;
}

double quantile(double p)
{
    return p <= .5 ? lowerQuantile(p) : -lowerQuantile(1 - p);
}

/// The root g > 1 of g^(n+1) = g + 1: the golden ratio, the plastic number, …
double latticeRoot(int n)
{
    double g = 2;
    for (int i = 0; i < 80; ++i)
        g = std::pow(1 + g, 1. / (n + 1));
    return g;
}

constexpr double kGoldenAngle = 2.399963229728653; // pi (3 - sqrt 5)

} // namespace

void turnNodes(const Eigen::MatrixXd& nodes, double noise, Eigen::MatrixXd& turned)
{
    turned = nodes;
    const double angle = kGoldenAngle * std::log(noise);
    const double c = std::cos(angle), s = std::sin(angle);
    for (Eigen::Index row = 0; row + 1 < turned.rows(); ++row)
        for (Eigen::Index j = 0; j < turned.cols(); ++j) {
            const double a = turned(row, j), b = turned(row + 1, j);
            turned(row, j) = c * a - s * b;
            turned(row + 1, j) = s * a + c * b;
        }
}

Eigen::MatrixXd gaussianNodes(int dimension, int count)
{
    const int pairs = std::max(1, count / 2);
    const double g = latticeRoot(std::max(1, dimension - 1));
    Eigen::MatrixXd nodes(dimension, 2 * pairs);
    for (int i = 0; i < pairs; ++i) {
        // A quarter: the mirror images then lie half-way between.
        nodes(0, i) = quantile((i + .25) / pairs);
        for (int c = 1; c < dimension; ++c) {
            const double place = .5 + (i + 1) * std::pow(g, -c);
            nodes(c, i) = quantile(std::clamp(place - std::floor(place), 1e-9, 1 - 1e-9));
        }
    }
    nodes.rightCols(pairs) = -nodes.leftCols(pairs);
    const Eigen::MatrixXd covariance = nodes * nodes.transpose() / (2. * pairs);
    const auto factor = choleskyFactor(covariance);
    if (pairs >= 4 * dimension && factor)
        return solveLower(*factor, nodes);
    return covariance.diagonal().cwiseSqrt().cwiseInverse().asDiagonal() * nodes;
}

} // namespace scorefield
