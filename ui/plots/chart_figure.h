// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Charts as a file: PNG, SVG or PDF with real text and lines, of the size, look and metadata of
// any other figure.
#include "core/base/result.h"
#include "core/session/run_analysis.h"
#include "ui/export/export_run.h"
#include "ui/plots/chart_spec.h"

#include <QImage>
#include <QSize>

#include <string>
#include <vector>

namespace scorefield::plots {

/// The size of a figure of charts without another.
FigureSpec usualChartFigure();

/// Several charts stand in a grid; what of the spec is about lanes is not asked. `session`: carried
/// by the file. Needs a QApplication and its thread.
Result<QByteArray> chartBytes(const std::vector<ChartSpec>& charts,
                              const FigureSpec& spec,
                              render::FigureFormat format,
                              const Session& session);
/// The same picture at a resolution that fits into `most` pixels.
Result<QImage> chartPreview(const std::vector<ChartSpec>& charts,
                            const FigureSpec& spec,
                            render::FigureFormat format,
                            QSize most);
/// Written whole or not at all. Error: `path` does not end in .png, .svg or .pdf, or cannot be
/// written.
Status exportCharts(const std::vector<ChartSpec>& charts,
                    const std::string& path,
                    const FigureSpec& spec,
                    const Session& session);

/// The charts that FigureContent::OverTime or Ridge shows of a run, at the figure's moment: the run
/// is analysed for it. Error: there is nothing to show, and why.
Result<std::vector<ChartSpec>> chartsOfRun(const RunProduct& run, const FigureSpec& spec);
/// Of chartsOfRun: what ExportHooks::charts asks for.
Result<QByteArray>
chartFigureBytes(const RunProduct& run, const FigureSpec& spec, render::FigureFormat format);

} // namespace scorefield::plots
