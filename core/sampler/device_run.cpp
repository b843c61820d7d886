// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/device_run.h"

#include "core/sampler/float_accuracy.h"
#include "core/sampler/stepper.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// Whether the steps of a sampler are affine, seen by one of them.
bool isAffine(const SamplerKind& kind, const ParameterValues& values, double eta)
{
    if (kind.wholeRun || kind.doubleOnly
        || (kind.needsPosteriorVariance != nullptr && kind.needsPosteriorVariance(values)))
        return false;
    const auto process = makeProcess(makeChoice(processKinds().front().info));
    if (!process)
        return false;
    std::vector<PathCoefficients> levels;
    for (const double share : {.6, .4, .2})
        levels.push_back((*process)->at(share * (*process)->horizon()));
    const StepFacts facts{levels[0], levels[1], eta, process->get(), levels, 0};
    return kind.makeDouble(values)->affine(facts).has_value();
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

} // namespace

std::optional<std::string> whyNotOnDevice(const DeviceQuestion& question)
{
    if (question.dimension != 2)
        return "the GPU simulates data of two dimensions, these have "
               + std::to_string(question.dimension);
    const auto sampler = findSampler(question.sampler);
    if (!sampler)
        return sampler.error().message;
    if (!isAffine(**sampler, question.sampler.values, question.eta))
        return "the GPU follows samplers whose steps are affine in x and x̂₀, such as Euler, "
               "Heun, DDIM and Euler–Maruyama; "
               + (*sampler)->info.label + " is not among them with these parameters";
    if (question.hasScoreError)
        return "the GPU has the exact score only, and this one has an error";
    if (question.guidance != nullptr
        && (!question.guidance->isLinear() || question.guidance->newCorrector(1, 2) != nullptr))
        return "the GPU guides by a weight of the conditional score only, and this rule does more";
    const bool draws = (*sampler)->drawsPerStep > 0 && (!(*sampler)->usesEta || question.eta > 0);
    if (draws && question.noise != NoisePolicy::Independent)
        return "the GPU draws independent noise, and this run "
               + std::string(question.noise == NoisePolicy::Tape ? "has a recorded tape"
                                                                 : "follows a Brownian tree");
    return std::nullopt;
}

DeviceRun::DeviceRun(const SimulationPlan& plan) : m_plan(plan)
{
    m_plan.guidance = guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process});
    m_order = orderComponents(*plan.mixture, *m_plan.guidance);
    m_starts = startsOf(plan, m_order);
}

/// Steps come back to the level where the one before looked last, if anywhere.
std::uint32_t DeviceRun::levelNumber(const PathCoefficients& level)
{
    for (std::size_t i = m_levels.size(); i > 0 && i + 4 > m_levels.size(); --i)
        if (m_levels[i - 1].alpha == level.alpha && m_levels[i - 1].sigma == level.sigma)
            return static_cast<std::uint32_t>(i - 1);
    m_levels.push_back(level);
    return static_cast<std::uint32_t>(m_levels.size() - 1);
}

Status DeviceRun::addSteps(const SamplerKind& kind)
{
    const auto stepper = kind.makeDouble(m_plan.sampler.values);
    const auto& levels = m_plan.levels;
    const double eta = kind.usesEta ? m_plan.eta : 0;
    for (int k = 0; k + 1 < static_cast<int>(levels.size()); ++k) {
        const auto at = static_cast<std::size_t>(k);
        const PathCoefficients& to = m_plan.stepEnds.empty() ? levels[at + 1] : m_plan.stepEnds[at];
        const auto step = stepper->affine({levels[at], to, eta, m_plan.process.get(), levels, k});
        m_begin.push_back(static_cast<std::uint32_t>(m_stages.size()));
        bool isUsable = step.has_value();
        for (int i = 0; isUsable && i < step->count; ++i) {
            const AffineStage& stage = step->stages[i];
            isUsable = stage.level.sigma > 0;
            m_stages.push_back({.state = static_cast<float>(stage.state),
                                .denoised = static_cast<float>(stage.denoised),
                                .noise = static_cast<float>(stage.noise),
                                .kept = static_cast<float>(stage.kept),
                                .keepState = static_cast<float>(stage.keepState),
                                .keepDenoised = static_cast<float>(stage.keepDenoised),
                                .level = levelNumber(stage.level),
                                .draw = static_cast<std::uint32_t>(k * kind.drawsPerStep)});
        }
        if (!isUsable)
            return Error{"",
                         "step " + std::to_string(k + 1)
                             + " is not affine in x and x̂₀, as the GPU needs it"};
    }
    m_begin.push_back(static_cast<std::uint32_t>(m_stages.size()));
    return success();
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
    if (plan.levels.size() < 2)
        return Error{"", "the run has no step"};
    if (needsDouble(plan))
        return Error{"",
                     "the GPU computes in floats, which cannot resolve components as narrow and as "
                     "far from the origin as these"};
    std::shared_ptr<DeviceRun> run(new DeviceRun(plan));
    if (auto added = run->addSteps(**findSampler(plan.sampler)); !added)
        return added.error();
    return std::shared_ptr<const DeviceRun>(std::move(run));
}

int DeviceRun::evaluations() const
{
    std::uint32_t most = 0;
    for (std::size_t k = 0; k + 1 < m_begin.size(); ++k)
        most = std::max(most, m_begin[k + 1] - m_begin[k]);
    return static_cast<int>(most);
}

std::size_t DeviceRun::tableSize() const
{
    return m_order.components.size() * static_cast<std::size_t>(kernelRowSize(2));
}

DeviceLevel DeviceRun::level(std::size_t which, KernelTable& table) const
{
    const PathCoefficients& level = m_levels[which];
    fillKernelTable(*m_plan.mixture, m_order, level, table);
    const double weight = m_plan.guidance->target() ? m_plan.guidance->weight(level) : 1;
    return {.weight = static_cast<float>(weight),
            .members = static_cast<std::uint32_t>(table.members),
            .others = weight == 1 ? 0U : static_cast<std::uint32_t>(table.others),
            .form = (table.centred ? DeviceLevel::Centred : 0U)
                    | (table.shared ? DeviceLevel::Shared : 0U)};
}

} // namespace scorefield
