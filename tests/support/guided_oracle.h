// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The guided probability-flow ODE once more, straight from the definitions and with nothing shared
// with core: densities by Cholesky factors of every covariance, the posterior mean component by
// component, and Runge and Kutta's classical steps, many of them.
#include "core/mixture/mixture_spec.h"

#include <Eigen/Cholesky>

#include <cmath>
#include <vector>

namespace scorefield::test {

/// On the circle alpha^2 + sigma^2 = 1, tan(theta) = sigma/alpha, y = x/sqrt(alpha^2 + sigma^2):
/// with u = log tan(theta/2) every process is dy/du = cos(theta) y - D_w(y), from pure noise at u =
/// 0.
class GuidedOracle {
public:
    GuidedOracle(const MixtureSpec& spec, int target, double w)
        : m_spec(spec)
        , m_target(target)
        , m_w(w)
    {
    }

    /// x(sigma~_to) [n,d] in the coordinates of alpha, sigma at both ends.
    Eigen::MatrixXd follow(const Eigen::MatrixXd& start,
                           std::pair<double, double> from,
                           std::pair<double, double> to,
                           int steps) const
    {
        const auto place = [](std::pair<double, double> at) {
            return std::log(std::tan(std::atan2(at.second, at.first) / 2));
        };
        const auto size = [](std::pair<double, double> at) {
            return std::hypot(at.first, at.second);
        };
        const double first = place(from), h = (place(to) - first) / steps;
        Eigen::MatrixXd y = start / size(from);
        for (int i = 0; i < steps; ++i) {
            const double u = first + i * h;
            const Law begin = law(u), middle = law(u + h / 2), end = law(u + h);
            const Eigen::MatrixXd a = rate(begin, y), b = rate(middle, y + h / 2 * a),
                                  c = rate(middle, y + h / 2 * b), e = rate(end, y + h * c);
            y += h / 6 * (a + 2 * b + 2 * c + e);
        }
        return size(to) * y;
    }

    /// P(target | x) of the clean mixture, x [n,d].
    Eigen::VectorXd confidence(const Eigen::MatrixXd& x) const
    {
        const Law clean = lawAt(1, 0);
        Eigen::VectorXd result(x.rows());
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            double whole = 0, part = 0, largest = -1e300;
            const std::vector<double> logs = logTerms(clean, x.row(i).transpose());
            for (const double log : logs)
                largest = std::max(largest, log);
            for (std::size_t k = 0; k < logs.size(); ++k) {
                whole += std::exp(logs[k] - largest);
                part +=
                    m_spec.components[k].classLabel == m_target ? std::exp(logs[k] - largest) : 0;
            }
            result(i) = part / whole;
        }
        return result;
    }

private:
    struct Law {
        double alpha, sigma;
        std::vector<Eigen::LLT<Eigen::MatrixXd>> factors;
        std::vector<double> logDeterminants;
    };

    Law lawAt(double alpha, double sigma) const
    {
        Law law{alpha, sigma, {}, {}};
        for (const ComponentSpec& component : m_spec.components) {
            const Eigen::MatrixXd C =
                alpha * alpha * component.covariance
                + sigma * sigma * Eigen::MatrixXd::Identity(m_spec.dimension, m_spec.dimension);
            law.factors.emplace_back(C);
            double sum = 0;
            for (int i = 0; i < m_spec.dimension; ++i)
                sum += 2 * std::log(law.factors.back().matrixLLT()(i, i));
            law.logDeterminants.push_back(sum);
        }
        return law;
    }

    Law law(double u) const
    {
        const double theta = 2 * std::atan(std::exp(u));
        return lawAt(std::cos(theta), std::sin(theta));
    }

    std::vector<double> logTerms(const Law& law, const Eigen::VectorXd& x) const
    {
        std::vector<double> logs;
        for (std::size_t k = 0; k < m_spec.components.size(); ++k) {
            const Eigen::VectorXd off = x - law.alpha * m_spec.components[k].mean;
            logs.push_back(std::log(m_spec.components[k].weight)
                           - (off.dot(law.factors[k].solve(off)) + law.logDeterminants[k]) / 2);
        }
        return logs;
    }

    Eigen::VectorXd posteriorMean(const Law& law, const Eigen::VectorXd& x, bool ofClass) const
    {
        const std::vector<double> logs = logTerms(law, x);
        const auto counts = [&](std::size_t k) {
            return !ofClass || m_spec.components[k].classLabel == m_target;
        };
        double largest = -1e300, sum = 0;
        for (std::size_t k = 0; k < logs.size(); ++k)
            if (counts(k))
                largest = std::max(largest, logs[k]);
        Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.size());
        for (std::size_t k = 0; k < logs.size(); ++k) {
            if (!counts(k))
                continue;
            const ComponentSpec& component = m_spec.components[k];
            const double weight = std::exp(logs[k] - largest);
            sum += weight;
            mean += weight
                    * (component.mean
                       + law.alpha * component.covariance
                             * law.factors[k].solve(x - law.alpha * component.mean));
        }
        return mean / sum;
    }

    Eigen::MatrixXd rate(const Law& law, const Eigen::MatrixXd& y) const
    {
        Eigen::MatrixXd rates(y.rows(), y.cols());
        for (Eigen::Index i = 0; i < y.rows(); ++i) {
            const Eigen::VectorXd x = y.row(i).transpose();
            const Eigen::VectorXd u = posteriorMean(law, x, false), c = posteriorMean(law, x, true);
            rates.row(i) = (law.alpha * x - (u + m_w * (c - u))).transpose();
        }
        return rates;
    }

    MixtureSpec m_spec;
    int m_target;
    double m_w;
};

} // namespace scorefield::test
