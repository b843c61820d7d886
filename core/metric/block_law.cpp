// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/block_law.h"

#include <cmath>
#include <numbers>

namespace scorefield {

BlockLaw::BlockLaw(const GaussianMixture& mixture, double alpha, double sigma)
{
    const double least =
        std::pow(1e-6 * mixture.scale(), 2); // stored states are floats: 1e-7 of the scale
    const double logTwoPi = std::log(2 * std::numbers::pi);
    m_terms.reserve(mixture.components().size());
    for (const auto& component : mixture.components()) {
        const Eigen::VectorXd exact = alpha * alpha * component.eigenvalues.array() + sigma * sigma;
        const Eigen::VectorXd variances = exact.cwiseMax(least);
        m_regular = m_regular && exact.minCoeff() >= least;
        Term term;
        term.whitening =
            variances.cwiseSqrt().cwiseInverse().asDiagonal() * component.eigenvectors.transpose();
        term.centre = term.whitening * (alpha * component.mean);
        term.logNormaliser = component.logWeight - variances.array().log().sum() / 2
                             - mixture.dimension() * logTwoPi / 2;
        m_terms.push_back(std::move(term));
    }
}

void BlockLaw::logTerms(const Eigen::ArrayXXd& x, Eigen::ArrayXXd& terms) const
{
    terms.resize(x.rows(), static_cast<Eigen::Index>(m_terms.size()));
    Eigen::ArrayXd along(x.rows()), distance(x.rows());
    for (std::size_t k = 0; k < m_terms.size(); ++k) {
        const Term& term = m_terms[k];
        distance.setZero();
        for (Eigen::Index row = 0; row < x.cols(); ++row) {
            along = x.col(0) * term.whitening(row, 0) - term.centre(row);
            for (Eigen::Index c = 1; c < x.cols(); ++c)
                along += x.col(c) * term.whitening(row, c);
            distance += along.square();
        }
        terms.col(static_cast<Eigen::Index>(k)) = term.logNormaliser - distance / 2;
    }
}

} // namespace scorefield
