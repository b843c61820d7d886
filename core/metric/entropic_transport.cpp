// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/metric/assignment.h"
#include "core/metric/transport.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

using Index = Eigen::Index;

constexpr int kMostIterations = 200'000;
constexpr int kIterationsBetweenLooks = 20;
/// Scalings within e^±50 keep all digits of their products.
constexpr double kWidestScaling = 5e21;

/// The entropic plan diag(u) exp((f_i + g_j - C_ij)/reg) diag(v), in parts that stay in range.
class EntropicPlan {
public:
    EntropicPlan(CostMatrix costs, Eigen::VectorXd a, Eigen::VectorXd b, double regularisation)
        : m_costs(std::move(costs))
        , m_a(std::move(a))
        , m_b(std::move(b))
        , m_regularisation(regularisation)
        , m_f(Eigen::VectorXd::Zero(m_a.size()))
        , m_g(Eigen::VectorXd::Zero(m_b.size()))
    {
        constexpr int first = 3; // in the log domain: after that no row of the kernel is empty
        for (int i = 0; i < first; ++i)
            iterateInLogDomain();
        absorb();
    }

    void iterate()
    {
        m_u = m_a.cwiseQuotient(m_kernel * m_v);
        m_v = m_b.cwiseQuotient(m_kernel.transpose() * m_u);
        const auto inRange = [](const Eigen::VectorXd& scaling) {
            return scaling.allFinite() && scaling.maxCoeff() < kWidestScaling
                   && scaling.minCoeff() > 1 / kWidestScaling;
        };
        if (inRange(m_u) && inRange(m_v))
            return;
        if (!m_u.allFinite() || !m_v.allFinite() || m_u.minCoeff() <= 0 || m_v.minCoeff() <= 0) {
            m_u.setOnes(m_a.size()); // the kernel underflowed: go on where it was absorbed last
            m_v.setOnes(m_b.size());
            iterateInLogDomain();
        }
        absorb();
    }

    /// What the rows miss; the columns are met by the last half of an iteration.
    double marginalError() const
    {
        return (m_u.cwiseProduct(m_kernel * m_v) - m_a).lpNorm<1>()
               + (m_v.cwiseProduct(m_kernel.transpose() * m_u) - m_b).lpNorm<1>();
    }
    double cost() const { return m_u.dot(m_kernel.cwiseProduct(m_costs) * m_v); }

private:
    void iterateInLogDomain()
    {
        const Eigen::ArrayXd logA = m_a.array().log(), logB = m_b.array().log();
        for (Index i = 0; i < m_f.size(); ++i) {
            const Eigen::ArrayXd terms =
                (m_g.array() - m_costs.row(i).transpose().array()) / m_regularisation;
            m_f(i) = m_regularisation * (logA(i) - logSum(terms));
        }
        for (Index j = 0; j < m_g.size(); ++j) {
            const Eigen::ArrayXd terms = (m_f.array() - m_costs.col(j).array()) / m_regularisation;
            m_g(j) = m_regularisation * (logB(j) - logSum(terms));
        }
    }
    static double logSum(const Eigen::ArrayXd& terms)
    {
        const double largest = terms.maxCoeff();
        return largest + std::log((terms - largest).exp().sum());
    }
    void absorb()
    {
        if (m_u.size() > 0) {
            m_f += m_regularisation * m_u.array().log().matrix();
            m_g += m_regularisation * m_v.array().log().matrix();
        }
        m_kernel = (((-m_costs).colwise() + m_f).rowwise() + m_g.transpose()) / m_regularisation;
        m_kernel = m_kernel.array().exp();
        m_u.setOnes(m_a.size());
        m_v.setOnes(m_b.size());
    }

    CostMatrix m_costs, m_kernel;
    Eigen::VectorXd m_a, m_b;
    double m_regularisation;
    Eigen::VectorXd m_f, m_g, m_u, m_v;
};

/// Points without weight take no part in the plan.
Cloud withoutEmpty(const Cloud& cloud)
{
    const Index n = cloud.points.rows();
    if (cloud.weights.size() == 0)
        return {cloud.points, Eigen::VectorXd::Constant(n, 1 / static_cast<double>(n))};
    std::vector<Index> kept;
    for (Index i = 0; i < n; ++i)
        if (cloud.weights(i) > 0)
            kept.push_back(i);
    return {cloud.points(kept, Eigen::all), cloud.weights(kept)};
}

} // namespace

Result<double> entropicTransport(const Cloud& a,
                                 const Cloud& b,
                                 double regularisation,
                                 double marginalError,
                                 std::stop_token stop)
{
    if (auto status = checkClouds(a, b); !status)
        return status.error();
    for (const Cloud* cloud : {&a, &b})
        if (cloud->points.rows() > kMostAssigned)
            return Error{"",
                         "a cloud has " + std::to_string(cloud->points.rows())
                             + " points; entropic transport takes " + std::to_string(kMostAssigned)
                             + " at most"};
    const Cloud from = withoutEmpty(a), to = withoutEmpty(b);
    EntropicPlan plan(
        transportCosts(from.points, to.points, 2), from.weights, to.weights, regularisation);
    for (int i = 1; i <= kMostIterations; ++i) {
        plan.iterate();
        if (i % kIterationsBetweenLooks != 0)
            continue;
        if (stop.stop_requested())
            return Error{"", "stopped"};
        if (plan.marginalError() <= marginalError)
            return plan.cost();
    }
    return Error{"",
                 "the entropic plan still misses " + formatNumber(plan.marginalError())
                     + " of the weights after " + std::to_string(kMostIterations)
                     + " iterations; a larger regularisation converges faster"};
}

} // namespace scorefield
