// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_ridge.h"

#include <cmath>

namespace scorefield {

namespace {

struct Stretch {
    double d0, d1, length;
};
Stretch stretch(const PlanePoint& a, const PlanePoint& b)
{
    const double d0 = b.x0 - a.x0, d1 = b.x1 - a.x1;
    return {d0, d1, std::hypot(d0, d1)};
}

/// sin^2 of the turn from a to b; 1 where it is more than a right angle.
double squaredTurn(const Stretch& a, const Stretch& b)
{
    const double along = a.d0 * b.d0 + a.d1 * b.d1, across = a.d0 * b.d1 - a.d1 * b.d0;
    const double product = a.length * b.length;
    return along <= 0 ? 1 : across * across / (product * product);
}

} // namespace

void smoothChain(const PlaneLaw& law,
                 RidgeChain& chain,
                 const RidgeThresholds& thresholds,
                 double longest)
{
    constexpr double turn = .01; // sin^2 of six degrees: no corner is seen
    constexpr int rounds = 6;
    for (int round = 0; round < rounds; ++round) {
        const std::size_t count = chain.points.size();
        const std::size_t stretches = chain.closed ? count : count - 1;
        std::vector<Stretch> at;
        for (std::size_t i = 0; i < stretches; ++i)
            at.push_back(stretch(chain.points[i], chain.points[(i + 1) % count]));
        std::vector<bool> halve(stretches, false);
        for (std::size_t i = 0; i < stretches; ++i) {
            if (at[i].length > longest)
                halve[i] = true;
            if (i + 1 == stretches && !chain.closed)
                break;
            const std::size_t next = (i + 1) % stretches;
            if (squaredTurn(at[i], at[next]) > turn) // the longer one hides the bend
                (at[i].length >= .5 * at[next].length ? halve[i] : halve[next]) = true;
            if (squaredTurn(at[i], at[next]) > turn && at[next].length >= .5 * at[i].length)
                halve[next] = true;
        }
        std::vector<PlanePoint> middles;
        for (std::size_t i = 0; i < stretches; ++i)
            if (halve[i] && at[i].length > longest / 24) {
                PlanePoint middle;
                middle.x0 = chain.points[i].x0 + at[i].d0 / 2;
                middle.x1 = chain.points[i].x1 + at[i].d1 / 2;
                middles.push_back(middle);
            } else {
                halve[i] = false;
            }
        if (middles.empty())
            return;
        const auto settled = std::make_unique<bool[]>(middles.size());
        refineOntoRidge(law, middles.data(), middles.size(), longest / 2, settled.get());
        std::vector<PlanePoint> points;
        for (std::size_t i = 0, m = 0; i < count; ++i) {
            points.push_back(chain.points[i]);
            if (i >= stretches || !halve[i])
                continue;
            const Stretch there = stretch(chain.points[i], middles[m]);
            // Only a place of the ridge between its neighbours helps.
            if (settled[m] && middles[m].frame.isRidgelike(thresholds)
                && there.d0 * at[i].d0 + there.d1 * at[i].d1 > 0 && there.length < at[i].length)
                points.push_back(middles[m]);
            ++m;
        }
        if (points.size() == count)
            return;
        chain.points = std::move(points);
    }
}

} // namespace scorefield
