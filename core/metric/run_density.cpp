// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/run_density.h"

#include "core/metric/controlled_mean.h"
#include "core/metric/converged.h"
#include "core/metric/sampling_terms.h"
#include "core/mixture/noised_mixture.h"
#include "core/sampler/initial_state.h"

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Of the start's standard deviation: rounding (1e-16/h) and curvature (h^2) both stay below 1e-9.
constexpr double kStep = 1e-5;
constexpr std::size_t kBlock = 64;

/// work(i) for every i < n, in blocks.
template <class Work>
void forEach(Eigen::Index n, WorkerPool& pool, const Work& work)
{
    const auto count = static_cast<std::size_t>(n);
    pool.parallelFor((count + kBlock - 1) / kBlock, [&](std::size_t block) {
        for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i)
            work(static_cast<Eigen::Index>(i));
    });
}

Eigen::MatrixXd startsOf(const SimulationPlan& plan)
{
    const auto n = static_cast<Eigen::Index>(plan.particles);
    const SimulationInputs none;
    const InitialState initial(plan, none);
    Block<double> x(n, plan.mixture->dimension());
    initial.fill(ParticleRange{0, plan.particles, n}, x);
    return x;
}

/// x; then, for every coordinate, x + h e_i and x - h e_i below each other: [(2d+1) n, d].
Eigen::MatrixXd displaced(const Eigen::MatrixXd& x, double h)
{
    const Eigen::Index n = x.rows(), d = x.cols();
    Eigen::MatrixXd all = x.replicate(2 * d + 1, 1);
    for (Eigen::Index c = 0; c < d; ++c) {
        all.col(c).segment((2 * c + 1) * n, n).array() += h;
        all.col(c).segment((2 * c + 2) * n, n).array() -= h;
    }
    return all;
}

Result<Eigen::MatrixXd>
endsOf(const SimulationPlan& plan, Eigen::MatrixXd starts, WorkerPool& pool, std::stop_token stop)
{
    SimulationInputs inputs;
    inputs.start = std::move(starts);
    const auto run = simulate<double>(plan, pool, std::move(stop), inputs);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return Error{"", run.outcome.message};
    const auto& states = run.trajectories;
    Eigen::MatrixXd ends(static_cast<Eigen::Index>(states.particles), states.dimension);
    for (int c = 0; c < states.dimension; ++c)
        ends.col(c) = Eigen::Map<const Eigen::VectorXd>(states.coordinate(states.steps, c).data(),
                                                        ends.rows());
    return ends;
}

/// log q_T of the prior that the plan starts in, or of the exact law whatever it starts in.
class StartLaw {
public:
    StartLaw(const GaussianMixture& law, const PathCoefficients& level, bool exact)
        : m_law(law, level.alpha, level.sigma)
        , m_exact(exact)
    {
    }
    double logDensity(const Eigen::VectorXd& x) const
    {
        if (m_exact)
            return m_law.logDensity(x);
        const double variance = m_law.sigma() * m_law.sigma();
        return -x.squaredNorm() / (2 * variance)
               - static_cast<double>(x.size()) / 2 * std::log(2 * std::numbers::pi * variance);
    }

private:
    NoisedMixture m_law;
    bool m_exact;
};

/// log q at the end points of the run; NaN where the law has no density.
Eigen::ArrayXd targetLogDensities(const RunDensity& density,
                                  const GaussianMixture& law,
                                  const SimulationPlan& plan,
                                  WorkerPool& pool)
{
    const PathCoefficients& last =
        plan.stepEnds.empty() ? plan.levels.back() : plan.stepEnds.back();
    Eigen::ArrayXd values = Eigen::ArrayXd::Constant(density.ends.rows(), kNaN);
    for (const auto& component : law.components())
        if (last.sigma <= 0 && component.eigenvalues.minCoeff() <= 0)
            return values;
    const NoisedMixture target(law, last.alpha, last.sigma);
    forEach(values.size(), pool, [&](Eigen::Index i) {
        values(i) = target.logDensity(density.ends.row(i).transpose());
    });
    return values;
}

} // namespace

