// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Data whose ridges are known in closed form, and short ways to ask for them.
#include "core/geometry/ridge.h"
#include "tests/support/mixtures.h"

#include <QtGlobal>

#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

namespace scorefield::test {

std::shared_ptr<const GaussianMixture> shared(const MixtureSpec& spec);

/// Equally weighted points with isotropic components of this variance around them.
std::shared_ptr<const GaussianMixture> pointsMixture(const std::vector<Eigen::VectorXd>& points,
                                                     double variance = 0);

/// n points evenly on a circle of radius R, the first at the angle `first`.
std::vector<Eigen::VectorXd> circlePoints(int n, double R, double first = 0);

Ridge planeRidge(const std::shared_ptr<const GaussianMixture>& mixture,
                 double noise,
                 const PlaneBox& box,
                 RidgeThresholds thresholds = {},
                 int resolution = 128,
                 unsigned threads = 2);

int countOf(const Ridge& ridge, CriticalKind kind);

} // namespace scorefield::test
