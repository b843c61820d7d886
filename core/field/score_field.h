// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The field a sampler follows, a block of particles at a time: the (guided) posterior mean D(x,
// level) = E[x_0|x_t]. Everything else is affine in it: eps = (x - alpha D)/sigma, score = (alpha D
// - x)/sigma^2, velocity = alpha' D + sigma' eps.
#include "core/field/guidance.h"
#include "core/mixture/gaussian_mixture.h"

#include <Eigen/Core>

#include <memory>

namespace scorefield {

class KernelField; // core/field/kernel_field.h

template <class Real>
class ScoreField {
public:
    virtual ~ScoreField() = default;
    virtual int dimension() const = 0;
    /// Posterior means of x [n,d] at `level` into denoised [n,d] (already sized). Thread-safe; no
    /// allocation after the first call of a thread. Finite for all finite x, also at alpha = 0; at
    /// sigma = 0 returns x/alpha.
    virtual void
    denoise(const PathCoefficients& level, const Block<Real>& x, Block<Real>& denoised) const = 0;
    /// The same field for one block of a run, where its rule remembers what it saw (not
    /// thread-safe; keeps a reference to this one); null: use this one.
    virtual std::unique_ptr<ScoreField> forBlock(Eigen::Index /*rows*/) const { return nullptr; }
    /// The means it is made of, for what happens between steps; null: unknown.
    virtual const MeanSource* means() const { return nullptr; }
    /// The same field as rows of the float kernels, where it is nothing else; null: it is more.
    virtual const KernelField* kernelField() const { return nullptr; }
};

/// The exact guided field. Real = float: the SIMD kernels, d = 2 and 3 only; double: any d.
/// `levels`, if given, are precomputed per component once, so that denoise at them costs no set-up;
/// a rule that is not yet of a run becomes that of a run through them.
template <class Real>
std::unique_ptr<ScoreField<Real>> makeExactField(std::shared_ptr<const GaussianMixture> mixture,
                                                 std::shared_ptr<const GuidanceRule> guidance,
                                                 const std::vector<PathCoefficients>& levels);
template <>
std::unique_ptr<ScoreField<float>> makeExactField<float>(std::shared_ptr<const GaussianMixture>,
                                                         std::shared_ptr<const GuidanceRule>,
                                                         const std::vector<PathCoefficients>&);
template <>
std::unique_ptr<ScoreField<double>> makeExactField<double>(std::shared_ptr<const GaussianMixture>,
                                                           std::shared_ptr<const GuidanceRule>,
                                                           const std::vector<PathCoefficients>&);

/// "avx512", "avx2" or "sse2": the instruction set of the float kernel on this machine (at most
/// `SCOREFIELD_SIMD` of the environment).
const char* kernelInstructionSet();

} // namespace scorefield
