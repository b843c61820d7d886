// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/ridge_point.h"

#include <Eigen/QR>

#include <cmath>
#include <limits>

namespace scorefield {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool isRidgelike(const Eigenframe& frame, const RidgeThresholds& thresholds, int ridgeDimension)
{
    const auto D = static_cast<Index>(ridgeDimension);
    if (D >= frame.kappa.size())
        return false;
    if (frame.kappa(D) > -thresholds.beta)
        return false;
    return D == 0 || frame.kappa(D - 1) - frame.kappa(D) >= thresholds.gamma;
}

std::optional<RidgeOffset> ridgeOffset(const RidgeField& field, const VectorXd& x)
{
    const Index d = x.size();
    if (d < 2)
        return std::nullopt;
    RidgeOffset offset;
    offset.frame = field.frame(x);
    const Eigenframe& frame = offset.frame;
    if (!std::isfinite(frame.logGap(0)))
        return std::nullopt;
    const double variance = field.noise() * field.noise();
    const double along = frame.vectors.col(0).dot(frame.score);
    offset.normalScore = frame.vectors.rightCols(d - 1).transpose() * frame.score;
    offset.jacobian = (frame.kappa.tail(d - 1) / variance).asDiagonal()
                          * frame.vectors.rightCols(d - 1).transpose()
                      + along * field.thirdOverGaps(x, frame);
    if (!offset.jacobian.allFinite())
        return std::nullopt;
    // J^T = Q R: the shortest step is Q_1 R^-T (-f), the last column of Q is the null vector.
    const Eigen::HouseholderQR<MatrixXd> qr(offset.jacobian.transpose());
    const MatrixXd Q = qr.householderQ() * MatrixXd::Identity(d, d);
    const VectorXd y =
        qr.matrixQR().topRows(d - 1).triangularView<Eigen::Upper>().transpose().solve(
            -offset.normalScore);
    offset.newtonStep = Q.leftCols(d - 1) * y;
    offset.tangent = Q.col(d - 1);
    if (offset.tangent.dot(frame.vectors.col(0)) < 0)
        offset.tangent = -offset.tangent;
    if (!offset.newtonStep.allFinite())
        return std::nullopt;
    offset.distance = offset.newtonStep.norm();
    if (d == 2 && frame.vectors.col(1).dot(offset.newtonStep) > 0)
        offset.distance = -offset.distance;
    return offset;
}

std::optional<VectorXd>
correctOntoRidge(const RidgeField& field, VectorXd x, double reach, int steps, double tolerance)
{
    const VectorXd start = x;
    const double variance = field.noise() * field.noise();
    for (int step = 0; step <= steps; ++step) {
        const auto offset = ridgeOffset(field, x);
        if (!offset)
            return std::nullopt;
        // Nor can a step below the rounding of the place improve it.
        const double rounding = 4 * std::numeric_limits<double>::epsilon() * x.norm();
        if (offset->normalScore.norm() * variance <= tolerance * field.scale()
            || offset->distance * offset->distance <= rounding * rounding)
            return x;
        const double length = offset->newtonStep.norm();
        x += offset->newtonStep * std::min(1.0, reach / length);
        if ((x - start).norm() > reach)
            return std::nullopt;
    }
    return std::nullopt;
}

} // namespace scorefield
