// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Films of a session: every frame is an exact simulation of its parameters, drawn by its own OpenGL
// context, encoded beside the drawing, and written whole or not at all.
#include "core/session/film.h"
#include "ui/export/export_run.h"

namespace scorefield::render {

/// Width and height as they are encoded: rounded up to even numbers.
QSize filmSize(const VideoSpec& spec);

/// Draws single frames of a film; to be used from one thread.
class FilmRenderer {
public:
    /// Needs a QGuiApplication (offscreen will do). Error: OpenGL, or a sentence of the session.
    static Result<std::unique_ptr<FilmRenderer>>
    create(const Session& session, const VideoSpec& spec, const ExportHooks& hooks);
    ~FilmRenderer();
    FilmRenderer(const FilmRenderer&) = delete;
    FilmRenderer& operator=(const FilmRenderer&) = delete;

    Result<QImage> frame(long long index);

private:
    class Private;
    explicit FilmRenderer(std::unique_ptr<Private> p);
    std::unique_ptr<Private> m;
};

/// .mp4 (H.264, yuv420p, fast start), .webm (VP9), .gif (one palette), .apng, or frames %05d.png.
Status writeVideo(const Session& session,
                  const VideoSpec& spec,
                  const std::filesystem::path& file,
                  const ExportHooks& hooks);
/// Folder, codec and disk space, before anything is drawn.
Status checkVideo(const VideoSpec& spec, const std::filesystem::path& file);

} // namespace scorefield::render
