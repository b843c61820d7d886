// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The double kernels: posterior means of a mixture in any dimension, standard normals and
// exponentials, vectorised over particles. One set per instruction set, as in core/field/kernel.h.
#include <cstddef>
#include <cstdint>

namespace scorefield {

/// What the covariances of a mixture are, at most, in d = 1, 2 and 3.
enum class DoubleForm { Isotropic, Diagonal, Full };

/// d above this is computed with loops over d, below with code of its own.
inline constexpr int kFixedDimension = 3;
/// Rotations are multiplied four rows at a time.
inline constexpr int kRotationRows = 4;
constexpr int doublePadded(int dimension)
{
    return (dimension + kRotationRows - 1) / kRotationRows * kRotationRows;
}

/// One noise level of a mixture as the kernels read it: a row per component, the `members` of the
/// target class first. With C = alpha^2 Sigma + sigma^2 I = Q diag(v) Q^T, gain g = alpha l/v and
/// y = x - centre, log-weight = constant - y^T C^-1 y/2, posterior mean = mean + Q diag(g) Q^T y.
///   d <= 3, form of all: [constant, centre d, mean d, ...] with
///     isotropic  1/(2v), g
///     diagonal   1/(2v) d, g d                                 (of the coordinates)
///     full       rows q_i/sqrt(2 v_i) d*d, upper triangle of Q diag(g) Q^T
///   d > 3:               [constant, centre d, mean d, 1/(2v) padded, g padded], and of each
///     component its rotation: Q^T in groups of four rows, [group][column][4], zeros beyond d; null
///     where Q = I, so that v and g are those of the coordinates.
struct DoubleMixture {
    const double* rows = nullptr;
    const double* const* rotations = nullptr; ///< d > 3 only
    int rowSize = 0;                          ///< doubleRowSize()
    int dimension = 0;
    int members = 0; ///< components of the target class
    int others = 0;  ///< all the rest; 0 when only one group is needed
    DoubleForm form = DoubleForm::Full;
};
constexpr int doubleRowSize(int d, DoubleForm form)
{
    if (d > kFixedDimension)
        return 1 + 2 * d + 2 * doublePadded(d);
    const int shape = form == DoubleForm::Isotropic  ? 2
                      : form == DoubleForm::Diagonal ? 2 * d
                                                     : d * d + d * (d + 1) / 2;
    return 1 + 2 * d + shape;
}

/// As DenoiseKernel and SplitKernel of core/field/kernel.h. Components whose weight in their group
/// is below e^-60 of the largest count for nothing, particle by particle. A particle's means do
/// not depend on n or on its neighbours, bit for bit.
using DoubleDenoiseKernel = void (*)(const DoubleMixture& mixture,
                                     double weight,
                                     const double* x,
                                     double* denoised,
                                     std::size_t n,
                                     std::size_t stride);
struct DoubleSplitMeans {
    double *conditional, *unconditional, *difference;
};
using DoubleSplitKernel = void (*)(const DoubleMixture& mixture,
                                   const double* x,
                                   const DoubleSplitMeans& means,
                                   std::size_t n,
                                   std::size_t stride);

/// philoxNormal(seed, stream, particle, step, coordinate), bit for bit, for the particles first …
/// first+n-1 and the steps 2*stepPair (into `even`) and 2*stepPair + 1 (into `odd`); one of the two
/// may be null. Columns are `stride` apart.
struct DoubleNormalsRequest {
    std::uint64_t seed;
    std::uint32_t stream, firstParticle, stepPair;
    int dimension;
    std::size_t n, stride;
    double *even, *odd;
};
using DoubleNormalsKernel = void (*)(const DoubleNormalsRequest& request);

/// out[i] = e^x[i] for x <= 0, within 1 unit in the last place; as the weights of groups are made.
using DoubleExpKernel = void (*)(const double* x, double* out, std::size_t n);

struct DoubleKernels {
    const char* name; ///< as FieldKernels::name
    DoubleDenoiseKernel denoise;
    DoubleSplitKernel split;
    DoubleNormalsKernel normals;
    DoubleExpKernel exponentials;
};

/// The kernels of one instruction set, "sse2", "avx2" or "avx512", which this machine must have.
const DoubleKernels& doubleKernels(const char* instructionSet);
/// Those of kernelInstructionSet().
const DoubleKernels& bestDoubleKernels();

// Defined in double_kernel_<name>.cpp.
extern const DoubleKernels kSse2DoubleKernels;
extern const DoubleKernels kAvx2DoubleKernels;
extern const DoubleKernels kAvx512DoubleKernels;

} // namespace scorefield
