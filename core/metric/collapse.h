// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What guidance does to the end points of a run: how sure of the class they are, which of its modes
// are left, how much of their spread, and how many lie where the class has no mass. Every number
// comes with its standard error and with the floor: what exact draws of the class score.
// Definitions: theory §8.
#include "core/metric/block_law.h"
#include "core/metric/confidence_ceiling.h"
#include "core/metric/estimate.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace scorefield {

inline constexpr std::array<double, 5> kConfidenceQuantiles{0.05, 0.25, 0.5, 0.75, 0.95};

struct CollapseReadouts {
    int particles = 0, failed = 0; ///< how many are in the numbers, and how many were not finite
    Estimate confidence;           ///< mean P(c | x) under the clean mixture; without a target, of
                                   ///< the likeliest class
    std::array<double, 5> confidenceQuantiles{};
    Estimate modesCovered;   ///< modes of the class with more than a tenth of their share
    int modes = 0;           ///< of how many
    Estimate effectiveModes; ///< exp of the entropy of the shares of all modes
    Estimate
        totalVariation; ///< of the shares from pi_k/pi_c: 1/2 sum |pi^_k - pi_k 1[k in c]/pi_c|
    Estimate shrinkage; ///< tr Cov_k/tr C_k, mean over particles in modes of the class; 1 if exact.
                        ///< C_k = alpha^2 Sigma_k + sigma^2 I at the end; NaN without any
    std::vector<double> shrinkageOfMode; ///< [K]; NaN outside the class and below two particles
    /// (m^_k - alpha mu_k) along the unit vector from the mean of the others to mu_k, mean over
    /// particles; the others are the components outside the class, or all but k without any. Empty
    /// where no mode has a direction (the centre of a symmetric mixture).
    std::optional<Estimate> overshoot;
    Estimate offSupport; ///< share with min over k in c of Mahalanobis^2 > chi^2_{d,0.999}
    Estimate pairwiseDistance;
};

/// Set up once for a class, an end level and a number of particles; then cheap enough for every
/// frame.
class CollapseMeter {
public:
    /// Error: the target has no component. `particles` and `seed` are of the floor's exact draws.
    static Result<CollapseMeter> create(std::shared_ptr<const GaussianMixture> mixture,
                                        const PathCoefficients& end,
                                        std::optional<int> target,
                                        std::size_t particles,
                                        std::uint64_t seed = 0);

    /// Of the last states of a run, or of points x_delta [n,d] in rows.
    CollapseReadouts read(const Trajectories& run, WorkerPool* pool = nullptr) const;
    CollapseReadouts read(const Eigen::ArrayXXd& points, WorkerPool* pool = nullptr) const;
    /// The same of exact draws of alpha x_0 + sigma eps, x_0 of the class.
    const CollapseReadouts& floor() const { return m_floor; }
    /// sup over x of P(c | x); without a target, the largest over the classes.
    const ConfidenceCeiling& ceiling() const { return m_ceiling; }

private:
    struct Mode {
        Eigen::ArrayXd centre;              ///< alpha mu [d]
        std::optional<Eigen::ArrayXd> away; ///< unit vector from the others [d]
        double trace = 0;                   ///< of C_k
        double share = 0;                   ///< pi_k/pi_c, 0 outside the class
        bool inTarget = false;
    };
    struct PerParticle;

    CollapseMeter(std::shared_ptr<const GaussianMixture> mixture,
                  const PathCoefficients& end,
                  std::optional<int> target);
    void setModes(const PathCoefficients& end);
    void evaluate(const Eigen::ArrayXXd& points, WorkerPool* pool, PerParticle& each) const;
    void addConfidence(const PerParticle& each, CollapseReadouts& readouts) const;
    void addCoverage(const PerParticle& each, CollapseReadouts& readouts) const;
    void addSpread(const Eigen::ArrayXXd& points,
                   const PerParticle& each,
                   CollapseReadouts& readouts) const;

    std::shared_ptr<const GaussianMixture> m_mixture;
    std::optional<int> m_target;
    BlockLaw m_end, m_clean;
    double m_farSquared; ///< chi^2_{d,0.999}
    std::vector<Mode> m_modes;
    CollapseReadouts m_floor;
    ConfidenceCeiling m_ceiling;
};

/// Mean of p_t(c | x_t) at every stored state of a run through `levels` [K+1]: when a class is
/// decided. Of at most `sampleLimit` first particles, the finite ones; NaN where none is.
std::vector<Estimate> confidenceOverTime(const GaussianMixture& mixture,
                                         std::optional<int> target,
                                         std::span<const PathCoefficients> levels,
                                         const Trajectories& run,
                                         std::size_t sampleLimit = 1000,
                                         WorkerPool* pool = nullptr);

} // namespace scorefield
