// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/node_moments.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

template <int D>
using Vector = Eigen::Matrix<double, D, 1>;
template <int D>
using Matrix = Eigen::Matrix<double, D, D>;

template <int D>
Matrix<D> covarianceOf(const RowSource<D>& component)
{
    Matrix<D> sum = Matrix<D>::Zero();
    for (int i = 0; i < D; ++i)
        for (int j = 0; j < D; ++j)
            for (int a = 0; a < D; ++a)
                sum(i, j) += component.Q[i][a] * component.l[a] * component.Q[j][a];
    return sum;
}

template <int D>
Vector<D> meanOf(const RowSource<D>& component)
{
    return Eigen::Map<const Vector<D>>(component.mean);
}

/// Moments about the mean of the node, up to the fourth.
template <int D>
struct Tensors {
    Matrix<D> second = Matrix<D>::Zero();
    double third[D][D][D] = {}, fourth[D][D][D][D] = {};

    /// d: offset of a mean; Delta: what its covariance exceeds the mean one by.
    void add(double weight, const Vector<D>& d, const Matrix<D>& Delta)
    {
        second += weight * d * d.transpose();
        for (int i = 0; i < D; ++i)
            for (int j = 0; j < D; ++j)
                for (int k = 0; k < D; ++k) {
                    third[i][j][k] += weight
                                      * (d(i) * d(j) * d(k) + d(i) * Delta(j, k)
                                         + d(j) * Delta(i, k) + d(k) * Delta(i, j));
                    for (int l = 0; l < D; ++l)
                        fourth[i][j][k][l] += weight * fourthMoment(d, Delta, i, j, k, l);
                }
    }

    static double
    fourthMoment(const Vector<D>& d, const Matrix<D>& Delta, int i, int j, int k, int l)
    {
        const auto pair = [&](int a, int b) { return d(a) * d(b) + Delta(a, b); };
        // each product of two pairs has d d d d once, which belongs there once in all
        return pair(i, j) * pair(k, l) + pair(i, k) * pair(j, l) + pair(i, l) * pair(j, k)
               - 2 * d(i) * d(j) * d(k) * d(l);
    }

    double thirdNorm() const
    {
        double sum = 0;
        for (const auto& slice : third)
            for (const auto& row : slice)
                for (const double value : row)
                    sum += value * value;
        return std::sqrt(sum);
    }

    double fourthNorm() const
    {
        double sum = 0;
        for (int i = 0; i < D; ++i)
            for (int j = 0; j < D; ++j)
                for (int k = 0; k < D; ++k)
                    for (int l = 0; l < D; ++l) {
                        const double cumulant = fourth[i][j][k][l] - second(i, j) * second(k, l)
                                                - second(i, k) * second(j, l)
                                                - second(i, l) * second(j, k);
                        sum += cumulant * cumulant;
                    }
        return std::sqrt(sum);
    }
};

/// A polynomial of degree 6 with coefficients >= 0.
struct Sextic {
    double c[7] = {};

    void add(double factor, std::initializer_list<double> coefficients)
    {
        double* to = c;
        for (const double value : coefficients)
            *to++ += factor * value;
    }
    double operator()(double z) const
    {
        return (((((c[6] * z + c[5]) * z + c[4]) * z + c[3]) * z + c[2]) * z + c[1]) * z + c[0];
    }
    double slope(double z) const
    {
        return ((((6 * c[6] * z + 5 * c[5]) * z + 4 * c[4]) * z + 3 * c[3]) * z + 2 * c[2]) * z
               + c[1];
    }

    /// The largest z <= limit where it is at most `value`; negative if there is none. Newton's
    /// method from above on a convex increasing function never passes the solution.
    double solve(double value, double limit) const
    {
        if (!(limit >= 0) || !(c[0] <= value))
            return -1;
        const double third = c[3] > 0 ? std::cbrt(value / c[3]) : limit; // one term alone is enough
        const double fourth = c[4] > 0 ? std::sqrt(std::sqrt(value / c[4])) : limit;
        double z = std::min({limit, third, fourth});
        for (int i = 0; i < 40; ++i) {
            const double excess = (*this)(z)-value;
            if (excess <= 1e-3 * value) // of a tolerance with a margin
                break;
            z -= excess / slope(z);
        }
        return z;
    }
};

} // namespace

