// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/sampling_terms.h"

#include "core/metric/controlled_mean.h"
#include "core/metric/converged.h"
#include "core/metric/mixture_divergence.h"
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kPriorDraws = 20'000;
constexpr std::uint64_t kSeed = 0x5eed; // of draws that belong to no run

GaussianMixture isotropicNormal(int dimension, double deviation)
{
    return GaussianMixture::create(
               isotropicMixture({Eigen::VectorXd::Zero(dimension)}, deviation * deviation))
        .value(); // one component with a positive variance is a mixture
}

/// KL(q || N(0, s^2 I)) by exact draws of q.
Estimate gapByDraws(const GaussianMixture& mixture,
                    const PathCoefficients& level,
                    double deviation,
                    WorkerPool& pool)
{
    const int d = mixture.dimension();
    const NoisedMixture law(mixture, level.alpha, level.sigma);
    const Eigen::MatrixXd x =
        mixture.sample(kSeed, Stream::Data, kPriorDraws, level.alpha, level.sigma);
    Eigen::ArrayXd ratios(x.cols());
    const double variance = deviation * deviation;
    const double normaliser = d / 2. * std::log(2 * std::numbers::pi * variance);
    constexpr Eigen::Index kBlock = 256;
    const auto blocks = static_cast<std::size_t>((x.cols() + kBlock - 1) / kBlock);
    pool.parallelFor(blocks, [&](std::size_t block) {
        const Eigen::Index begin = static_cast<Eigen::Index>(block) * kBlock;
        for (Eigen::Index i = begin; i < std::min(begin + kBlock, x.cols()); ++i)
            ratios(i) =
                law.logDensity(x.col(i)) + x.col(i).squaredNorm() / (2 * variance) + normaliser;
    });
    return klOfLogRatios(ratios);
}

} // namespace

Result<PriorGap> priorGap(const GaussianMixture& mixture,
                          const PathCoefficients& first,
                          double priorDeviation,
                          WorkerPool& pool)
{
    if (!(priorDeviation > 0) || !(first.sigma > 0))
        return Error{"", "the prior and the first level must have a positive noise level"};
    const int d = mixture.dimension();
    const double variance = priorDeviation * priorDeviation;
    PriorGap gap;
    const Eigen::MatrixXd R = (first.alpha * first.alpha * mixture.covariance()
                               + first.sigma * first.sigma * Eigen::MatrixXd::Identity(d, d))
                                  / variance
                              - Eigen::MatrixXd::Identity(d, d);
    gap.leading = first.alpha * first.alpha * mixture.mean().squaredNorm() / (2 * variance)
                  + R.squaredNorm() / 4;
    if (first.alpha == 0 && first.sigma == priorDeviation)
        return gap; // the same law
    if (d > 2 && mixture.componentCount() > 1) {
        gap.kl = gapByDraws(mixture, first, priorDeviation, pool);
        return gap;
    }
    const auto kl = klDivergence(
        noised(mixture, first.alpha, first.sigma), isotropicNormal(d, priorDeviation), pool);
    if (!kl)
        return kl.error();
    gap.kl = kl->value;
    return gap;
}

namespace {

constexpr double kNode[4] = {
    0.0694318442029737124, 0.330009478207571868, 0.669990521792428132, 0.930568155797026288};
constexpr double kShare[4] = {
    0.173927422568726929, 0.326072577431273071, 0.326072577431273071, 0.173927422568726929};

/// 2 sigma^2 |s(x_t, t) - s(x_k, t_k)|^2 averaged over pairs, integrated over the half log-SNR of
/// one step by Gauss–Legendre: g^2 dt = 2 sigma^2 d lambda.
class StepTerm {
public:
    StepTerm(const ScoreField<double>& field,
             const GaussianMixture& mixture,
             const ForwardProcess& process)
        : m_field(field)
        , m_mixture(mixture)
        , m_process(process)
    {
    }

    Estimate
    over(const PathCoefficients& from, const PathCoefficients& to, int step, int draws) const
    {
        const double width = to.lambda() - from.lambda();
        Eigen::ArrayXd term = Eigen::ArrayXd::Zero(draws);
        for (int j = 0; j < 4; ++j) {
            const double lambda = from.lambda() + kNode[j] * width;
            const PathCoefficients level = m_process.at(m_process.timeAt(std::exp(-lambda)));
            const std::uint64_t seed = kSeed + 4 * static_cast<std::uint64_t>(step) + j;
            term += kShare[j] * width * 2 * level.sigma * level.sigma
                    * scoreChange(from, level, seed, draws);
        }
        const double mean = term.mean();
        const double squares = (term - mean).square().sum();
        return {mean, std::sqrt(squares / draws / std::max(1, draws - 1))};
    }

private:
    /// Of exact pairs of the forward process: x_t, and x_k from it.
    Eigen::ArrayXd scoreChange(const PathCoefficients& from,
                               const PathCoefficients& level,
                               std::uint64_t seed,
                               int draws) const
    {
        const Block<double> x =
            m_mixture.sample(seed, Stream::Data, draws, level.alpha, level.sigma).transpose();
        const double ratio = from.alpha / level.alpha;
        const double added = std::sqrt(
            std::max(0., from.sigma * from.sigma - ratio * ratio * level.sigma * level.sigma));
        Block<double> later(x.rows(), x.cols());
        for (Eigen::Index c = 0; c < x.cols(); ++c)
            for (Eigen::Index i = 0; i < x.rows(); ++i)
                later(i, c) = ratio * x(i, c)
                              + added
                                    * philoxNormal(seed,
                                                   Stream::Steps,
                                                   static_cast<std::uint32_t>(i),
                                                   0,
                                                   static_cast<std::uint32_t>(c));
        return (score(level, x) - score(from, later)).square().rowwise().sum();
    }

