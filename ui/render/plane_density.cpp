// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/plane_density.h"

#include "ui/render/density_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield::render {
namespace {

constexpr double kThinnest =
    1e-6; // of the data scale: far below a pixel, and its square is still exact in float
constexpr double kNegligible =
    40; // nats below the top: beyond double precision even with 4096 such components
constexpr int kMeansTried = 64;   // of each kind in logTop
constexpr std::size_t kMany = 48; // components from which points are evaluated in single precision
constexpr long long kThresholdWork = 1 << 19; // draws times components: a few ms
constexpr int kMostDraws = 4096, kFewestDraws = 512;

double radicalInverse(unsigned index, unsigned base)
{
    double value = 0, digit = 1.0 / base;
    for (; index > 0; index /= base, digit /= base)
        value += digit * (index % base);
    return value;
}

} // namespace

PlaneDensity::PlaneDensity(const GaussianMixture& mixture, double alpha, double sigma)
    : m_dimension(std::min(mixture.dimension(), 2))
{
    const double floor = std::pow(kThinnest * mixture.scale(), 2);
    m_components.reserve(mixture.components().size());
    for (const auto& c : mixture.components()) {
        Component out{};
        out.weight = c.weight;
        out.logPeak = c.logWeight;
        const auto axis = [&](int i, double& wx, double& wy) {
            const double variance =
                             std::max(alpha * alpha * c.eigenvalues[i] + sigma * sigma, floor),
                         sd = std::sqrt(variance);
            const double qx = c.eigenvectors(0, i),
                         qy = m_dimension == 2 ? c.eigenvectors(1, i) : 0;
            wx = qx / sd;
            wy = qy / sd;
            const std::size_t at = 2 * static_cast<std::size_t>(i);
            out.halfAxes[at] = qx * sd;
            out.halfAxes[at + 1] = qy * sd;
            out.logPeak -= 0.5 * std::log(2 * std::numbers::pi * variance);
        };
        out.x = alpha * c.mean[0];
        axis(0, out.w00, out.w01);
        if (m_dimension == 2) {
            out.y = alpha * c.mean[1];
            axis(1, out.w10, out.w11);
        }
        m_components.push_back(out);
    }
}

double PlaneDensity::logDensity(QPointF x) const
{
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (const auto& c : m_components) {
        const double rx = x.x() - c.x, ry = x.y() - c.y;
        const double z1 = c.w00 * rx + c.w01 * ry, z2 = c.w10 * rx + c.w11 * ry;
        const double term = c.logPeak - 0.5 * (z1 * z1 + z2 * z2);
        if (term > top) {
            sum = sum * std::exp(top - term) + 1;
            top = term;
        } else if (term > top - kNegligible) {
            sum += std::exp(term - top);
        }
    }
    return top + std::log(sum);
}

double PlaneDensity::logTop() const
{
    std::vector<std::size_t> order(m_components.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto high = std::min<std::size_t>(kMeansTried, order.size());
    std::partial_sort(order.begin(),
                      order.begin() + static_cast<std::ptrdiff_t>(high),
                      order.end(),
                      [this](std::size_t a, std::size_t b) {
                          return m_components[a].logPeak > m_components[b].logPeak;
                      });
    const auto stride = std::max<std::size_t>(1, (order.size() - high) / kMeansTried);
    std::vector<QPointF> means;
    for (std::size_t i = 0; i < order.size(); i += i < high ? 1 : stride)
        means.emplace_back(m_components[order[i]].x, m_components[order[i]].y);
    const auto values = logDensities(means);
    return logDensity(means[static_cast<std::size_t>(std::max_element(values.begin(), values.end())
                                                     - values.begin())]);
}

std::vector<double> PlaneDensity::logDensities(std::span<const QPointF> points) const
{
    if (m_components.size() >= kMany)
        return DensityTable(m_components).logDensities(points);
    std::vector<double> values;
    values.reserve(points.size());
    for (const auto& point : points)
        values.push_back(logDensity(point));
    return values;
}

std::vector<QPointF> PlaneDensity::draws(int count) const
{
    std::vector<QPointF> points;
    points.reserve(static_cast<std::size_t>(count));
    std::size_t k = 0;
    double below = 0; // weight of the components before k
    for (int i = 0; i < count; ++i) {
        const double u = (i + 0.5) / count;
        while (k + 1 < m_components.size() && u > below + m_components[k].weight)
            below += m_components[k++].weight;
        const auto& c = m_components[k];
        const auto index = static_cast<unsigned>(i) + 1;
        const double radius = std::sqrt(-2 * std::log1p(-radicalInverse(index, 2))),
                     angle = 2 * std::numbers::pi * radicalInverse(index, 3);
        const double z1 = radius * std::cos(angle), z2 = radius * std::sin(angle);
        points.emplace_back(c.x + c.halfAxes[0] * z1 + c.halfAxes[2] * z2,
                            c.y + c.halfAxes[1] * z1 + c.halfAxes[3] * z2);
    }
    return points;
}

std::vector<double> PlaneDensity::regionThresholds(const std::vector<double>& masses) const
{
    const auto affordable = kThresholdWork / static_cast<long long>(m_components.size());
    const auto points =
        draws(static_cast<int>(std::clamp<long long>(affordable, kFewestDraws, kMostDraws)));
    auto values = logDensities(points);
    std::sort(values.begin(), values.end(), std::greater<>());
    std::vector<double> thresholds;
    for (const double mass : masses) {
        const double rank = std::clamp(mass * static_cast<double>(values.size()) - 0.5,
                                       0.0,
                                       static_cast<double>(values.size() - 1));
        const auto low = static_cast<std::size_t>(rank);
        const auto next = std::min(low + 1, values.size() - 1);
        thresholds.push_back(values[low]
                             + (rank - static_cast<double>(low)) * (values[next] - values[low]));
    }
    return thresholds;
}

} // namespace scorefield::render
