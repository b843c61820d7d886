// SPDX-License-Identifier: GPL-3.0-or-later
// Multistep consistency sampling with the exact consistency map: x_delta = F(x) along the
// probability-flow ODE, then the next level's noise anew. With r = alpha'/alpha_delta,
//   x' = r x_delta + sqrt(sigma'^2 - r^2 sigma_delta^2) z,
// which has the law q' where x_delta has q_delta (sigma'^2 - sigma_delta^2 of the paper's
// processes with alpha = 1); the last step draws nothing, so K = 1 is the one-step generator.
#include "core/sampler/stepper_parts.h"

#include <array>
#include <limits>
#include <vector>

namespace scorefield {

namespace {

constexpr double kCrowd = .2;      // sigma~ below which the inner steps are of equal length
constexpr double kLargest = 1e3;   // sigma~ that stands for pure noise after the first inner step
constexpr double kNearData = 1e-3; // of the angle, where a flow to sigma = 0 has ended to 1e-6

/// dz/dtheta = (cos z - D)/sin for z = x/sqrt(alpha^2 + sigma^2), theta = atan(sigma~), by the
/// classical Runge-Kutta method on a fixed number of steps.
template <class Real>
class Consistency final : public Stepper<Real> {
public:
    explicit Consistency(const ParameterValues& values)
        : m_inner(static_cast<int>(values.at("inner_steps")))
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        const PathCoefficients &from = context.from, &to = context.to,
                               &data = context.levels.back();
        x *= static_cast<Real>(1 / std::hypot(from.alpha, from.sigma));
        follow(context.field, from, data, x);
        x *= static_cast<Real>(std::hypot(data.alpha, data.sigma));
        if (context.isLast())
            return;
        const double ratio = to.alpha / data.alpha, kept = ratio * data.sigma,
                     fresh = std::sqrt(std::max(0., to.sigma * to.sigma - kept * kept));
        drawStep(context, x, m_noise);
        x = static_cast<Real>(ratio) * x + static_cast<Real>(fresh) * m_noise;
    }

private:
    void follow(const ScoreField<Real>& field,
                const PathCoefficients& from,
                const PathCoefficients& data,
                Block<Real>& z)
    {
        m_denoised.resizeLike(z);
        const double start = std::atan2(from.sigma, from.alpha),
                     end = std::max(std::min(start, kNearData), std::atan2(data.sigma, data.alpha));
        const double high = std::asinh(std::min(from.sigmaTilde(), kLargest) / kCrowd),
                     low = std::asinh(std::tan(end) / kCrowd);
        double theta = start;
        for (int i = 1; i <= m_inner; ++i) {
            const double place = high + (low - high) * i / m_inner;
            const double next = i == m_inner ? end : std::atan(kCrowd * std::sinh(place));
            rungeKutta(field, theta, next - theta, z);
            theta = next;
        }
    }

    void rungeKutta(const ScoreField<Real>& field, double theta, double h, Block<Real>& z)
    {
        slopeAt(field, theta, z, m_slopes[0]);
        m_point = z + static_cast<Real>(h / 2) * m_slopes[0];
        slopeAt(field, theta + h / 2, m_point, m_slopes[1]);
        m_point = z + static_cast<Real>(h / 2) * m_slopes[1];
        slopeAt(field, theta + h / 2, m_point, m_slopes[2]);
        m_point = z + static_cast<Real>(h) * m_slopes[2];
        slopeAt(field, theta + h, m_point, m_slopes[3]);
        z += static_cast<Real>(h / 6)
             * (m_slopes[0] + Real(2) * (m_slopes[1] + m_slopes[2]) + m_slopes[3]);
    }

    void
    slopeAt(const ScoreField<Real>& field, double theta, const Block<Real>& z, Block<Real>& slope)
    {
        const double c = std::cos(theta), s = std::sin(theta);
        field.denoise({theta, c, s, -s, c}, z, m_denoised);
        slope = (static_cast<Real>(c) * z - m_denoised) / static_cast<Real>(s);
    }

    int m_inner;
    std::array<Block<Real>, 4> m_slopes;
    Block<Real> m_denoised, m_point, m_noise;
};

ParameterDescriptor innerStepsParameter()
{
    return {.key = "inner_steps",
            .label = "Inner steps",
            .type = ParameterType::Integer,
            .minimum = 1,
            .maximum = 256,
            .defaultValue = 16,
            .scale = Scale::Logarithmic,
            .help = "Runge–Kutta steps of the flow from each level down to the data end, of four "
                    "evaluations each: how exact the consistency map is. A trained consistency "
                    "model replaces all of them by one evaluation."};
}

} // namespace

SamplerKind consistencySampler()
{
    SamplerKind kind{};
    kind.info = {
        "consistency",
        "Consistency, exact map",
        "x′ = (α′/α_δ) F(x) + √(σ′² − (α′σ_δ/α_δ)²) z,  F: x_t → x_δ along the flow",
        "Jumps to the data end by the exact consistency map and adds the next level's noise anew; "
        "the last step adds none, so one step is the one-step generator. With the exact map every "
        "number of steps has the law of the exact flow from the first level, and later steps "
        "forget a wrong prior. The flow is solved inside each step: a model would learn it.",
        "Song et al. 2023, arXiv:2303.01469, algorithm 1",
        {innerStepsParameter()}};
    kind.info.group = "DDIM and ancestral";
    kind.order = 0;
    kind.evaluationsPerStep = 64;
    kind.evaluationsOf = [](const ParameterValues& values) {
        return 4 * static_cast<int>(values.at("inner_steps"));
    };
    kind.drawsPerStep = 1;
    kind.followedEta = [](const ParameterValues&) {
        return std::numeric_limits<double>::quiet_NaN();
    };
    kind.etaNote = "All noise is drawn anew at every step, whatever η.";
    setFactoriesWithValues<Consistency>(kind);
    return kind;
}

} // namespace scorefield
