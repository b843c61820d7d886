// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/noise_source.h"

#include "core/base/philox.h"
#include "core/field/double_kernel.h"
#include "core/field/kernel.h"
#include "core/sampler/brownian_path.h"
#include "core/sampler/noise_recording.h"

#include <type_traits>

namespace scorefield {

namespace {

/// Draws 2*pair and 2*pair + 1 by the SIMD kernel; `odd` null: not wanted.
void normalPair(std::uint64_t seed,
                Stream stream,
                const ParticleRange& range,
                std::uint32_t pair,
                Block<float>* even,
                Block<float>* odd)
{
    const auto rows = static_cast<std::size_t>(even->rows());
    bestFieldKernels().normals({.seed = seed,
                                .stream = static_cast<std::uint32_t>(stream),
                                .firstParticle = static_cast<std::uint32_t>(range.first),
                                .stepPair = pair,
                                .dimension = static_cast<int>(even->cols()),
                                .n = rows,
                                .stride = rows,
                                .even = even->data(),
                                .odd = odd != nullptr ? odd->data() : nullptr});
}

/// Draws 2*pair and 2*pair + 1 in double; a null block is not wanted.
void normalPair(std::uint64_t seed,
                Stream stream,
                const ParticleRange& range,
                std::uint32_t pair,
                Block<double>* even,
                Block<double>* odd)
{
    const Block<double>& shape = even != nullptr ? *even : *odd;
    const auto rows = static_cast<std::size_t>(shape.rows());
    bestDoubleKernels().normals({.seed = seed,
                                 .stream = static_cast<std::uint32_t>(stream),
                                 .firstParticle = static_cast<std::uint32_t>(range.first),
                                 .stepPair = pair,
                                 .dimension = static_cast<int>(shape.cols()),
                                 .n = rows,
                                 .stride = rows,
                                 .even = even != nullptr ? even->data() : nullptr,
                                 .odd = odd != nullptr ? odd->data() : nullptr});
}

} // namespace

template <class Real>
void initialNormals(std::uint64_t seed, const ParticleRange& range, Block<Real>& z)
{
    normalPair(seed, Stream::Initial, range, 0, &z, nullptr);
}

template <class Real>
void pathNormals(std::uint64_t seed,
                 const ParticleRange& range,
                 std::uint32_t node,
                 Block<Real>& z,
                 Block<Real>& spare)
{
    if constexpr (std::is_same_v<Real, float>)
        normalPair(seed, Stream::Path, range, node, &z, &spare);
    else
        normalPair(seed, Stream::Path, range, node, &z, nullptr);
}

RecordedNoise recordedNoise(const SimulationPlan& plan, const SimulationInputs& inputs)
{
    if (inputs.noise && inputs.noiseCalls > 0) {
        const std::size_t perCall = inputs.noise->size() / inputs.noiseCalls;
        const auto d = static_cast<std::size_t>(plan.mixture->dimension());
        return {inputs.noise->data(), inputs.noiseCalls, perCall / d};
    }
    if (plan.noise == NoisePolicy::Tape && plan.tape)
        return {plan.tape->values.data(), plan.tape->calls, plan.tape->particles};
    return {};
}

template <class Real>
NoiseSource<Real>::NoiseSource(const ParticleRange& range,
                               int dimension,
                               int draws,
                               const SimulationPlan& plan,
                               const SimulationInputs& inputs,
                               NoiseRecorder* recorder)
    : m_seed(plan.seed)
    , m_range(range)
    , m_draws(draws)
    , m_recorded(recordedNoise(plan, inputs))
    , m_recorder(recorder)
{
    if (draws == 0 || m_recorded.values != nullptr)
        return;
    m_odd.resize(range.rows, dimension);
    if (std::is_same_v<Real, float>)
        m_even.resize(range.rows, dimension);
    if (plan.noise == NoisePolicy::BrownianTree)
        m_path = std::make_unique<BrownianPath<Real>>(plan.seed, range, dimension);
}

template <class Real>
NoiseSource<Real>::~NoiseSource() = default;

template <class Real>
void NoiseSource<Real>::beginBlock(const ParticleRange& range, int dimension)
{
    m_range = range;
    m_next = 0;
    m_call = 0;
    m_exhausted = false;
    m_pair = ~0U;
    if (m_odd.size() > 0)
        m_odd.resize(range.rows, dimension);
    if (m_even.size() > 0)
        m_even.resize(range.rows, dimension);
    if (m_path)
        m_path = std::make_unique<BrownianPath<Real>>(m_seed, range, dimension);
}

template <class Real>
void NoiseSource<Real>::between(double high, double low, Block<Real>& z)
{
    if (!m_path)
        return independent(z);
    m_path->increment(high, low, z);
    finishDraw(z);
}

template <class Real>
void NoiseSource<Real>::independent(Block<Real>& z)
{
    if (m_recorded.values != nullptr)
        drawRecorded(z);
    else
        drawPhilox(z);
    ++m_next;
    finishDraw(z);
}

template <class Real>
const Block<Real>& NoiseSource<Real>::draw(double high, double low, Block<Real>& space)
{
    if (std::is_same_v<Real, float> && !m_path && m_recorded.values == nullptr) {
        const Block<Real>& z = kernelDraw();
        ++m_next;
        ++m_call;
        return z;
    }
    between(high, low, space);
    return space;
}

template <class Real>
const Block<Real>& NoiseSource<Real>::kernelDraw()
{
    if constexpr (std::is_same_v<Real, float>)
        if (m_next / 2 != m_pair) {
            m_pair = m_next / 2;
            normalPair(m_seed, Stream::Steps, m_range, m_pair, &m_even, &m_odd);
        }
    return m_next % 2 == 0 ? m_even : m_odd;
}

template <class Real>
void NoiseSource<Real>::finishDraw(const Block<Real>& z)
{
    if constexpr (std::is_same_v<Real, double>)
        if (m_recorder != nullptr && !m_exhausted)
            m_recorder->record(m_call, m_range, z);
    ++m_call;
}

template <class Real>
void NoiseSource<Real>::drawRecorded(Block<Real>& z)
{
    z.setZero();
    m_exhausted = m_call >= m_recorded.calls;
    if (m_exhausted)
        return;
    const auto d = static_cast<std::size_t>(z.cols());
    const double* slice = m_recorded.values + (m_call * m_recorded.particles + m_range.first) * d;
    for (std::size_t i = 0; i < m_range.count; ++i)
        for (std::size_t c = 0; c < d; ++c)
            z(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                static_cast<Real>(slice[i * d + c]);
}

template <class Real>
void NoiseSource<Real>::drawPhilox(Block<Real>& z)
{
    if constexpr (std::is_same_v<Real, float>) {
        z = kernelDraw();
    } else {
        const std::uint32_t pair = m_next / 2;
        if (m_next % 2 == 0) {
            normalPair(m_seed, Stream::Steps, m_range, pair, &z, &m_odd);
            m_pair = pair;
        } else if (m_pair == pair) {
            z = m_odd;
        } else {
            normalPair(m_seed, Stream::Steps, m_range, pair, nullptr, &z);
        }
    }
}

template void initialNormals<float>(std::uint64_t, const ParticleRange&, Block<float>&);
template void initialNormals<double>(std::uint64_t, const ParticleRange&, Block<double>&);
template void pathNormals<float>(
    std::uint64_t, const ParticleRange&, std::uint32_t, Block<float>&, Block<float>&);
template void pathNormals<double>(
    std::uint64_t, const ParticleRange&, std::uint32_t, Block<double>&, Block<double>&);
template class NoiseSource<float>;
template class NoiseSource<double>;

} // namespace scorefield
