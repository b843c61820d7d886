// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A sampler: one step of a block of particles from one level to the next. It reads like the
// algorithm in its paper; a new one is one file (a class template over Real), and a line in the
// registry.
#include "core/field/score_field.h"

#include <functional>
#include <memory>
#include <vector>

namespace scorefield {

/// What a step may use besides x.
template <class Real>
struct StepContext {
    const ScoreField<Real>& field;
    const PathCoefficients& from;
    const PathCoefficients&
        to;     ///< sigma may be 0: then every sampler returns alpha D(x, from), the posterior mean
    double eta; ///< stochasticity
    /// Fills z [n,d] with the next standard normals of this step; draw number j of a step is j.
    const std::function<void(Block<Real>& z)>& noise;
};

template <class Real>
class Stepper {
public:
    virtual ~Stepper() = default;
    virtual void step(const StepContext<Real>& context, Block<Real>& x) = 0;
};

struct SamplerKind {
    VariantInfo info;
    int order;              ///< of convergence of the noise-free method in its own time
    int evaluationsPerStep; ///< of the field
    bool usesEta;     ///< false: always the probability-flow ODE; a lane's eta is then disabled
    int drawsPerStep; ///< of normals when eta > 0
    std::unique_ptr<Stepper<float>> (*makeFloat)(const ParameterValues&);
    std::unique_ptr<Stepper<double>> (*makeDouble)(const ParameterValues&);
};
/// euler (probability-flow ODE in native time), euler-maruyama (eta), heun, ddim (eta).
const std::vector<SamplerKind>& samplerKinds();
/// Error.path is "kind" or the key.
Result<const SamplerKind*> findSampler(const Choice& choice);

} // namespace scorefield
