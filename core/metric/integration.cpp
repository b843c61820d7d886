// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/integration.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

using Index = Eigen::Index;

constexpr double kDeviations = 9; ///< of each component inside the box
/// Steps of two thirds of a standard deviation integrate a Gaussian to e^-44.
constexpr double kNodesPerDeviation = 1.5;
/// Nodes times components, at a hundred million a second.
constexpr double kMostTerms = 3e8;
constexpr double kMostRefinedTerms = 2.2e7;
/// Further nodes are not worth it once they change less than this.
constexpr double kSettled = 1e-10;

struct Sums {
    Eigen::ArrayXd all, half; ///< over all nodes, over every second one along each axis
};

Eigen::Index lineCount(const IntegrationGrid& grid)
{
    return grid.low.size() == 1 ? 1 : grid.nodes;
}

/// One line of nodes along the first axis, in pieces that stay in cache.
Sums sumLine(const Integrand& integrand, const IntegrationGrid& grid, Index line)
{
    constexpr Index piece = 128; // even, so that pieces begin at nodes of the coarse rule
    Sums sums;
    const double last = grid.nodes - 1;
    for (Index first = 0; first < grid.nodes; first += piece) {
        const Index n = std::min<Index>(piece, grid.nodes - first);
        Eigen::MatrixXd points(n, grid.low.size());
        for (Index i = 0; i < n; ++i)
            points(i, 0) = grid.low(0) + static_cast<double>(first + i) * grid.step(0);
        if (grid.low.size() == 2)
            points.col(1).setConstant(grid.low(1) + static_cast<double>(line) * grid.step(1));
        Eigen::ArrayXXd values = integrand(points);
        if (first == 0)
            values.row(0) /= 2;
        if (static_cast<double>(first + n - 1) == last)
            values.row(n - 1) /= 2;
        Eigen::ArrayXd half = Eigen::ArrayXd::Zero(values.cols());
        for (Index i = 0; i < n; i += 2)
            half += values.row(i).transpose();
        const Eigen::ArrayXd all = values.colwise().sum().transpose();
        if (first == 0)
            sums = {all, half};
        else {
            sums.all += all;
            sums.half += half;
        }
    }
    return sums;
}

Sums sumGrid(const Integrand& integrand, const IntegrationGrid& grid, WorkerPool& pool)
{
    const Index lines = lineCount(grid);
    std::vector<Sums> ofLines(static_cast<std::size_t>(lines));
    pool.parallelFor(ofLines.size(), [&](std::size_t line) {
        ofLines[line] = sumLine(integrand, grid, static_cast<Index>(line));
    });
    Sums sums = ofLines.front();
    sums.all.setZero();
    sums.half.setZero();
    for (std::size_t line = 0; line < ofLines.size(); ++line) {
        const bool isEnd = lines > 1 && (line == 0 || line + 1 == ofLines.size());
        sums.all += ofLines[line].all * (isEnd ? .5 : 1);
        if (line % 2 == 0)
            sums.half += ofLines[line].half * (isEnd ? .5 : 1);
    }
    const double cell = grid.step.prod();
    sums.all *= cell;
    sums.half *= cell * std::pow(2, static_cast<double>(grid.low.size()));
    return sums;
}

IntegrationGrid refined(IntegrationGrid grid)
{
    grid.nodes = 2 * grid.nodes - 1;
    grid.step /= 2;
    return grid;
}

} // namespace

std::optional<IntegrationGrid> integrationGrid(const std::vector<const GaussianMixture*>& laws,
                                               int leastNodes)
{
    const int d = laws.front()->dimension();
    if (d > 2)
        return std::nullopt;
    Eigen::ArrayXd low = Eigen::ArrayXd::Constant(d, std::numeric_limits<double>::infinity());
    Eigen::ArrayXd high = -low;
    double narrowest = std::numeric_limits<double>::infinity(), components = 0;
    for (const GaussianMixture* law : laws)
        for (const auto& component : law->components()) {
            const Eigen::MatrixXd root =
                component.eigenvectors * component.eigenvalues.cwiseSqrt().asDiagonal();
            const Eigen::ArrayXd reach = kDeviations * root.rowwise().norm().array();
            low = low.min(component.mean.array() - reach);
            high = high.max(component.mean.array() + reach);
            narrowest = std::min(narrowest, std::sqrt(component.eigenvalues.minCoeff()));
            components += 1;
        }
    const double needed = 1 + (high - low).maxCoeff() / narrowest * kNodesPerDeviation;
    const double nodes = std::max<double>(leastNodes, std::ceil(needed));
    if (!(std::pow(nodes, d) * components <= kMostTerms))
        return std::nullopt;
    IntegrationGrid grid;
    grid.nodes = static_cast<int>(nodes) | 1;
    grid.low = low;
    grid.step = (high - low) / (grid.nodes - 1);
    return grid;
}

std::vector<Integral>
integrateOnGrid(const Integrand& integrand, IntegrationGrid grid, int components, WorkerPool& pool)
{
    const double d = static_cast<double>(grid.low.size());
    for (;; grid = refined(std::move(grid))) {
        const Sums sums = sumGrid(integrand, grid, pool);
        const Eigen::ArrayXd change = (sums.all - sums.half).abs();
        const bool settled = (change <= kSettled * (1 + sums.all.abs())).all();
        if (!settled && std::pow(2.0 * grid.nodes, d) * components <= kMostRefinedTerms)
            continue;
        std::vector<Integral> integrals;
        for (Index i = 0; i < change.size(); ++i)
            integrals.push_back({{sums.all(i), change(i)}, true, grid.nodes});
        return integrals;
    }
}

std::vector<Integral> averageOverDraws(const Integrand& integrand,
                                       const GaussianMixture& law,
                                       int draws,
                                       std::uint64_t seed,
                                       WorkerPool& pool)
{
    constexpr int batch = 2048;
    const int batches = std::max(1, (draws + batch - 1) / batch);
    struct Moments {
        Eigen::ArrayXd mean, squares; ///< about the mean
    };
    std::vector<Moments> moments(static_cast<std::size_t>(batches));
    pool.parallelFor(moments.size(), [&](std::size_t b) {
        // A seed of its own: batches are parts of no common sequence.
        const std::uint64_t own = seed + (b + 1) * 0x9E3779B97F4A7C15ULL;
        const Eigen::ArrayXXd values = integrand(law.sample(own, Stream::Data, batch).transpose());
        Moments& of = moments[b];
        of.mean = values.colwise().mean().transpose();
        of.squares = (values.rowwise() - of.mean.transpose()).square().colwise().sum().transpose();
    });
    Moments total = moments.front();
    double count = batch;
    for (std::size_t b = 1; b < moments.size(); ++b) {
        const Eigen::ArrayXd apart = moments[b].mean - total.mean;
        total.squares += moments[b].squares + apart.square() * (count * batch / (count + batch));
        total.mean += apart * (batch / (count + batch));
        count += batch;
    }
    std::vector<Integral> integrals;
    for (Index i = 0; i < total.mean.size(); ++i)
        integrals.push_back({{total.mean(i), std::sqrt(total.squares(i) / (count - 1) / count)},
                             false,
                             static_cast<int>(count)});
    return integrals;
}

} // namespace scorefield
