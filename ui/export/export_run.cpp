// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/export_run.h"

#include "core/base/file.h"
#include "core/base/worker_pool.h"
#include "core/session/data_export.h"
#include "core/session/export_table.h"
#include "ui/export/figure.h"
#include "ui/export/output_folder.h"
#include "ui/export/video.h"

namespace scorefield::render {
namespace {

namespace fs = std::filesystem;

Result<Session> sessionOf(const Session& session, const ExportJob& job)
{
    return job.bookmark.empty() ? Result(session) : sessionAtBookmark(session, job.bookmark);
}

Status write(const fs::path& file, std::string_view bytes, const ExportHooks& hooks)
{
    if (hooks.stop.stop_requested())
        return Error{"", "cancelled"};
    return writeFileAtomically(file, bytes);
}

/// An export of few parts tells which one it is at.
void tell(const ExportHooks& hooks, long long done, long long total)
{
    if (hooks.progress)
        hooks.progress({done, total});
}

Status exportFigure(const Session& session,
                    const FigureSpec& spec,
                    const fs::path& file,
                    const ExportHooks& hooks)
{
    const auto format = figureFormat(file.string());
    if (!format)
        return format.error();
    WorkerPool pool(hooks.threads);
    tell(hooks, 0, 2);
    const auto runs = figureRuns(session, spec, pool, hooks);
    if (!runs)
        return runs.error();
    tell(hooks, 1, 2);
    const auto content = static_cast<FigureContent>(static_cast<int>(spec.content));
    const bool isChart = content == FigureContent::OverTime || content == FigureContent::Ridge;
    if (isChart && !hooks.charts)
        return Error{"content", "is a chart, which cannot be drawn here"};
    const auto bytes = isChart ? hooks.charts(*runs->front(), spec, *format)
                               : figureBytes(*runs, spec, *format, hooks.stop);
    if (!bytes)
        return bytes.error();
    auto status = write(file, {bytes->constData(), static_cast<std::size_t>(bytes->size())}, hooks);
    if (status)
        tell(hooks, 2, 2);
    return status;
}

Status exportData(const Session& session,
                  const DataSpec& spec,
                  const fs::path& file,
                  const ExportHooks& hooks)
{
    WorkerPool pool(hooks.threads);
    tell(hooks, 0, 2);
    // The same run as a figure of the session where it stands.
    const auto runs = figureRuns(session, FigureSpec{}, pool, hooks);
    if (!runs)
        return runs.error();
    tell(hooks, 1, 2);
    const auto bytes = dataBytes(*runs->front(), spec, dataFormat(file.string()), hooks.stop);
    if (!bytes)
        return bytes.error();
    auto status = write(file, *bytes, hooks);
    if (status)
        tell(hooks, 2, 2);
    return status;
}

} // namespace

Status checkExport(const Session& session, const ExportJob& job, const fs::path& file)
{
    const auto state = sessionOf(session, job);
    if (!state)
        return state.error();
    ExportJob named = job;
    named.file = file.string();
    if (auto status = checkJob(named, static_cast<int>(state->lanes.size())); !status)
        return status;
    if (const auto* video = std::get_if<VideoSpec>(&job.spec))
        return checkVideo(*video, file);
    if (const auto* figure = std::get_if<FigureSpec>(&job.spec))
        if (auto status = checkFigure(*figure, static_cast<int>(state->lanes.size())); !status)
            return status;
    return checkOutput(file, 0);
}

Status runExport(const Session& session,
                 const ExportJob& job,
                 const fs::path& file,
                 const ExportHooks& hooks)
{
    if (auto status = checkExport(session, job, file); !status)
        return status;
    const auto state = sessionOf(session, job);
    if (const auto* figure = std::get_if<FigureSpec>(&job.spec))
        return exportFigure(*state, *figure, file, hooks);
    if (const auto* video = std::get_if<VideoSpec>(&job.spec))
        return writeVideo(*state, *video, file, hooks);
    return exportData(*state, std::get<DataSpec>(job.spec), file, hooks);
}

} // namespace scorefield::render
