// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/guided_density.h"

#include "core/metric/dormand_prince.h"
#include "core/metric/guided_flow.h"
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBlock = 16; // particles a thread takes at a time

double radius(const PathCoefficients& level)
{
    return std::hypot(level.alpha, level.sigma);
}

double angle(const PathCoefficients& level)
{
    return std::atan2(level.sigma, level.alpha);
}

/// One particle's position, the divergence and the penalty along its path.
class Particle {
public:
    Particle(const GuidedFlow& flow, double tolerance) : m_flow(flow), m_tolerance(tolerance) {}

    void rate(double theta, const Eigen::VectorXd& state, Eigen::VectorXd& rate)
    {
        m_flow.rate(theta, state, rate, m_scratch);
    }
    double error(const Eigen::VectorXd& difference, const Eigen::VectorXd& state) const
    {
        // The penalty may be huge where nobody asks for it; it is held relative to itself.
        const auto d = static_cast<Eigen::Index>(m_flow.dimension());
        const double position =
            difference.head(d).cwiseAbs().maxCoeff() / (1 + state.head(d).cwiseAbs().maxCoeff());
        const double divergence = std::abs(difference(d)) / (1 + std::abs(state(d)));
        const double penalty = std::abs(difference(d + 1)) / (1 + std::abs(state(d + 1)));
        const double largest = position + divergence + penalty; // a sum: a NaN stays one
        return largest / m_tolerance;
    }

private:
    const GuidedFlow& m_flow;
    double m_tolerance;
    GuidedFlow::Scratch m_scratch;
};

using Solver = DormandPrince<Particle>;

bool isSingular(const GaussianMixture& mixture)
{
    for (const auto& component : mixture.components())
        if (component.eigenvalues.minCoeff() <= 0)
            return true;
    return false;
}

/// The class a rule guides to, as a mixture of its own; everything if unguided.
Result<GaussianMixture> targetMixture(const GuidedOde& ode)
{
    const auto target = ode.guidance ? ode.guidance->target() : std::nullopt;
    return target ? ode.mixture->conditional(*target) : Result<GaussianMixture>(*ode.mixture);
}

Status check(const GuidedOde& ode, const Eigen::MatrixXd& points)
{
    if (points.rows() != ode.mixture->dimension())
        return Error{"points",
                     "have " + std::to_string(points.rows()) + " coordinates, but the mixture has "
                         + std::to_string(ode.mixture->dimension())};
    if (!(angle(ode.noise) > angle(ode.data)))
        return Error{"levels",
                     "must run from more noise to less: σ̃ = "
                         + std::to_string(ode.noise.sigmaTilde()) + " is not above "
                         + std::to_string(ode.data.sigmaTilde())};
    if (ode.data.sigma <= 0 && isSingular(*ode.mixture))
        return Error{"levels",
                     "end at σ = 0, where a mixture with singular covariances has no density; stop "
                     "at a positive noise level"};
    return success();
}

class Run {
public:
    Run(const GuidedOde& ode, const GuidedFlow& flow, const GaussianMixture& target)
        : m_ode(ode)
        , m_flow(flow)
        , m_prior(target, ode.noise.alpha, ode.noise.sigma)
        , m_target(target, ode.data.alpha, ode.data.sigma)
    {
    }

