// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/projected_law.h"

#include "core/base/log_gamma.h"
#include "core/base/philox.h"
#include "core/metric/ranked_values.h"
#include "core/metric/transport.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace scorefield {

Eigen::MatrixXd spreadDirections(int dimension)
{
    if (dimension == 1)
        return Eigen::MatrixXd::Ones(1, 1);
    if (dimension == 2) {
        constexpr int count = 32;
        Eigen::MatrixXd directions(2, count);
        for (int j = 0; j < count; ++j) {
            const double angle = std::numbers::pi * (j + .5) / count;
            directions(0, j) = std::cos(angle);
            directions(1, j) = std::sin(angle);
        }
        return directions;
    }
    constexpr int count = 64;
    constexpr std::uint64_t seed = 0; // the same for every law, so that distances compare
    return randomDirections(dimension, count, seed);
}

ProjectedLaw::ProjectedLaw(const Eigen::MatrixXd& draws, Eigen::Index bins, WorkerPool& pool)
    : m_directions(spreadDirections(static_cast<int>(draws.cols())))
    , m_quantiles(bins, m_directions.cols())
    , m_withinBins(m_directions.cols())
{
    assert(bins > 0 && draws.rows() % bins == 0);
    const Eigen::Index inBin = draws.rows() / bins;
    pool.parallelFor(static_cast<std::size_t>(m_directions.cols()), [&](std::size_t block) {
        const auto j = static_cast<Eigen::Index>(block);
        const auto ranked = rankedValues(draws * m_directions.col(j));
        double within = 0;
        for (Eigen::Index bin = 0; bin < bins; ++bin) {
            const RankedValue* values = ranked.data() + bin * inBin;
            double mean = 0;
            for (Eigen::Index i = 0; i < inBin; ++i)
                mean += values[i].value / static_cast<double>(inBin);
            for (Eigen::Index i = 0; i < inBin; ++i)
                within += (values[i].value - mean) * (values[i].value - mean);
            m_quantiles(bin, j) = mean;
        }
        m_withinBins(j) = within / static_cast<double>(draws.rows());
    });
}

/// The influences of all directions add up per particle, for the error of their mean; in groups of
/// directions that do not depend on the number of threads.
template <class Function>
Estimate ProjectedLaw::meanOverDirections(const Eigen::MatrixXd& points,
                                          WorkerPool& pool,
                                          Function along) const
{
    constexpr Eigen::Index groups = 8;
    const Eigen::Index n = points.rows(), count = m_directions.cols();
    Eigen::ArrayXXd influences = Eigen::ArrayXXd::Zero(n, groups);
    Eigen::ArrayXd values = Eigen::ArrayXd::Zero(count);
    pool.parallelFor(groups, [&](std::size_t block) {
        const auto group = static_cast<Eigen::Index>(block);
        for (Eigen::Index j = group; j < count; j += groups) {
            const auto ranked = rankedValues(points * m_directions.col(j));
            values(j) = along(ranked, j, [&](std::size_t rank, double influence) {
                influences(ranked[rank].index, group) += influence;
            });
        }
    });
    const Eigen::ArrayXd total = influences.rowwise().sum() / static_cast<double>(count);
    const double variance =
        (total - total.mean()).square().sum() / std::max(1.0, static_cast<double>(n - 1));
    return {values.mean(), std::sqrt(variance / static_cast<double>(n))};
}

Estimate ProjectedLaw::transportSquared(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    const auto n = static_cast<std::size_t>(points.rows());
    const auto m = static_cast<std::size_t>(m_quantiles.rows());
    return meanOverDirections(points, pool, [&](const auto& ranked, Eigen::Index j, auto add) {
        const double* quantiles = m_quantiles.col(j).data();
        // Particle i owns the ranks [i/n, (i+1)/n), bin q those of [q/m, (q+1)/m): whole numbers of
        // 1/(n m). The derivative of W_2^2 to a particle's weight is Kantorovich's potential, whose
        // slope is twice the way to go.
        const double unit = 1 / (static_cast<double>(n) * static_cast<double>(m));
        double squared = 0, potential = 0, lastValue = 0, lastWay = 0;
        std::size_t bin = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double x = ranked[i].value;
            double way = 0;
            for (std::size_t at = i * m; at < (i + 1) * m;) {
                const std::size_t end = std::min((i + 1) * m, (bin + 1) * n);
                const double share = static_cast<double>(end - at);
                const double offset = x - quantiles[bin];
                way += share * offset;
                squared += share * offset * offset;
                at = end;
                bin += at == (bin + 1) * n ? 1 : 0;
            }
            way /= static_cast<double>(m);
            potential += i == 0 ? 0 : (x - lastValue) * (lastWay + way);
            add(i, potential);
            lastValue = x;
            lastWay = way;
        }
        return squared * unit + m_withinBins(j);
    });
}

Estimate ProjectedLaw::energySquared(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    const auto n = static_cast<std::size_t>(points.rows());
    const auto m = static_cast<std::size_t>(m_quantiles.rows());
    const double d = static_cast<double>(points.cols());
    // 1/E|first coordinate of a unit vector|: 1 for d = 1, pi/2 for d = 2.
    const double factor =
        std::sqrt(std::numbers::pi) * std::exp(logGamma((d + 1) / 2) - logGamma(d / 2));
    Estimate mean =
        meanOverDirections(points, pool, [&](const auto& ranked, Eigen::Index j, auto add) {
            const double* quantiles = m_quantiles.col(j).data();
            double squared = 0, below = 0, last = std::min(ranked[0].value, quantiles[0]);
            std::size_t i = 0, q = 0;
            while (i < n || q < m) {
                const bool isPoint = q == m || (i < n && ranked[i].value <= quantiles[q]);
                const double at = isPoint ? ranked[i].value : quantiles[q];
                const double difference = static_cast<double>(i) / static_cast<double>(n)
                                          - static_cast<double>(q) / static_cast<double>(m);
                squared += 2 * (at - last) * difference * difference;
                below += 4 * (at - last) * difference;
                last = at;
                if (isPoint)
                    add(i++,
                        -below); // weight at x raises F above it: int_x 4 (F - G), but a constant
                else
                    ++q;
            }
            return squared;
        });
    return {mean.value * factor, mean.error * factor};
}

} // namespace scorefield
