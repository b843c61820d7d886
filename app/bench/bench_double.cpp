// SPDX-License-Identifier: GPL-3.0-or-later
// Whole runs in double: the oracle of the float kernels, and every run in more than three
// dimensions. Through simulate(), as in bench_runs.cpp.
#include "app/bench/bench.h"
#include "core/field/guidance.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <algorithm>
#include <cmath>

namespace scorefield::app {

namespace {

constexpr int kSteps = 100;

struct DoubleRun {
    const char *name, *sampler, *note;
    int dimension, components;
    bool isFull;
    std::size_t particles;
};

constexpr DoubleRun kRuns[] = {
    {"d = 2, 3 components, Euler", "euler", "isotropic components", 2, 3, false, 100000},
    {"d = 2, 3 components, Euler-Maruyama",
     "euler-maruyama",
     "the same with fresh normals",
     2,
     3,
     false,
     100000},
    {"d = 16, 8 components, Euler",
     "euler",
     "full covariances, each its own; 4096 particles",
     16,
     8,
     true,
     4096},
    {"d = 16, 8 components, Euler-Maruyama",
     "euler-maruyama",
     "the same with fresh normals",
     16,
     8,
     true,
     4096},
    {"d = 64, 4 components, Euler",
     "euler",
     "full covariances, each its own; 2048 particles",
     64,
     4,
     true,
     2048},
    {"d = 64, 4 components, isotropic, Euler", "euler", "2048 particles", 64, 4, false, 2048},
};

/// Means spread over a few units, covariances I/20 or any with eigenvalues of that size; plain
/// functions of the indices instead of random numbers.
std::shared_ptr<const GaussianMixture> spreadMixture(const DoubleRun& run)
{
    const int d = run.dimension;
    MixtureSpec spec;
    spec.dimension = d;
    for (int k = 0; k < run.components; ++k) {
        ComponentSpec component;
        component.weight = 1;
        component.classLabel = k % 2;
        component.mean.resize(d);
        Eigen::MatrixXd A(d, d);
        for (int i = 0; i < d; ++i) {
            component.mean(i) = 2 * std::sin(1 + 2.3 * k + 1.7 * i * (k + 1));
            for (int j = 0; j < d; ++j)
                A(i, j) = std::sin(1 + 0.9 * k + 1.3 * i * (j + 1) + 0.4 * j);
        }
        component.covariance = 0.05 * Eigen::MatrixXd::Identity(d, d);
        if (run.isFull)
            component.covariance =
                0.02 * Eigen::MatrixXd::Identity(d, d) + 0.1 / d * (A * A.transpose());
        spec.components.push_back(component);
    }
    auto mixture = GaussianMixture::create(spec);
    return mixture ? std::make_shared<const GaussianMixture>(std::move(mixture.value())) : nullptr;
}

SimulationPlan planOf(const DoubleRun& run)
{
    SimulationPlan plan;
    plan.mixture = spreadMixture(run);
    plan.guidance = makeUnguided();
    for (const ProcessKind& kind : processKinds())
        if (kind.info.id == "vp")
            plan.process = *makeProcess(makeChoice(kind.info));
    for (int k = 0; k <= kSteps; ++k)
        plan.levels.push_back(
            plan.process->at(std::lerp(plan.process->horizon(), 1e-3, double(k) / kSteps)));
    plan.sampler = Choice{run.sampler, {}};
    plan.eta = plan.sampler.kind == "euler" ? 0 : 1;
    plan.particles = run.particles;
    plan.seed = 1;
    plan.keepOnlyEnd = true;
    return plan;
}

} // namespace

Result<std::vector<BenchFigure>> benchDouble(BenchContext& context)
{
    std::vector<BenchFigure> figures;
    for (const DoubleRun& run : kRuns) {
        const SimulationPlan plan = planOf(run);
        Outcome outcome;
        const auto seconds = repeatedSeconds(
            context, [&] { outcome = simulate<double>(plan, context.pool).outcome; });
        if (outcome.kind != Outcome::Kind::Completed)
            return caseFailure(outcome.message);
        const double steps = static_cast<double>(run.particles) * kSteps;
        figures.push_back(figureOf(run.name, "M particle-steps/s", ratesOf(steps / 1e6, seconds)));
        figures.back().note = run.note;
    }
    return figures;
}

} // namespace scorefield::app
