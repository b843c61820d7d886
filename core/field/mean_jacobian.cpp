// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/mean_jacobian.h"

namespace scorefield {

namespace {

/// sum += rows of x times the symmetric matrix, column by column: few coordinates, many points.
void addProduct(const Block<double>& x, const Eigen::MatrixXd& symmetric, Block<double>& sum)
{
    for (Eigen::Index i = 0; i < x.cols(); ++i)
        for (Eigen::Index j = 0; j < x.cols(); ++j)
            sum.col(i) += symmetric(i, j) * x.col(j);
}

} // namespace

void MeanJacobian::along(const PathCoefficients& level,
                         const Block<double>& x,
                         const Block<double>& v,
                         const Block<double>& denoised,
                         Block<double>& result) const
{
    const auto& components = m_mixture.components();
    const auto K = static_cast<Eigen::Index>(components.size());
    Eigen::ArrayXXd share(x.rows(), K), slope(x.rows(), K); // r_k, u_k . v
    Block<double> offset(x.rows(), x.cols()), turned(x.rows(), x.cols());
    const auto variances = [&](const GaussianMixture::Component& component) -> Eigen::VectorXd {
        return level.alpha * level.alpha * component.eigenvalues.array()
               + level.sigma * level.sigma;
    };
    const auto setOffset = [&](const GaussianMixture::Component& component) {
        offset = x.rowwise() - level.alpha * component.mean.transpose().array();
    };
    for (Eigen::Index k = 0; k < K; ++k) {
        const auto& component = components[static_cast<std::size_t>(k)];
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd variance = variances(component);
        setOffset(component);
        turned.setZero();
        addProduct(offset, Q * variance.cwiseInverse().asDiagonal() * Q.transpose(), turned);
        share.col(k) = component.logWeight - variance.array().log().sum() / 2
                       - (offset * turned).rowwise().sum() / 2;
        slope.col(k) = -(turned * v).rowwise().sum();
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
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::VectorXd gain =
            level.alpha * component.eigenvalues.cwiseQuotient(variances(component));
        setOffset(component);
        turned = offset.colwise() * slope.col(k) + v.colwise() * share.col(k);
        addProduct(turned, Q * gain.asDiagonal() * Q.transpose(), result);
        result += (component.mean.transpose().array().replicate(x.rows(), 1) - denoised).colwise()
                  * slope.col(k);
    }
    result *= level.alpha;
}

} // namespace scorefield
