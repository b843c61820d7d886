// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/kernel_table.h"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

template <int D>
using Vector = Eigen::Matrix<double, D, 1>;
template <int D>
using Matrix = Eigen::Matrix<double, D, D>;

/// Writes the upper triangle of m row by row and returns the place after it.
template <int D>
float* writeTriangle(const Matrix<D>& m, float* out)
{
    for (int i = 0; i < D; ++i)
        for (int j = i; j < D; ++j)
            *out++ = static_cast<float>(m(i, j));
    return out;
}

template <int D>
float* writeVector(const Vector<D>& v, float* out)
{
    for (int i = 0; i < D; ++i)
        *out++ = static_cast<float>(v(i));
    return out;
}

/// What a component is at one level: C = Q diag(variance) Q^T, gain G = alpha Sigma C^-1.
template <int D>
struct NoisedComponent {
    Matrix<D> Q;
    Vector<D> mean, variance, signal; // signal = alpha^2 l
    double logNormaliser;
    Matrix<D> gain;

    NoisedComponent(const GaussianMixture::Component& component, const PathCoefficients& level)
        : Q(component.eigenvectors)
        , mean(component.mean)
    {
        const Vector<D> eigenvalues = component.eigenvalues;
        signal = level.alpha * level.alpha * eigenvalues;
        variance = (signal.array() + level.sigma * level.sigma).matrix();
        logNormaliser = component.logWeight - variance.array().log().sum() / 2;
        gain = Q * (level.alpha * eigenvalues.array() / variance.array()).matrix().asDiagonal()
               * Q.transpose();
    }

    Matrix<D> precision() const { return Q * variance.cwiseInverse().asDiagonal() * Q.transpose(); }

    /// (C^-1 - I/sigma^2)/2, without the subtraction: what is left when the quadratic that all
    /// components share is dropped.
    Matrix<D> halfExcessPrecision(double sigma) const
    {
        const Vector<D> excess =
            (-signal.array() / variance.array() / (2 * sigma * sigma)).matrix();
        return Q * excess.asDiagonal() * Q.transpose();
    }

    /// Upper triangular A with A^T A = C^-1/2. By QR of the eigen square root: exact row by row
    /// also when C is nearly singular.
    Matrix<D> whitening() const
    {
        if (variance(0) == variance(D - 1))
            return Matrix<D>::Identity() / std::sqrt(2 * variance(0));
        const Matrix<D> root = (2 * variance.array()).rsqrt().matrix().asDiagonal() * Q.transpose();
        return root.householderQr().matrixQR().template triangularView<Eigen::Upper>();
    }
};

/// Largest distance from the mixture's mean at which data lie, about: of a component's mean plus
/// its largest standard deviation.
double extent(const GaussianMixture& mixture, const Eigen::VectorXd& centre)
{
    double largest = 0;
    for (const auto& component : mixture.components())
        largest = std::max(largest,
                           (component.mean - centre).norm()
                               + std::sqrt(component.eigenvalues.maxCoeff()));
    return largest;
}

template <int D>
void fill(const GaussianMixture& mixture,
          const ComponentOrder& order,
          const PathCoefficients& level,
          KernelTable& table)
{
    const Eigen::VectorXd centre = mixture.mean();
    table.centred = level.alpha * extent(mixture, centre) > level.sigma;
    double largest = -std::numeric_limits<double>::infinity(); // constants relative to the largest
                                                               // one round best
    for (const auto& component : mixture.components())
        largest = std::max(largest, component.logWeight);
    largest -= D * std::log(level.sigma);

    float* out = table.rows.data();
    for (const int k : order.components) {
        const NoisedComponent<D> noised(mixture.components()[static_cast<std::size_t>(k)], level);
        const Vector<D> place = level.alpha * noised.mean;
        if (table.centred) {
            *out++ = static_cast<float>(noised.logNormaliser - largest);
            out = writeVector<D>(place, out);
            out = writeTriangle<D>(noised.whitening(), out);
            out = writeVector<D>(noised.mean, out);
        } else {
            const Vector<D> linear = noised.precision() * place;
            *out++ = static_cast<float>(noised.logNormaliser - largest - linear.dot(place) / 2);
            out = writeVector<D>(linear, out);
            out = writeTriangle<D>(noised.halfExcessPrecision(level.sigma), out);
            out = writeVector<D>(Vector<D>(noised.mean - noised.gain * place), out);
        }
        out = writeTriangle<D>(noised.gain, out);
    }
}

} // namespace

void fillKernelTable(const GaussianMixture& mixture,
                     const ComponentOrder& order,
                     const PathCoefficients& level,
                     KernelTable& table)
{
    const int d = mixture.dimension();
    table.members = order.members;
    table.others = order.others();
    table.rows.resize(order.components.size() * static_cast<std::size_t>(kernelRowSize(d)));
    if (d == 2)
        fill<2>(mixture, order, level, table);
    else
        fill<3>(mixture, order, level, table);
}

} // namespace scorefield
