// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The float kernels: posterior means of a mixture in 2-D and 3-D, the step of a sampler that is
// affine in them, and standard normals, vectorised over particles. One set per instruction set,
// compiled in its own translation unit and chosen at run time. Plain data and function pointers, so
// that no inline function is shared between those units.
#include <cstddef>
#include <cstdint>

namespace scorefield {

/// One noise level of a mixture as the kernels read it: a row of floats per component, the
/// `members` of the target class first. Row, d = dimension, triangles row by row (2-D: 00 01 11):
///   [constant, linear d, triangle A, offset d, triangle G (symmetric)]
///   11 floats in 2-D, 19 in 3-D
/// centred:   log2-weight = constant - |A x + linear|^2, A upper triangular; A^T A = C^-1/(2 log 2)
///            and linear = -A centre
/// otherwise: log2-weight = constant + linear.x + sum_{i<=j} A_ij x_i x_j: what differs from the
///            quadratic that all components share
/// posterior mean of the component = offset + G x.
/// Log-weights are to base 2 and up to a constant common to all components of the level.
struct KernelMixture {
    const float* rows = nullptr;
    int members = 0; ///< components of the target class
    int others = 0;  ///< all the rest; 0 when only one group is needed
    bool centred = true;
    /// All components have the same A and G, which are read from the first row only; where not
    /// centred, A is then common to all and dropped.
    bool shared = false;
};
constexpr int kernelRowSize(int dimension)
{
    return 1 + 2 * dimension + dimension * (dimension + 1);
}

/// x' = state X + denoised D(X) + noise Z + kept K of n points, and what is kept for the next
/// evaluation, K' = keepState X + keepDenoised D. D = D_u + w (D_c - D_u) are guided posterior
/// means: D_c is that of the members, D_u that of all; others = 0: D_c alone.
struct AffineUpdate {
    float state = 0, denoised = 1, noise = 0, kept = 0;
    float keepState = 0, keepDenoised = 0;
};

/// The points of an update, structure of arrays: coordinate i of X at x + i*stride, the same for
/// all but `stored`. Any n; every point is computed by the same vector code, whatever n is.
struct AffineArrays {
    const float* x = nullptr;
    const float* z = nullptr; ///< null: no noise
    float* keep = nullptr;    ///< K, replaced by K'; null: nothing is kept
    float* out = nullptr;     ///< may be x
    std::size_t n = 0, stride = 0;
    /// The first storedCount points of `out` go here too, coordinates storedStride apart; past the
    /// cache if `stream`. Null: nowhere.
    float* stored = nullptr;
    std::size_t storedCount = 0, storedStride = 0;
    bool stream = false;
};
/// w = `weight` of the guided means; not read where there are no others.
using AffineKernel = void (*)(const KernelMixture& mixture,
                              float weight,
                              const AffineUpdate& update,
                              const AffineArrays& arrays);

/// The guided posterior means alone, of n points: coordinate i of x at x + i*stride, the same for
/// `denoised`.
using DenoiseKernel = void (*)(const KernelMixture& mixture,
                               float weight,
                               const float* x,
                               float* denoised,
                               std::size_t n,
                               std::size_t stride);

/// The parts of guided posterior means, for rules that are not linear: D_c, D_u and D_c - D_u of n
/// points, each with coordinate i at i*stride. The difference is (1 - p(c|x))(D_c - D_o), D_o the
/// mean of the others, so it keeps its direction where both means agree to rounding. others > 0.
struct SplitMeans {
    float *conditional, *unconditional, *difference;
};
using SplitKernel = void (*)(const KernelMixture& mixture,
                             const float* x,
                             const SplitMeans& means,
                             std::size_t n,
                             std::size_t stride);

/// Standard normals of (seed, stream, particle, step, coordinate) as core/base/philox.h defines
/// them, to float precision, for particles first … first+n-1 and the two steps 2*stepPair (into
/// `even`) and 2*stepPair + 1 (into `odd`, unless null). Columns are `stride` apart and may be written up to n
/// rounded up to 16.
struct NormalsRequest {
    std::uint64_t seed;
    std::uint32_t stream, firstParticle, stepPair;
    int dimension;
    std::size_t n, stride;
    float *even, *odd;
};
using NormalsKernel = void (*)(const NormalsRequest& request);

struct FieldKernels {
    const char* name; ///< "sse2", "avx2", "avx512"
    DenoiseKernel denoise2, denoise3;
    SplitKernel split2, split3;
    NormalsKernel normals;
    AffineKernel affine2, affine3;
};

/// The kernels of one instruction set; null if this machine lacks it.
const FieldKernels* fieldKernels(const char* instructionSet);
/// The widest this machine has, at most the one named by SCOREFIELD_SIMD of the environment.
/// Decided once.
const FieldKernels& bestFieldKernels();

// Defined in kernel_<name>.cpp.
extern const FieldKernels kSse2Kernels;
extern const FieldKernels kAvx2Kernels;
extern const FieldKernels kAvx512Kernels;

} // namespace scorefield
