// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <Eigen/Core>

namespace scorefield {

/// A block of particles, structure of arrays: [n,d], column-major, so one coordinate is contiguous.
template <class Real>
using Block = Eigen::Array<Real, Eigen::Dynamic, Eigen::Dynamic>;

} // namespace scorefield
