// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One Brownian path per particle and coordinate, as a function that can be asked anywhere: a
// virtual Brownian tree (Li et al. 2020, arXiv:2001.01328) whose nodes are Philox normals. Changing
// K, the grid or the sampler asks the same path at other places.
#include "core/sampler/noise_source.h"

#include <array>

namespace scorefield {

/// W(c) on the clock c = log sigma~, the same for every process. c is clamped to [-kHalfSpan,
/// kHalfSpan], that is sigma~ in [8.3e-7, 1.2e6]; W(-kHalfSpan) = 0. Down to the leaves of the tree
/// (2 kHalfSpan / 2^kDepth = 1.1e-4 wide) the law at any finite set of places is exact; inside a
/// leaf one bump of the right variance is shared by all places.
template <class Real>
class BrownianPath {
public:
    static constexpr int kDepth = 18;
    static constexpr double kHalfSpan = 14;

    BrownianPath(std::uint64_t seed, const ParticleRange& range, int dimension);
    static double clock(double sigmaTilde);

    /// z = (W(high) - W(low)) / sqrt(clock(high) - clock(low)), a standard normal per entry.
    void increment(double high, double low, Block<Real>& z);

private:
    struct Node {
        double place = 0; ///< c
        Block<Real> value;
    };
    void valueAt(double clock, Block<Real>& w);
    void normals(std::uint32_t node, Block<Real>& z);

    std::uint64_t m_seed;
    ParticleRange m_range;
    Node m_left, m_right;                     // the ends of the interval at the current depth
    std::array<Block<Real>, kDepth> m_middle; // values of the nodes on the way down, kept between
                                              // questions: neighbours share most of it
    std::array<std::uint32_t, kDepth>
        m_known;       // the node that m_middle holds at each depth, 0: none
    Block<Real> m_end; // W(kHalfSpan)
    Block<Real> m_normal, m_spare, m_last;
    double m_lastClock = 0;
    bool m_hasLast = false;
};

} // namespace scorefield