Status isDeterministic(const SimulationPlan& plan)
{
    const auto sampler = findSampler(plan.sampler);
    if (!sampler)
        return sampler.error();
    if (followedEta(plan) != 0) // NaN, too
        return Error{"", "the run draws noise, so its law has no density along the paths"};
    const auto rule = guidanceForRun(plan.guidance ? plan.guidance : makeUnguided(),
                                     {plan.levels, plan.mixture, plan.process});
    const auto corrector = rule->newCorrector(1, plan.mixture->dimension());
    if (corrector && corrector->drawsPerStep() > 0)
        return Error{"", "the guidance draws noise, so the law has no density along the paths"};
    if ((*sampler)->wholeRun || rule->couplesParticles())
        return Error{"", "the particles of the run depend on each other, so no path has a density"};
    return success();
}

Result<RunDensity>
runDensity(SimulationPlan plan, std::size_t particles, WorkerPool& pool, std::stop_token stop)
{
    if (auto status = isDeterministic(plan); !status)
        return status.error();
    const auto law = lawOfPlan(plan);
    if (!law)
        return law.error();
    plan.keepOnlyEnd = true;
    plan.particles = std::min(plan.particles, particles);
    RunDensity density;
    density.starts = startsOf(plan);
    const Eigen::Index n = density.starts.rows(), d = density.starts.cols();
    const PathCoefficients& first = plan.levels.front();
    const double h = kStep * std::hypot(first.alpha * (*law)->scale(), first.sigma);
    const auto ends = endsOf(plan, displaced(density.starts, h), pool, std::move(stop));
    if (!ends)
        return ends.error();
    density.ends = ends->topRows(n);
    density.logVolume = density.logDensity = Eigen::VectorXd::Constant(n, kNaN);
    const StartLaw prior(**law, first, plan.prior == Prior::Exact);
    Eigen::ArrayXi folds = Eigen::ArrayXi::Zero(n);
    forEach(n, pool, [&](Eigen::Index i) {
        Eigen::MatrixXd slope(d, d);
        for (Eigen::Index c = 0; c < d; ++c)
            slope.col(c) =
                (ends->row((2 * c + 1) * n + i) - ends->row((2 * c + 2) * n + i)).transpose()
                / (2 * h);
        const auto factors = slope.partialPivLu(); // in logarithms: 64 small factors underflow
        const Eigen::ArrayXd pivots = factors.matrixLU().diagonal();
        const auto reversals = (pivots < 0).count() + (factors.permutationP().determinant() < 0);
        folds(i) = reversals % 2 != 0 ? 1 : 0;
        density.logVolume(i) = pivots.abs().log().sum();
        density.logDensity(i) =
            prior.logDensity(density.starts.row(i).transpose()) - density.logVolume(i);
    });
    density.folded = folds.sum();
    return density;
}

Estimate runKl(const RunDensity& density, const SimulationPlan& plan, WorkerPool& pool)
{
    const auto law = lawOfPlan(plan);
    if (!law)
        return {kNaN, kNaN};
    const Eigen::ArrayXd ratios =
        density.logDensity.array() - targetLogDensities(density, **law, plan, pool);
    // Where paths fold the density of one path has not mass 1, and E[q/q^ - 1] is not 0.
    return density.folded > 0 ? controlledMean(ratios, Eigen::ArrayXd::Zero(ratios.size()))
                              : klOfLogRatios(ratios);
}

Estimate
runKlFromExactStart(const RunDensity& density, const SimulationPlan& plan, WorkerPool& pool)
{
    const auto law = lawOfPlan(plan);
    if (!law)
        return {kNaN, kNaN};
    const Eigen::Index n = density.starts.rows();
    const StartLaw exact(**law, plan.levels.front(), true);
    const StartLaw prior(**law, plan.levels.front(), plan.prior == Prior::Exact);
    Eigen::ArrayXd start(n), weights(n);
    forEach(n, pool, [&](Eigen::Index i) {
        const Eigen::VectorXd x = density.starts.row(i).transpose();
        start(i) = exact.logDensity(x);
        weights(i) = std::exp(start(i) - prior.logDensity(x));
    });
    const double left = weights.sum() * weights.sum() / weights.square().sum();
    if (!(left > 0.1 * static_cast<double>(n)))
        return {kNaN, kNaN};
    const Eigen::ArrayXd ratios =
        start - density.logVolume.array() - targetLogDensities(density, **law, plan, pool);
    return density.folded > 0 ? controlledMean(ratios, Eigen::ArrayXd::Zero(ratios.size()), weights)
                              : klOfLogRatios(ratios, weights);
}

} // namespace scorefield
