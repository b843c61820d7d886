// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A figure of a session at one moment: all lanes side by side (2×2 for four), exactly what the
// window's canvas shows, as PNG or PDF.
#include "core/session/session_run.h"
#include "ui/export/export_run.h"
#include "ui/render/lane_view.h"

#include <QImage>
#include <QSize>

#include <filesystem>

namespace scorefield::render {

/// Everything that a figure needs simulated: one run of the session, or with MomentClock::Share one
/// for each moment.
using FigureRuns = std::vector<std::shared_ptr<const RunProduct>>;
Result<FigureRuns> figureRuns(const Session& session,
                              const FigureSpec& spec,
                              WorkerPool& pool,
                              const ExportHooks& hooks);

/// The file's format by its ending. Error.path: the file.
Result<FigureFormat> figureFormat(std::string_view file);
/// The file: PNG and SVG carry the session, a PDF has it attached; byte-identical for equal input
/// under SOURCE_DATE_EPOCH. Needs a QGuiApplication (offscreen will do), any thread.
Result<QByteArray> figureBytes(const FigureRuns& runs, const FigureSpec& spec, FigureFormat format);
/// The same picture at a resolution that fits into `most` pixels.
Result<QImage>
figurePreview(const FigureRuns& runs, const FigureSpec& spec, FigureFormat format, QSize most);
/// The session carried by a PNG or SVG that Scorefield wrote.
Result<Session> sessionFromPicture(const std::filesystem::path& path);

struct OldFigureSpec {
    QSize size{1600, 900}; ///< pixels
    double dpi = 96;       ///< text and lines scale with dpi/96
    bool dark = false;
};

/// The lanes' rectangles inside an area: 1, 2, 3 side by side, 4 as 2×2.
std::vector<QRectF> laneRectangles(const QRectF& area, int lanes);

/// Needs a QGuiApplication (offscreen will do) for fonts, and no display.
Result<QImage> renderFigure(const RunProduct& run, const OldFigureSpec& spec, double position);
/// The same as a page of size/dpi inches: lines and text, ridges among them, as such over one
/// raster picture of what is dense. Needs what renderFigure needs.
Result<QByteArray> renderPdf(const RunProduct& run,
                             const OldFigureSpec& spec,
                             double position,
                             const QString& title = {});
/// PNG bytes with the dpi and the session as an iTXt chunk "scorefield-session".
QByteArray pngBytes(const QImage& image, const Session& session, double dpi);
/// The session carried by a PNG that Scorefield wrote.
Result<Session> sessionFromPng(const std::filesystem::path& path);

} // namespace scorefield::render
