// SPDX-License-Identifier: GPL-3.0-or-later
// Weights that rise, fall or peak over the run in a fixed shape: ramps, TV-CFG, C²FG.
#include "core/field/guidance_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

enum class Shape { Linear, Falling, Cosine, Lambda, V };

/// Mean 1 over tau in [0, 1].
double shapeAt(Shape shape, double tau)
{
    switch (shape) {
    case Shape::Linear:
        return 2 * tau;
    case Shape::Falling:
        return 2 * (1 - tau);
    case Shape::Cosine:
        return 1 - std::cos(std::numbers::pi * tau);
    case Shape::Lambda:
        return 2 * (1 - std::abs(1 - 2 * tau));
    case Shape::V:
        return 2 * std::abs(1 - 2 * tau);
    }
    return 1;
}

class Ramp {
public:
    Ramp(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_over(progressOverOf(choice))
        , m_shape(static_cast<Shape>(static_cast<int>(choice.values.at("shape"))))
        , m_excess(choice.values.at("w") - 1)
    {
    }
    double weight(double sigmaTilde) const
    {
        return 1 + m_excess * shapeAt(m_shape, m_run.progress(m_over, sigmaTilde));
    }

private:
    RunProgress m_run;
    ProgressOver m_over;
    Shape m_shape;
    double m_excess;
};

/// w_n = 1 + 2(w - 1) min(n, N-1-n)/((N-1)/2), times what makes its mean over time w.
class TimeVarying {
public:
    TimeVarying(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_excess(choice.values.at("w") - 1)
    {
        const std::vector<double> shares = m_run.timeShares();
        double mean = 0;
        for (std::size_t n = 0; n < shares.size(); ++n)
            mean += shares[n] * unscaled(static_cast<double>(n));
        m_factor = choice.values.at("w") / mean; // w >= 1, so every term is at least 1
    }
    double weight(double sigmaTilde) const
    {
        return m_factor * unscaled(m_run.position(sigmaTilde));
    }

private:
    double unscaled(double n) const
    {
        const double last = m_run.steps() - 1;
        return last > 0 ? 1 + 4 * m_excess * std::max(0.0, std::min(n, last - n)) / last : 1;
    }

    RunProgress m_run;
    double m_excess, m_factor = 1;
};

class Exponential {
public:
    Exponential(const Choice& choice, RunProgress run)
        : m_run(std::move(run))
        , m_over(progressOverOf(choice))
        , m_weight(choice.values.at("w"))
        , m_rate(choice.values.at("rate"))
    {
    }
    double weight(double sigmaTilde) const
    {
        return m_weight * std::exp(m_rate * m_run.progress(m_over, sigmaTilde));
    }

private:
    RunProgress m_run;
    ProgressOver m_over;
    double m_weight, m_rate;
};

} // namespace

GuidanceKind rampGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "ramp",
        "Ramp",
        "w(τ) = 1 + (w̄ − 1)·shape(τ)",
        "A weight that rises, falls or peaks over the run; every shape has the mean w̄.",
        "Wang et al. 2024, arXiv:2404.13040",
        {guidanceWeight(3,
                        "Mean w̄ of w(τ) = 1 + (w̄ − 1)·shape(τ) over the progress. Wang et al. "
                        "2024, arXiv:2404.13040."),
         {.key = "shape",
          .label = "Shape",
          .type = ParameterType::Choice,
          .maximum = 4,
          .choices = {{"linear", "Linear", "2τ"},
                      {"falling", "Falling", "2(1 − τ)"},
                      {"cosine", "Cosine", "1 − cos πτ"},
                      {"lambda", "Λ", "2(1 − |1 − 2τ|)"},
                      {"v", "V", "2|1 − 2τ|"}},
          .help = "The course of w − 1 over the progress τ from noise to data. Wang et al. 2024, "
                  "arXiv:2404.13040."},
         progressOver(ProgressOver::Steps),
         guidanceTarget()},
        kScheduledGuidanceGroup};
    kind.make = makeRunRule<Ramp>;
    return kind;
}

GuidanceKind tvGuidance()
{
    GuidanceKind kind;
    kind.info = {"tv-cfg",
                 "TV-CFG",
                 "w_n ∝ 1 + 4(w̄ − 1) min(n, N−1−n)/(N−1), Σ w_n Δt_n = w̄ Σ Δt_n",
                 "Low at both ends, highest in the middle of the steps, where the mode within the "
                 "class is chosen; scaled so that its mean over time is w̄.",
                 "Jin et al. 2025, arXiv:2509.22007",
                 {guidanceWeight(3,
                                 "Mean w̄ over time; the steps' weights go from 1 up to 2w̄ − 1 and "
                                 "back, times a common factor. Jin et al. 2025, arXiv:2509.22007.",
                                 1),
                  guidanceTarget()},
                 kScheduledGuidanceGroup};
    kind.make = makeRunRule<TimeVarying>;
    return kind;
}

GuidanceKind c2fGuidance()
{
    GuidanceKind kind;
    kind.info = {"c2fg",
                 "C²FG",
                 "w(τ) = w₀ e^{λτ}",
                 "Grows exponentially towards the data, as the difference of the two scores "
                 "shrinks.",
                 "arXiv:2603.08155",
                 {guidanceWeight(2, "Weight w₀ at the noise. arXiv:2603.08155."),
                  {.key = "rate",
                   .symbol = "λ",
                   .label = "Rate",
                   .minimum = -5,
                   .maximum = 5,
                   .defaultValue = std::numbers::ln2,
                   .help = "λ of w₀ e^{λ(1−t)}: log 2, as published, doubles the weight over the "
                           "run. arXiv:2603.08155."},
                  progressOver(ProgressOver::Time),
                  guidanceTarget()},
                 kScheduledGuidanceGroup};
    kind.make = makeRunRule<Exponential>;
    return kind;
}

} // namespace scorefield