    GuidedParticles
    follow(const Eigen::MatrixXd& points, bool fromNoise, WorkerPool& pool, std::stop_token stop)
    {
        const Eigen::Index n = points.cols();
        GuidedParticles result;
        result.noise = fromNoise ? points : Eigen::MatrixXd::Constant(points.rows(), n, kNaN);
        result.data = fromNoise ? Eigen::MatrixXd::Constant(points.rows(), n, kNaN) : points;
        result.logDensity = result.targetLogDensity = result.penalty =
            Eigen::VectorXd::Constant(n, kNaN);
        const std::size_t blocks = (static_cast<std::size_t>(n) + kBlock - 1) / kBlock;
        std::vector<double> evaluations(blocks, 0);
        pool.parallelFor(blocks, [&](std::size_t block) {
            Solver solver(
                Particle(m_flow, m_ode.tolerance), m_flow.dimension() + 2, m_ode.longestStep);
            const auto begin = static_cast<Eigen::Index>(block * kBlock);
            for (Eigen::Index i = begin; i < std::min(n, begin + Eigen::Index(kBlock)); ++i)
                if (!stop.stop_requested())
                    followOne(solver, fromNoise, i, result);
            evaluations[block] = solver.evaluations();
        });
        for (const double count : evaluations)
            result.evaluations += count / static_cast<double>(std::max<Eigen::Index>(n, 1));
        return result;
    }

private:
    void followOne(Solver& solver, bool fromNoise, Eigen::Index i, GuidedParticles& result) const
    {
        const Eigen::Index d = result.data.rows();
        const PathCoefficients& from = fromNoise ? m_ode.noise : m_ode.data;
        const PathCoefficients& to = fromNoise ? m_ode.data : m_ode.noise;
        Eigen::VectorXd state = Eigen::VectorXd::Zero(d + 2);
        state.head(d) = (fromNoise ? result.noise : result.data).col(i) / radius(from);
        if (!state.allFinite() || !solver.follow(angle(from), angle(to), state))
            return;
        (fromNoise ? result.data : result.noise).col(i) = state.head(d) * radius(to);
        const double sign = fromNoise ? 1 : -1; // the integrals run from noise to data
        // In y, log q^ falls by the divergence along the path; x = r y adds -d log r at each end.
        const double stretch =
            static_cast<double>(d) * std::log(radius(m_ode.noise) / radius(m_ode.data));
        result.logDensity(i) = priorLogDensity(result.noise.col(i)) + stretch - sign * state(d);
        // The integral over t runs upwards, whichever way the path was followed.
        result.penalty(i) = -sign * state(d + 1);
        result.targetLogDensity(i) = m_target.logDensity(result.data.col(i));
    }

    double priorLogDensity(const Eigen::VectorXd& x) const
    {
        if (m_ode.prior == Prior::Exact)
            return m_prior.logDensity(x);
        const double variance = m_ode.noise.sigma * m_ode.noise.sigma;
        return -x.squaredNorm() / (2 * variance)
               - static_cast<double>(x.size()) / 2 * std::log(2 * std::numbers::pi * variance);
    }

    const GuidedOde& m_ode;
    const GuidedFlow& m_flow;
    NoisedMixture m_prior, m_target;
};

Result<GuidedParticles> solve(const GuidedOde& ode,
                              const Eigen::MatrixXd& points,
                              bool fromNoise,
                              WorkerPool& pool,
                              std::stop_token stop)
{
    if (auto status = check(ode, points); !status)
        return status.error();
    const auto flow = GuidedFlow::create(*ode.mixture, ode.guidance.get(), *ode.process);
    if (!flow)
        return flow.error();
    const auto target = targetMixture(ode);
    if (!target)
        return target.error();
    return Run(ode, *flow, *target).follow(points, fromNoise, pool, stop);
}

} // namespace

Result<GuidedParticles> followGuidedOde(const GuidedOde& ode,
                                        const Eigen::MatrixXd& starts,
                                        WorkerPool& pool,
                                        std::stop_token stop)
{
    return solve(ode, starts, true, pool, stop);
}

Result<GuidedParticles> guidedDensityAt(const GuidedOde& ode,
                                        const Eigen::MatrixXd& points,
                                        WorkerPool& pool,
                                        std::stop_token stop)
{
    return solve(ode, points, false, pool, stop);
}

GuidedEntropy guidedEntropy(const GuidedParticles& particles)
{
    GuidedEntropy result;
    double sum[2] = {0, 0}, squares[2] = {0, 0};
    const auto terms = [&](Eigen::Index i) {
        return std::array<double, 2>{-particles.logDensity(i),
                                     particles.logDensity(i) - particles.targetLogDensity(i)};
    };
    for (Eigen::Index i = 0; i < particles.logDensity.size(); ++i) {
        const auto term = terms(i);
        if (!std::isfinite(term[0]) || !std::isfinite(term[1])) {
            ++result.failed;
            continue;
        }
        ++result.particles;
        for (std::size_t k = 0; k < 2; ++k)
            sum[k] += term[k];
    }
    const double n = result.particles;
    if (n == 0)
        return {{kNaN, kNaN}, {kNaN, kNaN}, 0, result.failed};
    for (Eigen::Index i = 0; i < particles.logDensity.size(); ++i) {
        const auto term = terms(i);
        if (std::isfinite(term[0]) && std::isfinite(term[1]))
            for (std::size_t k = 0; k < 2; ++k)
                squares[k] += std::pow(term[k] - sum[k] / n, 2);
    }
    const double spread = n > 1 ? 1 / ((n - 1) * n) : kNaN;
    result.entropy = {sum[0] / n, std::sqrt(squares[0] * spread)};
    result.kl = {sum[1] / n, std::sqrt(squares[1] * spread)};
    return result;
}

} // namespace scorefield
