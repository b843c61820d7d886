// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/field_map.h"

#include "core/base/text.h"
#include "core/metric/map_cells.h"
#include "core/metric/target_gap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr int kWeightLevels = 256; // at which a weight is asked whether it changes
constexpr int kPeakPaths = 24;
constexpr int kMostRefined = 100;   // components: with more, nine times the paths take minutes
constexpr int kFiner = 3;           // cells of a refined map for each cell, both ways
constexpr double kVisibleNats = 14; // below the peak: a little more than colours show
constexpr double kGoldenAngle = 2.399963229728653; // pi (3 - sqrt 5)

/// value(x, scratch) of the target's gap at every cell.
template <class Value>
FieldMap gapMap(const MapSubject& subject,
                const PathCoefficients& level,
                const PlaneGrid& wanted,
                WorkerPool& pool,
                const std::stop_token& stop,
                Value value)
{
    const PlaneGrid grid = gridFor(subject, wanted);
    const TargetGap gap(
        *subject.ode.mixture, subject.ode.guidance->target(), level.alpha, level.sigma);
    return inBlocks(grid, pool, stop, [&](std::size_t first, std::size_t count, float* values) {
        TargetGap::Scratch scratch;
        Eigen::VectorXd x;
        for (std::size_t i = 0; i < count; ++i) {
            placeOf(subject, grid, level.alpha, first + i, x);
            values[i] = static_cast<float>(value(gap, x, scratch));
        }
    });
}

Status checkTarget(const MapSubject& subject)
{
    const auto target =
        subject.ode.guidance ? subject.ode.guidance->target() : std::optional<int>();
    if (!target)
        return Error{"guidance", "nothing is guided here: choose a guidance rule for this lane"};
    if (subject.ode.mixture->classWeight(*target) <= 0)
        return Error{"target", "the target has no component in the mixture"};
    return success();
}

/// w of a linear rule between the two ends, or the sentence why it is not one number.
Result<double> constantWeight(const GuidedOde& ode)
{
    if (!ode.guidance->isLinear())
        return Error{"guidance",
                     "this rule is no weight on D_c − D_u, so there is no p_c^w p_u^(1−w) that it "
                     "stands for"};
    const double from = std::atan2(ode.noise.sigma, ode.noise.alpha),
                 to = std::atan2(ode.data.sigma, ode.data.alpha);
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (int i = 0; i < kWeightLevels; ++i) {
        const double theta = from + (i + 0.5) / kWeightLevels * (to - from);
        const double w = ode.guidance->weight(
            {ode.process->timeAt(std::tan(theta)), std::cos(theta), std::sin(theta)});
        least = std::min(least, w);
        most = std::max(most, w);
    }
    if (least != most)
        return Error{"guidance",
                     "w goes from " + formatNumber(least, 3) + " to " + formatNumber(most, 3)
                         + " over the run, so no one tilt p_c^w p_u^(1−w) belongs to it"};
    return least;
}

/// The largest log density at the ends of some paths, from starts spread over the prior's bulk; of
/// those that stay in the plane, which in more than two dimensions none does.
double sampledPeak(const GuidedOde& ode, WorkerPool& pool)
{
    const int d = ode.mixture->dimension();
    double peak = -std::numeric_limits<double>::infinity();
    if (d > 2)
        return peak;
    Eigen::MatrixXd starts(d, kPeakPaths);
    for (int i = 0; i < kPeakPaths; ++i) { // a sunflower: even in area, without a direction
        const double radius = 2 * ode.noise.sigma * std::sqrt((i + 0.5) / kPeakPaths),
                     turn = kGoldenAngle * i;
        starts(0, i) = radius * std::cos(turn);
        if (d > 1)
            starts(1, i) = radius * std::sin(turn);
    }
    const auto particles = followGuidedOde(withLongSteps(ode), starts, pool);
    if (particles)
        for (const double value : particles->logDensity)
            if (std::isfinite(value))
                peak = std::max(peak, value);
    return peak;
}

/// The guided density of the lane's ODE at the grid's points of the data end.
Result<FieldMap> odeMap(const MapSubject& subject,
                        const PlaneGrid& wanted,
                        WorkerPool& pool,
                        std::stop_token stop,
                        Eigen::VectorXd GuidedParticles::*quantity)
{
    const PlaneGrid grid = gridFor(subject, wanted);
    const GuidedOde ode = withLongSteps(subject.ode);
    const auto cells = static_cast<Eigen::Index>(cellsOf(grid));
    Eigen::MatrixXd points(subject.ode.mixture->dimension(), cells);
    Eigen::VectorXd x;
    for (Eigen::Index i = 0; i < cells; ++i) {
        placeOf(subject, grid, subject.ode.data.alpha, static_cast<std::size_t>(i), x);
        points.col(i) = x;
    }
    const auto particles = guidedDensityAt(ode, points, pool, std::move(stop));
    if (!particles)
        return particles.error();
    FieldMap map{grid, std::vector<float>(cellsOf(grid))};
    for (Eigen::Index i = 0; i < cells; ++i)
        map.values[static_cast<std::size_t>(i)] = static_cast<float>(((*particles).*quantity)(i));
    return map;
}

/// Log densities around a cell's own: how far the nearest cells lie above or below it.
double steepness(const FieldMap& map, int column, int row)
{
    const auto at = [&](int i, int j) {
        i = std::clamp(i, 0, map.grid.columns - 1);
        j = std::clamp(j, 0, map.grid.rows - 1);
        return static_cast<double>(
            map.values[static_cast<std::size_t>(j) * static_cast<std::size_t>(map.grid.columns)
                       + static_cast<std::size_t>(i)]);
    };
    const double here = at(column, row);
    double most = 0;
    for (const auto& [i, j] : {std::pair(-1, 0), {1, 0}, {0, -1}, {0, 1}}) {
        const double difference = std::abs(at(column + i, row + j) - here);
        most = std::isfinite(difference) ? std::max(most, difference) : most;
    }
    return most;
}

