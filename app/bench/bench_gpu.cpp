// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of the compute shader: how fast they are where there is a GPU, and how close to the CPU's.
#include "app/bench/bench.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "ui/render/gpu_run.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/offscreen.h"

#include <cmath>
#include <limits>

namespace scorefield::app {

namespace {

// Of a GPU ten million particles; of a software renderer so few that nobody waits for it.
constexpr std::size_t kMany = 10'000'000, kFew = 16'384, kCompared = 16'384;
constexpr double kPiece = 2e10;          // components per command: systems stop what takes seconds
constexpr double kMostDifference = 1e-5; // a float has 7 digits, and each of 40 steps rounds

struct Case {
    const char *name, *sampler;
};

/// The first lane of a new window with this sampler and no guidance.
Result<SimulationPlan> planOf(const char* sampler)
{
    Session session = defaultSession();
    for (const auto& [family, text] :
         {std::pair{"sampler", sampler}, std::pair{"guidance", "none"}})
        if (auto set = setVariantText(session, 0, family, text); !set)
            return set.error();
    session.lanes.front().eta = 1; // of samplers that draw
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return mixture.error();
    auto plan =
        planLane(session, 0, std::make_shared<const GaussianMixture>(std::move(mixture).value()));
    if (plan) {
        plan->keepOnlyEnd = true;
        plan->particles = kCompared;
    }
    return plan;
}

/// All particles from their start to the end of the run; waits for the GPU.
void runToEnd(render::GpuRun& run)
{
    run.advance(0, std::numeric_limits<double>::infinity()); // back to the noise
    while (run.advance(run.steps(), kPiece) > 0) {
    }
    static_cast<void>(run.read(0, 1));
}

/// The mean distance of the GPU's end points to those of the CPU in double, in parts of the data's
/// scale.
double differenceOf(const SimulationPlan& plan, const render::GpuRun& run, WorkerPool& pool)
{
    const auto exact = simulate<double>(plan, pool);
    const auto states = run.read(0, kCompared);
    double sum = 0;
    for (std::size_t i = 0; i < kCompared; ++i)
        sum += std::hypot(
            static_cast<double>(states[4 * i + 2]) - exact.trajectories.coordinate(1, 0)[i],
            static_cast<double>(states[4 * i + 3]) - exact.trajectories.coordinate(1, 1)[i]);
    return sum / static_cast<double>(kCompared) / plan.mixture->scale();
}

} // namespace

Result<std::vector<BenchFigure>> benchGpu(BenchContext& context)
{
    const auto offscreen = render::OffscreenContext::create();
    if (!offscreen)
        return offscreen.error();
    const auto renderer = render::LaneRenderer::create();
    if (!renderer)
        return renderer.error();
    const bool isSoftware = (*renderer)->isSoftware();
    if (const auto reason = render::whyNoGpuRuns(false)) // a software renderer will do here
        return Error{"", *reason};
    auto program = render::GpuRun::compile();
    if (!program)
        return caseFailure(program.error().sentence());

    const std::size_t particles = isSoftware ? kFew : kMany;
    const std::string where = (*renderer)->rendererName()
                              + (isSoftware ? ", a software renderer: a check, not a speed" : "");
    std::vector<BenchFigure> figures;
    for (const auto& [name, sampler] : {Case{"3 components, Euler", "euler"},
                                        Case{"3 components, Euler-Maruyama", "euler-maruyama"}}) {
        const auto plan = planOf(sampler);
        if (!plan)
            return caseFailure(plan.error().sentence());
        auto device = DeviceRun::create(*plan);
        if (!device)
            return caseFailure(device.error().sentence());
        auto run = render::GpuRun::create(*program, std::move(*device), particles);
        if (!run)
            return run.error();
        const double count = static_cast<double>(particles) * (*run)->steps() / 1e9;
        figures.push_back(
            figureOf(name, "G particle-steps/s", ratesOf(count, repeatedSeconds(context, [&] {
                                                             runToEnd(**run);
                                                         }))));
        figures.back().note = std::to_string(particles) + " particles on " + where;
        figures.push_back(atMost(kMostDifference,
                                 figureOf(std::string(name) + ", mean distance from the CPU's ends",
                                          "scales of the data",
                                          {differenceOf(*plan, **run, context.pool)})));
    }
    return figures;
}

} // namespace scorefield::app
