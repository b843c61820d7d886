// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/mixture_divergence.h"

#include "core/base/linear_algebra.h"
#include "core/metric/integration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

using Index = Eigen::Index;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Integral closedForm(double value)
{
    return {{value, 0}, true, 0};
}

bool isSingular(const GaussianMixture::Component& component)
{
    return component.eigenvalues.minCoeff() <= 0;
}

/// Error: a component without a density, numbered as the mixture keeps them.
Status checkRegular(const GaussianMixture& mixture, const std::string& name)
{
    for (int k = 0; k < mixture.componentCount(); ++k)
        if (isSingular(mixture.components()[static_cast<std::size_t>(k)]))
            return Error{name,
                         "the covariance of component " + std::to_string(k)
                             + " is singular, so the mixture has no density"};
    return success();
}

Status checkDimensions(const GaussianMixture& p, const GaussianMixture& q)
{
    if (p.dimension() != q.dimension())
        return Error{"",
                     "p has " + std::to_string(p.dimension()) + " dimensions, q has "
                         + std::to_string(q.dimension())};
    return success();
}

double logDeterminant(const GaussianMixture::Component& component)
{
    return component.eigenvalues.array().log().sum();
}

/// E_p[log p - log q] of two Gaussians: (tr(S_q^-1 S_p) + |S_q^-1/2 (m_q - m_p)|^2 - d +
/// log|S_q|/|S_p|)/2.
double gaussianDivergence(const GaussianMixture::Component& p, const GaussianMixture::Component& q)
{
    const Eigen::VectorXd inverseRoots = q.eigenvalues.array().rsqrt();
    const Eigen::MatrixXd whitened = inverseRoots.asDiagonal()
                                     * (q.eigenvectors.transpose() * p.eigenvectors)
                                     * p.eigenvalues.cwiseSqrt().asDiagonal();
    const Eigen::VectorXd offset =
        inverseRoots.asDiagonal() * (q.eigenvectors.transpose() * (q.mean - p.mean));
    return (whitened.squaredNorm() + offset.squaredNorm() - static_cast<double>(p.mean.size())
            + logDeterminant(q) - logDeterminant(p))
           / 2;
}

Eigen::MatrixXd covarianceOf(const GaussianMixture::Component& component)
{
    return component.eigenvectors * component.eigenvalues.asDiagonal()
           * component.eigenvectors.transpose();
}

/// int sqrt(p q) of two Gaussians (Bhattacharyya's coefficient).
double gaussianOverlap(const GaussianMixture::Component& p, const GaussianMixture::Component& q)
{
    const auto middle = choleskyFactor((covarianceOf(p) + covarianceOf(q)) / 2);
    if (!middle) // singular but for rounding
        return std::numeric_limits<double>::quiet_NaN();
    const double logMiddle = 2 * middle->diagonal().array().log().sum();
    const Eigen::VectorXd offset = solveLower(*middle, p.mean - q.mean);
    return std::exp((logDeterminant(p) + logDeterminant(q)) / 4 - logMiddle / 2
                    - offset.squaredNorm() / 8);
}

double entropyOf(const GaussianMixture::Component& component)
{
    const double d = static_cast<double>(component.mean.size());
    return (d * (1 + std::log(2 * std::numbers::pi)) + logDeterminant(component)) / 2;
}

int components(const GaussianMixture& p, const GaussianMixture& q)
{
    return p.componentCount() + q.componentCount();
}

/// x log x, 0 at 0.
Eigen::ArrayXXd timesLog(const Eigen::ArrayXXd& x)
{
    return (x > 0).select(x * x.max(std::numeric_limits<double>::min()).log(), 0.0);
}

Eigen::ArrayXd logMean(const Eigen::ArrayXd& logP, const Eigen::ArrayXd& logQ)
{
    const Eigen::ArrayXd larger = logP.max(logQ);
    return larger + (((logP - larger).exp() + (logQ - larger).exp()) / 2).log();
}

/// The integrand over (p + q)/2: JS = int m (p/m log p/m + q/m log q/m)/2, TV = int m |p - q|/2m,
/// and for Hellinger's distance the overlap int m sqrt(p q)/m.
Eigen::ArrayXd symmetricRatio(SymmetricDivergence kind,
                              const Eigen::ArrayXd& logP,
                              const Eigen::ArrayXd& logQ,
                              const Eigen::ArrayXd& logM)
{
    const Eigen::ArrayXd p = (logP - logM).exp(), q = (logQ - logM).exp();
    switch (kind) {
    case SymmetricDivergence::JensenShannon:
        return ((timesLog(p) + timesLog(q)) / 2).col(0);
    case SymmetricDivergence::TotalVariation:
        return (p - q).abs() / 2;
    case SymmetricDivergence::Hellinger:
        return ((logP + logQ) / 2 - logM).exp();
    }
    return p;
}

