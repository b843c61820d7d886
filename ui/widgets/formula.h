// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Formulas of descriptors, written in one line ("σ² = 1 − e^(−t)", "s_u + w(s_c − s_u)"), as rich
// text with real super- and subscripts.
#include <QString>

namespace scorefield::ui {

/// HTML, everything else escaped: ^x ^(…) _x _(…) become raised and lowered; of a name after _ or ^
/// only one letter, or a number.
QString formulaHtml(const QString& text);

} // namespace scorefield::ui
