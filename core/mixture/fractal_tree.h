// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two trees that branch into ever finer twigs, one a class: data with structure at every scale, on
// which weak and strong guidance tell what they drop. A drawing of our own in the spirit of the toy
// example of Karras et al. 2024, arXiv:2406.02507.
#include "core/mixture/mixture_spec.h"

namespace scorefield {

/// 966 Gaussians a class in two dimensions, strung along bent branches of six generations, each of
/// which carries a leader and two side shoots. The second tree is the first turned by half a turn,
/// so the mean is 0; standard deviations are 0.5 along both axes. Always the same.
MixtureSpec fractalTree();

} // namespace scorefield
