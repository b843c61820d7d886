// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What commands that draw ask for: --size, --dpi and --theme; and drawing without a display.
#include "app/arguments.h"
#include "core/base/result.h"

#include <QSize>

#include <vector>

namespace scorefield::app {

struct FigureOptions {
    QSize size; ///< pixels
    double dpi = 96;
    bool dark = false;
};

/// Their rows for --help, with the size that is drawn without one.
std::vector<Option> figureOptions(QSize usual);
/// Error (path = option): a size, resolution or theme that there is not.
Result<FigureOptions> readFigureOptions(const Arguments& arguments, QSize usual);

/// Fonts and painting from here on need no display; to be called before a Qt application is made.
void drawWithoutDisplay();

} // namespace scorefield::app
