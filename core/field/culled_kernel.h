// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The float kernels of mixtures of many components: posterior means through a tree over the
// components (core/field/component_tree.h), which leaves out what cannot matter and lets one
// Gaussian stand for many where nobody can tell. Plain data and function pointers, as in
// core/field/kernel.h.
#include <cstddef>
#include <cstdint>

namespace scorefield {

/// A node in depth-first order: its first child is the next node.
struct TreeLink {
    int skip;  ///< the node after its subtree
    int first; ///< of its components, in the tree's order
    int count; ///< of its components if it is a leaf; 0: it has children
};

/// One noise level of the tree over one group of components. A node is
/// [centre d, half-width d, bound, decay, least, fall, reach^2, need, slope, far^2, row of the
/// Gaussian that stands for it]. With r = |x - centre|, where log-weights are to base 2:
/// - the sum of its components (as computed in float, and of what stands for several of them) is at
///   most 2^(bound - decay |gap|^2), gap = what |x - centre| exceeds the half-widths by;
/// - it is at least 2^(least - fall r^2);
/// - the Gaussian stands for all of them where r^2 <= reach^2, and where r^2 <= far^2 and all of
/// the
///   group weighs 2^(need + slope r^2) times as much.
/// Where rows are not centred, only centre, reach^2 and the row are used.
struct TreeGroup {
    const TreeLink* links = nullptr;
    const float* nodes = nullptr;
    const float* rows = nullptr; ///< of the components
    int nodeCount = 0;           ///< 0: the group is empty
    float gain = 0;              ///< where the mixture is even
    bool shares = false;         ///< whether a node can stand for others by what all weigh
};
/// Where the numbers of a node are.
template <int D>
struct TreeNodeLayout {
    static constexpr int kHalf = D, kBound = 2 * D, kDecay = kBound + 1, kLeast = kBound + 2,
                         kFall = kBound + 3, kReach = kBound + 4, kNeed = kBound + 5,
                         kSlope = kBound + 6, kFar = kBound + 7, kRow = kBound + 8,
                         kSize = kRow + 1 + 2 * D + D * (D + 1);
};

struct TreeMixture {
    TreeGroup members, others; ///< others may be empty
    bool centred = true;       ///< form of the rows: writeNoisedRow, to base 2
    /// All components have the same covariance s^2 I (and rows are centred): where a row has A
    /// stands precision/2, and its mean is without gain x.
    bool even = false;
    /// Terms 2^-threshold below the largest one are left out: log2(components) + 22 or so, so that
    /// all of them together are below 1e-7 of the sum.
    float threshold = 0;
};

/// Where a kernel keeps the candidates of a vector of particles, reused between calls.
struct TreeTerm {
    const float* row;
    int stretch;      ///< of the tree
    bool isComponent; ///< not the Gaussian of a node
};
struct TreeScratch {
    TreeTerm* terms;   ///< [capacity]
    float* logWeights; ///< [capacity][kTreeGroupWidth]
};
/// Particles are taken in groups of at most this many.
constexpr std::size_t kTreeGroupWidth = 32;

/// Posterior means of n points, n a multiple of kTreeGroupWidth, structure of arrays with this
/// stride. `split` false: D_u + w (D_c - D_u) into out[0] (D_c without others); true: D_c, D_u and
/// D_c - D_u into out[0…2], as SplitKernel. A point's result is the same bit for bit among any
/// neighbours; the closer they are, the less it costs. Returns how many rows were weighed, summed
/// over the points.
struct TreeRequest {
    const TreeMixture* mixture;
    bool split;
    float weight;
    const float* x;
    float* out[3];
    std::size_t n, stride;
    TreeScratch scratch;
};
using TreeKernel = std::uint64_t (*)(const TreeRequest& request);

struct TreeKernels {
    const char* name; ///< as FieldKernels
    TreeKernel denoise2, denoise3;
};
/// The kernels of one instruction set; null if this machine lacks it.
const TreeKernels* treeKernels(const char* instructionSet);

// Defined in culled_kernel_<name>.cpp.
extern const TreeKernels kSse2TreeKernels;
extern const TreeKernels kAvx2TreeKernels;
extern const TreeKernels kAvx512TreeKernels;

} // namespace scorefield
