// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a run starts: x_T of a block of particles, from N(0, sigma_T^2 I), the exact law q_T or
// given numbers.
#include "core/sampler/noise_source.h"

namespace scorefield {

class InitialState {
public:
    InitialState(const SimulationPlan& plan, const SimulationInputs& inputs);

    /// x [rows,d] of the range. The normals are the same for both priors.
    template <class Real>
    void fill(const ParticleRange& range, Block<Real>& x) const;

private:
    void fillExact(const ParticleRange& range, Block<double>& x) const;

    const SimulationPlan& m_plan;
    const SimulationInputs& m_inputs;
    std::vector<int> m_components;       // of the target's conditional mixture, or all
    std::vector<double> m_cumulative;    // their weights, summed up
    std::vector<Eigen::MatrixXd> m_root; // Q sqrt(alpha^2 l + sigma^2) Q^T of each [d,d]
};

} // namespace scorefield
