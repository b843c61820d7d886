// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/mixture/fit.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/mixture/k_means.h"
#include "core/mixture/mixture_check.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace scorefield {

namespace {

constexpr double kFewestPoints =
    1e-6; // a component with less than this share of one point has no mean left
constexpr double kMostEntries = 0x1p28; // of the responsibilities [n,K]: 2 GiB

Eigen::Index distinctPoints(const Eigen::MatrixXd& points)
{
    std::vector<Eigen::Index> order(static_cast<std::size_t>(points.rows()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    const auto compare = [&](Eigen::Index a, Eigen::Index b) {
        for (Eigen::Index c = 0; c < points.cols(); ++c)
            if (points(a, c) != points(b, c))
                return points(a, c) < points(b, c) ? -1 : 1;
        return 0;
    };
    std::sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
        return compare(a, b) < 0;
    });
    Eigen::Index count = order.empty() ? 0 : 1;
    for (std::size_t i = 1; i < order.size(); ++i)
        count += compare(order[i - 1], order[i]) != 0 ? 1 : 0;
    return count;
}

Status checkPoints(const Eigen::MatrixXd& points)
{
    if (points.cols() < 1 || points.cols() > kMaxDimension)
        return Error{"points",
                     "The points have " + std::to_string(points.cols()) + " coordinates; 1 to "
                         + std::to_string(kMaxDimension) + " can be fitted."};
    for (Eigen::Index i = 0; i < points.rows(); ++i)
        if (!points.row(i).allFinite())
            return Error{"points",
                         "Point " + std::to_string(i)
                             + " (counted from 0) holds a NaN or an infinity."};
    return success();
}

Status checkOptions(const Eigen::MatrixXd& points, const FitOptions& options, int components)
{
    if (components < 1 || components > kMaxComponents)
        return Error{"components",
                     "The number of components is " + std::to_string(components)
                         + "; it must be 1 to " + std::to_string(kMaxComponents) + "."};
    const Eigen::Index distinct = distinctPoints(points);
    if (components > distinct)
        return Error{"components",
                     std::to_string(components) + " components are more than the "
                         + std::to_string(distinct) + " distinct points; use at most as many."};
    if (static_cast<double>(points.rows()) * components > kMostEntries)
        return Error{"components",
                     std::to_string(points.rows()) + " points with " + std::to_string(components)
                         + " components need more than 2 GiB of memory; use fewer of either."};
    if (options.maxIterations < 0)
        return Error{"iterations",
                     "The number of iterations is " + std::to_string(options.maxIterations)
                         + "; it must be at least 0."};
    if (!std::isfinite(options.covarianceFloor) || options.covarianceFloor < 0)
        return Error{"covariance_floor",
                     "The covariance floor is " + formatNumber(options.covarianceFloor, 6)
                         + "; it must be a finite number, at least 0."};
    return success();
}

/// One EM run. Points are columns here, so that each is contiguous.
class ExpectationMaximisation {
public:
    ExpectationMaximisation(const Eigen::MatrixXd& points, int components, double floor)
        : m_x(points.transpose())
        , m_components(static_cast<std::size_t>(components))
        , m_resp(points.rows(), components)
        , m_floor(floor)
    {
    }

    Status start(const MixtureSpec& spec)
    {
        double total = 0;
        for (const ComponentSpec& component : spec.components)
            total += component.weight;
        m_components = spec.components;
        for (ComponentSpec& component : m_components)
            component.weight /= total;
        return expect();
    }

    /// From hard clusters. One with too few points for a covariance of its own takes the mean
    /// covariance within all clusters: the narrow one would hold on to its points for ever.
    Status start(const std::vector<int>& clusterOf)
    {
        m_resp.setZero();
        for (std::size_t i = 0; i < clusterOf.size(); ++i)
            m_resp(static_cast<Eigen::Index>(i), clusterOf[i]) = 1;
        if (auto done = maximise(); !done)
            return done;
        Eigen::MatrixXd within = Eigen::MatrixXd::Zero(m_x.rows(), m_x.rows());
        for (const ComponentSpec& component : m_components)
            within += component.weight * component.covariance;
        const Eigen::VectorXd counts = m_resp.colwise().sum();
        for (std::size_t k = 0; k < m_components.size(); ++k)
            if (counts(static_cast<Eigen::Index>(k)) <= static_cast<double>(m_x.rows()))
                m_components[k].covariance = within;
        return expect();
    }

    Status iterate()
    {
        if (auto done = maximise(); !done)
            return done;
        ++m_iteration;
        return expect();
    }

    double meanLogLikelihood() const { return m_meanLogLikelihood; }
    double totalLogLikelihood() const { return m_totalLogLikelihood; }

