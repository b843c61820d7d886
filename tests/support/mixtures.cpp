// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mixtures.h"

namespace scorefield::test {

MixtureSpec referenceM1()
{
    return isotropicMixture({Eigen::Vector2d(-4, 0), Eigen::Vector2d(0, 0), Eigen::Vector2d(4, 0)},
                            0.25);
}

MixtureSpec referenceM4()
{
    const double c = std::cos(0.7), s = std::sin(0.7);
    Eigen::Matrix2d Q;
    Q << c, -s, s, c;
    MixtureSpec spec;
    spec.components.push_back({1,
                               Eigen::Vector2d(0.8, -0.5),
                               Q * Eigen::Vector2d(2.25, 0.09).asDiagonal() * Q.transpose(),
                               0});
    return spec;
}

double testNormal(std::uint64_t seed, int row, int column)
{
    return philoxNormal(
        seed, Stream::Data, static_cast<std::uint32_t>(row), 0, static_cast<std::uint32_t>(column));
}

MixtureSpec randomMixture(
    std::uint64_t seed, int dimension, int components, int rank, double spread, int classes)
{
    MixtureSpec spec;
    spec.dimension = dimension;
    for (int k = 0; k < components; ++k) {
        ComponentSpec component;
        component.weight = k + 1;
        component.classLabel = k % classes;
        component.mean.resize(dimension);
        Eigen::MatrixXd A(dimension, rank);
        for (int i = 0; i < dimension; ++i) {
            component.mean(i) = spread * testNormal(seed, 100 * k, i);
            for (int j = 0; j < rank; ++j)
                A(i, j) = testNormal(seed, 100 * k + 1 + j, i);
        }
        component.covariance = A * A.transpose();
        spec.components.push_back(component);
    }
    return spec;
}

Eigen::VectorXd randomPoint(std::uint64_t seed, int dimension, double spread)
{
    Eigen::VectorXd x(dimension);
    for (int i = 0; i < dimension; ++i)
        x(i) = spread * testNormal(seed, 4000000, i);
    return x;
}

} // namespace scorefield::test
