// SPDX-License-Identifier: GPL-3.0-or-later
// Levels of evaluations and numbers of draws of a run, without a field: of samplers that do not
// choose their steps by what they see, both are the same for all particles.
#include "core/session/python_parts.h"

namespace scorefield::python {

namespace {

class RecordingField final : public ScoreField<double> {
public:
    RecordingField(int dimension, std::vector<PathCoefficients>& levels)
        : m_dimension(dimension)
        , m_levels(levels)
    {
    }
    int dimension() const override { return m_dimension; }
    void denoise(const PathCoefficients& level,
                 const Block<double>&,
                 Block<double>& denoised) const override
    {
        m_levels.push_back(level);
        denoised.setZero();
    }

private:
    int m_dimension;
    std::vector<PathCoefficients>& m_levels;
};

class CountingNoise final : public StepNoise<double> {
public:
    explicit CountingNoise(Requests& requests) : m_requests(requests) {}
    void independent(Block<double>& z) override
    {
        ++m_requests.draws;
        z.setOnes();
    }
    void between(double, double, Block<double>& z) override
    {
        m_requests.drawsPath = true;
        independent(z);
    }

private:
    Requests& m_requests;
};

} // namespace

Requests requestsOf(const SimulationPlan& plan)
{
    Requests requests;
    const SamplerKind& kind = **findSampler(plan.sampler);
    const auto stepper = kind.makeDouble(plan.sampler.values);
    const int d = plan.mixture->dimension(), steps = static_cast<int>(plan.levels.size()) - 1;
    CountingNoise noise(requests);
    Block<double> x = Block<double>::Ones(1, d);
    for (int k = 0; k < steps; ++k) {
        const auto i = static_cast<std::size_t>(k);
        requests.evaluations.emplace_back();
        const RecordingField field(d, requests.evaluations.back());
        const StepFacts facts{plan.levels[i],
                              plan.levels[i + 1],
                              kind.usesEta ? plan.eta : 0,
                              plan.process.get(),
                              plan.levels,
                              k};
        stepper->step({facts, field, noise, 1}, x);
        x.setOnes();
    }
    return requests;
}

} // namespace scorefield::python
