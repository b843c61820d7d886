// SPDX-License-Identifier: GPL-3.0-or-later
// Dormand–Prince 5(4) for the probability-flow ODE, every particle with its own steps. It runs in z
// = x/sqrt(alpha^2 + sigma^2) and the angle phi = atan(sigma~), where z = cos(phi) x_0 + sin(phi)
// eps and dz/dphi = cos(phi) eps^ - sin(phi) D: all processes become one, z has the scale of the
// data or of unit noise throughout, and the slope is regular from pure noise (phi = pi/2, alpha =
// 0) to the data (phi = 0). The trigonometric flow of Lu and Song 2024, arXiv:2410.11081.
#include "core/sampler/sampler_parameters.h"
#include "core/sampler/stepper_parts.h"

#include <array>
#include <limits>

namespace scorefield {

namespace {

constexpr int kStages = 7;
/// The tableau of Dormand and Prince, J. Comput. Appl. Math. 6 (1980); the last row is the result
/// of order 5, at which the last slope is that of the next step.
constexpr double kNodes[kStages] = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
constexpr double kTableau[kStages][kStages - 1] = {
    {},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};
/// The result of order 5 minus that of order 4.
constexpr double kError[kStages] = {
    71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40};

constexpr double kFirstStep = 0.05; // in phi; the first error estimate corrects it
constexpr int kMostTrials = 20000;  // per particle and level: beyond, the flow is too stiff

template <class Real>
class DormandPrince final : public Stepper<Real> {
public:
    explicit DormandPrince(const ParameterValues& values)
        : m_rtol(values.at("rtol"))
        , m_atol(values.at("atol"))
    {
    }

    void step(const StepContext<Real>& context, Block<Real>& x) override
    {
        const PathCoefficients &from = context.from, &to = context.to;
        if (!(to.sigma > 0)) {
            denoiseOrFinish(context, x, m_denoised);
            return;
        }
        prepare(x);
        const double start = std::atan2(from.sigma, from.alpha),
                     end = std::atan2(to.sigma, to.alpha);
        const auto shrink = static_cast<Real>(1 / std::hypot(from.alpha, from.sigma));
        const auto grow = static_cast<Real>(std::hypot(to.alpha, to.sigma));
        for (Eigen::Index i = 0; i < context.particles && !context.stop.stop_requested(); ++i) {
            m_state = shrink * x.row(i);
            integrate(context, start, end, i);
            x.row(i) = grow * m_state;
        }
    }

private:
    void prepare(const Block<Real>& x)
    {
        if (m_steps.size() == x.rows())
            return;
        m_steps.setConstant(x.rows(), kFirstStep);
        m_endSlopes.resizeLike(x);
        for (Block<Real>* row : {&m_denoised, &m_state, &m_point, &m_difference})
            row->resize(1, x.cols());
        for (Block<Real>& slope : m_slopes)
            slope.resize(1, x.cols());
    }

    /// Takes m_state of particle i from angle phi down to `end`.
    void integrate(const StepContext<Real>& context, double phi, double end, Eigen::Index i)
    {
        const ScoreField<Real>& field = context.field;
        if (m_hasSlopes > i)
            m_slopes[0] = m_endSlopes.row(i);
        else
            slopeAt(field, phi, m_state, m_slopes[0]);
        double& h = m_steps(i);
        for (int trial = 0; phi > end && !context.stop.stop_requested(); ++trial) {
            if (trial == kMostTrials) {
                m_state.setConstant(std::numeric_limits<Real>::quiet_NaN());
                break;
            }
            const bool reachesEnd = h >= phi - end;
            const double next = reachesEnd ? end : phi - h;
            const double error = tryStep(field, phi, next);
            // 5 = order of the estimate; 0.9, 0.2 and 5 are the usual safety and limits.
            const double factor =
                std::isfinite(error) ? std::clamp(0.9 * std::pow(error, -0.2), 0.2, 5.0) : 0.2;
            if (!(error <= 1)) {
                h = (phi - next) * std::min(factor, 0.9);
                continue;
            }
            // A step that the level cut short says nothing against the one that was proposed.
            h = reachesEnd ? std::max(h, (phi - next) * factor) : h * factor;
            phi = next;
            std::swap(m_state, m_point);
            std::swap(m_slopes[0], m_slopes[kStages - 1]);
        }
        m_endSlopes.row(i) = m_slopes[0];
        m_hasSlopes = std::max(m_hasSlopes, i + 1);
    }

    /// One step from m_state into m_point; the error in units of the tolerance.
    double tryStep(const ScoreField<Real>& field, double phi, double next)
    {
        const double h = next - phi;
        for (int stage = 1; stage < kStages; ++stage) {
            m_point = m_state;
            for (int k = 0; k < stage; ++k)
                if (const double weight = kTableau[stage][k]; weight != 0)
                    m_point +=
                        static_cast<Real>(h * weight) * m_slopes[static_cast<std::size_t>(k)];
            const double at = stage < kStages - 2 ? phi + kNodes[stage] * h : next;
            slopeAt(field, at, m_point, m_slopes[static_cast<std::size_t>(stage)]);
        }
        m_difference.setZero();
        for (int k = 0; k < kStages; ++k)
            m_difference +=
                static_cast<Real>(h * kError[k]) * m_slopes[static_cast<std::size_t>(k)];
        m_difference /= static_cast<Real>(m_atol)
                        + static_cast<Real>(m_rtol) * m_state.abs().max(m_point.abs());
        return std::sqrt(static_cast<double>(m_difference.square().mean()));
    }

    /// dz/dphi.
    void
    slopeAt(const ScoreField<Real>& field, double phi, const Block<Real>& z, Block<Real>& slope)
    {
        const double c = std::cos(phi), s = std::sin(phi);
        const PathCoefficients level{phi, c, s, -s, c};
        field.denoise(level, z, m_denoised);
        slope = z;
        apply(velocity(level), m_denoised, slope);
    }

    double m_rtol, m_atol;
    Eigen::ArrayXd m_steps;       // of each particle, in phi
    Block<Real> m_endSlopes;      // of each particle, where its last step ended
    Eigen::Index m_hasSlopes = 0; // the first so many particles have one
    std::array<Block<Real>, kStages> m_slopes;
    Block<Real> m_denoised, m_state, m_point, m_difference;
};

} // namespace

SamplerKind rk45Sampler()
{
    SamplerKind kind{};
    kind.info = {
        "rk45",
        "Runge–Kutta 4(5)",
        "dz/dφ = cos φ ε̂ − sin φ x̂₀,  z = x/√(α² + σ²),  φ = arctan σ̃;  |z₅ − z₄| ≤ atol + rtol|z|",
        "Dormand–Prince with its own steps for every particle, between the levels of the grid; the "
        "reference for the exact flow. The same on all processes, and regular from pure noise on.",
        "Dormand and Prince 1980; the angle as time: Lu and Song 2024, arXiv:2410.11081",
        {relativeToleranceParameter(1e-13, 1e-6), absoluteToleranceParameter(1e-14, 1e-6)}};
    kind.info.group = "Euler and Runge–Kutta";
    kind.order = 5;
    kind.evaluationsPerStep = 0;
    kind.doubleOnly = true;
    setFactoriesWithValues<DormandPrince>(kind);
    return kind;
}

} // namespace scorefield
