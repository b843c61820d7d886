// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/device_run.h"

#include "core/base/text.h"
#include "core/sampler/stepper_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

namespace {

struct Method {
    const char* id;
    DeviceStep (*step)(const PathCoefficients& from, const PathCoefficients& to, double eta);
};

DeviceStep oneStage(const Affine& map, double noise = 0)
{
    return {.a = static_cast<float>(map.x),
            .b = static_cast<float>(map.denoised),
            .c = static_cast<float>(noise)};
}

// The formulas of core/sampler/euler.cpp, heun.cpp, ddim.cpp and euler_maruyama.cpp, where their
// sources stand; sigma > 0 at both ends.

DeviceStep eulerStep(const PathCoefficients& from, const PathCoefficients& to, double)
{
    const double h = to.t - from.t;
    const Affine v = velocity(from);
    return oneStage({1 + h * v.x, h * v.denoised});
}

DeviceStep heunStep(const PathCoefficients& from, const PathCoefficients& to, double)
{
    const double half = (to.t - from.t) / 2;
    const Affine first = velocity(from), second = velocity(to);
    DeviceStep step = eulerStep(from, to, 0);
    step.evaluations = 2;
    step.p = static_cast<float>(1 + half * first.x);
    step.q = static_cast<float>(half * first.denoised);
    step.r = static_cast<float>(half * second.x);
    step.s = static_cast<float>(half * second.denoised);
    return step;
}

DeviceStep ddimDeviceStep(const PathCoefficients& from, const PathCoefficients& to, double eta)
{
    const double r = to.sigma * from.alpha / (from.sigma * to.alpha);
    const double fresh = std::min(to.sigma, eta * to.sigma * std::sqrt(1 - r * r));
    return oneStage(renoised(from, to, std::sqrt(to.sigma * to.sigma - fresh * fresh)), fresh);
}

DeviceStep eulerMaruyamaStep(const PathCoefficients& from, const PathCoefficients& to, double eta)
{
    if (from.alpha == 0)
        return oneStage(renoised(from, to, to.sigma));
    const double h = from.t - to.t, g2 = from.diffusionSquared();
    const double pull = h * eta * eta / 2 * g2 / (from.sigma * from.sigma);
    const Affine v = velocity(from);
    return oneStage({1 - h * v.x - pull, -h * v.denoised + pull * from.alpha},
                    eta * std::sqrt(g2 * h));
}

constexpr std::array<Method, 4> kMethods{{{"euler", eulerStep},
                                          {"heun", heunStep},
                                          {"ddim", ddimDeviceStep},
                                          {"euler-maruyama", eulerMaruyamaStep}}};

const Method* findMethod(const std::string& id)
{
    const auto found = std::find_if(
        kMethods.begin(), kMethods.end(), [&](const Method& method) { return id == method.id; });
    return found != kMethods.end() ? found : nullptr;
}

/// A step to sigma = 0 ends on the posterior mean, as denoiseOrFinish says.
DeviceStep
stepOf(const Method& method, const PathCoefficients& from, const PathCoefficients& to, double eta)
{
    return to.sigma > 0 ? method.step(from, to, eta) : oneStage({0, to.alpha});
}

std::vector<DeviceStart> startsOf(const SimulationPlan& plan, const ComponentOrder& order)
{
    const PathCoefficients& level = plan.levels.front();
    if (plan.prior == Prior::Gaussian) {
        const auto sigma = static_cast<float>(level.sigma);
        return {{.root00 = sigma, .root11 = sigma}};
    }
    std::vector<DeviceStart> starts;
    double total = 0, sum = 0;
    const auto componentAt = [&](int i) -> const GaussianMixture::Component& {
        const int k = order.components[static_cast<std::size_t>(i)];
        return plan.mixture->components()[static_cast<std::size_t>(k)];
    };
    for (int i = 0; i < order.members; ++i)
        total += componentAt(i).weight;
    for (int i = 0; i < order.members; ++i) {
        const auto& component = componentAt(i);
        sum += component.weight;
        // The words w with (w + 1/2)/2^32 < sum/total, as InitialState compares them.
        const double below = std::ceil(std::ldexp(sum / total, 32) - .5);
        const Eigen::VectorXd deviation =
            (level.alpha * level.alpha * component.eigenvalues.array() + level.sigma * level.sigma)
                .sqrt()
                .matrix();
        const Eigen::MatrixXd root =
            component.eigenvectors * deviation.asDiagonal() * component.eigenvectors.transpose();
        starts.push_back({.below = static_cast<std::uint32_t>(std::min(below, 4294967295.0)),
                          .meanX = static_cast<float>(level.alpha * component.mean(0)),
                          .meanY = static_cast<float>(level.alpha * component.mean(1)),
                          .root00 = static_cast<float>(root(0, 0)),
                          .root01 = static_cast<float>(root(0, 1)),
                          .root11 = static_cast<float>(root(1, 1))});
    }
    return starts;
}

std::string labelsOfMethods()
{
    std::vector<std::string> labels;
    for (const Method& method : kMethods)
        for (const SamplerKind& kind : samplerKinds())
            if (kind.info.id == method.id)
                labels.push_back(kind.info.label);
    return listOfWords(labels);
}

} // namespace

