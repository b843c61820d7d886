// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/tilt_region.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

namespace {

constexpr double kNone = std::numeric_limits<double>::max();
constexpr double kDepth = 60; // log of the largest over the smallest density on the grid

/// 12 deviations about every component that the tilt may have mass at.
TiltRegion widestRegion(const GaussianMixture& mixture, const TiltDensity& densities, double w)
{
    const int d = mixture.dimension();
    TiltRegion region;
    region.low.head(d).setConstant(std::numeric_limits<double>::infinity());
    region.high.head(d) = -region.low.head(d);
    for (std::size_t k = 0; k < mixture.components().size(); ++k) {
        const auto& component = mixture.components()[k];
        if (w >= 1 && !densities.isMember(k)) // the tilt is then below a multiple of p_c
            continue;
        region.peaks.emplace_back(0, 0);
        region.peaks.back().head(d) = component.mean;
        region.narrowest = std::min(region.narrowest, std::sqrt(component.eigenvalues.minCoeff()));
        const double reach = 12 * std::sqrt(component.eigenvalues.maxCoeff());
        region.low.head(d) = region.low.head(d).cwiseMin((component.mean.array() - reach).matrix());
        region.high.head(d) =
            region.high.head(d).cwiseMax((component.mean.array() + reach).matrix());
    }
    return region;
}

} // namespace

TiltDensity::TiltDensity(const GaussianMixture& mixture, int target)
    : m_mixture(mixture)
    , m_isMember(static_cast<std::size_t>(mixture.componentCount()))
{
    for (const int k : mixture.classMembers(target))
        m_isMember[static_cast<std::size_t>(k)] = true;
    for (const auto& component : mixture.components())
        m_normalisers.push_back(component.logWeight
                                - component.eigenvalues.array().log().sum() / 2);
    m_logClassWeight = std::log(mixture.classWeight(target));
}

double TiltDensity::tilted(double w, const Eigen::Vector2d& x) const
{
    std::array<double, 2> maxima{-kNone, -kNone}, sums{0, 0}; // members, others
    for (std::size_t k = 0; k < m_normalisers.size(); ++k) {
        const auto& component = m_mixture.components()[k];
        double a = m_normalisers[k];
        for (Eigen::Index i = 0; i < component.mean.size(); ++i) {
            double z = 0;
            for (Eigen::Index j = 0; j < component.mean.size(); ++j)
                z += component.eigenvectors(j, i) * (x(j) - component.mean(j));
            a -= z * z / (2 * component.eigenvalues(i));
        }
        const std::size_t group = m_isMember[k] ? 0 : 1;
        const double higher = std::max(maxima[group], a);
        sums[group] = sums[group] * std::exp(maxima[group] - higher) + std::exp(a - higher);
        maxima[group] = higher;
    }
    const double members = maxima[0] + std::log(sums[0]);
    const double highest = std::max(maxima[0], maxima[1]);
    const double whole = highest
                         + std::log(sums[0] * std::exp(maxima[0] - highest)
                                    + sums[1] * std::exp(maxima[1] - highest));
    return whole + w * (members - m_logClassWeight - whole);
}

TiltRegion tiltRegion(const GaussianMixture& mixture, const TiltDensity& densities, double w)
{
    const int d = mixture.dimension();
    TiltRegion region = widestRegion(mixture, densities, w);
    const int nx = d == 1 ? 400 : 64, ny = d == 1 ? 1 : 64;
    double highest = -std::numeric_limits<double>::infinity();
    for (int round = 0; round < 3; ++round) {
        const Eigen::Vector2d spacing((region.high(0) - region.low(0)) / (nx - 1),
                                      (region.high(1) - region.low(1)) / std::max(1, ny - 1));
        std::vector<Eigen::Vector2d> places = region.peaks;
        for (int i = 0; i < nx; ++i)
            for (int j = 0; j < ny; ++j)
                places.push_back(region.low + Eigen::Vector2d(i, j).cwiseProduct(spacing));
        std::vector<double> values;
        for (const Eigen::Vector2d& place : places)
            values.push_back(densities.tilted(w, place));
        highest = std::max(highest, *std::max_element(values.begin(), values.end()));
        Eigen::Vector2d first = region.high, last = region.low;
        for (std::size_t k = 0; k < places.size(); ++k)
            if (values[k] > highest - kDepth) {
                first = first.cwiseMin(places[k]);
                last = last.cwiseMax(places[k]);
            }
        // Two cells more: the tilt may end between the nodes.
        region.low = (first - 2 * spacing).cwiseMax(region.low);
        region.high = (last + 2 * spacing).cwiseMin(region.high);
    }
    return region;
}

} // namespace scorefield
