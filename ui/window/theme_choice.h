// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Light, dark, or what the desktop uses; remembered between starts.
#include "ui/render/theme.h"

namespace scorefield::ui {

enum class ThemeChoice { System, Light, Dark };

ThemeChoice storedThemeChoice();
void storeThemeChoice(ThemeChoice choice);
/// Reads the desktop's palette: call it once before the first applyTheme.
void rememberSystemTheme();
render::Theme themeFor(ThemeChoice choice);

} // namespace scorefield::ui
