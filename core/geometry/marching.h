// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Marching ridges (theory 1.5): the zero set of f = n.s on a grid of cells, with the sign of n
// agreed upon inside every cell, as polylines whose vertices are on the ridge.
#include "core/base/worker_pool.h"
#include "core/geometry/plane_frames.h"
#include "core/geometry/ridge.h"

#include <Eigen/Core>

#include <cstddef>
#include <stop_token>
#include <vector>

namespace scorefield {

/// Cells that cover the box exactly, as nearly square as that allows.
struct RidgeGrid {
    PlaneBox box;
    int columns = 0, rows = 0;    ///< cells
    double width = 0, height = 0; ///< of a cell

    RidgeGrid(const PlaneBox& box, int resolution);
    double x(int column) const { return box.left + width * column; }
    double y(int row) const { return box.bottom + height * row; }
    double diagonal() const; ///< of a cell
    bool contains(double x0, double x1) const;
};

struct GridNode {
    double s0, s1, kappa1, kappa2, logGap;
    double v0, v1;
    double steepness; ///< |grad log(gap)| where the gap is small: |b| of the next component
};
/// At the nodes, row by row [rows + 1, columns + 1]; empty after a stop request.
std::vector<GridNode> evaluateNodes(const PlaneLaw& law,
                                    const RidgeGrid& grid,
                                    WorkerPool& pool,
                                    const std::stop_token& stop);
/// The same at n places.
void evaluateGridNodes(
    const PlaneLaw& law, const double* x0, const double* x1, std::size_t n, GridNode* nodes);

/// A chain of places on f = 0, all of the cells' edges; whether the thresholds hold is not asked.
struct RidgeChain {
    std::vector<PlanePoint> points;
    bool closed = false;
};

struct MarchedRidge {
    std::vector<RidgeChain> chains;
    std::vector<Eigen::Vector2d> umbilics;
};

/// Every chain that may hold a place where the thresholds are kept.
MarchedRidge marchRidge(const PlaneLaw& law,
                        const RidgeGrid& grid,
                        const std::vector<GridNode>& nodes,
                        const RidgeThresholds& thresholds,
                        WorkerPool& pool,
                        const std::stop_token& stop);

} // namespace scorefield
