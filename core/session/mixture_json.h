// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Mixtures as JSON values, private to core/session (include it from .cpp files only).
#include "core/mixture/mixture_spec.h"
#include "core/session/json_document.h"

namespace scorefield::json {

/// Either form: {"components": [{"weight", "mean", "covariance", "class"}…], "classes",
/// "coordinates", "image"} as in sessions, or the bare lists {"weights", "means", "covariances" or
/// "covs", "classes"}. Then GaussianMixture::create judges it.
MixtureSpec readMixture(const Json& value, const std::string& pointer, Problems& problems);
/// One object per component, as sessions hold it.
Json writeComponents(const MixtureSpec& mixture);
/// Bare lists, as mixture files hold it.
Json writeLists(const MixtureSpec& mixture);

} // namespace scorefield::json
