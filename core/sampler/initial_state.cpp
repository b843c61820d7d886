// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/initial_state.h"

#include "core/base/philox.h"
#include "core/field/component_order.h"

#include <algorithm>
#include <type_traits>

namespace scorefield {

InitialState::InitialState(const SimulationPlan& plan, const SimulationInputs& inputs)
    : m_plan(plan)
    , m_inputs(inputs)
{
    if (inputs.start || plan.prior == Prior::Gaussian)
        return;
    const PathCoefficients& level = plan.levels.front();
    const ComponentOrder order = orderComponents(*plan.mixture, *plan.guidance);
    double sum = 0;
    for (int i = 0; i < order.members; ++i) {
        const int k = order.components[static_cast<std::size_t>(i)];
        const auto& component = plan.mixture->components()[static_cast<std::size_t>(k)];
        sum += component.weight;
        m_components.push_back(k);
        m_cumulative.push_back(sum);
        const Eigen::VectorXd deviation =
            (level.alpha * level.alpha * component.eigenvalues.array() + level.sigma * level.sigma)
                .sqrt()
                .matrix();
        m_root.emplace_back(component.eigenvectors * deviation.asDiagonal()
                            * component.eigenvectors.transpose());
    }
}

template <class Real>
void InitialState::fill(const ParticleRange& range, Block<Real>& x) const
{
    if (m_inputs.start) {
        x.setZero();
        const auto first = static_cast<Eigen::Index>(range.first),
                   count = static_cast<Eigen::Index>(range.count);
        x.topRows(count) = m_inputs.start->middleRows(first, count).array().template cast<Real>();
    } else if (m_plan.prior == Prior::Gaussian) {
        initialNormals(m_plan.seed, range, x);
        x *= static_cast<Real>(m_plan.levels.front().sigma);
    } else if constexpr (std::is_same_v<Real, double>) {
        fillExact(range, x);
    } else {
        Block<double> exact(x.rows(), x.cols());
        fillExact(range, exact);
        x = exact.cast<Real>();
    }
}

void InitialState::fillExact(const ParticleRange& range, Block<double>& x) const
{
    initialNormals(m_plan.seed, range, x);
    const double alpha = m_plan.levels.front().alpha;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const auto particle = static_cast<std::uint32_t>(range.first + static_cast<std::size_t>(i));
        const double u =
            philoxUniform(m_plan.seed, Stream::Prior, particle, 0, 0) * m_cumulative.back();
        const auto place = std::upper_bound(m_cumulative.begin(), m_cumulative.end() - 1, u)
                           - m_cumulative.begin();
        const auto chosen = static_cast<std::size_t>(place);
        const auto& mean =
            m_plan.mixture->components()[static_cast<std::size_t>(m_components[chosen])].mean;
        const Eigen::VectorXd z = x.row(i).transpose().matrix();
        x.row(i) = (alpha * mean + m_root[chosen] * z).transpose().array();
    }
}

template void InitialState::fill<float>(const ParticleRange&, Block<float>&) const;
template void InitialState::fill<double>(const ParticleRange&, Block<double>&) const;

} // namespace scorefield
