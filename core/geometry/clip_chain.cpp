// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_ridge.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

/// The place on the ridge next to a + t (b - a).
std::optional<PlanePoint>
between(const PlaneLaw& law, const PlanePoint& a, const PlanePoint& b, double t)
{
    PlanePoint point;
    point.x0 = a.x0 + t * (b.x0 - a.x0);
    point.x1 = a.x1 + t * (b.x1 - a.x1);
    bool settled = false;
    // A chord of a ridge stays within its own length of the ridge.
    refineOntoRidge(law, &point, 1, distance(a, b), &settled);
    return settled ? std::optional(point) : std::nullopt;
}

/// >= 0 where the thresholds are kept; continuous along the ridge.
double margin(const PlanePoint& point, const RidgeThresholds& thresholds)
{
    return std::min(-thresholds.beta - point.frame.kappa2,
                    point.frame.kappa1 - point.frame.kappa2 - thresholds.gamma);
}

/// The last place from `kept` towards `lost` where the thresholds are kept: false position with
/// halving (the Illinois rule), safe as bisection.
PlanePoint endBetween(const PlaneLaw& law,
                      const PlanePoint& kept,
                      const PlanePoint& lost,
                      const RidgeThresholds& thresholds)
{
    double low = 0, high = 1;
    double atLow = margin(kept, thresholds), atHigh = margin(lost, thresholds);
    PlanePoint end = kept;
    int side = 0;
    // 1e-8: of a cell, or of the dimensionless thresholds, is beyond what can be seen.
    for (int step = 0; step < 60 && high - low > 1e-8; ++step) {
        const double secant = low + (high - low) * atLow / (atLow - atHigh);
        const double t =
            step % 5 == 4 || !(secant > low && secant < high) ? (low + high) / 2 : secant;
        const auto point = between(law, kept, lost, t);
        const double value = point ? margin(*point, thresholds) : -1;
        if (point && value >= 0) {
            low = t;
            atLow = value;
            end = *point;
            if (value < 1e-8)
                break;
            atHigh = side > 0 ? atHigh / 2 : atHigh;
            side = 1;
        } else {
            high = t;
            atHigh = value;
            atLow = side < 0 ? atLow / 2 : atLow;
            side = -1;
        }
    }
    return end;
}

bool keeps(const PlanePoint& point, const RidgeThresholds& thresholds)
{
    return point.frame.isRidgelike(thresholds);
}

/// Places between two that fail the thresholds where they may be kept all the same: the gap of
/// neighbouring modes peaks between them within sigma~^2 of their distance.
std::optional<PlanePoint> keptBetween(const PlaneLaw& law,
                                      const PlanePoint& a,
                                      const PlanePoint& b,
                                      const RidgeThresholds& thresholds)
{
    const double length = distance(a, b);
    const double missing = std::log10(std::max(thresholds.gamma, 1e-300));
    for (const PlanePoint* point : {&a, &b})
        if (point->frame.logGap(law.noise()) + length * point->steepness * std::numbers::log10e
            < missing)
            return std::nullopt;
    for (const double t : {.5, .25, .75}) {
        const auto point = between(law, a, b, t);
        if (point && keeps(*point, thresholds))
            return point;
    }
    return std::nullopt;
}

/// Cuts at places too far apart to be neighbours, which happens where vertices did not settle.
std::vector<RidgeChain> connectedParts(const RidgeChain& chain, double reach)
{
    std::vector<RidgeChain> parts(1);
    const std::size_t count = chain.points.size();
    bool cut = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0 && distance(chain.points[i - 1], chain.points[i]) > reach) {
            parts.emplace_back();
            cut = true;
        }
        parts.back().points.push_back(chain.points[i]);
    }
    parts.front().closed =
        chain.closed && !cut && distance(chain.points.front(), chain.points.back()) <= reach;
    return parts;
}

