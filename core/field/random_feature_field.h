// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The trained network as the field of a run. It lives in the OU clock: at noise level sigma~ it is
// asked at t = 1/2 log(1 + sigma~^2) and x_OU = x/sqrt(alpha^2 + sigma^2), so every process sees
// the same model; D = e^t m(x_OU, t). Below the first trained time it is asked at that time, x_OU =
// e^-t x/alpha; above the horizon T at (x_OU, T), D = e^T m.
#include "core/field/random_features.h"
#include "core/field/score_field.h"

namespace scorefield {

/// Where the network is asked, and what its answer is multiplied by.
struct NetworkPlace {
    double t;
    double inScale;  ///< x_OU = inScale x
    double outScale; ///< D = outScale m
};
NetworkPlace networkPlace(const RandomFeatureModel& model, const PathCoefficients& level);

/// With the weights A/sqrt(p) [d,p]. Float: d = 2 and 3, vectorised.
template <class Real>
std::unique_ptr<ScoreField<Real>>
makeRandomFeatureField(std::shared_ptr<const RandomFeatureModel> model,
                       const Eigen::MatrixXd& weights,
                       const std::vector<PathCoefficients>& levels);
template <>
std::unique_ptr<ScoreField<float>>
makeRandomFeatureField<float>(std::shared_ptr<const RandomFeatureModel>,
                              const Eigen::MatrixXd&,
                              const std::vector<PathCoefficients>&);
template <>
std::unique_ptr<ScoreField<double>>
makeRandomFeatureField<double>(std::shared_ptr<const RandomFeatureModel>,
                               const Eigen::MatrixXd&,
                               const std::vector<PathCoefficients>&);

} // namespace scorefield
