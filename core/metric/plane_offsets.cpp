// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/plane_offsets.h"

#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kSmallestGap = 1e-6; // below, lambda_2 - lambda_1 is mostly rounding

} // namespace

PlaneRidge::PlaneRidge(std::shared_ptr<const GaussianMixture> mixture, double noise)
    : m_field(mixture, noise)
{
    m_terms.reserve(mixture->components().size());
    for (const auto& component : mixture->components()) {
        const Eigen::Array2d variances = component.eigenvalues.array() + noise * noise;
        const Eigen::Matrix2d P = component.eigenvectors * variances.inverse().matrix().asDiagonal()
                                  * component.eigenvectors.transpose();
        m_terms.push_back(
            {component.mean(0),
             component.mean(1),
             P(0, 0),
             P(0, 1),
             P(1, 1),
             component.logWeight - std::log(2 * std::numbers::pi) - variances.log().sum() / 2});
    }
}

void PlaneRidge::third(const Eigen::ArrayXXd& x,
                       const PlaneFrames& frames,
                       Eigen::ArrayXd& t0,
                       Eigen::ArrayXd& t1) const
{
    const auto rows = x.rows();
    t0.setZero(rows);
    t1.setZero(rows);
    const Eigen::ArrayXd &v0 = frames.v0, &v1 = frames.v1;
    Eigen::ArrayXd a0(rows), a1(rows), r(rows), along(rows), across(rows), both(rows);
    for (const Term& term : m_terms) {
        // a = -P (x - mu), its log-term -(x - mu).P (x - mu)/2, then c = a - s.
        r = term.meanX - x.col(0);
        along = term.meanY - x.col(1);
        a0 = term.p00 * r + term.p01 * along;
        a1 = term.p01 * r + term.p11 * along;
        r = (term.logNormaliser - (r * a0 + along * a1) / 2 - frames.logDensity).exp();
        a0 -= frames.s0;
        a1 -= frames.s1;
        along = a0 * v0 + a1 * v1;
        across = a1 * v0 - a0 * v1;
        // n = (-v1, v0), v.P n and the products P n and P v.
        both = along * across - (term.p11 - term.p00) * v0 * v1
               - term.p01 * (v0.square() - v1.square());
        t0 += r
              * (both * a0 - along * (term.p01 * v0 - term.p00 * v1)
                 - across * (term.p00 * v0 + term.p01 * v1));
        t1 += r
              * (both * a1 - along * (term.p11 * v0 - term.p01 * v1)
                 - across * (term.p01 * v0 + term.p11 * v1));
    }
}

void PlaneRidge::offsets(const Eigen::ArrayXXd& x, PlaneOffsets& offsets) const
{
    PlaneFrames& frames = offsets.frames;
    m_field.planeFrames(x, frames);
    Eigen::ArrayXd t0, t1;
    third(x, frames, t0, t1);
    const double unit = 1 / (noise() * noise());
    const Eigen::ArrayXd gap = frames.kappa1 - frames.kappa2;
    const Eigen::ArrayXd turning =
        (gap > kSmallestGap)
            .select(-(frames.v0 * frames.s0 + frames.v1 * frames.s1) / (unit * gap), 0);
    t0 = turning * t0 - unit * frames.kappa2 * frames.v1;
    t1 = turning * t1 + unit * frames.kappa2 * frames.v0;
    offsets.normalScore = frames.v0 * frames.s1 - frames.v1 * frames.s0;
    offsets.slope = (frames.v0 * t1 - frames.v1 * t0).sign() * (t0.square() + t1.square()).sqrt();
    offsets.distance = offsets.normalScore / offsets.slope;
}

} // namespace scorefield
