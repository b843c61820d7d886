// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DPM-Solver-1, -2 and -3: exponential integrators for the predicted noise eps^ in X = x/alpha and
// lambda = -log sigma~: X' = X - sigma~' h phi_1(h) eps^ + terms in differences of eps^. Lu et al.
// 2022, arXiv:2206.00927, algorithms 1 and 2; the methods dpm_solver_{1,2,3}_step of k-diffusion.
#include "core/sampler/ancestral.h"
#include "core/sampler/exponential_functions.h"

namespace scorefield {

/// The evaluations of one step from lambda to lambda + h, and the results of each order.
template <class Real>
class DpmSolverStages {
public:
    /// eps^ at the start of a step.
    void begin(const ScoreField<Real>& field, double lambda, double h, const Block<Real>& X)
    {
        m_lambda = lambda;
        m_h = h;
        m_noise.resizeLike(X);
        evaluate(field, lambda, X, m_noise);
    }
    /// The stage at lambda + r1 h.
    void middle(const ScoreField<Real>& field, double r1, const Block<Real>& X)
    {
        m_r1 = r1;
        const double at = m_lambda + r1 * m_h;
        m_point = X - real(std::exp(-at) * std::expm1(r1 * m_h)) * m_noise;
        m_middle.resizeLike(X);
        evaluate(field, at, m_point, m_middle);
        m_middle -= m_noise;
    }
    /// The stage at lambda + r2 h, r2 = 2/3.
    void late(const ScoreField<Real>& field, const Block<Real>& X)
    {
        const double step = kLate * m_h, at = m_lambda + step, sigma = std::exp(-at);
        m_point = X - real(sigma * std::expm1(step)) * m_noise
                  - real(sigma * kLate / m_r1 * step * phiFunctions(step).two) * m_middle;
        m_late.resizeLike(X);
        evaluate(field, at, m_point, m_late);
        m_late -= m_noise;
    }

    /// After begin.
    void first(const Block<Real>& X, Block<Real>& next) const
    {
        next = X - real(end() * std::expm1(m_h)) * m_noise;
    }
    /// After middle.
    void second(const Block<Real>& X, Block<Real>& next) const
    {
        first(X, next);
        next -= real(end() * std::expm1(m_h) / (2 * m_r1)) * m_middle;
    }
    /// After late.
    void third(const Block<Real>& X, Block<Real>& next) const
    {
        first(X, next);
        next -= real(end() * m_h * phiFunctions(m_h).two / kLate) * m_late;
    }

private:
    static constexpr double kLate = 2.0 / 3;

    static Real real(double value) { return static_cast<Real>(value); }
    double end() const { return std::exp(-m_lambda - m_h); }

    static void
    evaluate(const ScoreField<Real>& field, double lambda, const Block<Real>& X, Block<Real>& noise)
    {
        const double sigma = std::exp(-lambda);
        field.denoise(noiseLevel(sigma), X, noise);
        noise = (X - noise) / real(sigma);
    }

    double m_lambda = 0, m_h = 0, m_r1 = 0;
    Block<Real> m_noise, m_middle, m_late; // eps^, and the differences of the stages to it
    Block<Real> m_point;
};

/// An ancestral step from lambda to `next` of a run that ends at `last`: the deterministic part
/// goes to `target`, then fresh noise of size `up`; no noise is added beyond the end of the run.
struct AncestralTarget {
    double target, up;
};

inline AncestralTarget ancestralTarget(double lambda, double next, double last, double eta)
{
    if (eta == 0)
        return {next, 0};
    const double low = std::exp(-next);
    const AncestralSplit split(std::exp(-lambda), low, eta);
    const double target = std::min(last, -std::log(split.down));
    const double down = std::exp(-target); // low at the end of the run, where up is then exactly 0
    return {target, std::sqrt(std::max(0.0, low * low - down * down))};
}

/// lambda at the last level of a run that has noise.
template <class Real>
double lastLambda(const StepContext<Real>& context)
{
    const auto& levels = context.levels;
    return levels.back().sigma > 0 ? levels.back().lambda() : levels[levels.size() - 2].lambda();
}

} // namespace scorefield
