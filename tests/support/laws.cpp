// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/laws.h"

namespace scorefield::test {

MixtureSpec gaussian1d(double mean, double variance, double weight)
{
    MixtureSpec spec;
    spec.dimension = 1;
    spec.components.push_back(
        {weight, Eigen::VectorXd::Constant(1, mean), Eigen::MatrixXd::Constant(1, 1, variance), 0});
    return spec;
}

Law exactLaw(const PathCoefficients& from,
             const PathCoefficients& to,
             double eta,
             double mean,
             double variance)
{
    const double vFrom = from.alpha * from.alpha * variance + from.sigma * from.sigma;
    const double vTo = to.alpha * to.alpha * variance + to.sigma * to.sigma;
    const double Phi =
        std::pow(from.alpha / to.alpha, eta * eta) * std::pow(vTo / vFrom, (1 + eta * eta) / 2);
    return {(to.alpha - Phi * from.alpha) * mean,
            vTo + Phi * Phi * (from.sigma * from.sigma - vFrom)};
}

Law lawOfLinearRun(const SimulationPlan& plan)
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

std::shared_ptr<const ForwardProcess> shortProcess(const std::string& id)
{
    if (id == "ve-edm")
        return process("ve-edm", {{"horizon", 3}, {"stop", 0.1}});
    if (id == "vp")
        return process("vp", {{"horizon", 1.5}, {"stop", 0.05}});
    return process("rf", {{"horizon", 0.8}, {"stop", 0.1}});
}

} // namespace scorefield::test
