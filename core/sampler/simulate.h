// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A run: n particles from the noise end to the data end. Particles go in fixed blocks that run all
// their steps in cache, so the result is bit-identical on any number of threads and the first
// particles do not change when more are added.
#include "core/base/worker_pool.h"
#include "core/field/score_error.h"
#include "core/sampler/noise_tape.h"
#include "core/sampler/state_storage.h"
#include "core/sampler/stepper.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield {

/// All states of a run in structure-of-arrays order: [K+1][d][n], native coordinates x_t.
template <class Real>
struct BasicTrajectories {
    int steps = 0, dimension = 0;
    std::size_t particles = 0;
    StateVector<Real> values;

    std::span<const Real> coordinate(int step, int axis) const
    {
        const auto n = particles;
        return {values.data()
                    + (static_cast<std::size_t>(step) * static_cast<std::size_t>(dimension)
                       + static_cast<std::size_t>(axis))
                          * n,
                n};
    }
    std::span<Real> coordinate(int step, int axis)
    {
        const auto n = particles;
        return {values.data()
                    + (static_cast<std::size_t>(step) * static_cast<std::size_t>(dimension)
                       + static_cast<std::size_t>(axis))
                          * n,
                n};
    }
};
using Trajectories = BasicTrajectories<float>;

enum class Prior { Gaussian, Exact }; ///< N(0, sigma_T^2 I), or the exact law q_T

/// Where the normals of the steps come from: draws that are independent of each other, or the
/// increments of one Brownian path per particle, which other grids and samplers refine, or recorded
/// ones.
enum class NoisePolicy { Independent, BrownianTree, Tape };

/// Everything that decides a run. Made from a Session's lane by core/session/lane_plan.h, or by
/// hand.
struct SimulationPlan {
    std::shared_ptr<const GaussianMixture> mixture;
    std::shared_ptr<const GuidanceRule> guidance;
    std::shared_ptr<const ScoreError> error; ///< of the score; null: exact
    std::shared_ptr<const ForwardProcess> process; ///< of the levels; samplers that stop between
                                                   ///< them need it
    std::vector<PathCoefficients> levels;          ///< [K+1]
    /// [K] where each step ends, or empty: at the next level. Some programs relabel their states: a
    /// step then ends elsewhere than the next one starts (diffusers' DDIM with linspace spacing).
    std::vector<PathCoefficients> stepEnds;
    Choice sampler;
    double eta = 0;
    Prior prior = Prior::Gaussian;
    NoisePolicy noise = NoisePolicy::Independent;
    std::shared_ptr<const NoiseTape> tape; ///< for NoisePolicy::Tape
    std::size_t particles = 1000;
    std::uint64_t seed = 0;
    bool keepOnlyEnd = false; ///< store the start and the end alone, as steps 0 and 1
};

/// Given numbers instead of drawn ones (command line, tests); both in the run's own coordinates.
struct SimulationInputs {
    std::optional<Eigen::MatrixXd> start;     ///< x_T [n,d]; decides the number of particles
    std::optional<std::vector<double>> noise; ///< [calls][n][d] C order: draw number k of the run
                                              ///< uses slice k; goes before the plan's policy
    std::size_t noiseCalls = 0;
    std::shared_ptr<StateMemory> memory{}; ///< of the states; null: fresh memory
};

struct Outcome {
    enum class Kind { Completed, Cancelled, NonFinite, Refused } kind = Kind::Completed;
    int step = 0;        ///< of the first non-finite state
    std::string message; ///< one sentence for all but Completed
};

template <class Real>
struct SimulationResult {
    BasicTrajectories<Real> trajectories;
    Outcome outcome;
    double evaluations = 0;  ///< of the field, per particle (on average, where adaptive)
    /// [n] of rules that weight particles, before the last exchange; else empty.
    std::vector<double> logWeights;
    double milliseconds = 0; ///< wall time of the run
};

/// Store = float: computes in float for d = 2, 3 (SIMD kernels), else in double and stores float.
/// Store = double: double throughout. The initial state is alpha/sigma-exact: Gaussian: sigma_T z,
/// z = philoxNormal(seed, Initial, particle, 0, coordinate); Exact: component by
/// philoxUniform(seed, Prior, particle, 0, 0), x = alpha mu_k + Q sqrt(alpha^2 l + sigma^2) Q^T z
/// with the same z; of the target's conditional mixture if guidance has one. Step noise: draw j of
/// step k uses philoxNormal(seed, Steps, particle, k*draws + j, coordinate); under BrownianTree the
/// increments of core/sampler/brownian_path.h. NonFinite: names the
/// first step with a NaN or infinity and keeps the states before it (trajectories.steps = that step
/// - 1). Cancelled and Refused keep none. Refused: more than 8 GiB of states, or invalid inputs.
template <class Store>
SimulationResult<Store> simulate(const SimulationPlan& plan,
                                 WorkerPool& pool,
                                 std::stop_token stop = {},
                                 const SimulationInputs& inputs = {});

extern template SimulationResult<float>
simulate<float>(const SimulationPlan&, WorkerPool&, std::stop_token, const SimulationInputs&);
extern template SimulationResult<double>
simulate<double>(const SimulationPlan&, WorkerPool&, std::stop_token, const SimulationInputs&);

} // namespace scorefield
