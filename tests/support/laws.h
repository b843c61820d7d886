// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Laws of runs on one Gaussian: the closed form of reverse dynamics, and what a linear scheme does,
// without sampling error.
#include "tests/support/runs.h"

#include <algorithm>
#include <cmath>

namespace scorefield::test {

inline constexpr double kMean = 0.7, kVariance = 0.6; // of the data in one dimension

inline MixtureSpec gaussian1d(double mean = kMean, double variance = kVariance, double weight = 1)
{
    MixtureSpec spec;
    spec.dimension = 1;
    spec.components.push_back(
        {weight, Eigen::VectorXd::Constant(1, mean), Eigen::MatrixXd::Constant(1, 1, variance), 0});
    return spec;
}

struct Law {
    double mean = 0, variance = 0;
};

/// O1: E Y_t = alpha_t m + Phi (E Y_T - alpha_T m), Var Y_t = v_t + Phi^2 (Var Y_T - v_T), Phi =
/// (alpha_T/alpha_t)^{eta^2} (v_t/v_T)^{(1 + eta^2)/2}; for a start N(0, sigma_T^2).
inline Law exactLaw(const PathCoefficients& from,
                    const PathCoefficients& to,
                    double eta,
                    double mean = kMean,
                    double variance = kVariance)
{
    const double vFrom = from.alpha * from.alpha * variance + from.sigma * from.sigma;
    const double vTo = to.alpha * to.alpha * variance + to.sigma * to.sigma;
    const double Phi =
        std::pow(from.alpha / to.alpha, eta * eta) * std::pow(vTo / vFrom, (1 + eta * eta) / 2);
    return {(to.alpha - Phi * from.alpha) * mean,
            vTo + Phi * Phi * (from.sigma * from.sigma - vFrom)};
}

/// The law at the end of a run that is linear in its start N(0, sigma_T^2) and its normals,
/// exactly: particle 0 gets no start and no noise, particle 1 a unit start, the others a unit
/// impulse at one draw each.
inline Law lawOfLinearRun(const SimulationPlan& plan)
{
    const int steps = static_cast<int>(plan.levels.size()) - 1;
    const int draws = steps * std::min(2, (*findSampler(plan.sampler))->drawsPerStep);
    const Eigen::Index n = draws + 2;
    SimulationInputs inputs;
    inputs.start = Eigen::MatrixXd::Zero(n, 1);
    (*inputs.start)(1, 0) = 1;
    inputs.noiseCalls = static_cast<std::size_t>(draws);
    inputs.noise = std::vector<double>(static_cast<std::size_t>(draws * n), 0.0);
    for (int call = 0; call < draws; ++call)
        (*inputs.noise)[static_cast<std::size_t>(call * n + call + 2)] = 1;
    WorkerPool pool(1);
    const auto run = simulate<double>(plan, pool, {}, inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return {std::nan(""), std::nan("")};
    const Eigen::MatrixXd end = statesAt(run.trajectories);
    const Eigen::ArrayXd response = end.col(0).array() - end(0, 0);
    const double sigma = plan.levels.front().sigma;
    return {end(0, 0),
            sigma * sigma * response(1) * response(1) + response.tail(draws).square().sum()};
}

/// Short horizons, so that the wrong start N(0, sigma_T^2) is still seen at the end: a test of Phi,
/// not only of the stationary law.
inline std::shared_ptr<const ForwardProcess> shortProcess(const std::string& id)
{
    if (id == "ve-edm")
        return process("ve-edm", {{"horizon", 3}, {"stop", 0.1}});
    if (id == "vp")
        return process("vp", {{"horizon", 1.5}, {"stop", 0.05}});
    return process("rf", {{"horizon", 0.8}, {"stop", 0.1}});
}

} // namespace scorefield::test
