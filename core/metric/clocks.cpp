// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/clocks.h"

#include "core/base/linear_algebra.h"
#include "core/metric/block_law.h"
#include "core/metric/plane_offsets.h"
#include "core/metric/stages.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace scorefield {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr int kLevels = 72;
constexpr double kHalf = .5, kRecognised = 1.5, kAgreement = .7752;
constexpr int kFewest = 10; ///< draws that a median needs

/// Which draws see a ridge, and how far they are from it.
struct Sight {
    int valid = 0;
    std::vector<double> distances; ///< |delta|/sigma~
};

bool sees(double kappa2, double gap, double distance, double noise, const RidgeThresholds& limits)
{
    return kappa2 <= -limits.beta && gap >= limits.gamma
           && std::abs(distance) <= kNearRidge * noise;
}

Sight look(const std::shared_ptr<const GaussianMixture>& mixture,
           double noise,
           const RidgeThresholds& limits,
           const Eigen::ArrayXXd& x)
{
    Sight sight;
    const auto count = [&](double kappa2, double gap, double distance) {
        if (!sees(kappa2, gap, distance, noise, limits))
            return;
        ++sight.valid;
        sight.distances.push_back(std::abs(distance) / noise);
    };
    if (mixture->dimension() == 2) {
        PlaneOffsets offsets;
        PlaneRidge(mixture, noise).offsets(x, offsets);
        const PlaneFrames& frames = offsets.frames;
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            count(frames.kappa2(i), frames.kappa1(i) - frames.kappa2(i), offsets.distance(i));
    } else if (mixture->dimension() > 2) {
        const RidgeField field(mixture, noise);
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            if (const auto offset = ridgeOffset(field, x.row(i).matrix().transpose())) {
                const Eigen::VectorXd& kappa = offset->frame.kappa;
                count(kappa(1), kappa(0) - kappa(1), offset->distance);
            }
    }
    return sight;
}

double medianOf(std::vector<double> values)
{
    if (values.size() < kFewest)
        return kNothing;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The mode near x, by Newton; nothing where it does not settle.
std::optional<Eigen::VectorXd> modeNear(const RidgeField& field, Eigen::VectorXd x)
{
    constexpr int kSteps = 40;
    const double scale = std::max(field.mixture().scale(), field.noise());
    for (int i = 0; i < kSteps; ++i) {
        const Eigenframe frame = field.frame(x);
        if (frame.score.norm() * field.noise() * field.noise() <= 1e-12 * scale) // of rounding
            return x;
        const Eigen::VectorXd step = -solveLinear(frame.hessian, frame.score);
        if (!step.allFinite() || step.norm() > scale)
            return std::nullopt;
        x += step;
    }
    return std::nullopt;
}

double topKappa(const RidgeField& field, const Eigen::VectorXd& x)
{
    return field.frame(x).kappa(0);
}

/// Where a rising or falling curve over the levels first passes `height`, log-linear in sigma~.
template <class Value>
Clock crossing(const std::vector<ClockLevel>& levels, double height, bool rises, Value value)
{
    for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
        const double from = value(levels[k]), to = value(levels[k + 1]);
        const bool before = rises ? from < height : from > height;
        const bool after = rises ? to >= height : to <= height;
        if (!before || !after)
            continue;
        const double share = (height - from) / (to - from);
        return {levels[k].noise * std::pow(levels[k + 1].noise / levels[k].noise, share), {}};
    }
    return {};
}

/// Mean over the directions of the variance of the means within their classes; classes of one
/// component each are none.
double spreadWithinClasses(const GaussianMixture& mixture)
{
    if (mixture.classCount() >= mixture.componentCount()) {
        double squared = 0;
        const Eigen::VectorXd centre = mixture.mean();
        for (const auto& component : mixture.components())
            squared += component.weight * (component.mean - centre).squaredNorm();
        return squared / mixture.dimension();
    }
    double total = 0;
    for (int label = 0; label < mixture.classCount(); ++label) {
        const auto own = mixture.conditional(label);
        if (!own)
            continue;
        const Eigen::VectorXd centre = own->mean();
        double squared = 0;
        for (const auto& component : own->components())
            squared += component.weight * (component.mean - centre).squaredNorm();
        total += mixture.classWeight(label) * squared;
    }
    return total / mixture.dimension();
}

} // namespace

int affordableDraws(const GaussianMixture& mixture)
{
    if (mixture.dimension() > 2)
        return 200;
    return std::clamp(400000 / mixture.componentCount(), 200, 2000);
}

ClockLevel clockLevel(const std::shared_ptr<const GaussianMixture>& mixture,
                      double noise,
                      const RidgeThresholds& thresholds,
                      int draws,
                      std::uint64_t seed)
{
    return clockLevelOf(mixture,
                        noise,
                        thresholds,
                        mixture->sample(seed, Stream::Data, draws, 1, noise).transpose().array());
}

ClockLevel clockLevelOf(const std::shared_ptr<const GaussianMixture>& mixture,
                        double noise,
                        const RidgeThresholds& thresholds,
                        const Eigen::ArrayXXd& x)
{
    ClockLevel level;
    level.noise = noise;
    const auto draws = static_cast<double>(x.rows());
    Sight sight = look(mixture, noise, thresholds, x);
    level.valid = sight.valid / draws;
    level.distance = medianOf(std::move(sight.distances));
    Eigen::ArrayXXd terms;
    BlockLaw(*mixture, 1, noise).logTerms(x, terms);
    const bool hasClasses = mixture->classCount() > 1;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        Eigen::ArrayXd r = (terms.row(i) - terms.row(i).maxCoeff()).exp().transpose();
        r /= r.sum();
        Eigen::ArrayXd classes = Eigen::ArrayXd::Zero(std::max(mixture->classCount(), 1));
        double entropy = 0;
        for (Eigen::Index k = 0; k < r.size(); ++k) {
            entropy -= r(k) > 0 ? r(k) * std::log(r(k)) : 0;
            if (hasClasses)
                classes(mixture->components()[static_cast<std::size_t>(k)].classLabel) += r(k);
        }
        level.effectiveCount += 1 / r.square().sum() / draws;
        level.perplexity += std::exp(entropy) / draws;
        level.agreement += (hasClasses ? classes : r).square().sum() / draws;
    }
    return level;
}

