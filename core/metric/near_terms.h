// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which components of a mixture can have made a point, among hundreds and thousands in up to three
// dimensions: a tree over their places, in double precision, finds the log-terms within a range of
// the largest one. Those and no others: bounds of a node's terms tell what can be left out.
#include "core/metric/block_law.h"

#include <vector>

namespace scorefield {

class NearTerms {
public:
    struct Term {
        int component;
        double logTerm; ///< log pi_k N(x; alpha mu_k, C_k), as BlockLaw has it
    };

    /// Whether it is worth while for such a mixture.
    static bool helps(const GaussianMixture& mixture);
    /// Keeps a reference to `law`, that of a mixture in at most three dimensions.
    explicit NearTerms(const BlockLaw& law);

    /// All terms of x [d], finite, that are within `range` >= 0 of the largest one, in no order.
    void at(const double* x, double range, std::vector<Term>& terms) const;
    /// The likeliest component; of equally likely ones the first.
    int likeliest(const double* x, std::vector<Term>& scratch) const;

private:
    struct Node {
        double low[3], high[3]; ///< the box of the places alpha mu_k
        double bound, decay;    ///< no term exceeds bound - decay |distance to the box|^2
        int first, last;        ///< of m_order
        int children;           ///< the first of two; 0: a leaf
    };
    void setNode(std::size_t self, int first, int last, std::vector<double>& places);
    double upperBound(const Node& node, const double* x) const;
    void visit(const Node& node,
               const double* x,
               double range,
               double& largest,
               std::vector<Term>& terms) const;

    const BlockLaw& m_law;
    int m_dimension;
    std::vector<int> m_order;
    std::vector<Node> m_nodes;
};

} // namespace scorefield
