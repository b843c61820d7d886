// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/target_gap.h"

#include "core/base/linear_algebra.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double finiteOrNaN(double value)
{
    return std::isfinite(value) ? value : kNaN;
}

} // namespace

TargetGap::TargetGap(const GaussianMixture& mixture,
                     std::optional<int> target,
                     double alpha,
                     double sigma)
    : m_dimension(mixture.dimension())
{
    std::vector<int> members;
    if (target)
        members = mixture.classMembers(*target);
    std::vector<bool> inTarget(static_cast<std::size_t>(mixture.componentCount()), members.empty());
    for (const int member : members)
        inTarget[static_cast<std::size_t>(member)] = true;
    double targetWeight = 0;
    for (std::size_t k = 0; k < mixture.components().size(); ++k) {
        const auto& component = mixture.components()[k];
        const Eigen::VectorXd variances =
            alpha * alpha * component.eigenvalues.array() + sigma * sigma;
        m_terms.push_back(
            {component.logWeight - variances.array().log().sum() / 2
                 - m_dimension * std::log(2 * std::numbers::pi) / 2,
             alpha * component.mean,
             variances.cwiseSqrt().cwiseInverse().asDiagonal() * component.eigenvectors.transpose(),
             inTarget[k]});
        targetWeight += inTarget[k] ? component.weight : 0;
    }
    m_logTargetWeight = std::log(targetWeight);
}

void TargetGap::responsibilities(const Scratch& scratch,
                                 bool target,
                                 Eigen::VectorXd& weights) const
{
    weights.resize(scratch.logTerm.size());
    double largest = -std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < weights.size(); ++k)
        if (!target || m_terms[static_cast<std::size_t>(k)].inTarget)
            largest = std::max(largest, scratch.logTerm(k));
    for (Eigen::Index k = 0; k < weights.size(); ++k)
        weights(k) = !target || m_terms[static_cast<std::size_t>(k)].inTarget
                         ? std::exp(scratch.logTerm(k) - largest)
                         : 0;
    weights /= weights.sum();
}

void TargetGap::evaluate(const Eigen::VectorXd& x, Scratch& scratch) const
{
    const auto K = static_cast<Eigen::Index>(m_terms.size());
    scratch.logTerm.resize(K);
    scratch.score.resize(m_dimension, K);
    for (Eigen::Index k = 0; k < K; ++k) {
        const Term& term = m_terms[static_cast<std::size_t>(k)];
        scratch.offset = x - term.mean;
        scratch.whitened.noalias() = term.whitener * scratch.offset;
        scratch.logTerm(k) = term.logNormaliser - scratch.whitened.squaredNorm() / 2;
        scratch.score.col(k).noalias() = -(term.whitener.transpose() * scratch.whitened);
    }
    responsibilities(scratch, false, scratch.weights);
    responsibilities(scratch, true, scratch.targetWeights);
    scratch.mean.noalias() = scratch.score * scratch.weights;
    scratch.targetMean.noalias() = scratch.score * scratch.targetWeights;
}

double TargetGap::strength(const Eigen::VectorXd& x, Scratch& scratch) const
{
    evaluate(x, scratch);
    return finiteOrNaN((scratch.targetMean - scratch.mean).norm());
}

double TargetGap::curvature(const Eigen::VectorXd& x, Scratch& scratch) const
{
    evaluate(x, scratch);
    Eigen::MatrixXd& gap = scratch.hessian;
    gap.setZero(m_dimension, m_dimension);
    // H_u - H_c. Spreads about each mean, not differences of squares: those cancel far away.
    for (Eigen::Index k = 0; k < scratch.weights.size(); ++k) {
        const double all = scratch.weights(k), target = scratch.targetWeights(k);
        if (all == 0 && target == 0)
            continue;
        scratch.excess = scratch.score.col(k) - scratch.mean;
        gap.noalias() += all * scratch.excess * scratch.excess.transpose();
        scratch.excess = scratch.score.col(k) - scratch.targetMean;
        gap.noalias() -= target * scratch.excess * scratch.excess.transpose();
        const Eigen::MatrixXd& W = m_terms[static_cast<std::size_t>(k)].whitener;
        gap.noalias() -= (all - target) * (W.transpose() * W);
    }
    if (!gap.allFinite())
        return kNaN;
    if (m_dimension == 1)
        return gap(0, 0);
    if (m_dimension == 2)
        return (gap(0, 0) + gap(1, 1)) / 2 + std::hypot((gap(0, 0) - gap(1, 1)) / 2, gap(0, 1));
    return symmetricEigenvalues(gap).maxCoeff();
}

double TargetGap::logDensity(const Scratch& scratch, bool target) const
{
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (const bool summing : {false, true})
        for (Eigen::Index k = 0; k < scratch.logTerm.size(); ++k) {
            if (target && !m_terms[static_cast<std::size_t>(k)].inTarget)
                continue;
            if (summing)
                sum += std::exp(scratch.logTerm(k) - largest);
            else
                largest = std::max(largest, scratch.logTerm(k));
        }
    return largest + std::log(sum) - (target ? m_logTargetWeight : 0);
}

double TargetGap::logTilt(const Eigen::VectorXd& x, double w, Scratch& scratch) const
{
    evaluate(x, scratch);
    return finiteOrNaN(w * logDensity(scratch, true) + (1 - w) * logDensity(scratch, false));
}

} // namespace scorefield