template <int D>
NodeMoments<D>::NodeMoments(const std::vector<RowSource<D>>& components,
                            std::size_t begin,
                            std::size_t end)
{
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t k = begin; k < end; ++k)
        largest = std::max(largest, components[k].logWeight);
    double total = 0;
    Vector<D> mean = Vector<D>::Zero();
    Matrix<D> Sigma = Matrix<D>::Zero();
    widest = 0;
    narrowest = std::numeric_limits<double>::infinity();
    for (std::size_t k = begin; k < end; ++k) {
        const double weight = std::exp(components[k].logWeight - largest);
        total += weight;
        mean += weight * meanOf(components[k]);
        Sigma += weight * covarianceOf(components[k]);
        widest = std::max(widest, components[k].l[D - 1]);
        narrowest = std::min(narrowest, components[k].l[0]);
    }
    mean /= total;
    Sigma /= total;

    Tensors<D> tensors;
    double spread = 0;
    for (std::size_t k = begin; k < end; ++k) {
        const double weight = std::exp(components[k].logWeight - largest) / total;
        const Vector<D> d = meanOf(components[k]) - mean;
        const Matrix<D> Delta = covarianceOf(components[k]) - Sigma;
        tensors.add(weight, d, Delta);
        radius = std::max(radius, d.norm());
        spread = std::max(spread, Delta.norm());
        for (int i = 0; i < D; ++i)
            half[i] = std::max(half[i], std::abs(d(i)));
    }
    same = end - begin == 1 || (radius == 0 && spread == 0);
    scatter = tensors.second.trace();
    third = tensors.thirdNorm();
    fourth = tensors.fourthNorm();

    Eigen::SelfAdjointEigenSolver<Matrix<D>> solver;
    solver.compute(Sigma + tensors.second);
    gaussian.logWeight = largest + std::log(total);
    for (int a = 0; a < D; ++a) {
        gaussian.mean[a] = mean(a);
        gaussian.l[a] = std::max(0.0, solver.eigenvalues()(a));
        for (int i = 0; i < D; ++i)
            gaussian.Q[i][a] = solver.eigenvectors()(i, a);
    }
    setRemainder(components, begin, end, Sigma, spread);
}

/// The base covariance, at most every Sigma_k: the mean less the largest deviation from it, or the
/// narrowest component made round, whichever leaves less above it. Then what is left above it.
template <int D>
void NodeMoments<D>::setRemainder(const std::vector<RowSource<D>>& components,
                                  std::size_t begin,
                                  std::size_t end,
                                  const Eigen::Matrix<double, D, D>& Sigma,
                                  double spread)
{
    Eigen::SelfAdjointEigenSolver<Matrix<D>> solver;
    const double least = solver.computeDirect(Sigma, Eigen::EigenvaluesOnly).eigenvalues()(0);
    const bool common = D * spread < Sigma.trace() - D * narrowest && spread < least;
    base = common ? least - spread : narrowest;
    double total = 0, all = 0;
    for (std::size_t k = begin; k < end; ++k) {
        const double weight = std::exp(components[k].logWeight - gaussian.logWeight);
        const double square = (meanOf(components[k]) - Eigen::Map<const Vector<D>>(gaussian.mean))
                                  .squaredNorm(),
                     d = std::sqrt(square);
        double trace = 0;
        for (const double value : components[k].l)
            trace += value;
        const double v = common ? std::max(0.0, trace - Sigma.trace() + D * spread)
                                : std::max(0.0, trace - D * narrowest);
        fuzz = std::max(fuzz, v);
        total += weight;
        all += weight * (square + v);
        fifth += weight * d * (square * square / 120 + square * v / 12 + v * v / 8);
        sixth += weight
                 * (square * square * square / 720 + square * square * v / 48 + square * v * v / 16
                    + v * v * v / 48);
    }
    fifth /= total;
    all /= total;
    sixth = sixth / total + all * all * all / 48; // also of the one Gaussian
}

