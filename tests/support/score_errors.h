// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Score errors by their id, and the fields they give.
#include "core/field/score_error.h"
#include "tests/support/guidance.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace scorefield::test {

const ScoreErrorKind& errorKindOf(const std::string& id);

/// Seed 0: the defaults; others: anywhere in the range of the sliders; then what is given.
std::shared_ptr<const ScoreError>
scoreError(const std::string& id, const Settings& settings = {}, std::uint32_t seed = 0);

template <class Real = double>
std::unique_ptr<ScoreField<Real>> learned(const std::shared_ptr<const GaussianMixture>& mixture,
                                          const std::shared_ptr<const ScoreError>& error,
                                          std::shared_ptr<const GuidanceRule> guidance = unguided(),
                                          const std::vector<PathCoefficients>& levels = {})
{
    return makeLearnedField<Real>({mixture, std::move(guidance), levels}, error.get());
}

/// x~ = x_0 + sigma~ eps.
PathCoefficients veLevel(double noise);

/// D at one place.
Eigen::VectorXd
meanAt(const ScoreField<double>& field, const PathCoefficients& level, const Eigen::VectorXd& x);

double meanAt(const ScoreField<double>& field, double noise, double x);

/// Points without spread, each of weight 1 and its own class. `points` are columns.
std::shared_ptr<const GaussianMixture> diracs(const Eigen::MatrixXd& points);

/// ±mu on the first axis.
std::shared_ptr<const GaussianMixture> twoPoints(double mu, int dimension);

/// Where the ODE from given places at noise `from` is at noise `to`: RK4 on equal steps of the log
/// of the noise, VE. [n,d]
Eigen::MatrixXd flow(const std::shared_ptr<const GaussianMixture>& mixture,
                     const std::shared_ptr<const ScoreError>& error,
                     const Eigen::MatrixXd& starts,
                     double from,
                     double to,
                     int steps = 400);

Eigen::MatrixXd column(std::initializer_list<double> values);

} // namespace scorefield::test
