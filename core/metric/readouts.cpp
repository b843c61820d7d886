// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/readouts.h"

#include "core/metric/block_law.h"
#include "core/metric/near_terms.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNegligible = -40; // exp(-40) = 4e-18 adds nothing to a sum that is at least 1

/// The end points in blocks of particles. Their size depends on the mixture alone, so results do
/// not depend on the number of threads.
struct EndPoints {
    const Trajectories& run;
    std::size_t count;     ///< of the first particles that are used
    std::size_t blockSize; ///< [blockSize,K] terms stay in the cache

    EndPoints(const Trajectories& trajectories, std::size_t limit, int components)
        : run(trajectories)
    {
        const auto stored = static_cast<std::size_t>(run.steps + 1)
                            * static_cast<std::size_t>(run.dimension) * run.particles;
        count = run.values.size() >= stored ? std::min(limit, run.particles) : 0;
        blockSize = std::clamp<std::size_t>(65536 / static_cast<std::size_t>(components), 16, 256);
    }

    std::size_t blocks() const { return (count + blockSize - 1) / blockSize; }
    std::size_t begin(std::size_t block) const { return block * blockSize; }

    /// x [n,d] of one block.
    void load(std::size_t block, Eigen::ArrayXXd& x) const
    {
        const std::size_t n = std::min(blockSize, count - begin(block));
        x.resize(static_cast<Eigen::Index>(n), run.dimension);
        for (int c = 0; c < run.dimension; ++c) {
            const auto values = run.coordinate(run.steps, c).subspan(begin(block), n);
            x.col(c) = Eigen::Map<const Eigen::ArrayXf>(values.data(), static_cast<Eigen::Index>(n))
                           .cast<double>();
        }
    }
};

void forBlocks(std::size_t blocks, WorkerPool* pool, const std::function<void(std::size_t)>& work)
{
    if (pool) {
        pool->parallelFor(blocks, work);
        return;
    }
    for (std::size_t block = 0; block < blocks; ++block)
        work(block);
}

struct LikeliestTerm {
    Eigen::ArrayXd value; ///< [n] the largest log-term
    Eigen::ArrayXi component;
};

void findLikeliest(const Eigen::ArrayXXd& terms, LikeliestTerm& likeliest)
{
    likeliest.value = terms.col(0);
    likeliest.component.setZero(terms.rows());
    for (Eigen::Index k = 1; k < terms.cols(); ++k)
        for (Eigen::Index i = 0; i < terms.rows(); ++i) {
            const bool larger = terms(i, k) > likeliest.value(i);
            likeliest.value(i) = larger ? terms(i, k) : likeliest.value(i);
            likeliest.component(i) = larger ? static_cast<int>(k) : likeliest.component(i);
        }
}

/// terms become pi_k N(x; …) relative to the largest of each row; returns their sums [n].
Eigen::ArrayXd exponentiate(const Eigen::ArrayXd& largest, Eigen::ArrayXXd& terms)
{
    Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(terms.rows());
    for (Eigen::Index k = 0; k < terms.cols(); ++k)
        for (Eigen::Index i = 0; i < terms.rows(); ++i) {
            const double exponent = terms(i, k) - largest(i);
            // Most points belong to one component, whose own exponential is 1.
            terms(i, k) = exponent == 0 ? 1 : exponent > kNegligible ? std::exp(exponent) : 0;
            sums(i) += terms(i, k);
        }
    return sums;
}

/// P(target | x), or that of the likeliest class, of every row of relative terms.
Eigen::ArrayXd classConfidence(const GaussianMixture& mixture,
                               const Eigen::ArrayXXd& terms,
                               const Eigen::ArrayXd& sums,
                               std::optional<int> target)
{
    const Eigen::Index classes = target ? 1 : mixture.classCount();
    Eigen::ArrayXXd ofClass = Eigen::ArrayXXd::Zero(terms.rows(), classes);
    for (Eigen::Index k = 0; k < terms.cols(); ++k) {
        const auto& component = mixture.components()[static_cast<std::size_t>(k)];
        if (!target || mixture.inTarget(component, *target))
            ofClass.col(target ? 0 : component.classLabel) += terms.col(k);
    }
    Eigen::ArrayXd best = ofClass.col(0);
    for (Eigen::Index c = 1; c < classes; ++c)
        best = best.max(ofClass.col(c));
    return best / sums;
}

