// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A figure of a session at one moment: all lanes side by side (2×2 for four), exactly what the
// window's canvas shows, as PNG or PDF.
#include "core/session/session_run.h"
#include "ui/render/lane_view.h"

#include <QImage>
#include <QSize>

#include <filesystem>

namespace scorefield::render {

struct FigureSpec {
    QSize size{1600, 900}; ///< pixels
    double dpi = 96;       ///< text and lines scale with dpi/96
    bool dark = false;
};

/// The lanes' rectangles inside an area: 1, 2, 3 side by side, 4 as 2×2.
std::vector<QRectF> laneRectangles(const QRectF& area, int lanes);

/// Needs a QGuiApplication (offscreen will do) for fonts, and no display.
Result<QImage> renderFigure(const RunProduct& run, const FigureSpec& spec, double position);
/// The same as a page of size/dpi inches: lines and text, ridges among them, as such over one
/// raster picture of what is dense. Needs what renderFigure needs.
Result<QByteArray> renderPdf(const RunProduct& run,
                             const FigureSpec& spec,
                             double position,
                             const QString& title = {});
/// PNG bytes with the dpi and the session as an iTXt chunk "scorefield-session".
QByteArray pngBytes(const QImage& image, const Session& session, double dpi);
/// The session carried by a PNG that Scorefield wrote.
Result<Session> sessionFromPng(const std::filesystem::path& path);

} // namespace scorefield::render
