// SPDX-License-Identifier: GPL-3.0-or-later
// The paths of EDM's ablation study (table 1 there): a noise schedule sigma~(t) times a scaling
// s(t), alpha = s, sigma = s sigma~. Its ends are given as noise levels, as EDM's program takes
// them.
#include "core/base/text.h"
#include "core/process/process_parts.h"
#include "core/process/vp_rate.h"

#include <cmath>

namespace scorefield {

namespace {

enum class Schedule { Vp, Ve, Linear };

/// sigma~(t), its derivative and its inverse.
struct NoiseSchedule {
    Schedule kind = Schedule::Vp;
    VpRate rate;

    double value(double t) const
    {
        switch (kind) {
        case Schedule::Vp:
            return rate.noise(t);
        case Schedule::Ve:
            return std::sqrt(t);
        case Schedule::Linear:
            break;
        }
        return t;
    }
    double derivative(double t) const
    {
        return kind == Schedule::Linear ? 1 : halfSquare(t) / value(t);
    }
    /// sigma~ sigma~' = (sigma~^2)'/2, finite at t = 0 where sigma~' is not.
    double halfSquare(double t) const
    {
        switch (kind) {
        case Schedule::Vp:
            return rate.rate(t) * std::exp(rate.exponent(t)) / 2;
        case Schedule::Ve:
            return 0.5;
        case Schedule::Linear:
            break;
        }
        return t;
    }
    double inverse(double sigmaTilde) const
    {
        switch (kind) {
        case Schedule::Vp:
            return rate.timeOf(sigmaTilde);
        case Schedule::Ve:
            return sigmaTilde * sigmaTilde;
        case Schedule::Linear:
            break;
        }
        return sigmaTilde;
    }
};

class EdmAblation final : public ForwardProcess {
public:
    EdmAblation(const NoiseSchedule& schedule, bool scaled, double sigmaMax, double sigmaMin)
        : ForwardProcess(schedule.inverse(sigmaMax), schedule.inverse(sigmaMin))
        , m_schedule(schedule)
        , m_scaled(scaled)
    {
    }

    PathCoefficients at(double t) const override
    {
        const double sigmaTilde = m_schedule.value(t), slope = m_schedule.derivative(t);
        if (!m_scaled)
            return {t, 1, sigmaTilde, 0, slope};
        const double s = 1 / std::hypot(1, sigmaTilde), cube = s * s * s;
        // s' = -sigma~ sigma~' s^3, and (s sigma~)' = sigma~' s^3
        return {t, s, sigmaTilde * s, -m_schedule.halfSquare(t) * cube, slope * cube};
    }

