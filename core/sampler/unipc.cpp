// SPDX-License-Identifier: GPL-3.0-or-later
// UniPC in X = x/alpha and lambda: a multistep predictor, and a corrector of the same order that
// uses the evaluation at the predicted point. That evaluation then stands for the one at the
// corrected point, so a step costs one; the corrector of a step runs at the start of the next.
#include "core/sampler/exponential_functions.h"
#include "core/sampler/multistep.h"
#include "core/sampler/sampler_parameters.h"

#include <Eigen/LU>

namespace scorefield {

namespace {

/// The weights w_i of D_i - D_0 in X' = r X + h phi_1 D_0 + sum w_i (D_i - D_0), where D_i is at
/// lambda_0 + nodes[i] h: w_i = B rho_i/nodes[i] with sum_i nodes[i]^{j-1} rho_i = j! h
/// phi_{j+1}/B. B = h (bh1) or h phi_1 = 1 - e^{-h} (bh2). For one node rho = 1/2, which is enough
/// for its order.
std::array<double, 3>
unipcWeights(const std::array<double, 3>& nodes, int count, double h, bool bh1)
{
    const PhiFunctions phi = phiFunctions(-h);
    const double scale = bh1 ? h : h * phi.one;
    std::array<double, 3> weights{};
    if (count == 1) {
        weights[0] = scale / 2 / nodes[0];
    } else if (count > 1) {
        // The rows of the 2x2 system are the first two of the 3x3 one with a third, idle unknown.
        Eigen::Matrix3d powers = Eigen::Matrix3d::Identity();
        for (int i = 0; i < count; ++i) {
            const double node = nodes[static_cast<std::size_t>(i)];
            powers(0, i) = 1;
            powers(1, i) = node;
            if (count == 3)
                powers(2, i) = node * node;
        }
        const Eigen::Vector3d moments(phi.two, 2 * phi.three, count == 3 ? 6 * phi.four : 0);
        const Eigen::Vector3d rho = powers.partialPivLu().solve(moments) * h;
        for (int i = 0; i < count; ++i)
            weights[static_cast<std::size_t>(i)] = rho(i) / nodes[static_cast<std::size_t>(i)];
    }
    return weights;
}

template <class Real>
class UniPc final : public Stepper<Real> {
public:
    explicit UniPc(const ParameterValues& values)
        : m_order(static_cast<int>(values.at("order")))
        , m_bh1(values.at("variant") == 0)
        , m_lowerFinal(values.at("lower_order_final") != 0)
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        if (leavePureNoise(context, x, m_denoised, m_last))
            return;
        const PathCoefficients &from = context.from, &to = context.to;
        if (denoiseOrFinish(context, x, m_history.push(from.lambda())))
            return;
        if (m_history.size() > 1) { // the corrector of the step that ended here
            x = m_last;
            advance(m_from, from, 1, m_stepOrder, x);
        }
        m_last = x;
        m_from = from;
        m_stepOrder = std::min(m_order, m_history.size());
        if (m_lowerFinal)
            m_stepOrder = std::min(m_stepOrder, context.steps() - context.step);
        advance(from, to, 0, m_stepOrder, x);
    }

private:
    /// A step of this order with D_0 = history[base]: the predictor (base 0), or the corrector
    /// (base 1), which also has D at the end of the step, history[0], where the node is 1.
    void advance(const PathCoefficients& from,
                 const PathCoefficients& to,
                 std::size_t base,
                 int order,
                 Block<Real>& x) const
    {
        const double h = to.lambda() - from.lambda();
        std::array<double, 3> nodes{};
        std::array<std::size_t, 3> entries{};
        int count = 0;
        const auto add = [&](std::size_t entry) {
            nodes[static_cast<std::size_t>(count)] =
                (m_history.lambda(entry) - m_history.lambda(base)) / h;
            entries[static_cast<std::size_t>(count++)] = entry;
        };
        for (int i = 1; i < order; ++i)
            add(base + static_cast<std::size_t>(i));
        if (base == 1)
            add(0);
        const auto weights = unipcWeights(nodes, count, h, m_bh1);
        double rest = -std::expm1(-h); // h phi_1
        for (const double weight : weights)
            rest -= weight;
        x = static_cast<Real>(to.sigma / from.sigma) * x
            + static_cast<Real>(to.alpha * rest) * m_history.value(base);
        for (int i = 0; i < count; ++i)
            x += static_cast<Real>(to.alpha * weights[static_cast<std::size_t>(i)])
                 * m_history.value(entries[static_cast<std::size_t>(i)]);
    }

    int m_order;
    bool m_bh1, m_lowerFinal;
    History<Real, 4> m_history; // of D, at predicted points
    Block<Real> m_last;         // the corrected state at the start of the last step
    PathCoefficients m_from;    // where it was
    int m_stepOrder = 1;        // of the last step
    Block<Real> m_denoised;     // of a first step from pure noise
};

} // namespace

SamplerKind unipcSampler()
{
    SamplerKind kind{};
    kind.info = {
        "unipc",
        "UniPC",
        "X′ = rX + hφ₁x̂₀ + B Σ ρᵢ(D₋ᵢ − x̂₀)/rᵢ, then once more with D(X′) among the Dᵢ",
        "A multistep predictor and a corrector that reuses the evaluation at the predicted point, "
        "so it "
        "costs one per step. The result of the run is the last predicted point.",
        "Zhao et al. 2023, arXiv:2302.04867; diffusers, UniPCMultistepScheduler with predict_x0",
        {orderParameter(1, 3, 2, "Order p of the predictor; the corrector makes it p + 1."),
         {.key = "variant",
          .label = "B(h)",
          .type = ParameterType::Choice,
          .maximum = 1,
          .defaultValue = 1,
          .choices = {{"bh1", "B₁(h) = h", "the factor B is h"},
                      {"bh2", "B₂(h) = 1 − e^{−h}", "the factor B is 1 − e^{−h}"}},
          .help = "The factor B(h) of the difference terms; the two differ where one difference is "
                  "used "
                  "(orders 1 and 2). Option solver_type of diffusers."},
         lowerOrderFinalParameter(
             "the order of a step is at most the number of steps left, whatever K.")}};
    kind.info.group = "Multistep";
    kind.order = 3;
    kind.orderOf = [](const ParameterValues& values) {
        return static_cast<int>(values.at("order")) + 1;
    };
    kind.evaluationsPerStep = 1;
    setFactoriesWithValues<UniPc>(kind);
    return kind;
}

} // namespace scorefield