/// A map of log densities with finer cells: followed anew where a peak may hide between the coarse
/// ones, elsewhere the coarse cell's value, too low to show. A collapsed density is a line thinner
/// than a coarse cell.
Result<FieldMap> refined(const MapSubject& subject,
                         const FieldMap& coarse,
                         double peak,
                         WorkerPool& pool,
                         std::stop_token stop)
{
    FieldMap fine{coarse.grid, {}};
    fine.grid.columns *= kFiner;
    fine.grid.rows *= subject.axes.cols() > 1 ? kFiner : 1;
    const int down = fine.grid.rows / coarse.grid.rows;
    fine.values.resize(cellsOf(fine.grid));
    std::vector<std::size_t> followed;
    for (std::size_t cell = 0; cell < fine.values.size(); ++cell) {
        const auto columns = static_cast<std::size_t>(fine.grid.columns);
        const int column = static_cast<int>(cell % columns) / kFiner,
                  row = static_cast<int>(cell / columns) / down;
        const float here = coarse.values[static_cast<std::size_t>(row)
                                             * static_cast<std::size_t>(coarse.grid.columns)
                                         + static_cast<std::size_t>(column)];
        const double reach = static_cast<double>(here) + steepness(coarse, column, row);
        fine.values[cell] = here;
        if (std::isfinite(here) && reach > peak - kVisibleNats)
            followed.push_back(cell);
    }
    Eigen::MatrixXd points(subject.origin.size(), static_cast<Eigen::Index>(followed.size()));
    Eigen::VectorXd x;
    for (std::size_t i = 0; i < followed.size(); ++i) {
        placeOf(subject, fine.grid, subject.ode.data.alpha, followed[i], x);
        points.col(static_cast<Eigen::Index>(i)) = x;
    }
    const auto particles =
        guidedDensityAt(withLongSteps(subject.ode), points, pool, std::move(stop));
    if (!particles)
        return particles.error();
    for (std::size_t i = 0; i < followed.size(); ++i)
        fine.values[followed[i]] =
            static_cast<float>(particles->logDensity(static_cast<Eigen::Index>(i)));
    return fine;
}

} // namespace

GuidedOde withLongSteps(GuidedOde ode)
{
    const bool isConstant = !ode.guidance || !ode.guidance->target()
                            || (ode.guidance->isLinear() && constantWeight(ode));
    if (isConstant)
        ode.longestStep = std::numbers::pi / 2;
    return ode;
}

Result<FieldMap> strengthMap(const MapSubject& subject,
                             const PathCoefficients& level,
                             const PlaneGrid& grid,
                             WorkerPool& pool,
                             std::stop_token stop)
{
    if (auto target = checkTarget(subject); !target)
        return target.error();
    return gapMap(subject,
                  level,
                  grid,
                  pool,
                  stop,
                  [&](const TargetGap& gap, const Eigen::VectorXd& x, TargetGap::Scratch& scratch) {
                      return level.alpha * gap.strength(x, scratch);
                  });
}

Result<FieldMap> curvatureMap(const MapSubject& subject,
                              const PathCoefficients& level,
                              const PlaneGrid& grid,
                              WorkerPool& pool,
                              std::stop_token stop)
{
    if (auto target = checkTarget(subject); !target)
        return target.error();
    return gapMap(subject,
                  level,
                  grid,
                  pool,
                  stop,
                  [&](const TargetGap& gap, const Eigen::VectorXd& x, TargetGap::Scratch& scratch) {
                      return level.alpha * level.alpha * gap.curvature(x, scratch);
                  });
}

Result<FieldMap> outputMap(const MapSubject& subject,
                           const PlaneGrid& grid,
                           WorkerPool& pool,
                           std::stop_token stop,
                           double* peak)
{
    auto map = odeMap(subject, grid, pool, stop, &GuidedParticles::logDensity);
    if (map && peak != nullptr) {
        *peak = sampledPeak(subject.ode, pool);
        for (const float value : map->values)
            if (std::isfinite(value))
                *peak = std::max(*peak, static_cast<double>(value));
        if (subject.ode.mixture->componentCount() <= kMostRefined)
            return refined(subject, *map, *peak, pool, std::move(stop));
    }
    return map;
}

Result<FieldMap>
penaltyMap(const MapSubject& subject, const PlaneGrid& grid, WorkerPool& pool, std::stop_token stop)
{
    if (auto target = checkTarget(subject); !target)
        return target.error();
    return odeMap(subject, grid, pool, std::move(stop), &GuidedParticles::penalty);
}

Result<FieldMap>
tiltMap(const MapSubject& subject, const PlaneGrid& grid, WorkerPool& pool, std::stop_token stop)
{
    if (auto target = checkTarget(subject); !target)
        return target.error();
    const auto w = constantWeight(subject.ode);
    if (!w)
        return w.error();
    const auto isSingular = [](const GaussianMixture::Component& component) {
        return component.eigenvalues.minCoeff() <= 0;
    };
    const auto& components = subject.ode.mixture->components();
    if (subject.ode.data.sigma <= 0
        && std::any_of(components.begin(), components.end(), isSingular))
        return Error{"levels",
                     "the run ends at σ = 0, where singular covariances have no density; stop at a "
                     "positive noise level"};
    return gapMap(subject,
                  subject.ode.data,
                  grid,
                  pool,
                  stop,
                  [&](const TargetGap& gap, const Eigen::VectorXd& x, TargetGap::Scratch& scratch) {
                      return gap.logTilt(x, *w, scratch);
                  });
}

} // namespace scorefield