/// sqrt(1 - overlap) with the error of the overlap.
Integral hellingerOf(Integral overlap)
{
    const double squared = std::max(0.0, 1 - overlap.value.value);
    const double root = std::sqrt(squared);
    overlap.value.value = root;
    overlap.value.error =
        root > 0 ? std::min(overlap.value.error / (2 * root), std::sqrt(overlap.value.error))
                 : std::sqrt(overlap.value.error);
    return overlap;
}

GaussianMixture halfAndHalf(const GaussianMixture& p, const GaussianMixture& q)
{
    MixtureSpec spec;
    spec.dimension = p.dimension();
    for (const GaussianMixture* law : {&p, &q})
        for (const auto& component : law->components())
            spec.components.push_back(
                {component.weight / 2, component.mean, covarianceOf(component), 0});
    return GaussianMixture::create(spec).value();
}

} // namespace

GaussianMixture noised(const GaussianMixture& mixture, double alpha, double sigma)
{
    MixtureSpec spec;
    spec.dimension = mixture.dimension();
    for (const auto& component : mixture.components()) {
        const Eigen::VectorXd variances =
            alpha * alpha * component.eigenvalues.array() + sigma * sigma;
        const Eigen::MatrixXd covariance =
            component.eigenvectors * variances.asDiagonal() * component.eigenvectors.transpose();
        spec.components.push_back({component.weight,
                                   alpha * component.mean,
                                   (covariance + covariance.transpose()) / 2,
                                   component.classLabel});
    }
    return GaussianMixture::create(spec).value(); // of a valid mixture it is one
}

Result<Integral> klDivergence(const GaussianMixture& p,
                              const GaussianMixture& q,
                              WorkerPool& pool,
                              const IntegrationOptions& options)
{
    if (auto status = checkDimensions(p, q); !status)
        return status.error();
    if (auto status = checkRegular(p, "p"); !status)
        return status.error();
    const LawDensity ofP(p, 1, 0), ofQ(q, 1, 0, LawDensity::Singular::LeaveOut);
    if (ofQ.componentCount() == 0)
        return closedForm(kInfinity);
    if (p.componentCount() == 1 && q.componentCount() == 1)
        return closedForm(gaussianDivergence(p.components()[0], q.components()[0]));
    const auto logRatio = [&](const Eigen::MatrixXd& x, const Eigen::ArrayXd& logP) {
        return Eigen::ArrayXd(logP - LawDensity::logSum(ofQ.logTerms(x)));
    };
    if (const auto grid = integrationGrid({&p}, options.nodes))
        return integrateOnGrid(
            [&](const Eigen::MatrixXd& x) -> Eigen::ArrayXXd {
                const Eigen::ArrayXd logP = LawDensity::logSum(ofP.logTerms(x));
                return (logP > std::numeric_limits<double>::lowest())
                    .select(logP.exp() * logRatio(x, logP), 0.0);
            },
            *grid,
            components(p, q),
            pool)[0];
    return averageOverDraws(
        [&](const Eigen::MatrixXd& x) -> Eigen::ArrayXXd {
            return logRatio(x, LawDensity::logSum(ofP.logTerms(x)));
        },
        p,
        options.draws,
        options.seed,
        pool)[0];
}

