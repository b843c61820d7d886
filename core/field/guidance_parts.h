// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the guidance rules share: parameters, and the rule made of a formula that knows the run.
#include "core/field/guidance.h"
#include "core/field/run_progress.h"

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

/// A rule from a formula: Formula(choice, progress of the run) with weight(sigma~), and, if it is
/// not linear, combine(level, means, denoised). Remade for every run.
template <class Formula>
class RunRule final : public GuidanceRule {
public:
    explicit RunRule(Choice choice)
        : m_choice(std::move(choice))
        , m_formula(m_choice, RunProgress::standard())
    {
    }
    RunRule(Choice choice, const std::vector<PathCoefficients>& levels)
        : m_choice(std::move(choice))
        , m_formula(m_choice, RunProgress(levels))
        , m_ofRun(true)
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
    bool isLinear() const override { return !kCombines; }
    void combine(const PathCoefficients& level,
                 const GuidedMeans& means,
                 Block<double>& denoised) const override
    {
        if constexpr (kCombines)
            m_formula.combine(level, means, denoised);
        else
            GuidanceRule::combine(level, means, denoised);
    }
    std::shared_ptr<const GuidanceRule>
    forRun(const std::vector<PathCoefficients>& levels) const override
    {
        return m_ofRun ? nullptr : std::make_shared<RunRule>(m_choice, levels);
    }

private:
    static constexpr bool kCombines = requires(const Formula& formula,
                                               const PathCoefficients& level,
                                               const GuidedMeans& means,
                                               Block<double>& denoised)
    {
        formula.combine(level, means, denoised);
    };

    Choice m_choice;
    Formula m_formula;
    bool m_ofRun = false;
};

template <class Formula>
std::shared_ptr<const GuidanceRule> makeRunRule(const Choice& choice)
{
    return std::make_shared<RunRule<Formula>>(choice);
}

} // namespace scorefield