void clipPart(const PlaneLaw& law,
              const RidgeChain& part,
              const RidgeThresholds& thresholds,
              std::vector<ClippedChain>& clipped)
{
    std::vector<PlanePoint> points = part.points;
    const auto lost = [&](const PlanePoint& point) { return !keeps(point, thresholds); };
    const auto firstLost = std::find_if(points.begin(), points.end(), lost);
    if (firstLost == points.end()) {
        clipped.push_back({part, false, false});
        return;
    }
    if (part.closed) { // opened where it is no ridge
        std::rotate(points.begin(), firstLost, points.end());
        points.push_back(points.front());
    }
    ClippedChain current;
    const auto finish = [&](bool ends) {
        current.lastEnds = ends;
        if (current.chain.points.size() > 1)
            clipped.push_back(current);
        current = {};
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
        const PlanePoint& point = points[i];
        const bool kept = !lost(point);
        const bool before = i > 0 && !lost(points[i - 1]);
        if (kept && !before && i > 0) {
            current.firstEnds = true;
            current.chain.points.push_back(endBetween(law, point, points[i - 1], thresholds));
        } else if (!kept && before) {
            current.chain.points.push_back(endBetween(law, points[i - 1], point, thresholds));
            finish(true);
        } else if (!kept && i > 0) {
            if (const auto middle = keptBetween(law, points[i - 1], point, thresholds)) {
                current.firstEnds = true;
                current.chain.points = {endBetween(law, *middle, points[i - 1], thresholds),
                                        *middle,
                                        endBetween(law, *middle, point, thresholds)};
                finish(true);
            }
        }
        if (kept)
            current.chain.points.push_back(point);
    }
    finish(false);
}

/// Drops a neighbour that all but coincides with an end: the two would draw as a kink.
void tidyEnds(ClippedChain& clipped, double least)
{
    std::vector<PlanePoint>& points = clipped.chain.points;
    if (clipped.firstEnds && points.size() > 2 && distance(points[0], points[1]) < least)
        points.erase(points.begin() + 1);
    if (clipped.lastEnds && points.size() > 2
        && distance(points[points.size() - 2], points.back()) < least)
        points.erase(points.end() - 2);
}

} // namespace

std::vector<ClippedChain> clipChain(const PlaneLaw& law,
                                    const RidgeChain& chain,
                                    const RidgeThresholds& thresholds,
                                    double reach)
{
    std::vector<ClippedChain> clipped;
    for (const RidgeChain& part : connectedParts(chain, 3 * reach))
        if (part.points.size() > 1)
            clipPart(law, part, thresholds, clipped);
    for (ClippedChain& part : clipped)
        tidyEnds(part, .1 * reach);
    return clipped;
}

std::optional<ClippedChain> shortRidge(const PlaneLaw& law,
                                       const PlanePoint& seed,
                                       const RidgeThresholds& thresholds,
                                       double reach)
{
    // The ridge is orthogonal to the gradient of f.
    const double length = std::hypot(seed.g0, seed.g1);
    if (!(length > 0))
        return std::nullopt;
    ClippedChain clipped{{}, true, true};
    std::vector<PlanePoint> ends;
    for (const double sign : {-1., 1.}) {
        bool found = false;
        PlanePoint last = seed;
        // Doubling steps until the thresholds are lost; a ridge longer than `reach` is the grid's.
        for (double step = reach / 1024; step <= reach && !found; step *= 2) {
            PlanePoint point = seed;
            point.x0 += -sign * step * seed.g1 / length;
            point.x1 += sign * step * seed.g0 / length;
            bool settled = false;
            refineOntoRidge(law, &point, 1, step, &settled);
            if (settled && keeps(point, thresholds)) {
                last = point;
            } else if (settled) {
                ends.push_back(endBetween(law, last, point, thresholds));
                found = true;
            } else {
                return std::nullopt;
            }
        }
        if (!found)
            return std::nullopt;
    }
    clipped.chain.points.push_back(ends[0]);
    for (const PlanePoint* end : {&ends[0], &ends[1]}) {
        for (const double t : {.25, .5, .75})
            if (const auto point = between(law, seed, *end, end == &ends[0] ? 1 - t : t))
                clipped.chain.points.push_back(*point);
        if (end == &ends[0])
            clipped.chain.points.push_back(seed);
    }
    clipped.chain.points.push_back(ends[1]);
    return clipped;
}

} // namespace scorefield
