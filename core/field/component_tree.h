// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A binary tree over the components of a mixture in 2-D or 3-D, for mixtures of hundreds and
// thousands of them. At every noise level it bounds what the components of a node can weigh at a
// place, so that those that cannot matter are left out, and it knows where one Gaussian with the
// moments of a node can stand for its components: at low noise few components are near enough to
// matter, at high noise few are far enough apart to be told from each other.
#include "core/field/component_order.h"
#include "core/field/culled_kernel.h"
#include "core/field/kernel.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace scorefield {

/// Fewer components than this are faster one after the other.
inline constexpr int kTreeComponents = 48;

class ComponentTree {
public:
    /// One noise level of the tree: nodes and components of both groups, as TreeGroup has them.
    struct Level {
        std::vector<float> memberNodes, memberRows, otherNodes, otherRows;
        bool centred = true, even = false;
        float gain = 0;                                 ///< of all components, if they are even
        bool membersShare = false, othersShare = false; ///< TreeGroup::shares
    };

    /// d = 2 or 3. The members of the order and the others are two trees.
    static std::unique_ptr<const ComponentTree> create(const GaussianMixture& mixture,
                                                       const ComponentOrder& order);
    virtual ~ComponentTree() = default;

    int dimension() const { return m_dimension; }
    bool hasOthers() const { return !m_otherLinks.empty(); }
    /// sigma > 0. Reuses the memory of `level`.
    virtual void fill(const PathCoefficients& coefficients, Level& level) const = 0;
    virtual std::size_t levelBytes() const = 0;

    /// Which share of the components is weighed at a place, about: where data are, noised.
    double expectedShare(const TreeKernels& kernels,
                         const PathCoefficients& coefficients,
                         const Level& level) const;

    /// Posterior means of x [n,d], coordinate i at i*stride, at a level: D_u + w (D_c - D_u), or
    /// D_c alone. The same as those of all components one after the other to 1e-6 of the data's
    /// scale. Thread-safe; no allocation once a thread has seen n. Returns how many components were
    /// weighed, summed over the points.
    std::uint64_t denoise(const TreeKernels& kernels,
                          const Level& level,
                          bool onlyMembers,
                          float weight,
                          const float* x,
                          float* denoised,
                          std::size_t n,
                          std::size_t stride) const;
    /// D_c, D_u and D_c - D_u, as SplitKernel; there are others.
    std::uint64_t split(const TreeKernels& kernels,
                        const Level& level,
                        const float* x,
                        const SplitMeans& means,
                        std::size_t n,
                        std::size_t stride) const;

protected:
    ComponentTree(int dimension, float threshold) : m_threshold(threshold), m_dimension(dimension)
    {
    }

    /// Mean of component number i in the order of the trees, the members' first.
    virtual const double* meanOf(std::size_t i) const = 0;
    virtual std::size_t componentCount() const = 0;

    std::vector<TreeLink> m_memberLinks, m_otherLinks;
    float m_threshold; ///< TreeMixture::threshold

private:
    struct Scratch;
    static Scratch& scratch();
    std::uint64_t evaluate(const TreeKernels& kernels, TreeRequest request) const;
    TreeMixture at(const Level& level, bool onlyMembers) const;

    int m_dimension;
};

} // namespace scorefield
