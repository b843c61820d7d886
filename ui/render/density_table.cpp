// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/density_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace scorefield::render {
namespace {

constexpr std::size_t kBlock = 8;   // components in the compiler's vectors at a time
constexpr double kNothing = -1e300; // peak of what pads the last block
constexpr float kLowest = -80;      // exp of less is nothing beside the largest term's 1

/// exp(x) for x in [-80, 0] to 2e-7: the power of two by its exponent bits, the rest by the Taylor
/// series of 2^f on [-1/2, 1/2]. In a form that compilers turn into vectors.
inline float quickExp(float x)
{
    constexpr float log2e = 1.44269504F, high = 0.693145752F, low = 1.42860677e-6F; // ln 2 in parts
    const auto whole = static_cast<std::int32_t>(x * log2e - 0.5F); // rounds: x <= 0
    const float n = static_cast<float>(whole);
    const float r = x - n * high - n * low;
    const float series =
        1
        + r * (1 + r * (0.5F + r * (1.F / 6 + r * (1.F / 24 + r * (1.F / 120 + r * (1.F / 720))))));
    return series * std::bit_cast<float>((whole + 127) << 23);
}

/// Blocks side by side: the order of sums is part of the result, so compilers keep it.
double largest(std::span<const double> values)
{
    std::array<double, kBlock> tops;
    tops.fill(kNothing);
    for (std::size_t first = 0; first < values.size(); first += kBlock)
        for (std::size_t j = 0; j < kBlock; ++j)
            tops[j] = values[first + j] > tops[j] ? values[first + j] : tops[j];
    return *std::max_element(tops.begin(), tops.end());
}

/// Not below kLowest: a loop of its own, since with the exponential it would become a branch.
void subtract(std::span<const double> terms, double top, std::span<float> out)
{
    const double* const in = terms.data();
    float* const to = out.data();
    for (std::size_t k = 0; k < terms.size(); ++k) {
        const auto below = static_cast<float>(in[k] - top);
        to[k] = below > kLowest ? below : kLowest;
    }
}

double sumOf(std::span<const float> values)
{
    std::array<float, kBlock> sums{};
    for (std::size_t first = 0; first < values.size(); first += kBlock)
        for (std::size_t j = 0; j < kBlock; ++j)
            sums[j] += values[first + j];
    double sum = 0;
    for (const float part : sums)
        sum += static_cast<double>(part);
    return sum;
}

} // namespace

DensityTable::DensityTable(std::span<const PlaneDensity::Component> components)
    : m_count((components.size() + kBlock - 1) / kBlock * kBlock)
{
    for (auto* column : {&m_x, &m_y, &m_w00, &m_w01, &m_w10, &m_w11})
        column->assign(m_count, 0);
    m_logPeak.assign(m_count, kNothing);
    for (std::size_t i = 0; i < components.size(); ++i) {
        const auto& c = components[i];
        m_x[i] = c.x;
        m_y[i] = c.y;
        m_w00[i] = c.w00;
        m_w01[i] = c.w01;
        m_w10[i] = c.w10;
        m_w11[i] = c.w11;
        m_logPeak[i] = c.logPeak;
    }
}

void DensityTable::fillTerms(QPointF point, std::span<double> terms) const
{
    const double x = point.x(), y = point.y();
    const double *const cx = m_x.data(), *const cy = m_y.data(), *const w00 = m_w00.data(),
                        *const w01 = m_w01.data(), *const w10 = m_w10.data(),
                        *const w11 = m_w11.data(), *const peak = m_logPeak.data();
    double* const out = terms.data();
    for (std::size_t k = 0; k < m_count; ++k) {
        const double rx = x - cx[k], ry = y - cy[k];
        const double z1 = w00[k] * rx + w01[k] * ry, z2 = w10[k] * rx + w11[k] * ry;
        out[k] = peak[k] - 0.5 * (z1 * z1 + z2 * z2);
    }
}

std::vector<double> DensityTable::logDensities(std::span<const QPointF> points) const
{
    std::vector<double> values, terms(m_count);
    std::vector<float> shares(m_count);
    values.reserve(points.size());
    for (const QPointF& point : points) {
        fillTerms(point, terms);
        const double top = largest(terms);
        subtract(terms, top, shares);
        for (float& share : shares)
            share = quickExp(share);
        values.push_back(top + std::log(sumOf(shares)));
    }
    return values;
}

} // namespace scorefield::render
