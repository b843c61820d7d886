// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/distilled_map.h"

#include "core/field/score_field.h"
#include "core/metric/one_step_flow.h"
#include "core/metric/one_step_map.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace scorefield {

namespace {

constexpr double kFineness = 2; // of the exact flow's steps: errors far below those of any table
constexpr double kMargin = .02; // of a table's size around the particles
constexpr std::size_t kBlock = 128; // points a thread takes at a time

/// One ODE step of points [d,n] from a level to the next.
class Stepping {
public:
    Stepping(const GuidedOde& ode, const std::vector<PathCoefficients>& levels, DistillStep step)
        : m_ode(ode)
        , m_levels(levels)
        , m_step(step)
        , m_field(makeExactField<double>(
              ode.mixture, ode.guidance ? ode.guidance : makeUnguided(), levels))
    {
    }

    Result<Eigen::MatrixXd> advance(std::size_t k,
                                    const Eigen::MatrixXd& points,
                                    WorkerPool& pool,
                                    const std::stop_token& stop) const
    {
        if (m_step == DistillStep::Exact)
            return flow(k, points, pool, stop);
        Eigen::MatrixXd ends = points;
        const auto count = static_cast<std::size_t>(points.cols());
        pool.parallelFor((count + kBlock - 1) / kBlock, [&](std::size_t block) {
            if (stop.stop_requested())
                return;
            const auto first = static_cast<Eigen::Index>(block * kBlock),
                       some = std::min(static_cast<Eigen::Index>(kBlock), points.cols() - first);
            Block<double> x = points.middleCols(first, some).transpose().array();
            step(m_levels[k], m_levels[k + 1], x);
            ends.middleCols(first, some) = x.matrix().transpose();
        });
        return ends;
    }
    /// By the flow itself.
    Result<Eigen::MatrixXd> flow(std::size_t k,
                                 const Eigen::MatrixXd& points,
                                 WorkerPool& pool,
                                 const std::stop_token& stop) const
    {
        GuidedOde part = m_ode;
        part.noise = m_levels[k];
        part.data = m_levels[k + 1];
        const auto exact = OneStepFlow::create(part, kFineness);
        if (!exact)
            return exact.error();
        return exact->ends(points, pool, stop);
    }

private:
    void step(const PathCoefficients& from, const PathCoefficients& to, Block<double>& x) const
    {
        Block<double> mean(x.rows(), x.cols());
        m_field->denoise(from, x, mean);
        const auto ddim = [&](const Block<double>& means) {
            return (to.alpha * means + to.sigma / from.sigma * (x - from.alpha * means)).eval();
        };
        const Block<double> first = ddim(mean);
        if (m_step == DistillStep::Ddim || !(to.sigma > 0) || !(from.alpha > 0)) {
            x = first;
            return;
        }
        // X = x/alpha: X' = X + (sigma~' - sigma~)(d + d')/2, d = (X - D)/sigma~.
        const double high = from.sigmaTilde(), low = to.sigmaTilde();
        Block<double> after(x.rows(), x.cols());
        m_field->denoise(to, first, after);
        const Block<double> X = x / from.alpha;
        x = to.alpha
            * (X + (low - high) / 2 * ((X - mean) / high + (first / to.alpha - after) / low));
    }

    const GuidedOde& m_ode;
    const std::vector<PathCoefficients>& m_levels;
    DistillStep m_step;
    std::unique_ptr<const ScoreField<double>> m_field;
};

/// Values at the nodes of a grid of one or two dimensions.
class MapTable {
public:
    /// Over the points [d,n].
    MapTable(const Eigen::MatrixXd& points, int nodes)
        : m_nodes(nodes)
        , m_low(points.rowwise().minCoeff())
    {
        Eigen::VectorXd size = points.rowwise().maxCoeff() - m_low;
        size = size.cwiseMax(1e-12 * (1 + size.maxCoeff())); // never of no size
        m_low -= kMargin * size;
        m_spacing = (1 + 2 * kMargin) * size / (nodes - 1);
    }

    /// The nodes [d, nodes^d], the first coordinate fastest.
    Eigen::MatrixXd places() const
    {
        const Eigen::Index d = m_low.size(), count = d == 1 ? m_nodes : m_nodes * m_nodes;
        Eigen::MatrixXd places(d, count);
        for (Eigen::Index i = 0; i < count; ++i) {
            places(0, i) = m_low(0) + static_cast<double>(i % m_nodes) * m_spacing(0);
            if (d > 1)
                places(1, i) = m_low(1) + static_cast<double>(i / m_nodes) * m_spacing(1);
        }
        return places;
    }
    void setValues(Eigen::MatrixXd values) { m_values = std::move(values); }

