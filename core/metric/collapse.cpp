// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/collapse.h"

#include "core/metric/chi_squared.h"
#include "core/metric/pairwise_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr Eigen::Index kBlock = 256; // rows whose log-terms stay in the cache

Estimate meanOf(double n, double sum, double squares)
{
    if (n < 1)
        return {kNaN, kNaN};
    const double mean = sum / n;
    const double variance = n > 1 ? std::max(0.0, squares - n * mean * mean) / (n - 1) : kNaN;
    return {mean, std::sqrt(variance / n)};
}

/// P(target | x), or that of the likeliest class, of every row of log-terms.
Eigen::ArrayXd classConfidence(const GaussianMixture& mixture,
                               std::optional<int> target,
                               const Eigen::ArrayXXd& terms)
{
    const auto& components = mixture.components();
    Eigen::ArrayXd confidence(terms.rows());
    Eigen::ArrayXd ofClass(target ? 1 : mixture.classCount());
    for (Eigen::Index i = 0; i < terms.rows(); ++i) {
        const double largest = terms.row(i).maxCoeff();
        double sum = 0;
        ofClass.setZero();
        for (Eigen::Index k = 0; k < terms.cols(); ++k) {
            const double exponent = terms(i, k) - largest;
            if (exponent < -40) // e^-40 = 4e-18 adds nothing to a sum that is at least 1
                continue;
            const double term = std::exp(exponent);
            sum += term;
            const auto& component = components[static_cast<std::size_t>(k)];
            if (!target || mixture.inTarget(component, *target))
                ofClass(target ? 0 : component.classLabel) += term;
        }
        confidence(i) = ofClass.maxCoeff() / sum;
    }
    return confidence;
}

} // namespace

/// What is known of each point [n].
struct CollapseMeter::PerParticle {
    Eigen::ArrayXd confidence;
    Eigen::ArrayXi component; ///< the likeliest
    Eigen::ArrayXi isFar;     ///< 1 off the support of the class

    explicit PerParticle(Eigen::Index n) : confidence(n), component(n), isFar(n) {}
};

CollapseMeter::CollapseMeter(std::shared_ptr<const GaussianMixture> mixture,
                             const PathCoefficients& end,
                             std::optional<int> target)
    : m_mixture(std::move(mixture))
    , m_target(target)
    , m_end(*m_mixture, end.alpha, end.sigma)
    , m_clean(*m_mixture, 1, 0)
    , m_farSquared(chiSquaredQuantile(m_mixture->dimension(), 0.999))
{
    // The clean law of singular covariances gives every noisy point density 0; there the law at the
    // end decides, as in readouts.h.
    if (!m_clean.isRegular())
        m_clean = m_end;
    setModes(end);
}

Result<CollapseMeter> CollapseMeter::create(std::shared_ptr<const GaussianMixture> mixture,
                                            const PathCoefficients& end,
                                            std::optional<int> target,
                                            std::size_t particles,
                                            std::uint64_t seed)
{
    if (target && mixture->classMembers(*target).empty())
        return Error{"target",
                     "class " + std::to_string(*target)
                         + " has no component in the mixture, so there is nothing to compare with"};
    CollapseMeter meter(mixture, end, target);
    const int n = static_cast<int>(std::min<std::size_t>(particles, 1000000));
    const Eigen::MatrixXd exact =
        target ? mixture->conditional(*target).value().sample(
            seed, Stream::Data, n, end.alpha, end.sigma)
               : mixture->sample(seed, Stream::Data, n, end.alpha, end.sigma);
    meter.m_floor = meter.read(Eigen::ArrayXXd(exact.transpose().array()));
    if (target)
        meter.m_ceiling = confidenceCeiling(*mixture, *target);
    for (int label = 0; !target && label < mixture->classCount(); ++label) {
        if (mixture->classMembers(label).empty())
            continue;
        const ConfidenceCeiling ceiling = confidenceCeiling(*mixture, label);
        const double bound = meter.m_ceiling.place.size() == 0 ? 0.0 : meter.m_ceiling.bound;
        if (meter.m_ceiling.place.size() == 0 || ceiling.value > meter.m_ceiling.value)
            meter.m_ceiling = ceiling;
        meter.m_ceiling.bound = std::max(bound, ceiling.bound);
    }
    return meter;
}

void CollapseMeter::setModes(const PathCoefficients& end)
{
    const auto& components = m_mixture->components();
    const double classWeight = m_target ? m_mixture->classWeight(*m_target) : 1;
    const auto inTarget = [&](std::size_t k) {
        return !m_target || m_mixture->inTarget(components[k], *m_target);
    };
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(m_mixture->dimension()), outside = sum;
    double outsideWeight = 0;
    for (std::size_t k = 0; k < components.size(); ++k) {
        sum += components[k].weight * components[k].mean;
        if (inTarget(k))
            continue;
        outside += components[k].weight * components[k].mean;
        outsideWeight += components[k].weight;
    }
    for (std::size_t k = 0; k < components.size(); ++k) {
        const auto& component = components[k];
        Mode mode;
        mode.centre = end.alpha * component.mean.array();
        mode.trace = end.alpha * end.alpha * component.eigenvalues.sum()
                     + m_mixture->dimension() * end.sigma * end.sigma;
        mode.inTarget = inTarget(k);
        mode.share = mode.inTarget ? component.weight / classWeight : 0;
        const double weight = outsideWeight > 0 ? outsideWeight : 1 - component.weight;
        if (weight > 0) {
            const Eigen::VectorXd others =
                outsideWeight > 0 ? outside : sum - component.weight * component.mean;
            const Eigen::VectorXd away = component.mean - others / weight;
            // 1e-9: means that coincide but for rounding have no direction.
            if (away.norm() > 1e-9 * m_mixture->scale())
                mode.away = away.normalized().array();
        }
        m_modes.push_back(mode);
    }
}

