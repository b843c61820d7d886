// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/noise_recording.h"

namespace scorefield {

NoiseRecorder::NoiseRecorder(std::size_t particles, int dimension)
    : m_particles(particles)
    , m_dimension(static_cast<std::size_t>(dimension))
{
}

void NoiseRecorder::record(std::size_t call, const ParticleRange& range, const Block<double>& z)
{
    double* slice = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        while (m_calls.size() <= call)
            m_calls.emplace_back(m_particles * m_dimension, 0.);
        slice = m_calls[call].data(); // stays where it is while the list of slices grows
    }
    for (std::size_t i = 0; i < range.count; ++i)
        for (std::size_t c = 0; c < m_dimension; ++c)
            slice[(range.first + i) * m_dimension + c] =
                z(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c));
}

NoiseTape NoiseRecorder::take()
{
    NoiseTape tape{m_calls.size(), m_particles, m_dimension, {}};
    tape.values.reserve(m_calls.size() * m_particles * m_dimension);
    for (std::vector<double>& slice : m_calls) {
        tape.values.insert(tape.values.end(), slice.begin(), slice.end());
        std::vector<double>().swap(slice);
    }
    m_calls.clear();
    return tape;
}

} // namespace scorefield
