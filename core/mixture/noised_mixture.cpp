// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/noised_mixture.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

/// u = -C^-1 (x - alpha mu), in the eigenbasis of Sigma. variances [d] are those of C.
Eigen::VectorXd componentScore(const GaussianMixture::Component& component,
                               const Eigen::VectorXd& variances,
                               double alpha,
                               const Eigen::VectorXd& x)
{
    const Eigen::MatrixXd& Q = component.eigenvectors;
    const Eigen::VectorXd rotated = Q.transpose() * (x - alpha * component.mean);
    return -(Q * rotated.cwiseQuotient(variances));
}

} // namespace

NoisedMixture::NoisedMixture(const GaussianMixture& mixture, double alpha, double sigma)
    : m_mixture(mixture)
    , m_alpha(alpha)
    , m_sigma(sigma)
{
    assert(alpha >= 0 && sigma >= 0);
    const double logTwoPi = std::log(2 * std::numbers::pi);
    for (const auto& component : mixture.components()) {
        m_variances.emplace_back(alpha * alpha * component.eigenvalues.array() + sigma * sigma);
        m_logNormalisers.push_back(component.logWeight - m_variances.back().array().log().sum() / 2
                                   - mixture.dimension() * logTwoPi / 2);
    }
}

/// a_k = log pi_k N(x; alpha mu_k, C_k). [K]
Eigen::VectorXd NoisedMixture::logTerms(const Eigen::VectorXd& x) const
{
    Eigen::VectorXd terms(m_mixture.componentCount());
    for (Eigen::Index k = 0; k < terms.size(); ++k) {
        const auto index = static_cast<std::size_t>(k);
        const auto& component = m_mixture.components()[index];
        const Eigen::VectorXd rotated =
            component.eigenvectors.transpose() * (x - m_alpha * component.mean);
        terms(k) = m_logNormalisers[index]
                   - rotated.cwiseAbs2().cwiseQuotient(m_variances[index]).sum() / 2;
    }
    return terms;
}

double NoisedMixture::logDensity(const Eigen::VectorXd& x) const
{
    const Eigen::VectorXd terms = logTerms(x);
    const double largest = terms.maxCoeff();
    if (!std::isfinite(largest))
        return largest;
    return largest + std::log((terms.array() - largest).exp().sum());
}

Eigen::VectorXd NoisedMixture::responsibilities(const Eigen::VectorXd& x) const
{
    const Eigen::VectorXd terms = logTerms(x);
    const Eigen::VectorXd ratios = (terms.array() - terms.maxCoeff()).exp();
    return ratios / ratios.sum();
}

Eigen::VectorXd NoisedMixture::classPosterior(const Eigen::VectorXd& x) const
{
    const Eigen::VectorXd r = responsibilities(x);
    Eigen::VectorXd posterior = Eigen::VectorXd::Zero(m_mixture.classCount());
    for (Eigen::Index k = 0; k < r.size(); ++k)
        posterior(m_mixture.components()[static_cast<std::size_t>(k)].classLabel) += r(k);
    return posterior;
}

Eigen::VectorXd NoisedMixture::score(const Eigen::VectorXd& x) const
{
    const Eigen::VectorXd r = responsibilities(x);
    Eigen::VectorXd s = Eigen::VectorXd::Zero(m_mixture.dimension());
    for (std::size_t k = 0; k < m_variances.size(); ++k)
        s += r(static_cast<Eigen::Index>(k))
             * componentScore(m_mixture.components()[k], m_variances[k], m_alpha, x);
    return s;
}

Eigen::MatrixXd NoisedMixture::hessian(const Eigen::VectorXd& x) const
{
    const Eigen::VectorXd r = responsibilities(x);
    const Eigen::VectorXd s = score(x);
    Eigen::MatrixXd H = Eigen::MatrixXd::Zero(x.size(), x.size());
    for (std::size_t k = 0; k < m_variances.size(); ++k) {
        const auto& component = m_mixture.components()[k];
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const double rk = r(static_cast<Eigen::Index>(k));
        if (rk == 0)
            continue;
        // sum r u u^T - s s^T as sum r (u - s)(u - s)^T: far from the data both terms are huge and
        // nearly equal.
        const Eigen::VectorXd excess = componentScore(component, m_variances[k], m_alpha, x) - s;
        H += rk
             * (excess * excess.transpose()
                - Q * m_variances[k].cwiseInverse().asDiagonal() * Q.transpose());
    }
    return (H + H.transpose()) / 2;
}

Eigen::VectorXd NoisedMixture::denoised(const Eigen::VectorXd& x) const
{
    if (m_sigma == 0) // no noise: x_0 is known, also where a singular Sigma_k has no inverse
        return x / m_alpha;
    const Eigen::VectorXd r = responsibilities(x);
    Eigen::VectorXd D = Eigen::VectorXd::Zero(x.size());
    for (std::size_t k = 0; k < m_variances.size(); ++k) {
        const auto& component = m_mixture.components()[k];
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd gain = component.eigenvalues.cwiseQuotient(m_variances[k]);
        D +=
            r(static_cast<Eigen::Index>(k))
            * (component.mean
               + m_alpha * (Q * gain.cwiseProduct(Q.transpose() * (x - m_alpha * component.mean))));
    }
    return D;
}

Eigen::VectorXd NoisedMixture::predictedNoise(const Eigen::VectorXd& x) const
{
    return -m_sigma * score(x);
}

Eigen::MatrixXd NoisedMixture::posteriorCovariance(const Eigen::VectorXd& x) const
{
    if (m_sigma == 0)
        return Eigen::MatrixXd::Zero(x.size(), x.size());
    const Eigen::VectorXd r = responsibilities(x);
    const Eigen::VectorXd D = denoised(x);
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(x.size(), x.size());
    for (std::size_t k = 0; k < m_variances.size(); ++k) {
        const double rk = r(static_cast<Eigen::Index>(k));
        if (rk == 0)
            continue;
        const auto& component = m_mixture.components()[k];
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd gain = component.eigenvalues.cwiseQuotient(m_variances[k]);
        const Eigen::VectorXd offset =
            component.mean - D
            + m_alpha * (Q * gain.cwiseProduct(Q.transpose() * (x - m_alpha * component.mean)));
        // Given the component, x_0 has the eigenvalues l sigma^2 / (alpha^2 l + sigma^2).
        covariance += rk
                      * (Q * (m_sigma * m_sigma * gain).asDiagonal() * Q.transpose()
                         + offset * offset.transpose());
    }
    return covariance;
}

} // namespace scorefield