template <int D>
struct NodeMoments<D>::Change {
    Sextic size;
    double limit; ///< of z
    double s;
};

template <int D>
auto NodeMoments<D>::change(double alpha, double sigma, double extent) const -> Change
{
    const double s2 = sigma * sigma + alpha * alpha * base;
    const double s = std::sqrt(s2), a = alpha / s, a2 = a * a;
    const double k3 = third * a2 * a / 6, k4 = fourth * a2 * a2 / 24;
    const double k5 = fifth * a2 * a2 * a,
                 k6 = 1.5 * sixth * a2 * a2 * a2; // and what comes after it
    const double w = extent, root = std::sqrt(double(D));
    // Of responsibilities, times how far what they weigh is from its mean, on average: |T :
    // He_3(z)| <= |T| (z^3 + 3 sqrt(d) z) and so on; |He_5| <= z^5 + 10 z^3 + 15 z, |He_6| <= z^6 +
    // 15 z^4 + 45 z^2 + 15.
    Sextic error;
    error.add(w * k3, {0, 3 * root, 0, 1});
    error.add(w * k4, {3.0 * D, 0, 6 * root, 0, 1});
    error.add(w * k5, {0, 15, 0, 10, 0, 1});
    error.add(w * k6, {15, 0, 45, 0, 15, 0, 1});
    // Of the node's own posterior mean, (sigma^2/alpha) d/dx of the logarithm of the ratio.
    const double omega = sigma * sigma / (s * std::max(alpha, 1e-300));
    error.add(omega * k3, {3 * root, 0, 3});
    error.add(omega * k4, {0, 12 * root, 0, 4});
    error.add(omega * k5, {15, 0, 30, 0, 5});
    error.add(omega * k6, {0, 90, 0, 60, 0, 6});
    // The terms after the sixth fall off faster than 1, 1/3, 1/9, … up to here.
    const double step = a * (radius + 2 * std::sqrt(fuzz));
    return {error, std::min(1e6, 1 / std::max(step, 1e-300) - 2), s};
}

template <int D>
double NodeMoments<D>::reach(double alpha, double sigma, double extent, double tolerance) const
{
    const Change change = this->change(alpha, sigma, extent);
    return change.size.solve(tolerance, change.limit) * change.s;
}

/// A node of share 2^-b changes the mean by 2^-b E(z): by at most tolerance 2^(-b/4)/32 where
/// E(z) <= tolerance 2^(3b/4)/32. As z^k <= (k/(2 e beta))^(k/2) e^(beta z^2), so is E(z) at most a
/// constant times e^(beta z^2), and b has a bound that is linear in z^2. The share of far nodes
/// falls as e^(-z^2/2), faster than the e^(-4 beta z^2/3) that is asked for.
template <int D>
auto NodeMoments<D>::share(double alpha, double sigma, double extent, double tolerance) const
    -> Share
{
    constexpr double kBeta = .28, kLog2E = 1.4426950408889634;
    // (k/(2 e beta))^(k/2)
    constexpr double kMost[7] = {1, .8106, 1.3139, 2.7667, 6.9049, 19.5533, 61.2360};
    const Change change = this->change(alpha, sigma, extent);
    double sum = 0;
    for (int k = 0; k <= 6; ++k)
        sum += kMost[k] * change.size.c[k];
    const double z = change.limit;
    return {4. / 3 * std::log2(32 * sum / tolerance),
            4. / 3 * kBeta * kLog2E / (change.s * change.s),
            z > 0 ? z * change.s : -1};
}

template struct NodeMoments<2>;
template struct NodeMoments<3>;

} // namespace scorefield
