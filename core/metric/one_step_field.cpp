// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of the one-step map: where it leads, and how much it stretches.
#include "core/metric/map_cells.h"
#include "core/metric/one_step_flow.h"
#include "core/metric/one_step_map.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr int kFiner = 6; // cells of a basin's edge for each cell, both ways: edges are smooth

constexpr int kRidgeFiner = 3;  // cells of a ridge of the stretch for each cell, both ways
constexpr float kSmooth = .12F; // decades between neighbours that need no finer cells

GuidedOde odeFrom(const MapSubject& subject, const PathCoefficients& level)
{
    GuidedOde ode = subject.ode;
    ode.noise = level;
    return ode;
}

/// The middles of some cells, in the coordinates of a level. [d,n]
Eigen::MatrixXd placesOf(const MapSubject& subject,
                         const PlaneGrid& grid,
                         double alpha,
                         const std::vector<std::size_t>& cells)
{
    Eigen::MatrixXd places(subject.origin.size(), static_cast<Eigen::Index>(cells.size()));
    Eigen::VectorXd x;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        placeOf(subject, grid, alpha, cells[i], x);
        places.col(static_cast<Eigen::Index>(i)) = x;
    }
    return places;
}

std::vector<std::size_t> allCells(const PlaneGrid& grid)
{
    std::vector<std::size_t> cells(cellsOf(grid));
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = i;
    return cells;
}

/// Numbers of basins by the ends of paths.
std::vector<float>
basinsOf(const MapSubject& subject, const Eigen::MatrixXd& ends, WorkerPool& pool)
{
    const GaussianMixture& mixture = *subject.ode.mixture;
    const bool classes = basinsAreClasses(mixture);
    const Eigen::VectorXi components = likeliestComponents(mixture, subject.ode.data, ends, pool);
    std::vector<float> basins(static_cast<std::size_t>(ends.cols()),
                              std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < basins.size(); ++i) {
        const int component = components(static_cast<Eigen::Index>(i));
        if (component >= 0)
            basins[i] = static_cast<float>(
                classes ? mixture.components()[static_cast<std::size_t>(component)].classLabel
                        : component);
    }
    return basins;
}

/// A cell's value; beyond the border that of the nearest.
float valueAt(const FieldMap& map, int column, int row)
{
    column = std::clamp(column, 0, map.grid.columns - 1);
    row = std::clamp(row, 0, map.grid.rows - 1);
    return map.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.grid.columns)
                      + static_cast<std::size_t>(column)];
}

/// Whether a cell's neighbours, corners included, are all of its own number.
bool isInside(const FieldMap& map, int column, int row)
{
    const float here = valueAt(map, column, row);
    for (int j = row - 1; j <= row + 1; ++j)
        for (int i = column - 1; i <= column + 1; ++i)
            if (valueAt(map, i, j) != here) // also beside what is not finite
                return false;
    return true;
}

/// The largest difference between a cell and its neighbours; NaN where one is not finite.
float spreadAround(const FieldMap& map, int column, int row)
{
    const float here = valueAt(map, column, row);
    float most = 0;
    for (int j = row - 1; j <= row + 1; ++j)
        for (int i = column - 1; i <= column + 1; ++i) {
            const float difference = std::abs(valueAt(map, i, j) - here);
            if (!(difference <= most))
                most = difference;
        }
    return most;
}

/// The same map with kRidgeFiner cells for each, linear between the middles.
FieldMap interpolated(const FieldMap& coarse)
{
    FieldMap fine{coarse.grid, {}};
    const int down = coarse.grid.rows > 1 ? kRidgeFiner : 1;
    fine.grid.columns *= kRidgeFiner;
    fine.grid.rows *= down;
    fine.values.reserve(cellsOf(fine.grid));
    const auto place = [](int cell, int finer, int& below) {
        const float at = (static_cast<float>(cell) + .5F) / static_cast<float>(finer) - .5F;
        below = static_cast<int>(std::floor(at));
        return at - static_cast<float>(below);
    };
    for (int row = 0; row < fine.grid.rows; ++row)
        for (int column = 0; column < fine.grid.columns; ++column) {
            int i = 0, j = 0;
            const float f = place(column, kRidgeFiner, i), g = place(row, down, j);
            fine.values.push_back(
                (1 - g) * ((1 - f) * valueAt(coarse, i, j) + f * valueAt(coarse, i + 1, j))
                + g * ((1 - f) * valueAt(coarse, i, j + 1) + f * valueAt(coarse, i + 1, j + 1)));
        }
    return fine;
}

} // namespace

