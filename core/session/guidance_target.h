// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What guidance can be sent to: the classes of the data, then its sets of classes. The parameter
// table counts through both; rules and mixtures know a class by its label and set i as
// kFirstSetTarget + i, so that a new class changes nobody's target.
#include "core/mixture/mixture_spec.h"

#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

/// Whether a parameter of a guidance rule is a target.
bool isTargetParameter(std::string_view localKey);
/// The names in the order of the table.
std::vector<std::string> targetNames(const MixtureSpec& mixture);
/// The target of a row of the table, and the row of a target.
int targetOfRow(const MixtureSpec& mixture, double row);
double rowOfTarget(const MixtureSpec& mixture, double target);
/// `target` if it has components of positive weight; else the class nearest below, else the first
/// that has some.
int nearestTarget(const MixtureSpec& mixture, int target);
/// Forgets the classes of sets that the data no longer have, and sets that lost all of them.
void fitSetsToClasses(MixtureSpec& mixture);

} // namespace scorefield
