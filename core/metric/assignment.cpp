// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/assignment.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

using Index = Eigen::Index;
constexpr Index kNone = -1;

/// A basis of the transportation problem: a spanning tree over sources 0…n-1, sinks n…n+m-1 and a
/// root, through which everything is shipped at first at a price that no plan keeps. Each pivot
/// lets in an arc that is cheaper than the way through the tree.
class TransportTree {
public:
    TransportTree(const CostMatrix& costs,
                  const Eigen::VectorXd& supplies,
                  const Eigen::VectorXd& demands)
        : m_costs(costs)
        , m_n(costs.rows())
        , m_m(costs.cols())
        , m_prices(Eigen::VectorXd::Zero(m_n + m_m + 1))
        , m_nodes(static_cast<std::size_t>(m_n + m_m + 1))
    {
        // A way through the root costs twice this, more than any arc between source and sink.
        const double throughRoot = 1 + std::max(0.0, costs.maxCoeff());
        for (Index i = 0; i < m_n + m_m; ++i) {
            at(i).amount = isSource(i) ? supplies(i) : demands(i - m_n);
            m_prices(i) = isSource(i) ? throughRoot : -throughRoot;
            attach(i, root());
            at(i).depth = 1;
        }
    }

    Status run(const std::stop_token& stop)
    {
        constexpr int pivotsBetweenLooks = 256;
        for (int pivot = 0;; ++pivot) {
            if (pivot % pivotsBetweenLooks == 0 && stop.stop_requested())
                return Error{"", "stopped"};
            const auto [source, sink] = entering();
            if (source == kNone)
                return success();
            exchange(source, m_n + sink);
        }
    }

    TransportPlan plan() const
    {
        TransportPlan plan;
        for (Index i = 0; i < m_n + m_m; ++i) {
            const Node& node = m_nodes[static_cast<std::size_t>(i)];
            if (node.parent == root() || node.amount <= 0)
                continue;
            const Index from = isSource(i) ? i : node.parent;
            const Index to = (isSource(i) ? node.parent : i) - m_n;
            plan.shipments.push_back({from, to, node.amount});
            plan.cost += node.amount * m_costs(from, to);
        }
        return plan;
    }

    Eigen::VectorXd sourcePrices() const { return m_prices.head(m_n); }
    Eigen::VectorXd sinkPrices() const { return m_prices.segment(m_n, m_m); }

private:
    struct Node {
        Index parent = kNone, firstChild = kNone, nextSibling = kNone, lastSibling = kNone;
        Index depth = 0;
        double amount = 0; ///< on the arc to the parent (of a source) or from it (of a sink)
    };

    bool isSource(Index i) const { return i < m_n; }
    Index root() const { return m_n + m_m; }
    Node& at(Index i) { return m_nodes[static_cast<std::size_t>(i)]; }

    void attach(Index child, Index parent)
    {
        Node& node = at(child);
        node.parent = parent;
        node.lastSibling = kNone;
        node.nextSibling = at(parent).firstChild;
        if (node.nextSibling != kNone)
            at(node.nextSibling).lastSibling = child;
        at(parent).firstChild = child;
    }
    void detach(Index child)
    {
        const Node& node = at(child);
        if (node.lastSibling != kNone)
            at(node.lastSibling).nextSibling = node.nextSibling;
        else
            at(node.parent).firstChild = node.nextSibling;
        if (node.nextSibling != kNone)
            at(node.nextSibling).lastSibling = node.lastSibling;
    }

    /// The most rewarding arc of the next source that has one; none if the plan is optimal.
    std::pair<Index, Index> entering()
    {
        const double* sinkPrices = m_prices.data() + m_n;
        for (Index looked = 0; looked < m_n; ++looked) {
            const Index source = m_nextSource;
            m_nextSource = (m_nextSource + 1) % m_n;
            const double price = m_prices(source);
            const double* costs = m_costs.row(source).data();
            double least = 0;
            Index sink = kNone;
            for (Index j = 0; j < m_m; ++j) {
                const double reduced = costs[j] - price + sinkPrices[j];
                if (reduced < least) {
                    least = reduced;
                    sink = j;
                }
            }
            // Prices are sums along the tree: below their rounding nothing is gained.
            if (sink != kNone && least < -kRounding * (std::abs(price) + costs[sink]))
                return {source, sink};
        }
        return {kNone, kNone};
    }