    MixtureSpec mixture() const
    {
        MixtureSpec spec;
        spec.dimension = static_cast<int>(m_x.rows());
        spec.components = m_components;
        for (std::size_t k = 0; k < spec.components.size(); ++k)
            spec.components[k].classLabel = static_cast<int>(k);
        return spec;
    }

private:
    /// Weights, means and ML covariances plus floor from the responsibilities.
    Status maximise()
    {
        const auto n = static_cast<double>(m_x.cols());
        for (std::size_t k = 0; k < m_components.size(); ++k) {
            const Eigen::VectorXd r = m_resp.col(static_cast<Eigen::Index>(k));
            const double count = r.sum();
            if (!(count > kFewestPoints))
                return Error{"components",
                             "Component " + std::to_string(k) + " lost all its points in iteration "
                                 + std::to_string(m_iteration + 1)
                                 + "; use fewer components, another seed or start, or a larger "
                                   "covariance floor."};
            ComponentSpec& component = m_components[k];
            component.weight = count / n;
            component.mean = m_x * r / count;
            m_centred = m_x.colwise() - component.mean;
            component.covariance = m_centred * r.asDiagonal() * m_centred.transpose() / count;
            component.covariance =
                (component.covariance + component.covariance.transpose()).eval() / 2;
            component.covariance.diagonal().array() += m_floor;
        }
        return success();
    }

    /// Responsibilities and log-likelihood of the present parameters, in the log domain.
    Status expect()
    {
        const double logTwoPi = std::log(2 * std::numbers::pi);
        for (std::size_t k = 0; k < m_components.size(); ++k) {
            const ComponentSpec& component = m_components[k];
            const Eigen::LLT<Eigen::MatrixXd> cholesky(component.covariance);
            const Eigen::VectorXd diagonal = cholesky.matrixLLT().diagonal();
            if (cholesky.info() != Eigen::Success || !(diagonal.minCoeff() > 0))
                return Error{"covariance_floor",
                             "The covariance of component " + std::to_string(k)
                                 + " became singular in iteration " + std::to_string(m_iteration)
                                 + "; use a covariance floor above " + formatNumber(m_floor, 3)
                                 + " or fewer components."};
            m_centred = m_x.colwise() - component.mean;
            cholesky.matrixL().solveInPlace(m_centred);
            const double logNormaliser = std::log(component.weight) - diagonal.array().log().sum()
                                         - static_cast<double>(m_x.rows()) * logTwoPi / 2;
            m_resp.col(static_cast<Eigen::Index>(k)) =
                logNormaliser - m_centred.colwise().squaredNorm().transpose().array() / 2;
        }
        const Eigen::VectorXd largest = m_resp.rowwise().maxCoeff();
        m_resp = (m_resp.colwise() - largest).array().exp();
        const Eigen::VectorXd sums = m_resp.rowwise().sum();
        m_resp.array().colwise() /= sums.array();
        m_totalLogLikelihood = (largest.array() + sums.array().log()).sum();
        m_meanLogLikelihood = m_totalLogLikelihood / static_cast<double>(m_x.cols());
        if (!std::isfinite(m_totalLogLikelihood))
            return Error{"points",
                         "The log-likelihood is not finite in iteration "
                             + std::to_string(m_iteration) + "; bring the data to a usual scale."};
        return success();
    }

    Eigen::MatrixXd m_x; ///< [d,n]
    std::vector<ComponentSpec> m_components;
    Eigen::MatrixXd m_resp;    ///< [n,K]
    Eigen::MatrixXd m_centred; ///< [d,n], scratch
    double m_floor;
    double m_meanLogLikelihood = 0, m_totalLogLikelihood = 0;
    int m_iteration = 0;
};

Status checkStart(const MixtureSpec& start, const Eigen::MatrixXd& points)
{
    if (auto checked = checkMixtureSpec(start); !checked)
        return Error{"start" + checked.error().path, checked.error().message};
    if (start.dimension != points.cols())
        return Error{"start/dimension",
                     "The start has dimension " + std::to_string(start.dimension)
                         + ", the points have " + std::to_string(points.cols()) + "."};
    return success();
}

} // namespace

Result<FitResult> fitMixture(const Eigen::MatrixXd& points, const FitOptions& options)
{
    if (auto checked = checkPoints(points); !checked)
        return checked.error();
    if (options.start)
        if (auto checked = checkStart(*options.start, points); !checked)
            return checked.error();
    const int components =
        options.start ? static_cast<int>(options.start->components.size()) : options.components;
    if (auto checked = checkOptions(points, options, components); !checked)
        return checked.error();

    ExpectationMaximisation em(points, components, options.covarianceFloor);
    auto status =
        options.start
            ? em.start(*options.start)
            : em.start(kMeansClusters(points.transpose(), components, options.seed, options.stop));
    FitResult result;
    while (status) {
        const double before =
            result.meanLogLikelihood.empty() ? 0 : result.meanLogLikelihood.back();
        result.meanLogLikelihood.push_back(em.meanLogLikelihood());
        result.converged = result.iterations > 0 && options.tolerance > 0
                           && em.meanLogLikelihood() - before < options.tolerance;
        if (result.converged || result.iterations == options.maxIterations)
            break;
        if (options.stop.stop_requested())
            return Error{"", "The fit was cancelled."};
        status = em.iterate();
        ++result.iterations;
    }
    if (!status)
        return status.error();
    result.mixture = em.mixture();
    result.totalLogLikelihood = em.totalLogLikelihood();
    return result;
}

} // namespace scorefield