void CollapseMeter::evaluate(const Eigen::ArrayXXd& points,
                             WorkerPool* pool,
                             PerParticle& each) const
{
    const Eigen::Index n = points.rows(), K = m_mixture->componentCount();
    const auto block = [&](std::size_t index) {
        const Eigen::Index begin = static_cast<Eigen::Index>(index) * kBlock;
        const Eigen::Index rows = std::min(kBlock, n - begin);
        const Eigen::ArrayXXd x = points.middleRows(begin, rows);
        Eigen::ArrayXXd terms;
        m_end.logTerms(x, terms);
        for (Eigen::Index i = 0; i < rows; ++i) {
            int best = 0;
            double least = std::numeric_limits<double>::infinity();
            for (Eigen::Index k = 0; k < K; ++k) {
                if (terms(i, k) > terms(i, best))
                    best = static_cast<int>(k);
                if (m_modes[static_cast<std::size_t>(k)].inTarget)
                    least = std::min(least, m_end.mahalanobisSquared(k, terms(i, k)));
            }
            each.component(begin + i) = best;
            each.isFar(begin + i) = least > m_farSquared ? 1 : 0;
        }
        m_clean.logTerms(x, terms);
        each.confidence.segment(begin, rows) = classConfidence(*m_mixture, m_target, terms);
    };
    const auto blocks = static_cast<std::size_t>((n + kBlock - 1) / kBlock);
    if (pool != nullptr)
        pool->parallelFor(blocks, block);
    else
        for (std::size_t index = 0; index < blocks; ++index)
            block(index);
}

void CollapseMeter::addConfidence(const PerParticle& each, CollapseReadouts& readouts) const
{
    const double n = readouts.particles, mean = each.confidence.mean();
    const double squares = (each.confidence - mean).square().sum();
    readouts.confidence = {mean, n > 1 ? std::sqrt(squares / (n - 1) / n) : kNaN};
    std::vector<double> sorted(each.confidence.begin(), each.confidence.end());
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t q = 0; q < kConfidenceQuantiles.size(); ++q) {
        const double place = kConfidenceQuantiles[q] * (n - 1);
        const auto low = static_cast<std::size_t>(place);
        const std::size_t high = std::min(low + 1, sorted.size() - 1);
        readouts.confidenceQuantiles[q] =
            sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
    }
    const double far = static_cast<double>(each.isFar.sum()) / n;
    readouts.offSupport = {far, std::sqrt(far * (1 - far) / n)};
}

void CollapseMeter::addCoverage(const PerParticle& each, CollapseReadouts& readouts) const
{
    const double n = readouts.particles;
    std::vector<double> shares(m_modes.size(), 0);
    for (const int k : each.component)
        shares[static_cast<std::size_t>(k)] += 1 / n;
    double entropy = 0, logSquares = 0, signedSum = 0, coverVariance = 0;
    for (std::size_t k = 0; k < m_modes.size(); ++k) {
        const double share = shares[k], logShare = share > 0 ? std::log(share) : 0;
        entropy -= share * logShare;
        logSquares += share * logShare * logShare;
        readouts.totalVariation.value += std::abs(share - m_modes[k].share) / 2;
        signedSum += share > m_modes[k].share ? share : -share;
        if (!m_modes[k].inTarget)
            continue;
        ++readouts.modes;
        const double threshold = 0.1 * m_modes[k].share;
        readouts.modesCovered.value += share > threshold ? 1 : 0;
        // How likely a repetition counts this mode: its share is normal with variance p(1-p)/n.
        const double spread = std::sqrt(share * (1 - share) / n);
        const double p = spread > 0 ? std::erfc((threshold - share) / (spread * std::sqrt(2.))) / 2
                                    : (share > threshold ? 1.0 : 0.0);
        coverVariance += p * (1 - p);
    }
    // First order in the multinomial counts.
    readouts.effectiveModes.value = std::exp(entropy);
    readouts.effectiveModes.error = readouts.effectiveModes.value
                                    * std::sqrt(std::max(0.0, logSquares - entropy * entropy) / n);
    readouts.totalVariation.error = std::sqrt(std::max(0.0, 1 - signedSum * signedSum) / n) / 2;
    readouts.modesCovered.error = std::sqrt(coverVariance);
}

