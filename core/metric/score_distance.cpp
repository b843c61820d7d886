// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/score_distance.h"

#include "core/metric/sampling_terms.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

namespace {

// Gauss–Legendre with three nodes on each of so many equal parts of log sigma~: errors of the score
// change over factors of the noise level, not over fractions of it.
constexpr int kParts = 24;
constexpr std::array kNodes{-0.774596669241483377, 0., 0.774596669241483377};
constexpr std::array kWeights{5. / 9, 8. / 9, 5. / 9};
constexpr std::uint64_t kSeed = 0x5c0e; // of draws that belong to no run

/// |D_theta - D|^2/sigma~^2 at draws of x_t.
Estimate meanSquareAt(const SimulationPlan& plan,
                      const GaussianMixture& law,
                      double sigmaTilde,
                      std::uint64_t seed,
                      int draws)
{
    const PathCoefficients level{sigmaTilde, 1, sigmaTilde, 0, 1}; // in x~ every process is one
    const std::vector<PathCoefficients> levels{level};
    const auto exact = makeExactField<double>(plan.mixture, plan.guidance, levels);
    const auto learned =
        makeLearnedField<double>({plan.mixture, plan.guidance, levels}, plan.error.get());
    const Block<double> x =
        law.sample(seed, Stream::Data, draws, 1, sigmaTilde).transpose().array();
    Block<double> right(x.rows(), x.cols()), wrong(x.rows(), x.cols());
    exact->denoise(level, x, right);
    learned->denoise(level, x, wrong);
    const Eigen::ArrayXd squares =
        (wrong - right).square().rowwise().sum() / (sigmaTilde * sigmaTilde);
    const double mean = squares.mean();
    const double variance = (squares - mean).square().sum() / std::max(1, draws - 1);
    return {mean, std::sqrt(variance / draws)};
}

} // namespace

Result<ScoreDistance>
scoreDistance(const SimulationPlan& plan, int draws, WorkerPool& pool, std::stop_token stop)
{
    const auto law = lawOfPlan(plan);
    if (!law)
        return law.error();
    ScoreDistance distance;
    const double most = kLargestScoredNoise * plan.mixture->scale();
    distance.high = plan.levels.front().sigmaTilde();
    distance.cut = !std::isfinite(distance.high);
    if (distance.cut)
        distance.high = most;
    for (const PathCoefficients& level : plan.levels)
        if (level.sigma > 0 && std::isfinite(level.sigmaTilde()))
            distance.low = level.sigmaTilde();
    distance.cut = distance.cut || !(plan.levels.back().sigma > 0);
    if (!(distance.low > 0 && distance.low < distance.high))
        return Error{"", "the run has no two noise levels between which a score could be wrong"};
    if (!plan.error)
        return distance;

    constexpr std::size_t kPlaces = kParts * kNodes.size();
    const int each = std::max(32, draws / static_cast<int>(kPlaces));
    const double width = std::log(distance.high / distance.low) / kParts;
    std::vector<Estimate> places(kPlaces);
    pool.parallelFor(kPlaces, [&](std::size_t place) {
        if (stop.stop_requested())
            return;
        const auto part = static_cast<double>(place / kNodes.size());
        const std::size_t node = place % kNodes.size();
        const double share = (part + (1 + kNodes[node]) / 2) * width;
        const Estimate square =
            meanSquareAt(plan, **law, distance.low * std::exp(share), kSeed + place, each);
        const double weight = kWeights[node] / 2 * width;
        places[place] = {weight * square.value, weight * square.error};
    });
    double variance = 0;
    for (const Estimate& place : places) {
        distance.kl.value += place.value;
        variance += place.error * place.error;
    }
    distance.kl.error = std::sqrt(variance);
    return distance;
}

} // namespace scorefield