    Eigen::ArrayXXd score(const PathCoefficients& level, const Block<double>& x) const
    {
        Block<double> mean(x.rows(), x.cols());
        m_field.denoise(level, x, mean);
        return (level.alpha * mean - x).array() / (level.sigma * level.sigma);
    }

    const ScoreField<double>& m_field;
    const GaussianMixture& m_mixture;
    const ForwardProcess& m_process;
};

} // namespace

std::optional<double> constantWeight(const SimulationPlan& plan)
{
    if (!plan.guidance || !plan.guidance->target())
        return 0;
    if (!plan.guidance->isLinear() || plan.levels.empty())
        return std::nullopt;
    const double weight = plan.guidance->weight(plan.levels.front());
    const bool same =
        std::all_of(plan.levels.begin(), plan.levels.end(), [&](const PathCoefficients& level) {
            return plan.guidance->weight(level) == weight;
        });
    return same ? std::optional(weight) : std::nullopt;
}

std::optional<int> targetOfPlan(const SimulationPlan& plan)
{
    const auto target = plan.guidance ? plan.guidance->target() : std::nullopt;
    // An exact start is that of the class, whatever follows.
    const bool isData = plan.prior == Prior::Gaussian && constantWeight(plan) == 0;
    return isData ? std::nullopt : target;
}

Result<std::shared_ptr<const GaussianMixture>> lawOfPlan(const SimulationPlan& plan)
{
    const auto target = targetOfPlan(plan);
    if (!target)
        return plan.mixture;
    auto conditional = plan.mixture->conditional(*target);
    if (!conditional)
        return conditional.error();
    return std::make_shared<const GaussianMixture>(std::move(conditional).value());
}

double girsanovFactor(double eta)
{
    const double square = eta * eta;
    return (1 + square) * (1 + square) / (8 * square);
}

Result<DiscretisationTerm> discretisationTerm(
    const SimulationPlan& plan, double eta, int draws, WorkerPool& pool, std::stop_token stop)
{
    if (plan.process == nullptr)
        return Error{"", "the process of the levels is needed to look between them"};
    const auto law = lawOfPlan(plan);
    if (!law)
        return law.error();
    const auto field = makeExactField<double>(*law, makeUnguided(), {});
    const StepTerm term(*field, **law, *plan.process);
    const auto steps = static_cast<int>(plan.levels.size()) - 1;
    const int each = std::max(32, (draws + steps - 1) / steps); // below, errors are not known
    std::vector<Estimate> terms(static_cast<std::size_t>(steps));
    const auto isRegular = [&](std::size_t k) {
        return std::isfinite(plan.levels[k].lambda()) && std::isfinite(plan.levels[k + 1].lambda());
    };
    pool.parallelFor(terms.size(), [&](std::size_t k) {
        if (isRegular(k) && !stop.stop_requested())
            terms[k] = term.over(plan.levels[k], plan.levels[k + 1], static_cast<int>(k), each);
    });
    DiscretisationTerm sum;
    double squares = 0;
    for (std::size_t k = 0; k < terms.size(); ++k) {
        sum.kl.value += terms[k].value;
        squares += terms[k].error * terms[k].error;
        sum.skipped += isRegular(k) ? 0 : 1;
    }
    const double factor = girsanovFactor(eta);
    sum.kl = {factor * sum.kl.value, factor * std::sqrt(squares)};
    return sum;
}

double stepSumClosedForm(double a, double steps, double ratio)
{
    const double half = std::sinh(std::log(ratio) / (2 * a));
    return 4 * a * a / steps * half * half;
}

double stepSum(std::span<const double> times, double a)
{
    double sum = 0;
    for (std::size_t k = 0; k + 1 < times.size(); ++k) {
        // Half the difference of log u is all that enters: (u - u')^2/(u u') = 4
        // sinh^2(log(u/u')/2).
        const double half = std::sinh(std::log(times[k] / times[k + 1]) / (2 * a));
        sum += 4 * a * a * half * half;
    }
    return sum;
}

} // namespace scorefield
