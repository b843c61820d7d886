// SPDX-License-Identifier: GPL-3.0-or-later
// Weights that hold inside a window only: of noise levels, or of the progress of the run.
#include "core/field/guidance_parts.h"

namespace scorefield {

namespace {

constexpr const char* kWindowSource = "arXiv:2602.00716";

class Interval {
public:
    Interval(const Choice& choice, const RunProgress&)
        : m_weight(choice.values.at("w"))
        , m_low(choice.values.at("low"))
        , m_high(choice.values.at("high"))
    {
    }
    double weight(double sigmaTilde) const
    {
        return sigmaTilde > m_low && sigmaTilde <= m_high ? m_weight : 1;
    }

private:
    double m_weight, m_low, m_high;
};

/// w while from <= tau < to.
class Window {
public:
    Window(const Choice& choice, RunProgress run)
        : Window(choice,
                 std::move(run),
                 choice.values.at("from"),
                 choice.values.at("to"),
                 choice.values.at("outside"))
    {
    }
    double weight(double sigmaTilde) const
    {
        const double tau = m_run.progress(m_over, sigmaTilde);
        const bool inside = tau >= m_from && (tau < m_to || (m_to == 1 && m_from < 1));
        return inside ? m_weight : m_outside;
    }

protected:
    Window(const Choice& choice, RunProgress run, double from, double to, double outside)
        : m_run(std::move(run))
        , m_over(progressOverOf(choice))
        , m_weight(choice.values.at("w"))
        , m_outside(outside)
        , m_from(from)
        , m_to(to)
    {
    }

private:
    RunProgress m_run;
    ProgressOver m_over;
    double m_weight, m_outside, m_from, m_to;
};

class EarlyHigh final : public Window {
public:
    EarlyHigh(const Choice& choice, RunProgress run)
        : Window(choice, std::move(run), 0, choice.values.at("until"), choice.values.at("after"))
    {
    }
};

ParameterDescriptor noiseBound(std::string key, std::string label, double value)
{
    return {.key = std::move(key),
            .symbol = "σ̃",
            .label = std::move(label),
            .minimum = 1e-3,
            .maximum = 1000,
            .defaultValue = value,
            .scale = Scale::Logarithmic,
            .help = "Guided while low < σ̃ ≤ high, nowhere if low ≥ high. Published: (0.19, 1.61] "
                    "with w = 2 (EDM2-XXL), (0.28, 5.42] with w = 16 (SD-XL). Kynkäänniemi et al. "
                    "2024, arXiv:2404.07724."};
}

ParameterDescriptor otherWeight(std::string key, std::string label, double value, std::string help)
{
    return {.key = std::move(key),
            .symbol = "w",
            .label = std::move(label),
            .minimum = -5,
            .maximum = 1000,
            .defaultValue = value,
            .sliderMaximum = 50,
            .step = 0.1,
            .help = std::move(help)};
}

} // namespace

GuidanceKind intervalGuidance()
{
    GuidanceKind kind;
    kind.info = {"interval",
                 "Limited interval",
                 "w if σ̃_{lo} < σ̃ ≤ σ̃_{hi}, else 1",
                 "Guides in the middle of the noise levels only: modes are no longer lost at high "
                 "noise, nor narrowed at low noise.",
                 "Kynkäänniemi et al. 2024, arXiv:2404.07724",
                 {guidanceWeight(2,
                                 "Weight inside the interval; outside it is 1, the conditional "
                                 "score. Kynkäänniemi et al. 2024, arXiv:2404.07724."),
                  noiseBound("low", "Interval from σ̃", 0.19),
                  noiseBound("high", "Interval up to σ̃", 1.61),
                  guidanceTarget()},
                 kScheduledGuidanceGroup};
    kind.make = makeRunRule<Interval>;
    return kind;
}

GuidanceKind windowGuidance()
{
    GuidanceKind kind;
    kind.info = {"window",
                 "Window",
                 "w if τ₁ ≤ τ < τ₂, else w′",
                 "One weight inside a window of the run's progress, another outside; w < 1 inside "
                 "is a window of negative guidance.",
                 std::string("General form of ") + kWindowSource,
                 {guidanceWeight(3,
                                 std::string("Weight inside the window; below 1 it pushes away "
                                             "from the class. ")
                                     + kWindowSource + "."),
                  progressAt("from", "Window from", 0, "Progress at which the window begins."),
                  progressAt("to",
                             "Window to",
                             0.5,
                             "Progress at which the window ends; empty where it is not above the "
                             "beginning."),
                  otherWeight("outside",
                              "Weight outside",
                              1,
                              std::string("Weight outside the window; 1 is the conditional score. ")
                                  + kWindowSource + "."),
                  progressOver(ProgressOver::Steps),
                  guidanceTarget()},
                 kScheduledGuidanceGroup};
    kind.make = makeRunRule<Window>;
    return kind;
}

GuidanceKind earlyHighGuidance()
{
    GuidanceKind kind;
    kind.info = {
        "early-high",
        "Early high, late unconditional",
        "w if τ < τ₁, else w′",
        "Guides while the class is decided and lets the unconditional field finish, which "
        "spreads the samples again.",
        kWindowSource,
        {guidanceWeight(3, std::string("Weight before the switch. ") + kWindowSource + "."),
         progressAt("until",
                    "Switch at",
                    0.6,
                    std::string("Progress at which the weight changes; published: 0.5 to "
                                "0.7. ")
                        + kWindowSource + "."),
         otherWeight("after",
                     "Weight after",
                     0,
                     std::string("Weight from the switch on: 0 is unconditional, less "
                                 "pushes away from the class. ")
                         + kWindowSource + "."),
         progressOver(ProgressOver::Steps),
         guidanceTarget()},
        kScheduledGuidanceGroup};
    kind.make = makeRunRule<EarlyHigh>;
    return kind;
}

} // namespace scorefield
