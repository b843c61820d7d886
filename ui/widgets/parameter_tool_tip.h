// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What hovering a control says about its parameter, all of it from the descriptor.
#include "core/base/parameter.h"

#include <QString>

namespace scorefield::ui {

/// The tool tip of a parameter: label, symbol, help, range, unit, default and key; a reason first
/// when it has no effect now.
QString parameterToolTip(const ParameterDescriptor& descriptor,
                         const QString& key,
                         const QString& disabledReason = {});

} // namespace scorefield::ui