void CollapseMeter::addSpread(const Eigen::ArrayXXd& points,
                              const PerParticle& each,
                              CollapseReadouts& readouts) const
{
    const Eigen::Index d = points.cols();
    const auto K = static_cast<Eigen::Index>(m_modes.size());
    Eigen::ArrayXXd sums = Eigen::ArrayXXd::Zero(K, d);
    Eigen::ArrayXd counts = Eigen::ArrayXd::Zero(K);
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
        sums.row(each.component(i)) += points.row(i);
        counts(each.component(i)) += 1;
    }
    Eigen::ArrayXd spread = Eigen::ArrayXd::Zero(K);
    double n = 0, sum = 0, squares = 0, along = 0, alongSum = 0, alongSquares = 0;
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
        const Eigen::Index k = each.component(i);
        const Mode& mode = m_modes[static_cast<std::size_t>(k)];
        if (!mode.inTarget)
            continue;
        if (mode.away) {
            const double p = ((points.row(i).transpose() - mode.centre) * *mode.away).sum();
            along += 1;
            alongSum += p;
            alongSquares += p * p;
        }
        if (counts(k) < 2 || mode.trace <= 0)
            continue;
        const double z = (points.row(i) - sums.row(k) / counts(k)).square().sum() / mode.trace
                         * counts(k) / (counts(k) - 1);
        spread(k) += z / counts(k);
        n += 1;
        sum += z;
        squares += z * z;
    }
    readouts.shrinkage = meanOf(n, sum, squares);
    readouts.shrinkageOfMode.assign(m_modes.size(), kNaN);
    for (Eigen::Index k = 0; k < K; ++k) {
        const Mode& mode = m_modes[static_cast<std::size_t>(k)];
        if (mode.inTarget && counts(k) >= 2 && mode.trace > 0)
            readouts.shrinkageOfMode[static_cast<std::size_t>(k)] = spread(k);
    }
    if (along > 0)
        readouts.overshoot = meanOf(along, alongSum, alongSquares);
    readouts.pairwiseDistance = meanPairwiseDistance(points);
}

CollapseReadouts CollapseMeter::read(const Eigen::ArrayXXd& points, WorkerPool* pool) const
{
    CollapseReadouts readouts;
    std::vector<Eigen::Index> finite;
    for (Eigen::Index i = 0; i < points.rows(); ++i)
        if (points.row(i).allFinite())
            finite.push_back(i);
    readouts.particles = static_cast<int>(finite.size());
    readouts.failed = static_cast<int>(points.rows()) - readouts.particles;
    readouts.shrinkageOfMode.assign(m_modes.size(), kNaN);
    if (finite.empty())
        return readouts;
    const Eigen::ArrayXXd x = points(finite, Eigen::all);
    PerParticle each(x.rows());
    evaluate(x, pool, each);
    addConfidence(each, readouts);
    addCoverage(each, readouts);
    addSpread(x, each, readouts);
    return readouts;
}

CollapseReadouts CollapseMeter::read(const Trajectories& run, WorkerPool* pool) const
{
    const auto stored = static_cast<std::size_t>(run.steps + 1)
                        * static_cast<std::size_t>(run.dimension) * run.particles;
    const auto n = static_cast<Eigen::Index>(run.values.size() >= stored ? run.particles : 0);
    Eigen::ArrayXXd points(n, run.dimension);
    for (int c = 0; n > 0 && c < run.dimension; ++c)
        points.col(c) =
            Eigen::Map<const Eigen::ArrayXf>(run.coordinate(run.steps, c).data(), n).cast<double>();
    return read(points, pool);
}

std::vector<Estimate> confidenceOverTime(const GaussianMixture& mixture,
                                         std::optional<int> target,
                                         std::span<const PathCoefficients> levels,
                                         const Trajectories& run,
                                         std::size_t sampleLimit,
                                         WorkerPool* pool)
{
    const auto states = std::min(levels.size(), static_cast<std::size_t>(run.steps) + 1);
    const auto n = static_cast<Eigen::Index>(std::min(sampleLimit, run.particles));
    std::vector<Estimate> confidence(states);
    const auto state = [&](std::size_t k) {
        Eigen::ArrayXXd x(n, run.dimension), terms;
        for (int c = 0; n > 0 && c < run.dimension; ++c)
            x.col(c) =
                Eigen::Map<const Eigen::ArrayXf>(run.coordinate(static_cast<int>(k), c).data(), n)
                    .cast<double>();
        BlockLaw(mixture, levels[k].alpha, levels[k].sigma).logTerms(x, terms);
        const Eigen::ArrayXd each = classConfidence(mixture, target, terms);
        double count = 0, sum = 0, squares = 0;
        for (Eigen::Index i = 0; i < n; ++i) {
            if (!x.row(i).allFinite())
                continue;
            count += 1;
            sum += each(i);
            squares += each(i) * each(i);
        }
        confidence[k] = meanOf(count, sum, squares);
    };
    if (pool != nullptr)
        pool->parallelFor(states, state);
    else
        for (std::size_t k = 0; k < states; ++k)
            state(k);
    return confidence;
}

} // namespace scorefield