    double timeAt(double sigmaTilde) const override { return m_schedule.inverse(sigmaTilde); }

private:
    NoiseSchedule m_schedule;
    bool m_scaled;
};

ProcessResult makeAblation(const Choice& choice)
{
    const ParameterValues& values = choice.values;
    const double sigmaMax = values.at("horizon"), sigmaMin = values.at("stop");
    NoiseSchedule schedule{static_cast<Schedule>(static_cast<int>(values.at("schedule"))),
                           {values.at("beta_d"), values.at("beta_min")}};
    if (schedule.kind == Schedule::Vp && values.at("betas") == 1) {
        const double epsilon = values.at("epsilon_s");
        schedule.rate = VpRate::fitted(sigmaMax, sigmaMin, epsilon);
        if (!(schedule.rate.betaD > 0))
            return Error{"epsilon_s",
                         "is " + formatNumber(epsilon)
                             + ": a rate that grows cannot reach both noise levels, raise ε_s or "
                               "lower the last level"};
    }
    return processOf<EdmAblation>(schedule, values.at("scaling") == 0, sigmaMax, sigmaMin);
}

std::vector<ParameterDescriptor> ablationParameters()
{
    return {
        {.key = "horizon",
         .symbol = "σ̃_T",
         .label = "First noise level",
         .minimum = 2,
         .maximum = 1000,
         .defaultValue = 80,
         .scale = Scale::Logarithmic,
         .help = "Noise level σ̃ = σ/α at which the reverse run starts; T is its time. EDM's "
                 "sigma_max. Karras et al. 2022, arXiv:2206.00364."},
        {.key = "stop",
         .symbol = "σ̃_δ",
         .label = "Last noise level",
         .minimum = 1e-5,
         .maximum = 1,
         .defaultValue = 0.002,
         .scale = Scale::Logarithmic,
         .help = "Noise level σ̃ = σ/α at which the run ends; δ is its time. EDM's sigma_min. "
                 "Karras et al. 2022, arXiv:2206.00364."},
        {.key = "schedule",
         .symbol = "σ̃(t)",
         .label = "Schedule",
         .type = ParameterType::Choice,
         .maximum = 2,
         .choices = {{"vp", "VP", "σ̃² = e^(½β_d t² + β_min t) − 1"},
                     {"ve", "VE", "σ̃ = √t"},
                     {"linear", "Linear", "σ̃ = t, EDM's own"}},
         .help = "Noise level as a function of time. Karras et al. 2022, arXiv:2206.00364, "
                 "table 1."},
        {.key = "scaling",
         .symbol = "s(t)",
         .label = "Scaling",
         .type = ParameterType::Choice,
         .maximum = 1,
         .choices = {{"vp", "VP", "s = 1/√(1 + σ̃²): constant total variance"},
                     {"none", "None", "s = 1"}},
         .help = "Size of the signal, α = s(t). Karras et al. 2022, arXiv:2206.00364, table 1."},
        {.key = "beta_d",
         .symbol = "β_d",
         .label = "Growth of the rate",
         .minimum = 0.5,
         .maximum = 100,
         .defaultValue = 19.9,
         .help = "Schedule VP: β = β_min + β_d t. Karras et al. 2022, arXiv:2206.00364, table "
                 "1."},
        {.key = "beta_min",
         .symbol = "β_min",
         .label = "Rate at the data",
         .minimum = 1e-3,
         .maximum = 5,
         .defaultValue = 0.1,
         .scale = Scale::Logarithmic,
         .help = "Schedule VP: β at t = 0. Karras et al. 2022, arXiv:2206.00364, table 1."},
        {.key = "betas",
         .symbol = "β",
         .label = "Rates",
         .type = ParameterType::Choice,
         .maximum = 1,
         .choices = {{"given", "As given", "β_d and β_min as they stand"},
                     {"fitted",
                      "Fitted to the ends",
                      "so that the two noise levels lie at t = 1 and t = ε_s"}},
         .help = "Schedule VP: EDM's program fits the rates to its noise range, which gives "
                 "19.9 and 0.1 only for its default VP range. NVlabs/edm, ablation_sampler."},
        {.key = "epsilon_s",
         .symbol = "ε_s",
         .label = "Time of the last level",
         .minimum = 1e-6,
         .maximum = 0.1,
         .defaultValue = 1e-3,
         .scale = Scale::Logarithmic,
         .help = "Schedule VP with fitted rates: δ = ε_s. Karras et al. 2022, "
                 "arXiv:2206.00364, table 1."}};
}

} // namespace

ProcessKind edmAblationProcess()
{
    ProcessKind kind{};
    kind.info = {"edm-ablation",
                 "EDM ablation",
                 "α = s(t),  σ = s(t)σ̃(t)",
                 "Any schedule with any scaling of EDM's comparison of earlier methods; the ends "
                 "are given as noise levels.",
                 "Karras et al. 2022, arXiv:2206.00364, table 1; NVlabs/edm, ablation_sampler",
                 ablationParameters()};
    kind.info.group = kProgramGroup;
    kind.make = makeAblation;
    return kind;
}

} // namespace scorefield
