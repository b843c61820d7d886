// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/error_terms.h"

#include "core/metric/converged.h"
#include "core/metric/run_density.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kPathRuns = 16'000; // of which 2d+1 make the density of one particle
constexpr std::size_t kLeastPaths = 100;  // below, error bars are not known
constexpr std::size_t kConvergedPaths = 1'000;
constexpr int kPairs = 16'384; // of the discretisation term

template <class T>
struct Kept {
    std::shared_ptr<const GaussianMixture> mixture; // its address is part of the key
    T value;
};

StudyValue valueOf(const Estimate& estimate)
{
    return {estimate.value, estimate.error};
}

} // namespace

ErrorTerms::ErrorTerms(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
    : m_point(point)
    , m_pool(pool)
    , m_stop(std::move(stop))
    , m_law(lawOfPlan(point.plan))
{
}

Result<ErrorTerms>
ErrorTerms::measure(const StudyPoint& point, WorkerPool& pool, const std::stop_token& stop)
{
    ErrorTerms terms(point, pool, stop);
    if (!terms.m_law)
        return terms.m_law.error();
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    auto result = simulate<float>(plan, pool, stop);
    if (result.outcome.kind == Outcome::Kind::Refused)
        return Error{"", result.outcome.message};
    if (result.outcome.kind != Outcome::Kind::Completed) {
        terms.addNote(result.outcome.message);
        return terms;
    }
    terms.m_complete = true;
    terms.m_evaluations = result.evaluations;
    terms.m_run = std::move(result.trajectories);
    terms.m_ends = endPoints(terms.m_run);
    if (targetOfPlan(plan) && constantWeight(plan) != 1)
        terms.addNote("distances are to the law of the class, and contain what guidance itself "
                      "changes; the terms are those of the class without guidance");
    if (plan.error)
        terms.addNote("distances contain what the score's own error changes; the terms are those "
                      "of the exact score");
    return terms;
}

void ErrorTerms::addNote(const std::string& sentence)
{
    if (sentence.empty() || m_note.find(sentence) != std::string::npos)
        return;
    m_note += (m_note.empty() ? "" : "; ") + sentence;
}

std::string ErrorTerms::keyOf(const std::string& what, const PathCoefficients& level) const
{
    const SimulationPlan& plan = m_point.plan;
    const int target = targetOfPlan(plan).value_or(-1);
    char text[160];
    std::snprintf(text,
                  sizeof text,
                  " %p %d %a %a %zu %llu",
                  static_cast<const void*>(plan.mixture.get()),
                  target,
                  level.alpha,
                  level.sigma,
                  plan.particles,
                  static_cast<unsigned long long>(plan.seed));
    return what + text;
}

std::shared_ptr<const LawMeter> ErrorTerms::meterAt(const PathCoefficients& level)
{
    using Meter = Kept<LawMeter>;
    const auto kept = m_point.cache.value<Meter>(keyOf("meter", level), [&] {
        const SimulationPlan& plan = m_point.plan;
        return std::shared_ptr<const Meter>(
            new Meter{plan.mixture, LawMeter(*m_law, level, plan.particles, plan.seed, m_pool)});
    });
    return {kept, &kept->value};
}

StudyValue ErrorTerms::prior()
{
    const PathCoefficients& first = m_point.plan.levels.front();
    if (m_point.plan.prior == Prior::Exact)
        return {0, 0};
    using Gap = Kept<Result<PriorGap>>;
    const auto kept = m_point.cache.value<Gap>(keyOf("prior", first), [&] {
        return std::make_shared<const Gap>(
            Gap{m_point.plan.mixture, priorGap(**m_law, first, first.sigma, m_pool)});
    });
    if (!kept->value)
        return {};
    return valueOf(kept->value->kl);
}

StudyValue ErrorTerms::chain()
{
    const double eta = followedEta(m_point.plan);
    if (std::isnan(eta)) {
        addNote("the sampler follows no equation, so its steps have no term of their own");
        return {};
    }
    const auto& levels = m_point.plan.levels;
    if (levels.front().alpha == 0) {
        addNote("the chain KL of the steps is infinite: the first starts from pure noise (α = 0), "
                "where g² is infinite");
        return {};
    }
    const auto term = discretisationTerm(m_point.plan, eta > 0 ? eta : 1, kPairs, m_pool, m_stop);
    if (!term) {
        addNote(term.error().message);
        return {};
    }
    if (levels.back().sigma == 0)
        addNote("the term of the steps leaves out the last, onto the posterior mean (σ = 0)");
    return valueOf(term->kl);
}

std::vector<StudyValue> ErrorTerms::kl()
{
    std::vector<StudyValue> columns(KlColumnCount);
    const SimulationPlan& plan = m_point.plan;
    columns[KlPrior] = prior();
    const double noise = plan.levels.front().sigmaTilde(); // infinite: no prior term
    if (const auto grid = gridExponent(m_point.session, m_point.lane, plan)) {
        const double K = static_cast<double>(plan.levels.size()) - 1;
        const double moment = secondMoment(**m_law);
        columns[KlBound].value =
            moment / (noise * noise) + moment * std::pow(grid->ratio, 1 / grid->a) / K;
    }
    if (!m_complete)
        return columns;
    const auto d = static_cast<std::size_t>(plan.mixture->dimension());
    if (isDeterministic(plan)) {
        const std::size_t paths = std::max(kLeastPaths, kPathRuns / (2 * d + 1));
        const auto density = runDensity(plan, paths, m_pool, m_stop);
        if (!density) {
            addNote(density.error().message);
            return columns;
        }
        columns[Kl] = valueOf(runKl(*density, plan, m_pool));
        columns[KlSteps] = plan.prior == Prior::Exact
                               ? columns[Kl]
                               : valueOf(runKlFromExactStart(*density, plan, m_pool));
        if (std::isnan(columns[Kl].value))
            addNote("the run ends where a density does not exist or is lost to rounding, so there "
                    "is no KL divergence");
        if (density->folded > 0)
            addNote("some paths fold, so the KL divergence is a lower bound");
        return columns;
    }
    const LawDistance distance = meterAt(plan.levels.back())->kl(m_ends, m_pool);
    columns[Kl] = valueOf(distance.distance);
    columns[KlFloor].value = distance.floor;
    columns[KlSteps] = chain();
    if (std::isnan(columns[Kl].value))
        addNote("the data have no density where the run ends, so there is no KL divergence");
    return columns;
}

std::vector<StudyValue> ErrorTerms::w2(bool withSteps)
{
    std::vector<StudyValue> columns(W2ColumnCount);
    const EarlyStop stop = earlyStop(**m_law, m_point.plan.levels.back());
    columns[W2Stop] = {std::isnan(stop.value) ? stop.upper : stop.value, 0};
    if (!m_complete)
        return columns;
    const LawDistance distance = meterAt(PathCoefficients{})->w2(m_ends, m_pool);
    columns[W2] = valueOf(distance.distance);
    columns[W2Floor].value = distance.floor;
    if (withSteps)
        columns[W2Steps] = stepsInW2();
    return columns;
}

StudyValue ErrorTerms::stepsInW2()
{
    SimulationPlan plan = m_point.plan;
    plan.particles = std::min(plan.particles, kConvergedPaths);
    plan.keepOnlyEnd = true;
    const bool isCoupled =
        plan.particles < m_point.plan.particles && !isDeterministic(plan) && followedEta(plan) == 0;
    const auto fine = convergedPlan(plan);
    if (!fine || isCoupled)
        return {}; // independent draws have no solution to converge to; the KL term stands for it
    const auto solution = simulate<float>(*fine, m_pool, m_stop);
    if (solution.outcome.kind != Outcome::Kind::Completed)
        return {};
    Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(plan.particles));
    const auto& ends = solution.trajectories;
    for (int c = 0; c < ends.dimension; ++c) {
        const std::span<const float> mine = std::as_const(m_run).coordinate(m_run.steps, c);
        const std::span<const float> meant = ends.coordinate(ends.steps, c);
        for (Eigen::Index i = 0; i < squares.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            squares(i) +=
                std::pow(static_cast<double>(mine[at]) - static_cast<double>(meant[at]), 2);
        }
    }
    const auto n = static_cast<double>(squares.size());
    const double root = std::sqrt(squares.mean());
    const double spread = std::sqrt((squares - squares.mean()).square().sum() / (n - 1) / n);
    return {root, root > 0 ? spread / (2 * root) : 0};
}

std::vector<StudyValue> ErrorTerms::modeWeights()
{
    if (!m_complete)
        return std::vector<StudyValue>(2);
    const LawDistance distance = meterAt(m_point.plan.levels.back())->modeWeights(m_ends, m_pool);
    return {valueOf(distance.distance), {distance.floor, kNaN}};
}

double secondMoment(const GaussianMixture& law)
{
    return law.mean().squaredNorm() + law.covariance().trace();
}

} // namespace scorefield
