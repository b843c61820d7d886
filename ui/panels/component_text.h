// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Means and covariances as a person reads and types them. A covariance is standard deviations: one
// number (isotropic); in two dimensions two along the axes, or two and the angle of the first:
// "0.8, 0.3, 45°"; beyond, one per coordinate, and the correlations stay.
#include "core/base/result.h"

#include <Eigen/Core>

#include <QString>

namespace scorefield::ui {

/// "(−3, 0)"; with `shown` > 0 and more coordinates than that: "(−3, 0, …)".
QString meanText(const Eigen::VectorXd& mean, int digits, int shown = 0);
/// `dimension` numbers separated by commas.
Result<Eigen::VectorXd> meanFromText(const QString& text, int dimension);

QString spreadText(const Eigen::MatrixXd& covariance, int digits, int shown = 0);
/// `previous` gives the dimension and the correlations that are kept when d > 2.
Result<Eigen::MatrixXd> spreadFromText(const QString& text, const Eigen::MatrixXd& previous);

/// A finite weight, 0 or more.
Result<double> weightFromText(const QString& text);

} // namespace scorefield::ui