/// What is known of each end point; NaN where its state is not finite.
struct PerParticle {
    std::vector<double> confidence, logDensity;
    std::vector<int> component;
};

/// Terms relative to the largest; returns their sum, and the largest.
std::pair<double, NearTerms::Term> exponentiate(std::vector<NearTerms::Term>& terms)
{
    NearTerms::Term largest = terms.front();
    for (const auto& term : terms)
        if (term.logTerm > largest.logTerm
            || (term.logTerm == largest.logTerm && term.component < largest.component))
            largest = term;
    double sum = 0;
    for (auto& term : terms)
        sum += term.logTerm = std::exp(term.logTerm - largest.logTerm);
    return {sum, largest};
}

/// P(target | x), or that of the likeliest class, from relative terms with this sum.
double classConfidence(const GaussianMixture& mixture,
                       const std::vector<NearTerms::Term>& terms,
                       double sum,
                       std::optional<int> target,
                       std::vector<double>& ofClass)
{
    ofClass.assign(static_cast<std::size_t>(target ? 1 : mixture.classCount()), 0);
    for (const auto& term : terms) {
        const auto& component = mixture.components()[static_cast<std::size_t>(term.component)];
        if (!target || mixture.inTarget(component, *target))
            ofClass[static_cast<std::size_t>(target ? 0 : component.classLabel)] += term.logTerm;
    }
    return *std::max_element(ofClass.begin(), ofClass.end()) / sum;
}

/// Of many components: each point looks at those that can matter to it.
void evaluateNear(const GaussianMixture& mixture,
                  const BlockLaw& law,
                  const BlockLaw& clean,
                  bool sameLaw,
                  const EndPoints& points,
                  std::optional<int> target,
                  WorkerPool* pool,
                  PerParticle& result)
{
    const NearTerms near(law), nearClean(clean);
    forBlocks(points.blocks(), pool, [&](std::size_t block) {
        Eigen::ArrayXXd x;
        std::vector<NearTerms::Term> terms;
        std::vector<double> ofClass;
        points.load(block, x);
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const Eigen::ArrayXd at = x.row(i);
            if (!at.allFinite())
                continue;
            near.at(at.data(), -kNegligible, terms);
            auto [sum, largest] = exponentiate(terms);
            const std::size_t particle = points.begin(block) + static_cast<std::size_t>(i);
            result.logDensity[particle] = law.isRegular() ? largest.logTerm + std::log(sum) : kNaN;
            result.component[particle] = largest.component;
            if (!sameLaw) {
                nearClean.at(at.data(), -kNegligible, terms);
                sum = exponentiate(terms).first;
            }
            result.confidence[particle] = classConfidence(mixture, terms, sum, target, ofClass);
        }
    });
}

PerParticle evaluate(const GaussianMixture& mixture,
                     const PathCoefficients& end,
                     const EndPoints& points,
                     std::optional<int> target,
                     WorkerPool* pool)
{
    const BlockLaw law(mixture, end.alpha, end.sigma);
    // The clean law of a singular mixture gives every noisy point density 0; there the law at the
    // end decides.
    const BlockLaw clean(mixture, 1, 0);
    const bool sameLaw = !clean.isRegular() || (end.alpha == 1 && end.sigma == 0);
    PerParticle result{std::vector<double>(points.count, kNaN),
                       std::vector<double>(points.count, kNaN),
                       std::vector<int>(points.count, 0)};
    if (NearTerms::helps(mixture)) {
        evaluateNear(mixture, law, clean, sameLaw, points, target, pool, result);
        return result;
    }
    forBlocks(points.blocks(), pool, [&](std::size_t block) {
        Eigen::ArrayXXd x, terms;
        LikeliestTerm likeliest;
        points.load(block, x);
        law.logTerms(x, terms);
        findLikeliest(terms, likeliest);
        Eigen::ArrayXd sums = exponentiate(likeliest.value, terms);
        const Eigen::ArrayXd logDensity = likeliest.value + sums.log();
        const Eigen::ArrayXi component = likeliest.component;
        if (!sameLaw) {
            clean.logTerms(x, terms);
            findLikeliest(terms, likeliest);
            sums = exponentiate(likeliest.value, terms);
        }
        const Eigen::ArrayXd confidence = classConfidence(mixture, terms, sums, target);
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            if (!x.row(i).allFinite())
                continue;
            const std::size_t particle = points.begin(block) + static_cast<std::size_t>(i);
            result.confidence[particle] = confidence(i);
            result.logDensity[particle] = law.isRegular() ? logDensity(i) : kNaN;
            result.component[particle] = component(i);
        }
    });
    return result;
}

