// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Figures of a session as PNG, SVG and PDF: all lanes as the window shows them, one lane, or a grid
// of lanes × moments. Where things stand is figure_page.h, what the panels show figure_scene.h, how
// it gets onto a page figure_painter.h, what the files hold besides figure_files.h.
#include "core/session/session_run.h"
#include "ui/export/export_run.h"

#include <QImage>
#include <QSize>

#include <filesystem>
#include <stop_token>

namespace scorefield::render {

/// Everything that a figure needs simulated: one run of the session, or with MomentClock::Share one
/// for each moment.
using FigureRuns = std::vector<std::shared_ptr<const RunProduct>>;
/// Error.path "moments" for a moment that the run does not have, and what runSession refuses; after
/// a stop request "cancelled".
Result<FigureRuns> figureRuns(const Session& session,
                              const FigureSpec& spec,
                              WorkerPool& pool,
                              const ExportHooks& hooks);

/// What is wrong before anything runs: checkSpec, and a font family that there is not. Needs a
/// QGuiApplication where a family is named.
Status checkFigure(const FigureSpec& spec, int lanes);

/// The file's format by its ending. Error.path: the file.
Result<FigureFormat> figureFormat(std::string_view file);
/// The file: PNG and SVG carry the session, a PDF has it attached; byte-identical for equal input
/// under SOURCE_DATE_EPOCH. Needs a QGuiApplication (offscreen will do), any thread.
Result<QByteArray> figureBytes(const FigureRuns& runs,
                               const FigureSpec& spec,
                               FigureFormat format,
                               const std::stop_token& stop = {});
/// The same picture at a resolution that fits into `most` pixels.
Result<QImage> figurePreview(const FigureRuns& runs,
                             const FigureSpec& spec,
                             FigureFormat format,
                             QSize most,
                             const std::stop_token& stop = {});
/// The session carried by a PNG, SVG or PDF that Scorefield wrote.
Result<Session> sessionFromPicture(const std::filesystem::path& path);

} // namespace scorefield::render
