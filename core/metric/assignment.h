// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Who goes where at the least cost: n to n one by one (the assignment problem), or amounts from n
// to m places (the transportation problem). Both exact, both with the prices that prove it.
#include "core/base/result.h"

#include <Eigen/Core>

#include <stop_token>
#include <vector>

namespace scorefield {

using CostMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// |x_i - y_j|^p [n,m] of points in rows, p = 1, 2.
CostMatrix transportCosts(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y, int p);

/// Row i goes to column columnOf[i]. Prices: rows_i + columns_j <= cost_ij for all i, j, equal
/// where i goes to j; so no other assignment costs less than their sum.
struct Assignment {
    std::vector<Eigen::Index> columnOf; ///< [n]
    Eigen::VectorXd rows, columns;      ///< [n]
    double cost = 0;
};
/// The cheapest assignment of a square matrix, as a transportation problem of whole amounts; prices
/// to rounding. Error: stopped.
Result<Assignment> minimalAssignment(const CostMatrix& costs, std::stop_token stop = {});

/// Amounts moved, none of the others.
struct Shipment {
    Eigen::Index from, to;
    double amount;
};
struct TransportPlan {
    std::vector<Shipment> shipments; ///< at most n + m - 1
    Eigen::VectorXd rows, columns;   ///< prices as of an Assignment [n], [m]
    double cost = 0;
};
/// The cheapest plan from supplies a [n] to demands b [m], both >= 0 with sum 1, by the network
/// simplex method (Ahuja, Magnanti and Orlin 1993, "Network Flows", ch. 11). Error: stopped.
Result<TransportPlan> minimalTransport(const CostMatrix& costs,
                                       const Eigen::VectorXd& supplies,
                                       const Eigen::VectorXd& demands,
                                       std::stop_token stop = {});

} // namespace scorefield
