// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What was generated: the modes themselves, something between neighbouring modes, or neither. The
// question of He, Qiu, Tao, arXiv:2602.06021; the radius and the neighbours are our choice.
#include "core/metric/estimate.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <utility>
#include <vector>

namespace scorefield {

inline constexpr int kMostGraphModes = 400; ///< the neighbours of more take too long: n^3

/// The means and which of them are neighbours: no other lies inside the ball over their distance
/// (the Gabriel graph).
class ModeGraph {
public:
    /// `radius` 0: a tenth of the median distance to the nearest other mean. Error: fewer than two
    /// different means, or more than kMostGraphModes components.
    static Result<ModeGraph> create(const GaussianMixture& mixture, double radius = 0);

    double radius() const { return m_radius; }
    const std::vector<std::pair<int, int>>& edges() const { return m_edges; }

    struct Shares {
        Estimate near;    ///< within the radius, plus three standard deviations, of a mode
        Estimate between; ///< else within the radius of a segment between neighbours
        Estimate off;     ///< neither
        Estimate offset;  ///< mean distance to the line through the nearest pair of neighbours
    };
    /// Of points x~ [n,d].
    Shares shares(const Eigen::MatrixXd& points) const;

private:
    ModeGraph() = default;
    Eigen::MatrixXd m_means; // [d,n]
    Eigen::VectorXd m_reach; // [n] what counts as near each
    std::vector<std::pair<int, int>> m_edges;
    double m_radius = 0;
};

} // namespace scorefield
