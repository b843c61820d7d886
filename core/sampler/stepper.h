// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A sampler: one step of a block of particles from one level to the next. It reads like the
// algorithm in its paper; a new one is one file (a class template over Real), and a line in the
// registry.
#include "core/field/score_field.h"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace scorefield {

/// The standard normals of a run: fresh ones, those of a Brownian path, or a recorded tape, of
/// which every call takes the next slice.
template <class Real>
class StepNoise {
public:
    virtual ~StepNoise() = default;
    /// Fills z [n,d] with normals that belong to no path (churn, Langevin steps).
    virtual void independent(Block<Real>& z) = 0;
    /// Fills z [n,d] with the increment of the driving Brownian motion from noise level sigma~ =
    /// `high` (inf allowed) down to `low` (0 allowed), divided by its standard deviation. Under the
    /// Brownian-tree policy this is the same path whatever the levels; otherwise as independent().
    virtual void between(double high, double low, Block<Real>& z) = 0;
};

/// What is known of a step before it is taken: it is the same for all particles.
struct StepFacts {
    const PathCoefficients& from;
    const PathCoefficients&
        to;     ///< sigma may be 0: then samplers return alpha D(x, from), the posterior mean
    double eta; ///< stochasticity
    /// The process of the levels: samplers that stop in between ask it. Not null when the kind says
    /// needsProcess.
    const ForwardProcess* process;
    std::span<const PathCoefficients> levels; ///< of the run, [K+1]
    int step;                                 ///< from 0; usually from = levels[step]
    /// E tr Cov[x_0|x_t]/d over q_t at `from`; only when the kind says needsPosteriorVariance.
    double posteriorVariance = 0;

    int steps() const { return static_cast<int>(levels.size()) - 1; } ///< K
    bool isLast() const { return step + 1 == steps(); }
};

/// What a step may use besides x.
template <class Real>
struct StepContext : StepFacts {
    const ScoreField<Real>& field;
    StepNoise<Real>& noise;
    Eigen::Index particles; ///< rows of x that are particles; the rest is padding
    /// Asked for by whoever waits: a method that chooses its own steps looks at it between them and
    /// may then leave x as it is.
    std::stop_token stop{};
};

/// One evaluation of the field and what follows from it, where that is affine:
///   Y' = state Y + denoised D(Y, level) + noise z + kept K,   K' = keepState Y + keepDenoised D.
/// Y is the particle where a step begins and ends, z the normals of the step, drawn by the one
/// stage whose `noise` is above 0, and K what the stage before it kept.
struct AffineStage {
    PathCoefficients level;
    double state = 0, denoised = 0, noise = 0;
    double kept = 0, keepState = 0, keepDenoised = 0;
};

/// A step made of one or two such stages.
struct AffineStep {
    AffineStage stages[2];
    int count = 1;
};

template <class Real>
class Stepper {
public:
    virtual ~Stepper() = default;
    virtual void step(const StepContext<Real>& context, Block<Real>& x) = 0;
    /// The same step as numbers, which then are all there is to it (the kernels take such steps in
    /// one pass over the particles); nothing where it is not of this form.
    virtual std::optional<AffineStep> affine(const StepFacts& /*facts*/) const { return {}; }
};

struct SamplerKind {
    VariantInfo info;
    /// Of convergence in its own time, of the noise-free method where there is one, else of the
    /// law; 0: the law does not approach the data's as K grows.
    int order;
    int evaluationsPerStep; ///< of the field; 0: adaptive, as many as the tolerance asks for
    bool usesEta;           ///< false: a lane's eta has no effect and is disabled
    int drawsPerStep;       ///< of normals, at most
    std::unique_ptr<Stepper<float>> (*makeFloat)(const ParameterValues&);
    std::unique_ptr<Stepper<double>> (*makeDouble)(const ParameterValues&);
    /// The order where it is a parameter (lms, deis, unipc); null: `order`.
    int (*orderOf)(const ParameterValues&);
    /// The cost per step where a parameter decides it (edm with solver euler); null:
    /// `evaluationsPerStep`.
    int (*evaluationsOf)(const ParameterValues&);
    /// What eta means here if the method's own eta is another number; shown in the tool tip of eta.
    const char* etaNote;
    bool needsProcess; ///< evaluates in native time between the levels
    bool doubleOnly;   ///< its tolerances are below float rounding: always computed in double
    bool wholeRun;     ///< couples the particles (norms over the batch): one block holds all
    /// Whether StepContext::posteriorVariance is used with these values; null: never.
    bool (*needsPosteriorVariance)(const ParameterValues&);
    /// The stochasticity of the equation it follows where that is not the lane's eta: a value
    /// (ddpm: 1), or NaN where its draws belong to no path (churn, Langevin steps). Null: 0, the
    /// ODE.
    double (*followedEta)(const ParameterValues&);
    /// The noise levels of a method that chooses them itself between the two ends (dpm-fast):
    /// decreasing from high to low, both included. Null: the lane's grid.
    std::vector<double> (*ownLevels)(double high, double low, const ParameterValues&);
};
const std::vector<SamplerKind>& samplerKinds();
/// Error.path is "kind" or the key.
Result<const SamplerKind*> findSampler(const Choice& choice);
int samplerOrder(const SamplerKind& kind, const ParameterValues& values);
int samplerEvaluations(const SamplerKind& kind, const ParameterValues& values);

} // namespace scorefield
