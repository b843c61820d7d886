// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A guidance rule turns the unconditional and the conditional posterior mean into the one a sampler
// follows. Most are linear, with a weight that may depend on the noise level and on the run; the
// others combine both means point by point. A new rule is one file, and a line in the registry.
#include "core/base/parameter.h"
#include "core/field/block.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace scorefield {

/// What a rule may know of the run it guides. Without a run (pointwise evaluation) `mixture` and
/// `process` may be null.
struct RunFacts {
    std::vector<PathCoefficients> levels; ///< two or more, strictly decreasing sigma~
    std::shared_ptr<const GaussianMixture> mixture{};
    std::shared_ptr<const ForwardProcess> process{};
};

/// What a pointwise rule combines, all [n,d]. The difference D_c - D_u is computed without
/// cancellation: its direction is right where both means agree to rounding.
struct GuidedMeans {
    const Block<double>&x, &conditional, &unconditional, &difference;
};

/// The exact posterior means at any place and level, for rules that look elsewhere than where they
/// are asked. Thread-safe.
class MeanSource {
public:
    struct Means {
        Block<double> conditional, unconditional, difference; ///< [n,d], resized by split()
    };

    virtual ~MeanSource() = default;
    /// D_c, D_u and D_c - D_u at x [n,d], sigma > 0. All means are the same and the difference is 0
    /// where the class is the whole mixture.
    virtual void
    split(const PathCoefficients& level, const Block<double>& x, Means& means) const = 0;
    /// The posterior mean of GuidanceRule::extraMixtures() number `which`.
    virtual void extra(int which,
                       const PathCoefficients& level,
                       const Block<double>& x,
                       Block<double>& denoised) const = 0;
};

/// What a rule remembers of a block of particles from one evaluation to the next.
class RuleMemory {
public:
    virtual ~RuleMemory() = default;
};

/// What a rule does to the particles after every step of the sampler.
class StepCorrector {
public:
    struct Context {
        const PathCoefficients &from, &to; ///< the step that was taken; to.sigma may be 0
        int step, steps;                   ///< number of the step, from 0, and K
        Eigen::Index particles;            ///< rows of x that are particles; the rest is padding
        /// Whether the run started in the exact law q_T of the class, not in N(0, sigma_T^2 I).
        bool exactStart;
        const MeanSource& means;
        std::function<void(Block<double>&)> normals; ///< fills [n,d] with fresh standard normals
        double uniform;                              ///< in [0, 1), of this step
    };

    virtual ~StepCorrector() = default;
    virtual int drawsPerStep() const { return 0; } ///< calls of normals() per step, at most
    virtual double evaluationsPerStep() const { return 0; } ///< of the means, per particle
    /// x [n,d] at level `to`; `before` [n,d] is the state at `from`.
    virtual void
    afterStep(const Context& context, const Block<double>& before, Block<double>& x) = 0;
    /// Where the last step's rows came from, if it exchanged particles: row i continues the path of
    /// ancestors()[i]. Empty: nobody moved.
    virtual std::span<const int> ancestors() const { return {}; }
    /// [n] so far, for what is not yet settled by exchanging particles. Empty: all weigh the same.
    virtual std::span<const double> logWeights() const { return {}; }
};

/// How a rule makes the guided posterior mean.
enum class GuidanceForm {
    Linear,    ///< D_u + w (D_c - D_u) with weight(level)
    Pointwise, ///< combine() of both means at the same place
    Field      ///< denoise(), which may look elsewhere, at other mixtures, and remember
};

class GuidanceRule {
public:
    virtual ~GuidanceRule() = default;
    /// w of D_w = D_u + w (D_c - D_u) at this level (w = 0 unconditional, w = 1 conditional), the
    /// same in every prediction space. A function of sigma~ alone: methods in x/alpha ask with
    /// alpha = 1. Of a non-linear rule the number to show.
    virtual double weight(const PathCoefficients& level) const = 0;
    /// The class whose conditional mixture is D_c; empty: unconditional, weight() is not asked.
    virtual std::optional<int> target() const = 0;
    virtual GuidanceForm form() const { return GuidanceForm::Linear; }
    bool isLinear() const { return form() == GuidanceForm::Linear; }
    /// Pointwise: the guided posterior mean into `denoised` [n,d]; sigma > 0. Never asked where D_c
    /// and D_u are the same mixture.
    virtual void
    combine(const PathCoefficients& level, const GuidedMeans& means, Block<double>& denoised) const;
    /// Field: the guided posterior mean at x [n,d] into `denoised` [n,d]; sigma > 0. `memory` is
    /// what newMemory() gave for this block, or null where there is no run.
    virtual void denoise(const PathCoefficients& level,
                         const Block<double>& x,
                         const MeanSource& means,
                         RuleMemory* memory,
                         Block<double>& denoised) const;
    /// Field: other mixtures whose posterior means it wants from MeanSource::extra.
    virtual std::vector<std::shared_ptr<const GaussianMixture>> extraMixtures() const;
    /// Field: null: it remembers nothing. Rules with memory need samplers that evaluate whole
    /// blocks in the order of the levels.
    virtual std::unique_ptr<RuleMemory> newMemory(Eigen::Index rows, Eigen::Index dimension) const;
    /// What it does after every step; null: nothing.
    virtual std::unique_ptr<StepCorrector> newCorrector(Eigen::Index rows,
                                                        Eigen::Index dimension) const;
    /// Whether its corrector couples the particles: one block then holds all of them.
    virtual bool couplesParticles() const { return false; }
    /// Why it cannot guide this run, one sentence (path "guidance"); success if it can.
    virtual Status check(const RunFacts& run) const;
    /// The rule for a run (two or more levels), which stays that of this run when asked again;
    /// null: the same for every run. Cheap: tables are made when first needed.
    virtual std::shared_ptr<const GuidanceRule> forRun(const RunFacts& run) const;
};

/// `rule` as the run follows it; `rule` itself where nothing depends on the run.
std::shared_ptr<const GuidanceRule> guidanceForRun(std::shared_ptr<const GuidanceRule> rule,
                                                   const RunFacts& run);

/// The unconditional field.
std::shared_ptr<const GuidanceRule> makeUnguided();

struct GuidanceKind {
    VariantInfo info; ///< a parameter "target" is the class label (Integer, 0…4095); core/session
                      ///< shows it as a choice of class names
    std::shared_ptr<const GuidanceRule> (*make)(const Choice&);
};
/// none; cfg (w in [-5, 1000], default 1; target): s_u + w (s_c - s_u); schedules of w; non-linear
/// rules.
const std::vector<GuidanceKind>& guidanceKinds();
Result<std::shared_ptr<const GuidanceRule>> makeGuidance(const Choice& choice);

} // namespace scorefield
