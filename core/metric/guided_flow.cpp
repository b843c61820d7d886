// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/guided_flow.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

struct GuidedFlow::Moments {
    Eigen::VectorXd score, denoised;
    double scoreTrace = 0;    ///< tr H
    double denoisedTrace = 0; ///< tr dD/dy
};

Result<GuidedFlow> GuidedFlow::create(const GaussianMixture& mixture,
                                      const GuidanceRule* guidance,
                                      const ForwardProcess& process)
{
    GuidedFlow flow;
    flow.m_dimension = mixture.dimension();
    flow.m_process = &process;
    std::optional<int> target;
    if (guidance != nullptr)
        target = guidance->target();
    if (target && mixture.classWeight(*target) <= 0)
        return Error{"target",
                     "class " + std::to_string(*target)
                         + " has no component in the mixture, so nothing can be guided to it"};
    if (target && !guidance->isLinear())
        return Error{"guidance",
                     "is a rule that is no weight on D_c - D_u, so the divergence of its field has "
                     "no closed form; densities need a linear rule"};
    if (target && guidance->newCorrector(1, mixture.dimension()) != nullptr)
        return Error{"guidance",
                     "is a rule that moves or exchanges particles between the steps, so they do "
                     "not follow an ODE; densities need a rule that does not"};
    flow.m_guidance = target ? guidance : nullptr;
    for (const auto& component : mixture.components())
        flow.m_terms.push_back({component.logWeight,
                                component.mean,
                                component.eigenvectors.transpose() * component.mean,
                                component.eigenvectors,
                                component.eigenvalues,
                                target && mixture.inTarget(component, *target)});
    return flow;
}

void GuidedFlow::evaluateTerms(double alpha,
                               double sigma,
                               const Eigen::VectorXd& y,
                               Scratch& scratch) const
{
    const auto K = static_cast<Eigen::Index>(m_terms.size());
    if (scratch.score.cols() != K || scratch.score.rows() != m_dimension) {
        scratch.logTerm.resize(K);
        scratch.precision.resize(K);
        scratch.gain.resize(K);
        scratch.score.resize(m_dimension, K);
        scratch.mean.resize(m_dimension, K);
        scratch.rotated.resize(m_dimension);
    }
    for (Eigen::Index k = 0; k < K; ++k) {
        const Term& term = m_terms[static_cast<std::size_t>(k)];
        scratch.rotated.noalias() = term.eigenvectors.transpose() * y;
        scratch.rotated -= alpha * term.rotatedMean;
        double precision = 0, gain = 0, distance = 0, logDeterminant = 0, product = 1;
        for (Eigen::Index i = 0; i < m_dimension; ++i) {
            const double l = term.eigenvalues(i);
            const double v = alpha * alpha * l + sigma * sigma;
            const double scaled = scratch.rotated(i) / v;
            distance += scratch.rotated(i) * scaled;
            scratch.rotated(i) = -scaled;
            precision += 1 / v;
            gain += l / v;
            product *= v;
            if (product < 1e-200 || product > 1e200) { // one logarithm for many variances
                logDeterminant += std::log(product);
                product = 1;
            }
        }
        logDeterminant += std::log(product);
        scratch.logTerm(k) = term.logWeight - (distance + logDeterminant) / 2;
        scratch.precision(k) = precision;
        scratch.gain(k) = gain;
        scratch.score.col(k).noalias() = term.eigenvectors * scratch.rotated;
        // mu + alpha Sigma C^-1 (y - alpha mu): no division by alpha or sigma.
        scratch.rotated.array() *= -alpha * term.eigenvalues.array();
        scratch.mean.col(k).noalias() = term.eigenvectors * scratch.rotated;
        scratch.mean.col(k) += term.mean;
    }
}

GuidedFlow::Moments
GuidedFlow::moments(double alpha, double sigma, Scratch& scratch, bool target) const
{
    const auto K = scratch.logTerm.size();
    double largest = -std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < K; ++k)
        if (!target || m_terms[static_cast<std::size_t>(k)].inTarget)
            largest = std::max(largest, scratch.logTerm(k));
    Eigen::VectorXd& r = scratch.weights;
    r.resize(K);
    for (Eigen::Index k = 0; k < K; ++k)
        r(k) = !target || m_terms[static_cast<std::size_t>(k)].inTarget
                   ? std::exp(scratch.logTerm(k) - largest)
                   : 0;
    r /= r.sum();

    Moments moments;
    moments.score.noalias() = scratch.score * r;
    moments.denoised.noalias() = scratch.mean * r;
    for (Eigen::Index k = 0; k < K; ++k) {
        if (r(k) == 0)
            continue;
        // Spreads about the mean, not differences of squares: those cancel far from the data.
        const double scoreSpread = (scratch.score.col(k) - moments.score).squaredNorm();
        moments.scoreTrace += r(k) * (scoreSpread - scratch.precision(k));
        // tr dD/dy = (alpha/sigma^2) tr Cov[x_0|y]; the spread of the means is
        // sigma^2 (u_k - s)/alpha, of which each form is the accurate one on its side.
        const double meanSpread =
            sigma < alpha
                ? sigma * sigma / alpha * scoreSpread
                : alpha / (sigma * sigma) * (scratch.mean.col(k) - moments.denoised).squaredNorm();
        moments.denoisedTrace += r(k) * (alpha * scratch.gain(k) + meanSpread);
    }
    return moments;
}

