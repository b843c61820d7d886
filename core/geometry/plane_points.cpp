// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr std::size_t kChunk = 64; // moments of so many points stay in the nearest cache

void fillPoint(const double* moments, double noise, PlanePoint& point)
{
    using M = PlaneMoment;
    const auto at = [&](M::Array array) { return moments[array * kChunk]; };
    PlaneFrame& frame = point.frame;
    frame = planeFrame(moments, kChunk, noise);
    const double v0 = frame.v0, v1 = frame.v1, n0 = -v1, n1 = v0;
    point.f = n0 * frame.s0 + n1 * frame.s1;
    const double small = std::exp(at(M::Rho));
    // (v.s)/(lambda_2 - lambda_1) T[v, n, .], where T and the gap may both underflow.
    const double t00 = v0 * n0, t01 = v0 * n1 + v1 * n0, t11 = v1 * n1;
    const double along = v0 * frame.s0 + v1 * frame.s1;
    const double factor =
        frame.gap > 0 ? -along * std::exp(at(M::Rho) - frame.logScale) / frame.gap : 0;
    const double normal = frame.kappa2 / (noise * noise);
    point.g0 = normal * n0 + factor * (at(M::T000) * t00 + at(M::T001) * t01 + at(M::T011) * t11);
    point.g1 = normal * n1 + factor * (at(M::T001) * t00 + at(M::T011) * t01 + at(M::T111) * t11);
    point.h00 = small * at(M::G00) - at(M::P00);
    point.h01 = small * at(M::G01) - at(M::P01);
    point.h11 = small * at(M::G11) - at(M::P11);
    const double scale = frame.split ? 1 : small; // of G and T in the units of the gap
    point.u = frame.split ? (at(M::G00) - at(M::G11)) / 2 : (point.h00 - point.h11) / 2;
    point.w = frame.split ? at(M::G01) : point.h01;
    point.u0 = scale * (at(M::T000) - at(M::T011)) / 2;
    point.u1 = scale * (at(M::T001) - at(M::T111)) / 2;
    point.w0 = scale * at(M::T001);
    point.w1 = scale * at(M::T011);
    point.logDensity = at(M::LogTop) + std::log(at(M::Total));
    point.steepness = std::sqrt(std::abs(at(M::G00)) + std::abs(at(M::G11)));
}

} // namespace

void evaluatePlane(const PlaneLaw& law, PlanePoint* points, std::size_t n)
{
    std::array<double, kChunk> x0, x1;
    std::array<double, PlaneMoment::Count * kChunk> moments;
    for (std::size_t first = 0; first < n;) {
        const int tile = law.tileAt(points[first].x0, points[first].x1);
        std::size_t count = 0; // of places of that tile
        do {
            x0[count] = points[first + count].x0;
            x1[count] = points[first + count].x1;
            ++count;
        } while (first + count < n && count < kChunk
                 && law.tileAt(points[first + count].x0, points[first + count].x1) == tile);
        bestPlaneKernels().third(
            law.table(tile), x0.data(), x1.data(), count, moments.data(), kChunk);
        for (std::size_t i = 0; i < count; ++i)
            fillPoint(moments.data() + i, law.noise(), points[first + i]);
        first += count;
    }
}

void refineOntoRidge(
    const PlaneLaw& law, PlanePoint* points, std::size_t n, double reach, bool* settled)
{
    constexpr int steps = 12; // quadratic: more than six do not settle at all
    const double enough = 1e-12 * law.scale() / (law.noise() * law.noise());
    for (std::size_t first = 0; first < n; first += kChunk) {
        const std::size_t count = std::min(kChunk, n - first);
        PlanePoint* block = points + first;
        std::array<double, kChunk> start0, start1;
        std::array<bool, kChunk> active;
        for (std::size_t i = 0; i < count; ++i) {
            start0[i] = block[i].x0;
            start1[i] = block[i].x1;
            active[i] = true;
            settled[first + i] = false;
        }
        bool any = true;
        for (int step = 0; step <= steps && any; ++step) {
            evaluatePlane(law, block, count);
            any = false;
            for (std::size_t i = 0; i < count; ++i) {
                PlanePoint& p = block[i];
                const double square = p.g0 * p.g0 + p.g1 * p.g1;
                const double length = std::abs(p.f) / std::sqrt(square);
                // Nor can a step below the rounding of the place improve it.
                const double rounding =
                    4 * std::numeric_limits<double>::epsilon() * (std::abs(p.x0) + std::abs(p.x1));
                const double d0 = p.x0 - start0[i], d1 = p.x1 - start1[i];
                if (!active[i])
                    continue;
                if (!std::isfinite(length) || d0 * d0 + d1 * d1 > reach * reach) {
                    active[i] = false;
                } else if (std::abs(p.f) <= enough || length <= rounding) {
                    settled[first + i] = true;
                    active[i] = false;
                } else if (step < steps) {
                    const double factor = p.f / square * std::min(1.0, reach / length);
                    p.x0 -= factor * p.g0;
                    p.x1 -= factor * p.g1;
                    any = true;
                }
            }
        }
    }
}

} // namespace scorefield
