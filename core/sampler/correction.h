// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The corrector of a guidance rule in a run: it works in double whatever the run computes in.
#include "core/base/philox.h"
#include "core/sampler/simulate.h"

#include <utility>

namespace scorefield {

/// Of one block. Does nothing where the rule has no corrector.
template <class Real>
class Correction {
public:
    Correction(const SimulationPlan& plan, const ScoreField<Real>& field, Eigen::Index rows)
        : m_plan(plan)
        , m_means(field.means())
        , m_corrector(m_means != nullptr
                          ? guidanceForRun(plan.guidance, {plan.levels, plan.mixture, plan.process})
                                ->newCorrector(rows, field.dimension())
                          : nullptr)
    {
    }

    int drawsPerStep() const { return m_corrector ? m_corrector->drawsPerStep() : 0; }
    long long evaluations(std::size_t particles) const
    {
        return m_corrector ? static_cast<long long>(m_corrector->evaluationsPerStep()
                                                    * static_cast<double>(particles) * m_steps)
                           : 0;
    }
    void beginStep(const Block<Real>& x)
    {
        if (m_corrector)
            m_before = x.template cast<double>();
    }
    /// True if particles changed places: see ancestors().
    bool finishStep(const StepContext<Real>& step, Block<Real>& x)
    {
        if (!m_corrector)
            return false;
        ++m_steps;
        m_after = x.template cast<double>();
        const auto normals = [&](Block<double>& z) {
            m_draw.resize(z.rows(), z.cols());
            step.noise.independent(m_draw);
            z = m_draw.template cast<double>();
        };
        const double uniform = philoxUniform(
            m_plan.seed, Stream::Resampling, 0, static_cast<std::uint32_t>(step.step), 0);
        m_corrector->afterStep({step.from,
                                step.to,
                                step.step,
                                step.steps(),
                                step.particles,
                                m_plan.prior == Prior::Exact,
                                *m_means,
                                normals,
                                uniform},
                               m_before,
                               m_after);
        x = m_after.template cast<Real>();
        return !m_corrector->ancestors().empty();
    }
    std::span<const int> ancestors() const { return m_corrector->ancestors(); }
    std::span<const double> logWeights() const
    {
        return m_corrector ? m_corrector->logWeights() : std::span<const double>();
    }

private:
    const SimulationPlan& m_plan;
    const MeanSource* m_means;
    std::unique_ptr<StepCorrector> m_corrector;
    int m_steps = 0;
    Block<double> m_before, m_after;
    Block<Real> m_draw;
};

} // namespace scorefield