std::optional<std::string> whyNotOnDevice(const DeviceQuestion& question)
{
    if (question.dimension != 2)
        return "the GPU simulates data of two dimensions, these have "
               + std::to_string(question.dimension);
    if (findMethod(question.sampler.kind) == nullptr) {
        const auto sampler = findSampler(question.sampler);
        return "the GPU follows " + labelsOfMethods() + ", not "
               + (sampler ? (*sampler)->info.label : question.sampler.kind);
    }
    if (question.hasScoreError)
        return "the GPU has the exact score only, and this one has an error";
    if (question.guidance != nullptr
        && (!question.guidance->isLinear() || question.guidance->newCorrector(1, 2) != nullptr))
        return "the GPU guides by a weight of the conditional score only, and this rule does more";
    if (question.eta > 0 && question.noise != NoisePolicy::Independent)
        return "the GPU draws independent noise, and this run "
               + std::string(question.noise == NoisePolicy::Tape ? "has a recorded tape"
                                                                 : "follows a Brownian tree");
    return std::nullopt;
}

DeviceRun::DeviceRun(const SimulationPlan& plan) : m_plan(plan)
{
    m_plan.guidance = guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process});
    m_order = orderComponents(*plan.mixture, *m_plan.guidance);
    const Method& method = *findMethod(plan.sampler.kind);
    for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k)
        m_steps.push_back(stepOf(method, plan.levels[k], plan.levels[k + 1], plan.eta));
    m_starts = startsOf(plan, m_order);
}

Result<std::shared_ptr<const DeviceRun>> DeviceRun::create(const SimulationPlan& plan)
{
    if (const auto reason = whyNotOnDevice({.dimension = plan.mixture->dimension(),
                                            .sampler = plan.sampler,
                                            .eta = plan.eta,
                                            .noise = plan.noise,
                                            .hasScoreError = plan.error != nullptr,
                                            .guidance = plan.guidance.get()}))
        return Error{"", *reason};
    if (!plan.stepEnds.empty())
        return Error{"", "the GPU has no steps that end elsewhere than the next one starts"};
    if (plan.levels.size() < 2)
        return Error{"", "the run has no step"};
    return std::shared_ptr<const DeviceRun>(new DeviceRun(plan));
}

std::size_t DeviceRun::tableSize() const
{
    return m_order.components.size() * static_cast<std::size_t>(kernelRowSize(2));
}

DeviceLevel DeviceRun::level(int k, KernelTable& table) const
{
    const PathCoefficients& level = m_plan.levels[static_cast<std::size_t>(k)];
    fillKernelTable(*m_plan.mixture, m_order, level, table);
    const double weight = m_plan.guidance->target() ? m_plan.guidance->weight(level) : 1;
    return {.weight = static_cast<float>(weight),
            .members = static_cast<std::uint32_t>(table.members),
            .others = weight == 1 ? 0U : static_cast<std::uint32_t>(table.others),
            .centred = table.centred ? 1U : 0U};
}

int DeviceRun::evaluations() const
{
    return static_cast<int>(m_steps.front().evaluations);
}

bool DeviceRun::isEvaluated(int k) const
{
    const auto at = static_cast<std::size_t>(k);
    return at < m_steps.size() || (at == m_steps.size() && m_steps.back().evaluations > 1);
}

} // namespace scorefield
