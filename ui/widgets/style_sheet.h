// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The style sheet of the application, written from the tokens of a theme.
#include "ui/render/theme.h"

#include <QString>

namespace scorefield::ui {

QString styleSheet(const render::Theme& theme, double scaleFactor);

} // namespace scorefield::ui
