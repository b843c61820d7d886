// SPDX-License-Identifier: GPL-3.0-or-later
// DPM-Solver-fast: a given number of evaluations spent on third-order steps, uniform in lambda,
// with lower orders for what is left over.
#include "core/sampler/dpm_solver.h"
#include "core/sampler/multistep.h"

namespace scorefield {

namespace {

int evaluationsIn(const ParameterValues& values)
{
    return static_cast<int>(values.at("evaluations"));
}

/// The order of step `index` of n evaluations: 3, …, 3, then n mod 3, or 2 and 1.
int stepOrder(int index, int n)
{
    const int steps = n / 3 + 1, left = n % 3;
    if (index < steps - (left == 0 ? 2 : 1))
        return 3;
    if (left > 0)
        return left;
    return index == steps - 2 ? 2 : 1;
}

template <class Real>
class DpmFast final : public Stepper<Real> {
public:
    explicit DpmFast(const ParameterValues& values) : m_evaluations(evaluationsIn(values)) {}

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_next, m_scratch))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        m_next.resizeLike(x);
        if (!(to.sigma > 0)) {
            denoiseOrFinish(context, x, m_next);
            return;
        }
        const int skipped = context.levels.front().alpha > 0 ? 0 : 1; // the step from pure noise
        const int order = stepOrder(context.step - skipped, m_evaluations);
        const double lambda = from.lambda();
        const auto [target, up] =
            ancestralTarget(lambda, to.lambda(), lastLambda(context), context.eta);
        x *= static_cast<Real>(1 / from.alpha); // X
        m_stages.begin(context.field, lambda, target - lambda, x);
        if (order > 1)
            m_stages.middle(context.field, order == 2 ? 1.0 / 2 : 1.0 / 3, x);
        if (order > 2)
            m_stages.late(context.field, x);
        order == 1   ? m_stages.first(x, m_next)
        : order == 2 ? m_stages.second(x, m_next)
                     : m_stages.third(x, m_next);
        x = static_cast<Real>(to.alpha) * m_next;
        addStepNoise(context, to.alpha * up, x, m_scratch);
    }

private:
    int m_evaluations;
    DpmSolverStages<Real> m_stages;
    Block<Real> m_next, m_scratch;
};

} // namespace

SamplerKind dpmFastSampler()
{
    SamplerKind kind{};
    kind.info = {
        "dpm-fast",
        "DPM-Solver-fast",
        "⌊n/3⌋ + 1 steps, uniform in λ = log(α/σ): DPM-Solver-3, …, -3, then -2 and -1 for the "
        "rest",
        "Spends a given number n of evaluations on its own levels between the two ends of the "
        "grid. "
        "η > 0 adds ancestral noise to each step but the last.",
        "Lu et al. 2022, arXiv:2206.00927, DPM-Solver-fast; k-diffusion, sample_dpm_fast",
        {{.key = "evaluations",
          .symbol = "n",
          .label = "Evaluations",
          .type = ParameterType::Integer,
          .minimum = 1,
          .maximum = 2997,
          .defaultValue = 20,
          .scale = Scale::Logarithmic,
          .step = 1,
          .help =
              "Number n of evaluations between the first finite and the last positive noise level, "
              "in ⌊n/3⌋ + 1 steps. A start in pure noise and an end at σ = 0 cost one more "
              "each."}}};
    kind.info.group = "DPM-Solver";
    kind.order = 3;
    // A single step of first order costs the whole run an order.
    kind.orderOf = [](const ParameterValues& values) {
        return evaluationsIn(values) % 3 == 2 ? 3 : 2;
    };
    kind.evaluationsPerStep = 3;
    kind.usesEta = true;
    kind.drawsPerStep = 1;
    setFactoriesWithValues<DpmFast>(kind);
    kind.ownLevels = [](double high, double low, const ParameterValues& values) {
        const int steps = evaluationsIn(values) / 3 + 1;
        std::vector<double> levels;
        for (int k = 0; k <= steps; ++k)
            levels.push_back(high * std::pow(low / high, static_cast<double>(k) / steps));
        levels.front() = high; // exactly
        levels.back() = low;
        return levels;
    };
    return kind;
}

} // namespace scorefield
