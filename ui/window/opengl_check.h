// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Whether this display can draw the lanes, found out before a widget that needs it exists.
#include "core/base/result.h"

namespace scorefield::ui {

/// OpenGL 3.3 core for every surface; before the QApplication.
void requestOpenGl();
/// Error: one sentence that says what is missing.
Status checkOpenGl();

} // namespace scorefield::ui