    /// Linear in each coordinate within a cell, and on beyond the border.
    Eigen::MatrixXd at(const Eigen::MatrixXd& points) const
    {
        Eigen::MatrixXd result(m_values.rows(), points.cols());
        for (Eigen::Index i = 0; i < points.cols(); ++i) {
            const auto [column, f] = cellOf(points(0, i), 0);
            if (points.rows() == 1) {
                result.col(i) = (1 - f) * m_values.col(column) + f * m_values.col(column + 1);
                continue;
            }
            const auto [row, g] = cellOf(points(1, i), 1);
            const Eigen::Index below = row * m_nodes + column, above = below + m_nodes;
            result.col(i) = (1 - g) * ((1 - f) * m_values.col(below) + f * m_values.col(below + 1))
                            + g * ((1 - f) * m_values.col(above) + f * m_values.col(above + 1));
        }
        return result;
    }

private:
    struct Cell {
        Eigen::Index node;
        double share;
    };
    Cell cellOf(double x, Eigen::Index axis) const
    {
        const double place = (x - m_low(axis)) / m_spacing(axis);
        const double node = std::clamp(std::floor(place), 0., static_cast<double>(m_nodes - 2));
        return {static_cast<Eigen::Index>(node), place - node};
    }

    Eigen::Index m_nodes;
    Eigen::VectorXd m_low, m_spacing;
    Eigen::MatrixXd m_values;
};

Status check(const GuidedOde& ode,
             const std::vector<PathCoefficients>& levels,
             const Eigen::MatrixXd& starts)
{
    if (levels.size() < 2)
        return Error{"levels", "are fewer than two, so there is no step to take"};
    if (starts.rows() != ode.mixture->dimension())
        return Error{"starts",
                     "have " + std::to_string(starts.rows()) + " coordinates, but the mixture has "
                         + std::to_string(ode.mixture->dimension())};
    GuidedOde whole = ode;
    whole.noise = levels.front();
    whole.data = levels.back();
    return checkOneStepMap(whole);
}

} // namespace

DistilledError distilledError(const Eigen::MatrixXd& ends, const Eigen::MatrixXd& exact)
{
    const Eigen::VectorXd squared = (ends - exact).colwise().squaredNorm();
    return {std::sqrt(squared.mean()), std::sqrt(squared.maxCoeff())};
}

Result<Eigen::MatrixXd> followSteps(const GuidedOde& ode,
                                    const std::vector<PathCoefficients>& levels,
                                    DistillStep step,
                                    const Eigen::MatrixXd& starts,
                                    WorkerPool& pool,
                                    std::stop_token stop)
{
    if (auto status = check(ode, levels, starts); !status)
        return status.error();
    const Stepping stepping(ode, levels, step);
    Eigen::MatrixXd x = starts;
    for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
        auto next = stepping.advance(k, x, pool, stop);
        if (!next)
            return next.error();
        x = std::move(*next);
    }
    if (stop.stop_requested())
        return Error{"", "stopped"};
    return x;
}

Result<DistilledMap> distil(const GuidedOde& ode,
                            const std::vector<PathCoefficients>& levels,
                            const DistillSpec& spec,
                            const Eigen::MatrixXd& starts,
                            WorkerPool& pool,
                            std::stop_token stop)
{
    if (auto status = check(ode, levels, starts); !status)
        return status.error();
    if (starts.rows() > 2 || spec.nodes < 2)
        return Error{"dimension",
                     "is " + std::to_string(starts.rows())
                         + ", but maps are tabulated in one or two dimensions"};
    const Stepping stepping(ode, levels, spec.step);
    std::vector<Eigen::MatrixXd> paths{starts};
    for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
        auto next = stepping.flow(k, paths.back(), pool, stop);
        if (!next)
            return next.error();
        paths.push_back(std::move(*next));
    }
    if (stop.stop_requested())
        return Error{"", "stopped"};
    DistilledMap map;
    map.exact = paths.back();
    map.levels.resize(levels.size());
    std::optional<MapTable> later;
    for (std::size_t k = levels.size() - 1; k-- > 0;) {
        MapTable table(paths[k], spec.nodes);
        const auto stepped = stepping.advance(k, table.places(), pool, stop);
        if (!stepped)
            return stepped.error();
        if (stop.stop_requested())
            return Error{"", "stopped"};
        table.setValues(later ? later->at(*stepped)
                              : *stepped); // at the data end F is the identity
        map.ends = table.at(paths[k]);
        map.levels[k] = distilledError(map.ends, map.exact);
        later = std::move(table);
    }
    return map;
}

double oneStepBound(double stretch, double ratio, double a, double delta, double steps)
{
    return stretch * std::pow(ratio, 1 / a) / (delta * delta * steps);
}

} // namespace scorefield