/// Coverage of theory §8 from the counts of end points per component.
void addCoverage(const GaussianMixture& mixture,
                 const std::vector<double>& counts,
                 double total,
                 Readouts& readouts)
{
    double entropy = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double share = counts[k] / total;
        entropy -= share > 0 ? share * std::log(share) : 0;
        readouts.modesCovered += share > 0.1 * mixture.components()[k].weight ? 1 : 0;
    }
    readouts.modes = mixture.componentCount();
    readouts.effectiveModes = std::exp(entropy);
}

} // namespace

namespace {

Readouts summary(const GaussianMixture& mixture, const PerParticle& each)
{
    Readouts readouts;
    std::vector<double> counts(mixture.components().size(), 0);
    double n = 0, sum = 0, logDensity = 0;
    for (std::size_t i = 0; i < each.confidence.size(); ++i) {
        if (std::isnan(each.confidence[i]))
            continue;
        n += 1;
        sum += each.confidence[i];
        logDensity += each.logDensity[i];
        counts[static_cast<std::size_t>(each.component[i])] += 1;
    }
    if (n == 0)
        return readouts;
    readouts.confidence = sum / n;
    double squares = 0;
    for (const double confidence : each.confidence) {
        const double deviation = confidence - readouts.confidence;
        squares += std::isnan(confidence) ? 0 : deviation * deviation;
    }
    readouts.confidenceError = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
    readouts.meanLogDensity = logDensity / n;
    addCoverage(mixture, counts, n, readouts);
    return readouts;
}

/// Those of the particles from number `first` on; 0 before.
std::vector<int> componentsFrom(std::size_t first,
                                const GaussianMixture& mixture,
                                const PathCoefficients& end,
                                const Trajectories& run,
                                WorkerPool& pool)
{
    const EndPoints points(run, run.particles, mixture.componentCount());
    std::vector<int> components(run.particles, 0);
    const std::size_t skipped = first / points.blockSize;
    if (first >= points.count)
        return components;
    const BlockLaw law(mixture, end.alpha, end.sigma);
    const auto near = NearTerms::helps(mixture) ? std::make_unique<NearTerms>(law) : nullptr;
    pool.parallelFor(points.blocks() - skipped, [&](std::size_t number) {
        const std::size_t block = skipped + number;
        Eigen::ArrayXXd x, terms;
        LikeliestTerm likeliest;
        points.load(block, x);
        if (near != nullptr) {
            std::vector<NearTerms::Term> scratch;
            for (Eigen::Index i = 0; i < x.rows(); ++i)
                if (const Eigen::ArrayXd at = x.row(i); at.allFinite())
                    components[points.begin(block) + static_cast<std::size_t>(i)] =
                        near->likeliest(at.data(), scratch);
            return;
        }
        law.logTerms(x, terms);
        findLikeliest(terms, likeliest);
        std::copy(likeliest.component.begin(),
                  likeliest.component.end(),
                  components.begin() + static_cast<std::ptrdiff_t>(points.begin(block)));
    });
    return components;
}

} // namespace

Readouts computeReadouts(const GaussianMixture& mixture,
                         const PathCoefficients& end,
                         const Trajectories& run,
                         std::optional<int> target,
                         std::size_t sampleLimit,
                         WorkerPool* pool)
{
    const EndPoints points(run, sampleLimit, mixture.componentCount());
    return summary(mixture, evaluate(mixture, end, points, target, pool));
}

std::vector<int> endComponents(const GaussianMixture& mixture,
                               const PathCoefficients& end,
                               const Trajectories& run,
                               WorkerPool& pool)
{
    return componentsFrom(0, mixture, end, run, pool);
}

EndReadouts endReadouts(const GaussianMixture& mixture,
                        const PathCoefficients& end,
                        const Trajectories& run,
                        std::optional<int> target,
                        std::size_t sampleLimit,
                        WorkerPool& pool)
{
    const EndPoints points(run, sampleLimit, mixture.componentCount());
    const PerParticle each = evaluate(mixture, end, points, target, &pool);
    EndReadouts ends{summary(mixture, each), componentsFrom(points.count, mixture, end, run, pool)};
    std::copy(each.component.begin(), each.component.end(), ends.components.begin());
    return ends;
}

} // namespace scorefield
