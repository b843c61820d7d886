// SPDX-License-Identifier: GPL-3.0-or-later
// Runs over many components through simulate(), and which share of the components they weigh.
// Building the tree and the tables of the levels is in the times.
#include "app/bench/ceilings.h"
#include "core/field/float_means.h"
#include "core/process/time_grid.h"
#include "core/sampler/simulate.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace scorefield::app {

namespace {

constexpr std::size_t kParticles = 16384;
constexpr int kSteps = 32;

/// A tree of seven generations of branches, each with two shoots: 127 branches of eight Gaussians
/// along them, wider at the trunk. A drawing of our own, of the size of the toy example of Karras
/// et al. 2024, arXiv:2406.02507.
MixtureSpec treeOf1016()
{
    struct Branch {
        Eigen::Vector2d start;
        double angle, length, width, mass;
    };
    constexpr int kGenerations = 7, kPieces = 8;
    MixtureSpec spec;
    std::vector<Branch> generation{{{0, -.7}, std::numbers::pi / 2, .42, .05, .5}};
    for (int level = 0; level < kGenerations; ++level) {
        std::vector<Branch> shoots;
        for (const Branch& branch : generation) {
            const Eigen::Vector2d along(std::cos(branch.angle), std::sin(branch.angle));
            const Eigen::Vector2d across(-along(1), along(0));
            const double reach = .6 * branch.length / kPieces, width = branch.width / 3;
            for (int i = 0; i < kPieces; ++i) {
                ComponentSpec component;
                component.weight = branch.mass / kPieces;
                component.mean = branch.start + (i + .5) / kPieces * branch.length * along;
                component.covariance = reach * reach * along * along.transpose()
                                       + width * width * across * across.transpose();
                spec.components.push_back(component);
            }
            for (const int side : {-1, 1})
                shoots.push_back({branch.start + branch.length * along,
                                  branch.angle + side * (.5 + .05 * level),
                                  .75 * branch.length,
                                  .65 * branch.width,
                                  .45 * branch.mass});
        }
        generation = std::move(shoots);
    }
    return spec;
}

/// K components on the unit circle, as wide as half their distance: a smoothed data set.
MixtureSpec ringOf(int components)
{
    MixtureSpec spec;
    for (int k = 0; k < components; ++k) {
        const double angle = 2 * std::numbers::pi * k / components;
        const double width = std::numbers::pi / components;
        ComponentSpec component;
        component.weight = 1;
        component.mean = Eigen::Vector2d(std::cos(angle), std::sin(angle));
        component.covariance = width * width * Eigen::Matrix2d::Identity();
        spec.components.push_back(component);
    }
    return spec;
}

/// Heun's method on the grid of Karras et al. 2022 (rho = 7) and a last step to 0: 63 evaluations.
SimulationPlan heunPlan(const MixtureSpec& spec, double from, double to)
{
    SimulationPlan plan;
    plan.mixture = std::make_shared<const GaussianMixture>(GaussianMixture::create(spec).value());
    plan.guidance = makeUnguided();
    const double high = std::pow(from, 1 / 7.0), low = std::pow(to, 1 / 7.0);
    for (int k = 0; k < kSteps; ++k) {
        const double sigma = std::pow(std::lerp(high, low, k / (kSteps - 1.0)), 7);
        plan.levels.push_back({sigma, 1, sigma, 0, 1});
    }
    plan.levels.push_back({0, 1, 0, 0, 1});
    plan.sampler = Choice{"heun", {}};
    plan.particles = kParticles;
    plan.seed = 1;
    plan.keepOnlyEnd = true;
    return plan;
}

/// Milliseconds of every repetition.
Result<std::vector<double>> timesOf(BenchContext& context, const SimulationPlan& plan)
{
    std::string trouble;
    std::vector<double> times = repeatedSeconds(context, [&] {
        const auto run = simulate<float>(plan, context.pool);
        if (run.outcome.kind != Outcome::Kind::Completed)
            trouble = run.outcome.message;
    });
    if (!trouble.empty())
        return caseFailure(trouble);
    for (double& time : times)
        time *= 1e3;
    return times;
}

/// Percent of the components that are weighed in a block of particles at the states of a run, on
/// average over its levels.
Result<BenchFigure> weighedShare(SimulationPlan plan, WorkerPool& pool)
{
    constexpr Eigen::Index kBlock = 2048; // what a run of so many particles takes together
    plan.keepOnlyEnd = false;
    const auto run = simulate<float>(plan, pool);
    if (run.outcome.kind != Outcome::Kind::Completed)
        return caseFailure(run.outcome.message);
    const FloatMeans means(
        plan.mixture, orderComponents(*plan.mixture, *plan.guidance), plan.levels);
    Block<float> x(kBlock, 2), denoised(kBlock, 2);
    for (int k = 0; k < kSteps; ++k) {
        for (int c = 0; c < 2; ++c)
            std::copy_n(run.trajectories.coordinate(k, c).begin(), kBlock, x.col(c).begin());
        means.denoise(plan.levels[static_cast<std::size_t>(k)], true, 1, x, denoised);
    }
    const double all = static_cast<double>(kBlock * kSteps) * plan.mixture->componentCount();
    return figureOf("components weighed", "%", {100 * static_cast<double>(means.weighed()) / all});
}

} // namespace

Result<std::vector<BenchFigure>> benchTree(BenchContext& context)
{
    const SimulationPlan plan = heunPlan(treeOf1016(), 5, .002);
    const auto times = timesOf(context, plan);
    if (!times)
        return times.error();
    const auto share = weighedShare(plan, context.pool);
    if (!share)
        return share.error();
    std::vector<BenchFigure> figures{figureOf("1016 components, Heun", "ms", *times), *share};
    if (isWidest(context.instructionSet))
        figures[0] = atMost(250, std::move(figures[0]));
    figures[0].note = "16 384 particles, 63 evaluations from σ = 5 to 0.002 and 0; with the tree "
                      "and the tables of the levels";
    figures[1].note = "on average over the levels; some of those that are, stand for many";
    return figures;
}

Result<std::vector<BenchFigure>> benchGrowth(BenchContext& context)
{
    std::vector<BenchFigure> figures;
    std::vector<double> most;
    for (const int components : {64, 256, 1024, 4096}) {
        const SimulationPlan plan = heunPlan(ringOf(components), 80, .002);
        const auto times = timesOf(context, plan);
        if (!times)
            return times.error();
        most = *times;
        figures.push_back(figureOf(std::to_string(components) + " components", "ms", *times));
    }
    figures.front().note = "on a circle, half their distance wide; 16 384 particles, Heun, 63 "
                           "evaluations from σ = 80 to 0.002 and 0";
    const double base = figures.front().median;
    for (double& time : most)
        time /= base;
    figures.push_back(atMost(12, figureOf("time, 4096 over 64 components", "×", most)));
    figures.back().note = "64 times the components";
    return figures;
}

} // namespace scorefield::app
