// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/box_tree.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

namespace scorefield {

namespace {

constexpr Eigen::Index kLeaf = 16; ///< points that are looked at one by one

/// How far x is outside the box, by the largest coordinate.
double distanceTo(const Eigen::Vector2d& low, const Eigen::Vector2d& high, const Eigen::Vector2d& x)
{
    return std::max({0.0, low(0) - x(0), x(0) - high(0), low(1) - x(1), x(1) - high(1)});
}

} // namespace

BoxTree::BoxTree(const Eigen::MatrixXd& points)
    : m_points(static_cast<std::size_t>(points.rows()))
    , m_order(m_points.size())
    , m_place(m_points.size())
{
    assert(points.rows() > 0 && points.cols() <= 2);
    std::iota(m_order.begin(), m_order.end(), Eigen::Index{0});
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        m_points[i] = {points(row, 0), points.cols() == 2 ? points(row, 1) : 0};
    }
    addNode(0, points.rows());
    build(0);
    std::vector<Eigen::Vector2d> ordered(m_points.size());
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        ordered[i] = m_points[static_cast<std::size_t>(m_order[i])];
        m_place[static_cast<std::size_t>(m_order[i])] = static_cast<Eigen::Index>(i);
    }
    m_points = std::move(ordered);
}

void BoxTree::addNode(Eigen::Index first, Eigen::Index last)
{
    Node& node = m_nodes.emplace_back();
    node.first = first;
    node.last = last;
}

/// Halves a node at the median of its longer side.
void BoxTree::build(Eigen::Index index)
{
    const Eigen::Index first = m_nodes[static_cast<std::size_t>(index)].first;
    const Eigen::Index last = m_nodes[static_cast<std::size_t>(index)].last;
    const auto point = [this](Eigen::Index i) -> const Eigen::Vector2d& {
        return m_points[static_cast<std::size_t>(i)];
    };
    Eigen::Vector2d low = point(m_order[static_cast<std::size_t>(first)]), high = low;
    for (Eigen::Index i = first; i < last; ++i) {
        low = low.cwiseMin(point(m_order[static_cast<std::size_t>(i)]));
        high = high.cwiseMax(point(m_order[static_cast<std::size_t>(i)]));
    }
    m_nodes[static_cast<std::size_t>(index)].low = low;
    m_nodes[static_cast<std::size_t>(index)].high = high;
    if (last - first <= kLeaf)
        return;
    const Eigen::Index axis = high(0) - low(0) >= high(1) - low(1) ? 0 : 1;
    const Eigen::Index middle = (first + last) / 2;
    const auto begin = m_order.begin();
    std::nth_element(
        begin + first, begin + middle, begin + last, [&](Eigen::Index a, Eigen::Index b) {
            return point(a)(axis) != point(b)(axis) ? point(a)(axis) < point(b)(axis) : a < b;
        });
    const auto children = static_cast<Eigen::Index>(m_nodes.size());
    m_nodes[static_cast<std::size_t>(index)].children = children;
    addNode(first, middle);
    addNode(middle, last);
    build(children);
    build(children + 1);
}

void BoxTree::search(Eigen::Index index,
                     const Eigen::Vector2d& x,
                     Eigen::Index self,
                     std::vector<double>& nearest) const
{
    const Node& node = m_nodes[static_cast<std::size_t>(index)];
    if (distanceTo(node.low, node.high, x) >= nearest.back())
        return;
    if (node.children < 0) {
        for (Eigen::Index i = node.first; i < node.last; ++i) {
            const Eigen::Vector2d& y = m_points[static_cast<std::size_t>(i)];
            const double distance = std::max(std::abs(x(0) - y(0)), std::abs(x(1) - y(1)));
            if (distance >= nearest.back() || i == self)
                continue;
            std::size_t place = nearest.size() - 1;
            for (; place > 0 && nearest[place - 1] > distance; --place)
                nearest[place] = nearest[place - 1];
            nearest[place] = distance;
        }
        return;
    }
    const Node& left = m_nodes[static_cast<std::size_t>(node.children)];
    const Node& right = m_nodes[static_cast<std::size_t>(node.children + 1)];
    const bool leftFirst =
        distanceTo(left.low, left.high, x) <= distanceTo(right.low, right.high, x);
    search(node.children + (leftFirst ? 0 : 1), x, self, nearest);
    search(node.children + (leftFirst ? 1 : 0), x, self, nearest);
}

double BoxTree::neighbourDistance(Eigen::Index i, int k) const
{
    std::vector<double> nearest(static_cast<std::size_t>(k),
                                std::numeric_limits<double>::infinity());
    const Eigen::Index place = m_place[static_cast<std::size_t>(i)];
    search(0, m_points[static_cast<std::size_t>(place)], place, nearest);
    return nearest.back();
}

} // namespace scorefield
