// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts as a file: PNG, SVG or PDF with real text and lines.
#include "core/base/result.h"
#include "ui/plots/chart_spec.h"

#include <QSize>

#include <string>
#include <vector>

namespace scorefield::plots {

/// Several charts stand in a grid. `size` in pixels of 1/96 inch; a PNG has dpi/96 times as many.
/// Needs a QApplication. Error: `path` does not end in .png, .svg or .pdf, or cannot be written.
Status exportCharts(const std::vector<ChartSpec>& charts,
                    const std::string& path,
                    QSize size,
                    const render::Theme& theme,
                    double dpi = 96);

} // namespace scorefield::plots
