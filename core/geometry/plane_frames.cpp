// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/plane_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace scorefield {

PlaneFrame planeFrame(const double* moments, std::size_t stride, double noise)
{
    using M = PlaneMoment;
    const auto at = [&](M::Array array) { return moments[array * stride]; };
    const double small = std::exp(at(M::Rho));
    const double p00 = at(M::P00), p01 = at(M::P01), p11 = at(M::P11);
    const bool isotropic = p01 == 0 && p00 == p11;
    // The matrix whose eigenvectors are the frame, and what scales its gap to that of H.
    double a = at(M::G00), b = at(M::G01), c = at(M::G11), logScale = at(M::Rho);
    if (!isotropic) {
        a = small * a - p00;
        b = small * b - p01;
        c = small * c - p11;
        logScale = 0;
    }
    const double half = (a - c) / 2;
    const double radius = std::sqrt(half * half + b * b);
    PlaneFrame frame;
    if (radius > 0) {
        const double cosine = half / radius; // of twice the angle
        if (cosine >= 0) {
            frame.v0 = std::sqrt((1 + cosine) / 2);
            frame.v1 = b / (2 * radius * frame.v0);
        } else {
            frame.v1 = std::copysign(std::sqrt((1 - cosine) / 2), b);
            frame.v0 = b / (2 * radius * frame.v1);
        }
    }
    frame.s0 = at(M::A0) + small * at(M::M0);
    frame.s1 = at(M::A1) + small * at(M::M1);
    const double variance = noise * noise;
    const double middle = isotropic ? small * (a + c) / 2 - p00 : (a + c) / 2;
    const double reach = isotropic ? small * radius : radius;
    frame.kappa1 = variance * (middle + reach);
    frame.kappa2 = variance * (middle - reach);
    frame.gap = 2 * radius;
    frame.logScale = logScale;
    frame.split = isotropic;
    return frame;
}

double PlaneFrame::logGap(double noise) const
{
    return gap > 0 ? logScale * std::numbers::log10e + std::log10(gap * noise * noise)
                   : -std::numeric_limits<double>::infinity();
}

void RidgeField::planeFrames(const Eigen::ArrayXXd& x, PlaneFrames& frames) const
{
    const Eigen::Index n = x.rows();
    for (Eigen::ArrayXd* array : {&frames.logDensity,
                                  &frames.s0,
                                  &frames.s1,
                                  &frames.kappa1,
                                  &frames.kappa2,
                                  &frames.logGap,
                                  &frames.v0,
                                  &frames.v1})
        array->resize(n);
    constexpr Eigen::Index chunk = 64; // moments of so many points stay in the nearest cache
    std::array<double, PlaneMoment::T000 * chunk> moments;
    for (Eigen::Index first = 0; first < n; first += chunk) {
        const Eigen::Index count = std::min(chunk, n - first);
        bestPlaneKernels().frame(planeTable(),
                                 x.col(0).data() + first,
                                 x.col(1).data() + first,
                                 static_cast<std::size_t>(count),
                                 moments.data(),
                                 chunk);
        for (Eigen::Index i = 0; i < count; ++i) {
            const double* place = moments.data() + i;
            const PlaneFrame frame = planeFrame(place, chunk, m_noise);
            frames.logDensity(first + i) =
                place[PlaneMoment::LogTop * chunk] + std::log(place[PlaneMoment::Total * chunk]);
            frames.s0(first + i) = frame.s0;
            frames.s1(first + i) = frame.s1;
            frames.kappa1(first + i) = frame.kappa1;
            frames.kappa2(first + i) = frame.kappa2;
            frames.logGap(first + i) = frame.logGap(m_noise);
            frames.v0(first + i) = frame.v0;
            frames.v1(first + i) = frame.v1;
        }
    }
}

} // namespace scorefield
