// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Steps that are too long for what guidance does: the guided mean w D_c - (w - 1) D_u contracts the
// more the larger w is, and a step that multiplies a contracting direction by less than -1
// overshoots, however accurate the field. What the particles then show is the step, not the flow.
#include "core/sampler/simulate.h"

#include <optional>
#include <string>

namespace scorefield {

struct Stiffness {
    int step = 0;         ///< the worst one, from 1
    double noise = 0;     ///< sigma~ where it starts
    double overshoot = 0; ///< |R|: the distance to the flow is multiplied by it
    double share = 0;     ///< of the particles looked at
};

/// |R(j)| of step `step` (from 0) in X = x/alpha, where alpha dD/dx has the eigenvalue j = re + i
/// im, frozen during the step: exact for steps that are affine in x and D, that of DDIM for the
/// others, which tolerate less. Below 1 the step follows a contracting flow.
double stepAmplification(const SimulationPlan& plan, int step, double re, double im = 0);

/// Looks at some particles at some steps of a run: eigenvalues j of alpha dD/dx by differences (in
/// more than 8 dimensions the Rayleigh quotient along D_guided - D_u alone); a step is stiff for a
/// particle if re j < 1 (the flow contracts) and |R(j)| > kOvershoot, and for the run if it is for
/// an eighth of them. Nothing for adaptive samplers, which shorten such steps, without a rule that
/// is linear with w outside [0, 1] or pointwise, and where no step is stiff. Deterministic.
template <class Real>
std::optional<Stiffness> findStiffness(const SimulationPlan& plan,
                                       const BasicTrajectories<Real>& run);
extern template std::optional<Stiffness> findStiffness(const SimulationPlan&,
                                                       const BasicTrajectories<float>&);
extern template std::optional<Stiffness> findStiffness(const SimulationPlan&,
                                                       const BasicTrajectories<double>&);
/// As above, below which an overshoot dies out within a few steps of another kind.
inline constexpr double kOvershoot = 1.25;

/// What happens, in a few words; and with what would help, in a sentence.
std::string stiffnessNote(const Stiffness& stiffness, int steps);
std::string stiffnessRemark(const Stiffness& stiffness, int steps);

} // namespace scorefield
