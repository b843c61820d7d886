// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Joins the pieces that cells found into chains: pieces that end on the same edge share a vertex.
#include "core/geometry/marching.h"

#include <vector>

namespace scorefield {

/// Steps of the lattice per cell: cells are quartered at most four times.
inline constexpr int kLatticeCell = 16;

struct LatticePlace {
    int x = 0, y = 0;
    bool operator==(const LatticePlace&) const = default;
};

struct RidgeSegment {
    struct End {
        LatticePlace edge; ///< its two end points added: each edge has its own
        double x0 = 0, x1 = 0;
    };
    End from, to;
};

/// Vertices are moved onto the ridge; the few that do not settle are left out. Vertices much closer
/// to each other than the cells are wide are thinned out.
std::vector<RidgeChain> weldSegments(const PlaneLaw& law,
                                     const RidgeGrid& grid,
                                     const std::vector<RidgeSegment>& segments,
                                     WorkerPool& pool);

} // namespace scorefield