double GuidedFlow::weightAt(double theta) const
{
    return m_guidance->weight(m_process->at(m_process->timeAt(std::max(0.0, std::tan(theta)))));
}

void GuidedFlow::rate(double theta,
                      const Eigen::VectorXd& state,
                      Eigen::VectorXd& rate,
                      Scratch& scratch) const
{
    const double alpha = std::cos(theta), sigma = std::sin(theta);
    evaluateTerms(alpha, sigma, state.head(m_dimension), scratch);
    Moments guided = moments(alpha, sigma, scratch, false);
    double penalty = 0;
    if (m_guidance != nullptr) {
        const double w = weightAt(theta);
        const Moments target = moments(alpha, sigma, scratch, true);
        const Eigen::VectorXd scoreGap = target.score - guided.score;
        const Eigen::VectorXd meanGap = target.denoised - guided.denoised;
        // tan |ds|^2 with ds = alpha dD/sigma^2, whichever form is regular.
        penalty = w * (w - 1)
                  * (sigma < alpha ? sigma / alpha * scoreGap.squaredNorm()
                                   : alpha / (sigma * sigma * sigma) * meanGap.squaredNorm());
        guided.score += w * scoreGap;
        guided.denoised += w * meanGap;
        guided.scoreTrace += w * (target.scoreTrace - guided.scoreTrace);
        guided.denoisedTrace += w * (target.denoisedTrace - guided.denoisedTrace);
    }
    rate.head(m_dimension) = -sigma * guided.denoised - alpha * sigma * guided.score;
    rate(m_dimension) = -sigma * guided.denoisedTrace - alpha * sigma * guided.scoreTrace;
    rate(m_dimension + 1) = penalty;
}

/// Adds `factor` times A of the posterior whose weights moments() has just left in the scratch.
void GuidedFlow::addJacobian(double alpha,
                             double sigma,
                             const Moments& moments,
                             double factor,
                             Scratch& scratch,
                             Eigen::MatrixXd& jacobian) const
{
    for (Eigen::Index k = 0; k < scratch.weights.size(); ++k) {
        const double r = factor * scratch.weights(k);
        if (r == 0)
            continue;
        const Term& term = m_terms[static_cast<std::size_t>(k)];
        for (Eigen::Index i = 0; i < m_dimension; ++i) {
            const double l = term.eigenvalues(i);
            const double gain = r * alpha * sigma * (1 - l) / (alpha * alpha * l + sigma * sigma);
            const auto q = term.eigenvectors.col(i);
            jacobian.noalias() += gain * q * q.transpose();
        }
        scratch.rotated = scratch.score.col(k) - moments.score; // u_k - s
        jacobian.noalias() -=
            (r * sigma) * (scratch.mean.col(k) - moments.denoised) * scratch.rotated.transpose();
        jacobian.noalias() -= (r * sigma * alpha) * scratch.rotated * scratch.rotated.transpose();
    }
}

void GuidedFlow::velocity(double theta,
                          const Eigen::VectorXd& y,
                          Eigen::VectorXd& velocity,
                          Scratch& scratch) const
{
    const double alpha = std::cos(theta), sigma = std::sin(theta);
    evaluateTerms(alpha, sigma, y, scratch);
    Moments guided = moments(alpha, sigma, scratch, false);
    if (m_guidance != nullptr) {
        const double w = weightAt(theta);
        const Moments target = moments(alpha, sigma, scratch, true);
        guided.score += w * (target.score - guided.score);
        guided.denoised += w * (target.denoised - guided.denoised);
    }
    velocity.noalias() = -sigma * guided.denoised - alpha * sigma * guided.score;
}

void GuidedFlow::linearised(double theta,
                            const Eigen::VectorXd& y,
                            Eigen::VectorXd& rate,
                            Eigen::MatrixXd& jacobian,
                            Scratch& scratch) const
{
    const double alpha = std::cos(theta), sigma = std::sin(theta);
    evaluateTerms(alpha, sigma, y, scratch);
    jacobian.setZero(m_dimension, m_dimension);
    const double w = m_guidance != nullptr ? weightAt(theta) : 0;
    Moments guided = moments(alpha, sigma, scratch, false);
    addJacobian(alpha, sigma, guided, 1 - w, scratch, jacobian);
    if (m_guidance != nullptr) {
        const Moments target = moments(alpha, sigma, scratch, true);
        addJacobian(alpha, sigma, target, w, scratch, jacobian);
        guided.score += w * (target.score - guided.score);
        guided.denoised += w * (target.denoised - guided.denoised);
    }
    rate.noalias() = -sigma * guided.denoised - alpha * sigma * guided.score;
}

} // namespace scorefield
