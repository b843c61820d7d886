// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/law_mass.h"

#include "core/metric/box_tree.h"
#include "core/metric/law_density.h"
#include "core/metric/neighbours.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

/// States are stored in float: points nearer than this share of the scale are the same.
constexpr double kResolution = 1e-7;

/// P(a <= z <= b) of a standard normal, to full precision in both tails.
double normalBetween(double a, double b)
{
    if (a > 0) { // the upper tail as the lower one
        const double lower = -b;
        b = -a;
        a = lower;
    }
    return (std::erfc(-b / std::numbers::sqrt2) - std::erfc(-a / std::numbers::sqrt2)) / 2;
}

double logNormalDensity(double z)
{
    return -z * z / 2 - std::log(2 * std::numbers::pi) / 2;
}

/// Four-point Gauss–Legendre rule on [-1, 1].
constexpr std::array<double, 4> kNodes{
    -.8611363115940526, -.3399810435848563, .3399810435848563, .8611363115940526};
constexpr std::array<double, 4> kWeights{
    .3478548451374538, .6521451548625461, .6521451548625461, .3478548451374538};

} // namespace

LawMass::LawMass(const GaussianMixture& mixture, double alpha, double sigma)
    : m_dimension(mixture.dimension())
    , m_scale((alpha * alpha * mixture.covariance().diagonal().array() + sigma * sigma).sqrt())
{
    assert(m_dimension <= 2);
    for (const auto& component : mixture.components()) {
        const Eigen::VectorXd variances =
            (alpha * alpha * component.eigenvalues.array() + sigma * sigma).matrix();
        const Eigen::MatrixXd& Q = component.eigenvectors;
        const Eigen::MatrixXd C = Q * variances.asDiagonal() * Q.transpose();
        Component mass{component.weight, 0, alpha * component.mean(0), std::sqrt(C(0, 0)), 0, 0, 1};
        if (m_dimension == 2) {
            mass.mean2 = alpha * component.mean(1);
            mass.slope = C(0, 1) / C(0, 0);
            // det C/C_11, which subtracts nothing
            mass.deviation2 = std::sqrt(variances(0) * variances(1) / C(0, 0));
        }
        mass.logScale = component.logWeight - std::log(mass.deviation1) - std::log(mass.deviation2);
        m_components.push_back(mass);
    }
}

double LawMass::componentMass(const Component& component,
                              const Eigen::VectorXd& centre,
                              const Eigen::VectorXd& reach)
{
    if (centre.size() == 1)
        return normalBetween((centre(0) - reach(0) - component.mean1) / component.deviation1,
                             (centre(0) + reach(0) - component.mean1) / component.deviation1);
    // Where the density is below e^-40 of its most in the box nothing is left to add: on either
    // side of the mean, and, for what lies within the second coordinate's range, along the slope.
    const double offset = centre(0) - component.mean1;
    const double nearest = std::max(0.0, std::abs(offset) - reach(0)) / component.deviation1;
    const double tail = std::sqrt(nearest * nearest + 80) * component.deviation1;
    double low = std::max(offset - reach(0), -tail), high = std::min(offset + reach(0), tail);
    constexpr double within = 9; // standard deviations of x_2 given x_1
    const double height = reach(1) + within * component.deviation2;
    if (const double steep = std::abs(component.slope); steep > 0) {
        const double middle = (centre(1) - component.mean2) / component.slope;
        const double lowest = middle - height / steep, highest = middle + height / steep;
        if (lowest < high && highest > low) { // else the whole box is in a tail
            low = std::max(low, lowest);
            high = std::min(high, highest);
        }
    }
    if (!(low < high))
        return 0;
    // The integrand varies over the component's width and, where it is steep, over the width seen
    // through its slope.
    const double feature = std::min(
        component.deviation1, component.deviation2 / std::max(1e-300, std::abs(component.slope)));
    constexpr double panelsPerFeature = .75, mostPanels = 24;
    const double panels =
        std::clamp(std::ceil((high - low) / feature * panelsPerFeature), 1.0, mostPanels);
    const double half = (high - low) / panels / 2;
    double mass = 0;
    for (int panel = 0; panel < static_cast<int>(panels); ++panel)
        for (std::size_t i = 0; i < kNodes.size(); ++i) {
            const double x = low + half * (2 * panel + 1 + kNodes[i]); // from the mean
            const double z = x / component.deviation1;
            const double middle = component.mean2 + component.slope * x;
            mass += kWeights[i] * std::exp(logNormalDensity(z))
                    * normalBetween((centre(1) - reach(1) - middle) / component.deviation2,
                                    (centre(1) + reach(1) - middle) / component.deviation2);
        }
    return mass * half / component.deviation1;
}

double LawMass::logBox(const Eigen::VectorXd& centre, const Eigen::VectorXd& reach) const
{
    // Boxes far below the largest add nothing: compare them by their nearest point.
    double mass = 0, largest = -std::numeric_limits<double>::infinity();
    std::array<double, 64> few{};
    std::vector<double> many(m_components.size() > few.size() ? m_components.size() : 0);
    double* nearest = many.empty() ? few.data() : many.data();
    double logDensity = 0; // at the centre, of the likeliest component
    for (std::size_t k = 0; k < m_components.size(); ++k) {
        const Component& c = m_components[k];
        const double offset = centre(0) - c.mean1;
        const double away = std::max(0.0, std::abs(offset) - reach(0)) / c.deviation1;
        double z2 = 0, away2 = 0;
        if (m_dimension == 2) {
            const double across = centre(1) - c.mean2 - c.slope * offset;
            z2 = across / c.deviation2;
            away2 = std::max(0.0, std::abs(across) - reach(1) - std::abs(c.slope) * reach(0))
                    / c.deviation2;
        }
        const double z = offset / c.deviation1;
        nearest[k] = c.logScale - (away * away + away2 * away2) / 2;
        const double atCentre =
            c.logScale - (z * z + z2 * z2) / 2 - m_dimension * std::log(2 * std::numbers::pi) / 2;
        logDensity = k == 0 ? atCentre : std::max(logDensity, atCentre);
        largest = std::max(largest, nearest[k]);
    }
    constexpr double negligible = 37; // e^-37 is below the digits of the sum
    for (std::size_t k = 0; k < m_components.size(); ++k)
        if (nearest[k] > largest - negligible)
            mass += m_components[k].weight * componentMass(m_components[k], centre, reach);
    if (mass > 1e-290) // above what numbers resolve
        return std::log(mass);
    return logDensity + (2 * reach).array().log().sum();
}

int neighbourFor(Eigen::Index n)
{
    return std::max(3, static_cast<int>(std::sqrt(static_cast<double>(n)) / 8));
}

Estimate massDivergence(const Eigen::MatrixXd& points, const LawMass& law, int k, WorkerPool& pool)
{
    const Eigen::Index n = points.rows();
    assert(n > k && points.cols() == law.dimension());
    const Eigen::MatrixXd scaled = points * law.scale().cwiseInverse().asDiagonal();
    const BoxTree tree(scaled);
    Eigen::ArrayXd logMass(n);
    forRowBlocks(n, pool, [&](Eigen::Index first, Eigen::Index last) {
        for (Eigen::Index i = first; i < last; ++i) {
            const double reach = std::max(kResolution, tree.neighbourDistance(i, k));
            logMass(i) = law.logBox(points.row(i).transpose(), reach * law.scale());
        }
    });
    const double count = static_cast<double>(n), mean = logMass.mean();
    const double variance = (logMass - mean).square().sum() / (count - 1);
    return {digamma(k) - digamma(count) - mean, std::sqrt(variance / count)};
}

} // namespace scorefield
