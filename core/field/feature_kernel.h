// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Kernels of the random-feature network (core/field/random_features.h): the features of a batch of
// samples and their Gram matrix for training, in double, and the network itself in 2-D and 3-D for
// runs, in float. One set per instruction set, as in core/field/kernel.h.
#include <cstddef>

namespace scorefield {

/// Features are computed and multiplied in panels of this many.
inline constexpr std::size_t kFeaturePanel = 8;

/// One panel of features of a batch of samples.
struct FeatureBatch {
    const double* samples; ///< [count][dimension]
    const double* scale;   ///< [count] square roots of quadrature weights
    std::size_t count;
    int dimension;
};

/// panel[s][i] = scale_s max(0, bias_i + sum_c weights[c][i] x_sc), i < kFeaturePanel.
using FeatureKernel = void (*)(const FeatureBatch& batch,
                               const double* weights,
                               const double* bias,
                               double* panel);

/// sums[i][j] += sum_s a[s][i] b[s][j]: one tile of a Gram matrix, panels [count][kFeaturePanel].
using GramKernel = void (*)(const double* a, const double* b, std::size_t count, double* sums);

/// A network at one noise level: out = outScale sum_j a_j max(0, bias_j + w_j . inScale x).
struct NetworkTable {
    const float* rows; ///< [width][2d]: w_j, a_j
    const float* bias; ///< [width]
    std::size_t width;
    float inScale, outScale;
};
/// n points, coordinate i at i*stride. Every point is computed by the same vector code.
using NetworkKernel = void (*)(
    const NetworkTable& table, const float* x, float* out, std::size_t n, std::size_t stride);

struct FeatureKernels {
    const char* name; ///< as FieldKernels::name
    FeatureKernel features;
    GramKernel gram;
    NetworkKernel network2, network3;
};

/// The kernels of one instruction set, "sse2", "avx2" or "avx512", which this machine must have.
const FeatureKernels& featureKernels(const char* instructionSet);
/// Those of kernelInstructionSet().
const FeatureKernels& bestFeatureKernels();

// Defined in feature_kernel_<name>.cpp.
extern const FeatureKernels kSse2FeatureKernels;
extern const FeatureKernels kAvx2FeatureKernels;
extern const FeatureKernels kAvx512FeatureKernels;

} // namespace scorefield