Clock exactBifurcation(const GaussianMixture& mixture)
{
    constexpr double kFrom = 30, kTo = 1e-3; // times the data scale
    constexpr double kStep = .97;            // of sigma~
    if (mixture.componentCount() < 2)
        return {kNothing, "one component has one mode at every noise level"};
    const std::shared_ptr<const GaussianMixture> shared(std::shared_ptr<const GaussianMixture>(),
                                                        &mixture);
    const double scale = mixture.scale();
    double above = kFrom * scale;
    Eigen::VectorXd x = mixture.mean();
    for (double noise = above; noise > kTo * scale; noise *= kStep) {
        const RidgeField field(shared, noise);
        const auto mode = modeNear(field, x);
        if (!mode)
            return {kNothing, "the mode in the middle could not be followed"};
        if (topKappa(field, *mode) < 0) {
            x = *mode;
            above = noise;
            continue;
        }
        double below = noise;
        for (int i = 0; i < 50; ++i) {
            const double middle = std::sqrt(above * below);
            const RidgeField between(shared, middle);
            const auto there = modeNear(between, x);
            (there && topKappa(between, *there) < 0 ? above : below) = middle;
        }
        return {std::sqrt(above * below), {}};
    }
    return {kNothing,
            "the first mode stays one at every noise level: without symmetry, others appear beside "
            "it and nothing splits in its middle"};
}

Clock principalSpeciation(const GaussianMixture& mixture)
{
    const double Lambda = symmetricEigenvalues(mixture.covariance()).maxCoeff();
    if (!(Lambda > 1))
        return {kNothing, "½ log Λ needs data of a variance Λ above 1"};
    return {std::sqrt(Lambda - 1), {}};
}

Clock clusterCollapse(const GaussianMixture& mixture)
{
    const double own = [&] {
        double largest = 0;
        for (const auto& component : mixture.components())
            largest = std::max(largest, component.eigenvalues.maxCoeff());
        return largest;
    }();
    const double s2 = spreadWithinClasses(mixture);
    if (own > .01 * s2)
        return {kNothing, "t_C is of training points: these components have a width of their own"};
    const double n = mixture.componentCount();
    if (n < 2 || !(s2 > 0))
        return {kNothing, "t_C needs several points"};
    return {std::sqrt(s2 / std::expm1(2 * std::log(n) / mixture.dimension())), {}};
}

double cloneAgreement(double m, double Gamma)
{
    // Half of the integral over x of N(x; m, Gamma) (1 + tanh^2(m x/Gamma)) on both sides: the
    // trapezoid rule is exact to rounding for such a smooth, falling integrand.
    constexpr int kNodes = 400;
    constexpr double kReach = 12; // standard deviations
    const double root = std::sqrt(Gamma), h = 2 * kReach / kNodes;
    double sum = 0;
    for (int i = 0; i <= kNodes; ++i) {
        const double z = -kReach + i * h;
        const double tanh = std::tanh(m * (m + root * z) / Gamma);
        sum += std::exp(-z * z / 2) * (1 + tanh * tanh) / 2;
    }
    return sum * h / std::sqrt(2 * std::numbers::pi);
}

Result<Clocks> findClocks(const std::shared_ptr<const GaussianMixture>& mixture,
                          const RidgeThresholds& thresholds,
                          double highest,
                          double lowest,
                          WorkerPool& pool,
                          std::stop_token stop)
{
    Clocks clocks;
    clocks.thresholds = thresholds;
    clocks.levels.resize(kLevels);
    const int draws = affordableDraws(*mixture);
    pool.parallelFor(kLevels, [&](std::size_t k) {
        if (stop.stop_requested())
            return;
        const double share = static_cast<double>(k) / (kLevels - 1);
        clocks.levels[k] =
            clockLevel(mixture, highest * std::pow(lowest / highest, share), thresholds, draws);
    });
    if (stop.stop_requested())
        return Error{"", "the run was stopped"};
    clocks.bifurcation = exactBifurcation(*mixture);
    clocks.principal = principalSpeciation(*mixture);
    clocks.collapse = clusterCollapse(*mixture);
    const auto valid = [](const ClockLevel& level) { return level.valid; };
    clocks.windowHigh = crossing(clocks.levels, kHalf, true, valid);
    std::vector<ClockLevel> rising(clocks.levels.rbegin(), clocks.levels.rend());
    clocks.windowLow = crossing(rising, kHalf, true, valid);
    const bool any = std::any_of(clocks.levels.begin(), clocks.levels.end(), [](const auto& level) {
        return level.valid >= kHalf;
    });
    if (!any)
        clocks.windowHigh.note = clocks.windowLow.note =
            "at no noise level do half of the draws see a ridge";
    clocks.recognised = crossing(clocks.levels, kRecognised, false, [](const ClockLevel& level) {
        return level.effectiveCount;
    });
    clocks.agreement = crossing(
        clocks.levels, kAgreement, true, [](const ClockLevel& level) { return level.agreement; });
    return clocks;
}

} // namespace scorefield
