// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What makes a MixtureSpec a mixture, as sentences. Components are numbered from 0, as in the
// files.
#include "core/base/result.h"
#include "core/mixture/mixture_spec.h"

#include <Eigen/Core>

#include <cstddef>

namespace scorefield {

/// Everything that can be said without an eigen-decomposition. Error.path is a JSON pointer inside
/// the mixture.
Status checkMixtureSpec(const MixtureSpec& spec);
/// Positive semi-definite up to rounding: no eigenvalue [d] below -1e-10 of the largest in size.
Status checkEigenvalues(const Eigen::VectorXd& eigenvalues, std::size_t component);

} // namespace scorefield
