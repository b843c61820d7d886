// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Neighbours of points in one and two dimensions by the largest difference of a coordinate, in
// O(log n): a k-d tree.
#include <Eigen/Core>

#include <vector>

namespace scorefield {

class BoxTree {
public:
    /// Points [n,d] in rows, n >= 1.
    explicit BoxTree(const Eigen::MatrixXd& points);
    /// From point i to its k-th nearest other point, k < n.
    double neighbourDistance(Eigen::Index i, int k) const;

private:
    struct Node {
        Eigen::Index first = 0, last = 0;                          ///< of m_order
        Eigen::Vector2d low = Eigen::Vector2d::Zero(), high = low; ///< the box of its points
        Eigen::Index children = -1; ///< the first of two; none: a leaf
    };
    void addNode(Eigen::Index first, Eigen::Index last);
    void build(Eigen::Index node);
    void search(Eigen::Index node,
                const Eigen::Vector2d& x,
                Eigen::Index self,
                std::vector<double>& nearest) const;

    std::vector<Eigen::Vector2d> m_points; ///< in the order of the tree
    std::vector<Eigen::Index> m_order, m_place;
    std::vector<Node> m_nodes;
};

} // namespace scorefield
