// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the guidance rules share: parameters, and the rule made of a formula that knows the run.
#include "core/field/guidance.h"
#include "core/field/run_progress.h"

#include <type_traits>
#include <utility>

namespace scorefield {

inline constexpr const char* kConstantGuidanceGroup = "Constant weight";
inline constexpr const char* kScheduledGuidanceGroup = "Weight over the run";
inline constexpr const char* kNonLinearGuidanceGroup = "Non-linear";

inline constexpr const char* kDependsOnOrigin = "depends on the origin";
inline constexpr const char* kDependsOnSpace = "depends on the space";
inline constexpr const char* kNoContinuousLimit = "no continuous limit";

/// "w".
ParameterDescriptor guidanceWeight(double defaultValue, std::string help, double minimum = -5);
/// "target".
ParameterDescriptor guidanceTarget();
/// "over": what the rule counts as progress.
ParameterDescriptor progressOver(ProgressOver defaultValue);
/// A progress in [0, 1].
ParameterDescriptor progressAt(std::string key, std::string label, double value, std::string help);
ProgressOver progressOverOf(const Choice& choice);

/// A rule from a formula, remade for every run. Formula(choice, progress of the run) or
/// Formula(choice, facts of the run) has weight(sigma~) and may have what GuidanceRule has:
/// combine, denoise (it is then a Field rule), extraMixtures, newMemory, newCorrector, check,
/// kCouplesParticles. Unbound, it knows the standard levels and no mixture.
template <class Formula>
class RunRule final : public GuidanceRule {
public:
    explicit RunRule(Choice choice)
        : RunRule(std::move(choice), {RunProgress::standard().levels()}, false)
    {
    }
    RunRule(Choice choice, const RunFacts& run, bool bound = true)
        : m_choice(std::move(choice))
        , m_formula(makeFormula(m_choice, run))
        , m_bound(bound)
    {
    }

    double weight(const PathCoefficients& level) const override
    {
        return m_formula.weight(level.sigmaTilde());
    }
    std::optional<int> target() const override
    {
        return static_cast<int>(m_choice.values.at("target"));
    }
    GuidanceForm form() const override
    {
        return kLooks      ? GuidanceForm::Field
               : kCombines ? GuidanceForm::Pointwise
                           : GuidanceForm::Linear;
    }
    void combine(const PathCoefficients& level,
                 const GuidedMeans& means,
                 Block<double>& denoised) const override
    {
        if constexpr (kCombines)
            m_formula.combine(level, means, denoised);
        else
            GuidanceRule::combine(level, means, denoised);
    }
    void denoise(const PathCoefficients& level,
                 const Block<double>& x,
                 const MeanSource& means,
                 RuleMemory* memory,
                 Block<double>& denoised) const override
    {
        if constexpr (kLooks)
            m_formula.denoise(level, x, means, memory, denoised);
        else
            GuidanceRule::denoise(level, x, means, memory, denoised);
    }
    std::vector<std::shared_ptr<const GaussianMixture>> extraMixtures() const override
    {
        if constexpr (requires { m_formula.extraMixtures(); })
            return m_formula.extraMixtures();
        else
            return {};
    }
    std::unique_ptr<RuleMemory> newMemory(Eigen::Index rows, Eigen::Index d) const override
    {
        if constexpr (requires { m_formula.newMemory(rows, d); })
            return m_formula.newMemory(rows, d);
        else
            return nullptr;
    }
    std::unique_ptr<StepCorrector> newCorrector(Eigen::Index rows, Eigen::Index d) const override
    {
        if constexpr (requires { m_formula.newCorrector(rows, d); })
            return m_formula.newCorrector(rows, d);
        else
            return nullptr;
    }
    bool couplesParticles() const override
    {
        if constexpr (requires { Formula::kCouplesParticles; })
            return Formula::kCouplesParticles;
        else
            return false;
    }
    Status check(const RunFacts& run) const override
    {
        if constexpr (requires { m_formula.check(run); })
            return m_formula.check(run);
        else
            return GuidanceRule::check(run);
    }
    std::shared_ptr<const GuidanceRule> forRun(const RunFacts& run) const override
    {
        return m_bound ? nullptr : std::make_shared<RunRule>(m_choice, run);
    }

private:
    static constexpr bool kCombines = requires(const Formula& formula,
                                               const PathCoefficients& level,
                                               const GuidedMeans& means,
                                               Block<double>& denoised)
    {
        formula.combine(level, means, denoised);
    };
    static constexpr bool kLooks = requires(const Formula& formula,
                                            const PathCoefficients& level,
                                            const Block<double>& x,
                                            const MeanSource& means,
                                            RuleMemory* memory,
                                            Block<double>& denoised)
    {
        formula.denoise(level, x, means, memory, denoised);
    };

    static Formula makeFormula(const Choice& choice, const RunFacts& run)
    {
        if constexpr (std::is_constructible_v<Formula, const Choice&, const RunFacts&>)
            return Formula(choice, run);
        else
            return Formula(choice, RunProgress(run.levels));
    }

    Choice m_choice;
    Formula m_formula;
    bool m_bound;
};

template <class Formula>
std::shared_ptr<const GuidanceRule> makeRunRule(const Choice& choice)
{
    return std::make_shared<RunRule<Formula>>(choice);
}

} // namespace scorefield
