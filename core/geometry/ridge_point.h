// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A place relative to the one-dimensional ridge of log q~ (theory 1.1, 1.4): how far it is, in
// which direction the ridge runs, and the steps that lead onto it.
#include "core/geometry/eigenframe.h"

#include <Eigen/Core>

#include <optional>

namespace scorefield {

/// What counts as ridge: kappa_{D+1} <= -beta and kappa_D - kappa_{D+1} >= gamma. Both
/// dimensionless; the values are engineering choices.
struct RidgeThresholds {
    double beta = .3, gamma = .2;
    bool operator==(const RidgeThresholds&) const = default;
};
bool isRidgelike(const Eigenframe& frame,
                 const RidgeThresholds& thresholds,
                 int ridgeDimension = 1);

/// First order at x, for the one-dimensional ridge.
struct RidgeOffset {
    Eigenframe frame;
    Eigen::VectorXd normalScore; ///< E^T s~ [d-1], E = v_2 … v_d
    Eigen::MatrixXd
        jacobian; ///< of normalScore [d-1,d]: lambda_j e_j + (v.s)/(lambda_j - lambda_1) T[v,e_j,.]
    Eigen::VectorXd newtonStep; ///< x + newtonStep is on the ridge to first order [d]
    Eigen::VectorXd tangent;    ///< of the ridge, unit: the null vector of the Jacobian, along v_1
    /// Length of newtonStep; in the plane with the sign of n.(x - ridge), n = (-v_y, v_x).
    double distance = 0;
};
/// Nothing where the frame is degenerate (an umbilic) or the step is not finite.
std::optional<RidgeOffset> ridgeOffset(const RidgeField& field, const Eigen::VectorXd& x);

/// Newton steps onto the ridge; nothing if they do not settle within `steps` to
/// |E^T s~| sigma~^2 <= tolerance * scale, or leave the neighbourhood (`reach`, > 0).
std::optional<Eigen::VectorXd> correctOntoRidge(const RidgeField& field,
                                                Eigen::VectorXd x,
                                                double reach,
                                                int steps = 12,
                                                double tolerance = 1e-12);

} // namespace scorefield