Result<Integral> symmetricDivergence(SymmetricDivergence kind,
                                     const GaussianMixture& p,
                                     const GaussianMixture& q,
                                     WorkerPool& pool,
                                     const IntegrationOptions& options)
{
    if (auto status = checkDimensions(p, q); !status)
        return status.error();
    if (auto status = checkRegular(p, "p"); !status)
        return status.error();
    if (auto status = checkRegular(q, "q"); !status)
        return status.error();
    const bool isHellinger = kind == SymmetricDivergence::Hellinger;
    if (isHellinger && p.componentCount() == 1 && q.componentCount() == 1)
        return hellingerOf(closedForm(gaussianOverlap(p.components()[0], q.components()[0])));
    const LawDensity ofP(p, 1, 0), ofQ(q, 1, 0);
    const auto values = [&](const Eigen::MatrixXd& x, bool weighted) -> Eigen::ArrayXXd {
        const Eigen::ArrayXd logP = LawDensity::logSum(ofP.logTerms(x));
        const Eigen::ArrayXd logQ = LawDensity::logSum(ofQ.logTerms(x));
        const Eigen::ArrayXd logM = logMean(logP, logQ);
        const Eigen::ArrayXd ratio = symmetricRatio(kind, logP, logQ, logM);
        if (!weighted)
            return ratio;
        return (logM > std::numeric_limits<double>::lowest()).select(logM.exp() * ratio, 0.0);
    };
    const auto grid = integrationGrid({&p, &q}, options.nodes);
    const Integral integral =
        grid ? integrateOnGrid([&](const Eigen::MatrixXd& x) { return values(x, true); },
                               *grid,
                               components(p, q),
                               pool)[0]
             : averageOverDraws([&](const Eigen::MatrixXd& x) { return values(x, false); },
                                halfAndHalf(p, q),
                                options.draws,
                                options.seed,
                                pool)[0];
    return isHellinger ? hellingerOf(integral) : integral;
}

Result<Integral> differentialEntropy(const GaussianMixture& mixture,
                                     double alpha,
                                     double sigma,
                                     WorkerPool& pool,
                                     const IntegrationOptions& options)
{
    const GaussianMixture law = noised(mixture, alpha, sigma);
    if (auto status = checkRegular(law, "p"); !status)
        return status.error();
    if (law.componentCount() == 1)
        return closedForm(entropyOf(law.components()[0]));
    const LawDensity density(law, 1, 0);
    if (const auto grid = integrationGrid({&law}, options.nodes))
        return integrateOnGrid(
            [&](const Eigen::MatrixXd& x) -> Eigen::ArrayXXd {
                return -timesLog(LawDensity::logSum(density.logTerms(x)).exp());
            },
            *grid,
            law.componentCount(),
            pool)[0];
    return averageOverDraws(
        [&](const Eigen::MatrixXd& x) -> Eigen::ArrayXXd {
            return -LawDensity::logSum(density.logTerms(x));
        },
        law,
        options.draws,
        options.seed,
        pool)[0];
}

Result<ComponentInformation> componentInformation(const GaussianMixture& mixture,
                                                  double alpha,
                                                  double sigma,
                                                  bool classes,
                                                  WorkerPool& pool,
                                                  const IntegrationOptions& options)
{
    const GaussianMixture law = noised(mixture, alpha, sigma);
    if (auto status = checkRegular(law, "p"); !status)
        return status.error();
    const LawDensity density(law, 1, 0);
    // Which label each component counts for, and the entropy of the labels.
    std::vector<Index> label;
    for (const auto& component : law.components())
        label.push_back(classes ? component.classLabel : static_cast<Index>(label.size()));
    const Index labels = *std::max_element(label.begin(), label.end()) + 1;
    Eigen::ArrayXd weights = Eigen::ArrayXd::Zero(labels);
    for (std::size_t k = 0; k < label.size(); ++k)
        weights(label[k]) += law.components()[k].weight;
    const double whole = -timesLog(weights).sum();

    const auto entropy = [&](const Eigen::MatrixXd& x, bool weighted) -> Eigen::ArrayXXd {
        const Eigen::ArrayXXd terms = density.logTerms(x);
        const Eigen::ArrayXd logP = LawDensity::logSum(terms);
        const Eigen::ArrayXXd shares = (terms.colwise() - logP).exp();
        Eigen::ArrayXXd posterior = Eigen::ArrayXXd::Zero(x.rows(), labels);
        for (std::size_t k = 0; k < label.size(); ++k)
            posterior.col(label[k]) += shares.col(static_cast<Index>(k));
        const Eigen::ArrayXd h = -timesLog(posterior).rowwise().sum();
        if (!weighted)
            return h;
        return (logP > std::numeric_limits<double>::lowest()).select(logP.exp() * h, 0.0);
    };
    Integral conditional;
    if (labels == 1)
        conditional = closedForm(0);
    else if (const auto grid = integrationGrid({&law}, options.nodes))
        conditional = integrateOnGrid([&](const Eigen::MatrixXd& x) { return entropy(x, true); },
                                      *grid,
                                      law.componentCount(),
                                      pool)[0];
    else
        conditional = averageOverDraws([&](const Eigen::MatrixXd& x) { return entropy(x, false); },
                                       law,
                                       options.draws,
                                       options.seed,
                                       pool)[0];
    ComponentInformation information{conditional, conditional};
    information.information.value.value = whole - conditional.value.value;
    return information;
}

} // namespace scorefield
