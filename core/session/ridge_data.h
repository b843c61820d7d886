// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Ridges as files: what `scorefield ridge --trace` writes and what the window exports. Ridges are
// found in x~ = x_t/alpha; files hold x_t.
#include "core/geometry/ridge.h"
#include "core/session/data_export.h"

#include <string>
#include <vector>

namespace scorefield {

struct RidgeFile {
    const Ridge& ridge;
    double alpha = 1;               ///< x_t = alpha x~
    std::vector<std::string> names; ///< of the d coordinates
};

/// A row (NPY: a record) for every vertex: line, component, closed (0 or 1), the coordinates,
/// kappa1, kappa2, log10_gap. JSON: lines, ends, junctions, umbilics and critical points.
std::string ridgeBytes(const RidgeFile& file, DataFormat format);

/// Around the components' three standard deviations at noise sigma~, in the plane of the first two
/// coordinates: where ridges are traced if nothing else is said.
PlaneBox boxAroundData(const GaussianMixture& mixture, double noise);
/// The plane of the first two coordinates, d >= 2.
RidgeSubject ridgeOfCoordinates(std::shared_ptr<const GaussianMixture> mixture);

} // namespace scorefield
