// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// An export from start to end, the same for the window, `render`, `video` and `run`: simulates what
// is needed, draws, and writes the whole file or nothing. Runs on any thread.
#include "core/session/export_spec.h"
#include "core/session/session_run.h"

#include <QByteArray>
#include <QImage>

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

namespace scorefield::render {

enum class FigureFormat { Png, Svg, Pdf };

struct ExportProgress {
    long long done = 0, total = 0; ///< frames, or parts
    double secondsLeft = -1;       ///< -1: not known yet
    QImage preview{};              ///< now and then the newest picture, small; else null
};

struct ExportHooks {
    std::stop_token stop{};
    std::function<void(const ExportProgress&)> progress{};
    RunModels models{};
    /// A run of the session or of one like it, whose lanes need not run again.
    std::shared_ptr<const RunProduct> previous{};
    unsigned threads = 0; ///< 0: one per processor
    /// Draws FigureContent that is a chart; needs a QApplication and its thread. Without it charts
    /// are refused.
    std::function<Result<QByteArray>(const RunProduct&, const FigureSpec&, FigureFormat)> charts{};
};

/// The session at the job's bookmark, exported to `file` (whose ending decides the format, as in
/// ExportJob). Error: one sentence, with the file or the key; after a stop request "cancelled".
/// Nothing is left behind then, also not an older file damaged.
Status runExport(const Session& session,
                 const ExportJob& job,
                 const std::filesystem::path& file,
                 const ExportHooks& hooks = {});

/// What would go wrong before anything runs: the spec, the folder, the codec, the space on the
/// disk.
Status checkExport(const Session& session, const ExportJob& job, const std::filesystem::path& file);

} // namespace scorefield::render
