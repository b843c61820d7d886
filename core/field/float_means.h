// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Posterior means of a mixture in float, in 2-D and 3-D, at the noise levels of a run: at every
// level by the way that is quicker there, all components one after the other or the tree over them.
#include "core/field/block.h"
#include "core/field/component_tree.h"
#include "core/field/kernel_table.h"
#include "core/field/level_cache.h"

#include <atomic>
#include <memory>
#include <vector>

namespace scorefield {

class FloatMeans {
public:
    /// `levels`: strictly decreasing sigma~, those of the run; others are made when asked for.
    FloatMeans(std::shared_ptr<const GaussianMixture> mixture,
               ComponentOrder order,
               const std::vector<PathCoefficients>& levels);

    bool hasOthers() const { return m_order.others() > 0; }
    /// D_u + w (D_c - D_u) of x [n,d] (sigma > 0), D_c alone if `onlyMembers`.
    void denoise(const PathCoefficients& level,
                 bool onlyMembers,
                 float weight,
                 const Block<float>& x,
                 Block<float>& denoised) const;
    /// The rows at this level (sigma > 0), as long as these means; null where a tree is quicker or
    /// memory does not last.
    const KernelTable* rowsAt(const PathCoefficients& level) const;
    /// D_c, D_u and D_c - D_u side by side into parts [n,3d]; there are others.
    void split(const PathCoefficients& level, const Block<float>& x, Block<float>& parts) const;

    /// How many components were weighed so far, summed over all points.
    std::uint64_t weighed() const { return m_weighed; }

private:
    struct Table {
        KernelTable rows;
        ComponentTree::Level tree;
        bool usesTree = false;
    };
    enum State : int { kEmpty, kInTheMaking, kReady };

    const Table& tableAt(const PathCoefficients& level) const;
    const Table& runTable(std::size_t k) const;
    bool claim(std::size_t k) const;
    void make(std::size_t k) const;
    void fill(const PathCoefficients& level, Table& table) const;
    std::size_t tableBytes() const;

    std::shared_ptr<const GaussianMixture> m_mixture;
    ComponentOrder m_order;
    std::unique_ptr<const ComponentTree> m_tree; // null: too few components
    const FieldKernels* m_kernels;
    const TreeKernels* m_treeKernels;
    std::vector<PathCoefficients> m_levels;
    mutable std::vector<Table> m_tables;
    mutable std::unique_ptr<std::atomic<int>[]> m_states; // of the tables
    LevelCache<Table> m_between;
    mutable std::atomic<std::uint64_t> m_weighed{0};
};

} // namespace scorefield
