// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sampler/brownian_path.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

template <class Real>
BrownianPath<Real>::BrownianPath(std::uint64_t seed, const ParticleRange& range, int dimension)
    : m_seed(seed)
    , m_range(range)
{
    m_known.fill(0);
    for (Block<Real>* block : {&m_left.value, &m_right.value, &m_end, &m_normal, &m_spare, &m_last})
        block->resize(range.rows, dimension);
    for (Block<Real>& block : m_middle)
        block.resize(range.rows, dimension);
    normals(0, m_end); // nodes are numbered as in a heap, from 1; 0 is the end of the path
    m_end *= static_cast<Real>(std::sqrt(2 * kHalfSpan));
}

template <class Real>
double BrownianPath<Real>::clock(double sigmaTilde)
{
    return sigmaTilde > 0 ? std::clamp(std::log(sigmaTilde), -kHalfSpan, kHalfSpan) : -kHalfSpan;
}

template <class Real>
void BrownianPath<Real>::normals(std::uint32_t node, Block<Real>& z)
{
    pathNormals(m_seed, m_range, node, z, m_spare);
}

template <class Real>
void BrownianPath<Real>::valueAt(double clock, Block<Real>& w)
{
    m_left.place = -kHalfSpan;
    m_left.value.setZero();
    m_right.place = kHalfSpan;
    m_right.value = m_end;
    std::uint32_t node = 1;
    for (int depth = 0; depth < kDepth; ++depth) {
        const auto at = static_cast<std::size_t>(depth);
        const double width = m_right.place - m_left.place;
        const double middle = m_left.place + width / 2;
        if (m_known[at] != node) { // the middle of a bridge has variance width/4
            normals(node, m_normal);
            m_middle[at] = Real(0.5) * (m_left.value + m_right.value)
                           + static_cast<Real>(std::sqrt(width) / 2) * m_normal;
            m_known[at] = node;
        }
        const bool below = clock < middle;
        Node& replaced = below ? m_right : m_left;
        replaced.place = middle;
        replaced.value = m_middle[at];
        node = 2 * node + (below ? 0U : 1U);
    }
    // In the leaf: the bridge's mean and standard deviation, with the leaf's own normal.
    const double width = m_right.place - m_left.place;
    const double share = (clock - m_left.place) / width;
    normals(node, m_normal);
    w = static_cast<Real>(1 - share) * m_left.value + static_cast<Real>(share) * m_right.value
        + static_cast<Real>(std::sqrt(share * (1 - share) * width)) * m_normal;
}

template <class Real>
void BrownianPath<Real>::increment(double high, double low, Block<Real>& z)
{
    const double from = clock(high), to = clock(low);
    if (!(from > to)) { // both beyond one end of the tree, where nothing is left of the path
        z.setZero();
        return;
    }
    if (!m_hasLast || m_lastClock != from)
        valueAt(from, m_last);
    z = m_last;
    valueAt(to, m_last);
    m_lastClock = to;
    m_hasLast = true;
    z = (z - m_last) / static_cast<Real>(std::sqrt(from - to));
}

template class BrownianPath<float>;
template class BrownianPath<double>;

} // namespace scorefield
