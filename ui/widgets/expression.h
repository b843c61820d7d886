// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What may be typed into a number field: 1e-3, sqrt(2), 2*pi, log(10), (1 + 3)/2, 5 000. The
// decimal sign is a point. Operators + - * / ^ (right associative, binds tighter than a sign),
// constants pi and e, and the functions of one argument sqrt exp log (natural) ln log2 log10 sin
// cos tan abs.
#include "core/base/result.h"

#include <QString>
#include <QStringView>

#include <vector>

namespace scorefield::ui {

/// The finite value of the whole text; Error (empty path): one sentence that names what was not
/// understood.
Result<double> evaluateExpression(QStringView text);
/// Several, separated by commas or semicolons: "-3, sqrt(2)". Brackets around the list are ignored.
Result<std::vector<double>> evaluateList(QStringView text);

} // namespace scorefield::ui
