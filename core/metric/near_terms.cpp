// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/near_terms.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

namespace scorefield {

namespace {

constexpr int kTermsInLeaf = 8;
constexpr int kManyComponents = 48;
// Bounds and terms are rounded on different ways: by 1e-16 of what is far below 1e6.
constexpr double kBoundRounding = 1e-9;

} // namespace

bool NearTerms::helps(const GaussianMixture& mixture)
{
    return mixture.dimension() <= 3 && mixture.componentCount() >= kManyComponents;
}

NearTerms::NearTerms(const BlockLaw& law)
    : m_law(law)
    , m_dimension(static_cast<int>(law.terms().front().centre.size()))
    , m_order(law.terms().size())
{
    assert(m_dimension <= 3);
    std::iota(m_order.begin(), m_order.end(), 0);
    std::vector<double> places(3 * m_order.size(), 0); // alpha mu_k, from W alpha mu_k: the rows of
                                                       // W are orthogonal
    for (std::size_t k = 0; k < m_order.size(); ++k) {
        const auto& term = law.terms()[k];
        for (int a = 0; a < m_dimension; ++a) {
            const double along = term.centre(a) / term.whitening.row(a).squaredNorm();
            for (int c = 0; c < m_dimension; ++c)
                places[3 * k + static_cast<std::size_t>(c)] += along * term.whitening(a, c);
        }
    }
    m_nodes.emplace_back();
    setNode(0, 0, static_cast<int>(m_order.size()), places);
}

void NearTerms::setNode(std::size_t self, int first, int last, std::vector<double>& places)
{
    Node node{{}, {}, 0, 0, first, last, 0};
    node.bound = -std::numeric_limits<double>::infinity();
    node.decay = std::numeric_limits<double>::infinity();
    const auto place = [&](int k, std::size_t c) {
        return places[3 * static_cast<std::size_t>(k) + c];
    };
    for (std::size_t c = 0; c < 3; ++c)
        node.low[c] = node.high[c] = place(m_order[static_cast<std::size_t>(first)], c);
    for (int i = first; i < last; ++i) {
        const int k = m_order[static_cast<std::size_t>(i)];
        const auto& term = m_law.terms()[static_cast<std::size_t>(k)];
        for (std::size_t c = 0; c < 3; ++c) {
            node.low[c] = std::min(node.low[c], place(k, c));
            node.high[c] = std::max(node.high[c], place(k, c));
        }
        node.bound = std::max(node.bound, term.logNormaliser);
        node.decay = std::min(node.decay, term.whitening.rowwise().squaredNorm().minCoeff() / 2);
    }
    if (last - first > kTermsInLeaf) {
        std::size_t axis = 0;
        for (std::size_t c = 1; c < 3; ++c)
            if (node.high[c] - node.low[c] > node.high[axis] - node.low[axis])
                axis = c;
        const int middle = first + (last - first) / 2;
        std::nth_element(m_order.begin() + first,
                         m_order.begin() + middle,
                         m_order.begin() + last,
                         [&](int a, int b) { return place(a, axis) < place(b, axis); });
        const std::size_t children = m_nodes.size();
        node.children = static_cast<int>(children);
        m_nodes.resize(children + 2);
        setNode(children, first, middle, places);
        setNode(children + 1, middle, last, places);
    }
    m_nodes[self] = node;
}

double NearTerms::upperBound(const Node& node, const double* x) const
{
    double square = 0;
    for (int c = 0; c < m_dimension; ++c) {
        const double gap = std::max({node.low[c] - x[c], x[c] - node.high[c], 0.0});
        square += gap * gap;
    }
    return node.bound - node.decay * square * (1 - kBoundRounding) + kBoundRounding;
}

void NearTerms::visit(const Node& node,
                      const double* x,
                      double range,
                      double& largest,
                      std::vector<Term>& terms) const
{
    if (node.children != 0) {
        const Node& left = m_nodes[static_cast<std::size_t>(node.children)];
        const Node& right = m_nodes[static_cast<std::size_t>(node.children) + 1];
        const double ofLeft = upperBound(left, x), ofRight = upperBound(right, x);
        const bool leftFirst = ofLeft >= ofRight;
        if (std::max(ofLeft, ofRight) >= largest - range)
            visit(leftFirst ? left : right, x, range, largest, terms);
        if (std::min(ofLeft, ofRight) >= largest - range)
            visit(leftFirst ? right : left, x, range, largest, terms);
        return;
    }
    for (int i = node.first; i < node.last; ++i) {
        const int k = m_order[static_cast<std::size_t>(i)];
        const double term = m_law.logTerm(k, x);
        if (!(term >= largest - range))
            continue;
        largest = std::max(largest, term);
        terms.push_back({k, term});
    }
}

void NearTerms::at(const double* x, double range, std::vector<Term>& terms) const
{
    terms.clear();
    double largest = -std::numeric_limits<double>::infinity();
    visit(m_nodes.front(), x, range, largest, terms);
    std::erase_if(terms, [&](const Term& term) { return term.logTerm < largest - range; });
}

int NearTerms::likeliest(const double* x, std::vector<Term>& scratch) const
{
    at(x, 0, scratch);
    int first = std::numeric_limits<int>::max();
    for (const Term& term : scratch)
        first = std::min(first, term.component);
    return scratch.empty() ? 0 : first;
}

} // namespace scorefield
