// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One component at one noise level as a row of numbers, in closed form: thousands of components
// times hundreds of levels are made when a run starts. d = dimension, triangles row by row:
//   [constant, centre d, triangle A, mean d, triangle G (symmetric)]
// centred:   y = x - centre, log-weight = constant - |A y|^2      (A upper triangular, A^T A =
// C^-1/2) otherwise: y = x,          log-weight = constant + centre.y - y^T A y  (A symmetric)
// posterior mean of the component = mean + G y. Log-weights are natural. core/field/kernel.h and
// core/field/culled_kernel.h say what their tables make of it.
#include "core/field/kernel.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

/// A Gaussian of the data with its eigenbasis in plain numbers: Sigma = Q diag(l) Q^T.
template <int D>
struct RowSource {
    double Q[D][D]; ///< Q[i][a]: coordinate i of eigenvector a
    double l[D];    ///< ascending
    double mean[D];
    double logWeight;

    RowSource() = default;
    explicit RowSource(const GaussianMixture::Component& component) : logWeight(component.logWeight)
    {
        for (int a = 0; a < D; ++a) {
            l[a] = component.eigenvalues(a);
            mean[a] = component.mean(a);
            for (int i = 0; i < D; ++i)
                Q[i][a] = component.eigenvectors(i, a);
        }
    }
};

/// What all rows of a level share.
struct RowLevel {
    double alpha, sigma;
    double largest; ///< subtracted from all constants: the largest one rounds best
    bool centred;
};

namespace row_parts {

/// Q diag(values) Q^T, the triangle row by row.
template <int D>
void sandwich(const double (&Q)[D][D], const double (&values)[D], double* triangle)
{
    for (int i = 0; i < D; ++i)
        for (int j = i; j < D; ++j) {
            double sum = 0;
            for (int a = 0; a < D; ++a)
                sum += Q[i][a] * Q[j][a] * values[a];
            *triangle++ = sum;
        }
}

/// Upper triangular A with A^T A = P = Q diag(p) Q^T by Cholesky, whose pivots are written as
/// ratios of principal minors of P: sums of positive terms (a minor of Q is an entry of Q), so that
/// they are exact also when P is nearly singular, where P_11 - a_01^2 is not.
template <int D>
void whitening(const double (&Q)[D][D], const double (&p)[D], double* a)
{
    double P[D * (D + 1) / 2];
    sandwich<D>(Q, p, P);
    const double first = std::sqrt(P[0]);
    if constexpr (D == 2) {
        a[0] = first;
        a[1] = P[1] / first;
        a[2] = std::sqrt(p[0] * p[1]) / first;
    } else {
        const double pairs[3] = {p[1] * p[2], p[0] * p[2], p[0] * p[1]};
        double minor = 0, mixed = 0;
        for (int c = 0; c < 3; ++c) {
            minor += pairs[c] * Q[2][c] * Q[2][c];
            mixed -= pairs[c] * Q[1][c] * Q[2][c];
        }
        a[0] = first;
        a[1] = P[1] / first;
        a[2] = P[2] / first;
        a[3] = std::sqrt(minor) / first;
        a[4] = mixed / (first * std::sqrt(minor));
        a[5] = std::sqrt(pairs[2] * p[2] / minor);
    }
}

template <class Number>
Number* write(const double* values, int count, Number* out)
{
    return std::transform(
        values, values + count, out, [](double value) { return static_cast<Number>(value); });
}

} // namespace row_parts

/// Writes the row of a component, kernelRowSize(D) numbers; sigma > 0. Returns the place after it.
template <int D, class Number>
Number* writeNoisedRow(const RowSource<D>& component, const RowLevel& level, Number* out)
{
    constexpr int kTriangle = D * (D + 1) / 2;
    const double alpha = level.alpha, sigma = level.sigma;
    double variance[D], gains[D], product = 1; // C = Q diag(variance) Q^T, G = Q diag(gains) Q^T
    for (int a = 0; a < D; ++a) {
        variance[a] = alpha * alpha * component.l[a] + sigma * sigma;
        gains[a] = alpha * component.l[a] / variance[a];
        product *= variance[a] / (sigma * sigma); // at least 1, so it cannot underflow
    }
    double constant = component.logWeight - std::log(product) / 2 - level.largest;
    double G[kTriangle], A[kTriangle], centre[D], mean[D], values[D];
    row_parts::sandwich<D>(component.Q, gains, G);
    if (level.centred) {
        for (int a = 0; a < D; ++a) {
            centre[a] = alpha * component.mean[a];
            mean[a] = component.mean[a];
            values[a] = 1 / (2 * variance[a]);
        }
        row_parts::whitening<D>(component.Q, values, A);
    } else {
        // C^-1 - I/sigma^2 without the subtraction: what is left when the quadratic that all
        // components share is dropped.
        for (int a = 0; a < D; ++a)
            values[a] = -alpha * alpha * component.l[a] / variance[a] / (2 * sigma * sigma);
        row_parts::sandwich<D>(component.Q, values, A);
        double along[D]; // Q^T alpha mu
        for (int a = 0; a < D; ++a) {
            along[a] = 0;
            for (int i = 0; i < D; ++i)
                along[a] += component.Q[i][a] * alpha * component.mean[i];
            constant -= along[a] * along[a] / (2 * variance[a]);
        }
        for (int i = 0; i < D; ++i) {
            centre[i] = 0;
            mean[i] = component.mean[i];
            for (int a = 0; a < D; ++a) {
                centre[i] += component.Q[i][a] * along[a] / variance[a];
                mean[i] -= component.Q[i][a] * along[a] * gains[a];
            }
        }
    }
    *out++ = static_cast<Number>(constant);
    out = row_parts::write(centre, D, out);
    out = row_parts::write(A, kTriangle, out);
    out = row_parts::write(mean, D, out);
    return row_parts::write(G, kTriangle, out);
}

/// Largest distance from the mixture's mean at which data lie, about: of a component's mean plus
/// its largest standard deviation.
inline double dataExtent(const GaussianMixture& mixture)
{
    const Eigen::VectorXd centre = mixture.mean();
    double largest = 0;
    for (const auto& component : mixture.components()) {
        const double deviation = std::sqrt(component.eigenvalues(component.eigenvalues.size() - 1));
        largest = std::max(largest, (component.mean - centre).norm() + deviation);
    }
    return largest;
}

/// What the rows of this mixture share at a level. `extent` is dataExtent(mixture).
inline RowLevel
rowLevel(const GaussianMixture& mixture, double extent, const PathCoefficients& level)
{
    double largest = mixture.components().front().logWeight;
    for (const auto& component : mixture.components())
        largest = std::max(largest, component.logWeight);
    return {level.alpha, level.sigma, largest, level.alpha * extent > level.sigma};
}

} // namespace scorefield