    /// Sends as much as possible around the cycle that the arc closes, and lets out the arc that
    /// ran empty: the last one seen from the cycle's top along the flow, which keeps the method
    /// from going in circles (Cunningham's rule).
    void exchange(Index source, Index sink)
    {
        Index a = source, b = sink;
        while (a != b) {
            Index& lower = at(a).depth >= at(b).depth ? a : b;
            lower = at(lower).parent;
        }
        const Index top = a;
        double most = std::numeric_limits<double>::infinity();
        Index leaving = kNone;
        bool onSourceSide = true;
        // Flow goes top -> … -> source -> sink -> … -> top: it empties the arcs above sources on
        // the first part of the way and those above sinks on the second.
        for (Index i = source; i != top; i = at(i).parent)
            if (isSource(i) && at(i).amount < most) {
                most = at(i).amount;
                leaving = i;
            }
        for (Index i = sink; i != top; i = at(i).parent)
            if (!isSource(i) && at(i).amount <= most) {
                most = at(i).amount;
                leaving = i;
                onSourceSide = false;
            }
        assert(leaving != kNone); // whichever of the two is not the top has such an arc
        for (Index i = source; i != top; i = at(i).parent)
            at(i).amount = isSource(i) ? std::max(0.0, at(i).amount - most) : at(i).amount + most;
        for (Index i = sink; i != top; i = at(i).parent)
            at(i).amount = isSource(i) ? at(i).amount + most : std::max(0.0, at(i).amount - most);
        const double reduced = m_costs(source, sink - m_n) - m_prices(source) + m_prices(sink);
        if (onSourceSide)
            rehang(source, sink, leaving, most, reduced);
        else
            rehang(sink, source, leaving, most, -reduced);
    }

    /// The part of the tree below `leaving` hangs from `parent` by the new arc at `child`, its
    /// prices moved by `change`.
    void rehang(Index child, Index parent, Index leaving, double amount, double change)
    {
        Index node = child;
        while (true) {
            const Index oldParent = at(node).parent;
            const double oldAmount = at(node).amount;
            detach(node);
            attach(node, parent);
            at(node).amount = amount;
            if (node == leaving)
                break;
            amount = oldAmount;
            parent = node;
            node = oldParent;
        }
        m_stack.assign(1, child);
        while (!m_stack.empty()) {
            const Index i = m_stack.back();
            m_stack.pop_back();
            at(i).depth = at(at(i).parent).depth + 1;
            m_prices(i) += change;
            for (Index j = at(i).firstChild; j != kNone; j = at(j).nextSibling)
                m_stack.push_back(j);
        }
    }

    static constexpr double kRounding = 1e-13;

    const CostMatrix& m_costs;
    Index m_n, m_m;
    Index m_nextSource = 0;
    /// cost - price(source) + price(sink) is 0 along the tree.
    Eigen::VectorXd m_prices;
    std::vector<Node> m_nodes;
    std::vector<Index> m_stack;
};

} // namespace

CostMatrix transportCosts(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y, int p)
{
    assert(x.cols() == y.cols() && (p == 1 || p == 2));
    CostMatrix costs(x.rows(), y.rows());
    for (Index i = 0; i < x.rows(); ++i) {
        // By differences: products would lose the digits of near points far from the origin.
        Eigen::ArrayXd squares = (y.col(0).array() - x(i, 0)).square();
        for (Index c = 1; c < x.cols(); ++c)
            squares += (y.col(c).array() - x(i, c)).square();
        costs.row(i) = (p == 2 ? squares : squares.sqrt()).matrix().transpose();
    }
    return costs;
}

Result<Assignment> minimalAssignment(const CostMatrix& costs, std::stop_token stop)
{
    assert(costs.rows() == costs.cols() && costs.rows() > 0);
    // Amounts of one stay whole numbers: nothing is rounded but the prices.
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(costs.rows());
    TransportTree tree(costs, ones, ones);
    if (auto status = tree.run(stop); !status)
        return status.error();
    Assignment best;
    best.columnOf.resize(static_cast<std::size_t>(costs.rows()));
    for (const Shipment& shipment : tree.plan().shipments) {
        best.columnOf[static_cast<std::size_t>(shipment.from)] = shipment.to;
        best.cost += costs(shipment.from, shipment.to);
    }
    best.rows = tree.sourcePrices();
    best.columns = -tree.sinkPrices();
    return best;
}

Result<TransportPlan> minimalTransport(const CostMatrix& costs,
                                       const Eigen::VectorXd& supplies,
                                       const Eigen::VectorXd& demands,
                                       std::stop_token stop)
{
    assert(costs.rows() == supplies.size() && costs.cols() == demands.size());
    TransportTree tree(costs, supplies, demands);
    if (auto status = tree.run(stop); !status)
        return status.error();
    TransportPlan plan = tree.plan();
    plan.rows = tree.sourcePrices();
    plan.columns = -tree.sinkPrices();
    return plan;
}

} // namespace scorefield
