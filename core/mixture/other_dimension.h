// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A mixture in another number of dimensions, for studies of how errors grow with it.
#include "core/base/result.h"
#include "core/mixture/mixture_spec.h"

namespace scorefield {

/// More dimensions: the same means and covariances, and further axes on which every component is
/// N(0, v), v = sum_k pi_k tr Sigma_k/d the mean variance within components. Fewer: the marginal
/// along the principal axes of largest variance. The same number: the mixture itself. Classes are
/// kept; pictures and names of coordinates belong to the coordinates and are not. Error: the
/// mixture is not valid.
Result<MixtureSpec> inDimension(const MixtureSpec& spec, int dimension);

} // namespace scorefield
