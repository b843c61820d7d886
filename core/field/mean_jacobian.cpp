// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/mean_jacobian.h"

namespace scorefield {

void MeanJacobian::along(const PathCoefficients& level,
                         const Block<double>& x,
                         const Block<double>& v,
                         const Block<double>& denoised,
                         Block<double>& result) const
{
    const auto& components = m_mixture.components();
    const auto K = static_cast<Eigen::Index>(components.size());
    Eigen::ArrayXXd share(x.rows(), K), slope(x.rows(), K); // r_k, u_k . v
    Eigen::MatrixXd place(x.rows(), x.cols()), direction(x.rows(), x.cols());
    Eigen::ArrayXd variance;
    const auto rotate = [&](const GaussianMixture::Component& component) {
        variance =
            level.alpha * level.alpha * component.eigenvalues.array() + level.sigma * level.sigma;
        place.noalias() = (x.matrix().rowwise() - level.alpha * component.mean.transpose())
                          * component.eigenvectors;
        direction.noalias() = v.matrix() * component.eigenvectors;
    };
    for (Eigen::Index k = 0; k < K; ++k) {
        const auto& component = components[static_cast<std::size_t>(k)];
        rotate(component);
        share.col(k) =
            component.logWeight - variance.log().sum() / 2
            - (place.array().square().rowwise() / variance.transpose()).rowwise().sum() / 2;
        slope.col(k) =
            -((place.array() * direction.array()).rowwise() / variance.transpose()).rowwise().sum();
    }
    const Eigen::ArrayXd largest = share.rowwise().maxCoeff();
    share = (share.colwise() - largest).exp();
    const Eigen::ArrayXd total = share.rowwise().sum();
    share.colwise() /= total;
    const Eigen::ArrayXd mean = (share * slope).rowwise().sum();
    slope = share * (slope.colwise() - mean); // sums to 0, so that any D near m_k will do
    result.setZero(x.rows(), x.cols());
    for (Eigen::Index k = 0; k < K; ++k) {
        const auto& component = components[static_cast<std::size_t>(k)];
        rotate(component);
        const Eigen::ArrayXd gain = level.alpha * component.eigenvalues.array() / variance;
        place.array().rowwise() *= gain.transpose();
        direction.array().rowwise() *= gain.transpose();
        const Eigen::MatrixXd& Q = component.eigenvectors;
        result +=
            ((place * Q.transpose()).rowwise() + component.mean.transpose() - denoised.matrix())
                .array()
                .colwise()
            * slope.col(k);
        result += (direction * Q.transpose()).array().colwise() * share.col(k);
    }
    result *= level.alpha;
}

} // namespace scorefield
