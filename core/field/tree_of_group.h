// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the components of one group of a ComponentTree are halved again and again.
#include "core/field/culled_kernel.h"
#include "core/field/node_moments.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace scorefield {

/// The components of one group in the order of their tree, with what does not depend on the level.
template <int D>
struct TreeOfGroup {
    std::vector<RowSource<D>> components;
    std::vector<NodeMoments<D>> nodes;

    void build(std::vector<TreeLink>& links)
    {
        if (!components.empty())
            grow(0, components.size(), links);
    }

private:
    static constexpr std::size_t kLeafSize = 8;

    void grow(std::size_t begin, std::size_t end, std::vector<TreeLink>& links)
    {
        const std::size_t self = nodes.size();
        nodes.emplace_back(components, begin, end);
        const bool isLeaf = end - begin <= kLeafSize;
        links.push_back({0, static_cast<int>(begin), isLeaf ? static_cast<int>(end - begin) : 0});
        if (!isLeaf) {
            const std::size_t middle = divide(begin, end);
            grow(begin, middle, links);
            grow(middle, end, links);
        }
        links[self].skip = static_cast<int>(nodes.size());
    }

    /// Halves the components at the median of the axis along which they reach farthest; or by their
    /// widths, where the widest are wider than all of the node and would hide how narrow the
    /// others are.
    std::size_t divide(std::size_t begin, std::size_t end)
    {
        double low[D], high[D];
        double widest = 0, leastWide = std::numeric_limits<double>::infinity();
        for (int i = 0; i < D; ++i)
            low[i] = high[i] = components[begin].mean[i];
        for (std::size_t k = begin; k < end; ++k) {
            for (int i = 0; i < D; ++i) {
                low[i] = std::min(low[i], components[k].mean[i]);
                high[i] = std::max(high[i], components[k].mean[i]);
            }
            widest = std::max(widest, components[k].l[D - 1]);
            leastWide = std::min(leastWide, components[k].l[D - 1]);
        }
        int axis = 0;
        for (int i = 1; i < D; ++i)
            if (high[i] - low[i] > high[axis] - low[axis])
                axis = i;
        const double size = high[axis] - low[axis];
        const bool byWidth = widest > 4 * leastWide && 25 * widest > size * size;
        const auto key = [&](const RowSource<D>& c) { return byWidth ? c.l[D - 1] : c.mean[axis]; };
        const std::size_t middle = begin + (end - begin) / 2;
        const auto at = [first = components.begin()](std::size_t k) {
            return first + static_cast<std::ptrdiff_t>(k);
        };
        std::nth_element(
            at(begin), at(middle), at(end), [&](const RowSource<D>& a, const RowSource<D>& b) {
                return key(a) < key(b);
            });
        return middle;
    }
};

} // namespace scorefield
