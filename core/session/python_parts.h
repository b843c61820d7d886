// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The parts of a NumPy script, each by one concept. Private to core/session.
#include "core/sampler/simulate.h"
#include "core/session/session.h"

#include <string>
#include <vector>

namespace scorefield::python {

using Lines = std::vector<std::string>;

/// One run, as a script has to repeat it.
struct Subject {
    SimulationPlan plan;
    std::shared_ptr<const GaussianMixture> mixture; ///< whose score it follows: data, or a model
    const Lane* lane = nullptr;
    std::string key;      ///< "lanes.0."
    std::string tapePath; ///< of recorded normals; empty: drawn
};

/// What the sampler asks for in a run, found by a run over nothing.
struct Requests {
    std::vector<std::vector<PathCoefficients>> evaluations; ///< by step
    int draws = 0;                                          ///< of the whole run
    bool drawsPath = false; ///< increments of a path, which a Brownian tree gives
};
Requests requestsOf(const SimulationPlan& plan);

/// A number, and lists of numbers on one line.
std::string literal(double value);
std::string literal(const std::vector<double>& values);
std::string array(const std::string& name, const std::vector<double>& values);
std::string rows(const Eigen::MatrixXd& matrix);

/// The function D(x, a, s), the posterior mean that is followed: mixture, guidance, score error.
struct Denoiser {
    Lines data;     ///< arrays
    Lines function; ///< of D
};
Result<Denoiser> denoiser(const Subject& subject, const Requests& requests);

/// The method: functions before the loop, and what happens in step k. In scope: x, D, draw(k, j),
/// alpha, sigma [K+1], K, eta; in a step a, s (from) and a1, s1 (to); m = D(x, a, s) if
/// `evaluates`.
struct Method {
    Lines setup, step;
    bool evaluates = true;
    bool finishes = true;    ///< a step to sigma = 0 is the posterior mean, done behind the loop
    bool leavesNoise = true; ///< a step from alpha = 0 is DDIM's, done before `step`
    bool usesTime = false;   ///< t, dalpha, dsigma [K+1]
};
/// Error.path: "kind" or a parameter of the sampler.
Result<Method> method(const Subject& subject, const Requests& requests);

} // namespace scorefield::python
