// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/mean_slopes.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

/// What a component contributes at one level, in X = x/alpha.
struct Posterior {
    Eigen::ArrayXd variance, gain; // l + sigma~^2 and l/(l + sigma~^2) [d]
    Eigen::MatrixXd covariance;    // Q diag(sigma~^2 gain) Q^T
    double logNormaliser;
};

Posterior posteriorOf(const GaussianMixture::Component& component, double noise)
{
    Posterior result;
    result.variance = component.eigenvalues.array() + noise;
    result.gain = component.eigenvalues.array() / result.variance;
    result.covariance = component.eigenvectors * (noise * result.gain).matrix().asDiagonal()
                        * component.eigenvectors.transpose();
    result.logNormaliser = component.logWeight - result.variance.log().sum() / 2;
    return result;
}

/// The largest eigenvalue of A^-1 B; A symmetric positive definite, B symmetric.
double largestEigenvalue(const Eigen::MatrixXd& A, const Eigen::MatrixXd& B)
{
    if (A.rows() == 1)
        return B(0, 0) / A(0, 0);
    if (A.rows() > 2) {
        const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> solver(
            B, A, Eigen::EigenvaluesOnly);
        return solver.info() == Eigen::Success ? solver.eigenvalues().maxCoeff()
                                               : std::numeric_limits<double>::infinity();
    }
    // det(B - x A) = a x^2 - b x + c
    const double a = A(0, 0) * A(1, 1) - A(0, 1) * A(0, 1);
    const double b = A(0, 0) * B(1, 1) + A(1, 1) * B(0, 0) - 2 * A(0, 1) * B(0, 1);
    const double c = B(0, 0) * B(1, 1) - B(0, 1) * B(0, 1);
    const double root = std::sqrt(std::max(0.0, b * b - 4 * a * c));
    return b > 0 ? (b + root) / (2 * a) : b < root ? 2 * c / (b - root) : 0;
}

} // namespace

/// Weighted sums over a group of components.
struct MeanSlopes::Moments {
    double maximum = 0, total = 0;
    Eigen::VectorXd mean;
    Eigen::MatrixXd second, within;

    explicit Moments(Eigen::Index d) : mean(d), second(d, d), within(d, d) {}
    void reset()
    {
        maximum = -std::numeric_limits<double>::max();
        total = 0;
        mean.setZero();
        second.setZero();
        within.setZero();
    }
    void add(double logWeight, const Eigen::VectorXd& at, const Eigen::MatrixXd& covariance)
    {
        const double higher = std::max(maximum, logWeight);
        const double keep = std::exp(maximum - higher), weight = std::exp(logWeight - higher);
        maximum = higher;
        // The spread about a moving mean: nothing cancels where all means agree.
        const double before = total * keep, after = before + weight;
        if (!(weight > 0)) // far below: would be 0 times a large offset
            return;
        const Eigen::VectorXd offset = at - mean;
        second = keep * second + (before * weight / after) * offset * offset.transpose();
        within = keep * within + weight * covariance;
        mean += weight / after * offset;
        total = after;
    }
};

MeanSlopes::MeanSlopes(std::shared_ptr<const GaussianMixture> mixture, int target)
    : m_mixture(std::move(mixture))
    , m_isMember(static_cast<std::size_t>(m_mixture->componentCount()))
{
    const auto members = m_mixture->classMembers(target);
    for (const int k : members)
        m_isMember[static_cast<std::size_t>(k)] = true;
    m_alone = members.size() == m_isMember.size();
}

void MeanSlopes::slopesFrom(const Moments& members,
                            const Moments& others,
                            double noise,
                            Eigen::MatrixXd& ofClass,
                            Eigen::MatrixXd& difference) const
{
    const double maximum = std::max(members.maximum, others.maximum);
    const double a = std::exp(members.maximum - maximum) * members.total;
    const double b = std::exp(others.maximum - maximum) * others.total;
    const double p = a / (a + b), rest = b / (a + b);
    const Eigen::VectorXd apart = members.mean - others.mean;
    ofClass = (members.second + members.within) / (members.total * noise);
    difference = rest
                 * ((others.second + others.within) / (others.total * noise) - ofClass
                    + p / noise * apart * apart.transpose());
}

void MeanSlopes::largestSteps(const PathCoefficients& level,
                              const Block<double>& x,
                              double r,
                              Eigen::ArrayXd& largest) const
{
    const Eigen::Index n = x.rows(), d = x.cols();
    largest.setConstant(n, std::numeric_limits<double>::infinity());
    if (m_alone)
        return;
    const double noise = level.sigmaTilde() * level.sigmaTilde();
    std::vector<Posterior> posteriors;
    for (const auto& component : m_mixture->components())
        posteriors.push_back(posteriorOf(component, noise));
    Moments members(d), others(d);
    Eigen::MatrixXd A(d, d), B(d, d), ofClass(d, d), difference(d, d);
    Eigen::VectorXd X(d), z(d);
    for (Eigen::Index i = 0; i < n; ++i) {
        X = x.row(i).transpose().matrix() / level.alpha;
        members.reset();
        others.reset();
        for (std::size_t k = 0; k < posteriors.size(); ++k) {
            const auto& component = m_mixture->components()[k];
            const Posterior& posterior = posteriors[k];
            z.noalias() = component.eigenvectors.transpose() * (X - component.mean);
            const double logWeight =
                posterior.logNormaliser - (z.array().square() / posterior.variance).sum() / 2;
            z.array() *= posterior.gain;
            (m_isMember[k] ? members : others)
                .add(logWeight, component.mean + component.eigenvectors * z, posterior.covariance);
        }
        slopesFrom(members, others, noise, ofClass, difference);
        A = (1 - r) * ofClass;
        // 1e-12: a class without extent in some direction, in the step to the data.
        A.diagonal().array() += r + 1e-12;
        B = (1 - r) * difference;
        const double strongest = largestEigenvalue(A, B);
        if (strongest > 0)
            largest(i) = 1 / strongest;
    }
}

} // namespace scorefield
