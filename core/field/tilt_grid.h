// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The tilt p_c^w p_u^(1-w) of the data on a grid in one or two dimensions, noised exactly: what
// guidance would sample if noising and tilting could change places (our formulation).
#include "core/base/result.h"
#include "core/field/block.h"
#include "core/field/level_cache.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

namespace scorefield {

class TiltGrid {
public:
    /// w >= 0: the tilt can then be normalised. See problem() before use.
    TiltGrid(const GaussianMixture& mixture, int target, double w);

    /// One sentence where the grid cannot hold the tilt: more than two dimensions, a component
    /// without extent, or one too narrow for the grid; empty: it can.
    const std::string& problem() const { return m_problem; }
    /// The finest noise sigma~ at which sums over the nodes are integrals.
    double finestNoise() const { return std::max(m_x.spacing, m_y.spacing); }
    /// The posterior mean E[x_0|X] under the tilt, X = x/alpha, of every row of X [n,d] into
    /// denoised [n,d]; sigma~ >= finestNoise(), infinite: the mean of the tilt. Thread-safe. Sums
    /// over the nodes near X at small noise; at large noise cubic interpolation in a table of such
    /// sums, made at the first call with this sigma~.
    void denoise(double sigmaTilde, const Block<double>& X, Block<double>& denoised) const;
    /// The same by a sum over all nodes.
    Eigen::Vector2d denoisedAt(double sigmaTilde, const Eigen::Vector2d& X) const;
    Eigen::Vector2d mean() const { return m_mean; }

private:
    struct Axis {
        double low = 0, spacing = 0;
        int nodes = 1;
        double at(int i) const { return low + i * spacing; }
    };
    struct Table {
        Axis x, y;
        Eigen::ArrayXXd meanX, meanY; ///< [x.nodes, y.nodes]; NaN where a sum underflows
    };

    void choose(const GaussianMixture& mixture, int target, double w);
    void sumUp();
    bool isResolved() const;
    bool
    sumNear(double sigmaTilde, double reach, const Eigen::Vector2d& X, Eigen::Vector2d& mean) const;
    bool interpolate(const Table& table, const Eigen::Vector2d& X, Eigen::Vector2d& mean) const;
    Table makeTable(double sigmaTilde) const;

    Axis m_x, m_y;             ///< of one dimension: m_y is a single node
    Eigen::ArrayXXd m_logTilt; ///< [m_y.nodes, m_x.nodes], largest 0
    Eigen::MatrixXd m_tilt;    ///< its exponential
    double m_total = 0;
    int m_stride = 1; ///< every so many nodes hold the tilt, to 1e-7 of its sum
    Eigen::Vector2d m_mean;
    std::string m_problem;
    LevelCache<Table> m_tables{256};
};

} // namespace scorefield
