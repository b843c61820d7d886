// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a command that draws charts asks for, read from the rows of figures; and drawing without a
// display.
#include "app/arguments.h"
#include "core/base/result.h"
#include "core/session/export_spec.h"

#include <vector>

namespace scorefield::app {

/// The options of a figure of charts, with the figure that is drawn without them.
std::vector<Option> chartFigureOptions(const FigureSpec& usual);
/// Sets what the line gives. Error (path = option): a value or a size that there is not.
Status readChartFigure(const Arguments& arguments, FigureSpec& spec);

/// Fonts and painting from here on need no display; to be called before a Qt application is made.
void drawWithoutDisplay();

} // namespace scorefield::app