bool basinsAreClasses(const GaussianMixture& mixture)
{
    for (const auto& component : mixture.components())
        if (component.classLabel != mixture.components().front().classLabel)
            return true;
    return false;
}

Result<FieldMap> basinMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          const PlaneGrid& wanted,
                          WorkerPool& pool,
                          std::stop_token stop)
{
    const auto flow = OneStepFlow::create(odeFrom(subject, level));
    if (!flow)
        return flow.error();
    const auto basins = [&](const PlaneGrid& grid, const std::vector<std::size_t>& cells) {
        return basinsOf(
            subject, flow->ends(placesOf(subject, grid, level.alpha, cells), pool, stop), pool);
    };
    FieldMap coarse{gridFor(subject, wanted), {}};
    coarse.values = basins(coarse.grid, allCells(coarse.grid));
    FieldMap fine{coarse.grid, {}};
    const int down = coarse.grid.rows > 1 ? kFiner : 1;
    fine.grid.columns *= kFiner;
    fine.grid.rows *= down;
    fine.values.resize(cellsOf(fine.grid));
    std::vector<std::size_t> followed;
    for (std::size_t cell = 0; cell < fine.values.size(); ++cell) {
        const auto columns = static_cast<std::size_t>(fine.grid.columns);
        const int column = static_cast<int>(cell % columns) / kFiner,
                  row = static_cast<int>(cell / columns) / down;
        fine.values[cell] = coarse.values[static_cast<std::size_t>(row)
                                              * static_cast<std::size_t>(coarse.grid.columns)
                                          + static_cast<std::size_t>(column)];
        if (!isInside(coarse, column, row))
            followed.push_back(cell);
    }
    const auto edges = basins(fine.grid, followed);
    for (std::size_t i = 0; i < followed.size(); ++i)
        fine.values[followed[i]] = edges[i];
    return fine;
}

Result<FieldMap> stretchMap(const MapSubject& subject,
                            const PathCoefficients& level,
                            const PlaneGrid& wanted,
                            WorkerPool& pool,
                            std::stop_token stop)
{
    const GuidedOde ode = withLongSteps(odeFrom(subject, level));
    const auto stretches = [&](const PlaneGrid& grid, const std::vector<std::size_t>& cells) {
        return oneStepMap(ode, placesOf(subject, grid, level.alpha, cells), pool, stop);
    };
    FieldMap coarse{gridFor(subject, wanted), {}};
    const auto image = stretches(coarse.grid, allCells(coarse.grid));
    if (!image)
        return image.error();
    for (const double stretch : image->stretch)
        coarse.values.push_back(static_cast<float>(std::log10(stretch)));
    FieldMap fine = interpolated(coarse);
    const int down = fine.grid.rows / coarse.grid.rows;
    std::vector<std::size_t> followed;
    for (std::size_t cell = 0; cell < fine.values.size(); ++cell) {
        const auto columns = static_cast<std::size_t>(fine.grid.columns);
        const int column = static_cast<int>(cell % columns) / kRidgeFiner,
                  row = static_cast<int>(cell / columns) / down;
        if (!(spreadAround(coarse, column, row) < kSmooth)) // also beside what is not finite
            followed.push_back(cell);
    }
    const auto ridges = stretches(fine.grid, followed);
    if (!ridges)
        return ridges.error();
    for (std::size_t i = 0; i < followed.size(); ++i)
        fine.values[followed[i]] =
            static_cast<float>(std::log10(ridges->stretch(static_cast<Eigen::Index>(i))));
    return fine;
}

} // namespace scorefield
