// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield run: the exports that a session keeps under names.
#include "app/commands.h"
#include "app/export_hooks.h"
#include "app/figure_options.h"
#include "app/session_source.h"
#include "core/base/text.h"
#include "core/session/session_run.h"
#include "ui/export/export_run.h"
#include "ui/export/part_file.h"

#include <QApplication>

#include <cstdio>
#include <filesystem>
#include <set>

namespace scorefield::app {

namespace {

namespace fs = std::filesystem;

const char* kindOf(const ExportJob& job)
{
    return std::holds_alternative<FigureSpec>(job.spec)  ? "figure"
           : std::holds_alternative<VideoSpec>(job.spec) ? "video"
                                                         : "data";
}

/// The jobs of this name; all of them for "all".
Result<std::vector<ExportJob>> chosenJobs(const Session& session, const std::string& name)
{
    if (session.jobs.empty())
        return Error{"", "the session has no export jobs"};
    if (name == "all")
        return session.jobs;
    std::vector<std::string> names;
    for (const ExportJob& job : session.jobs) {
        names.push_back(job.name);
        if (job.name == name)
            return std::vector<ExportJob>{job};
    }
    const std::string near = nearestWord(name, names);
    return Error{
        "--job",
        "is '" + name + "', the session has "
            + (near.empty() ? listOfWords(names) : "no such job; did you mean '" + near + "'?")};
}

/// Where a job's file goes. Error: it would leave the folder.
Result<fs::path> placeOf(const ExportJob& job, const fs::path& folder)
{
    const fs::path file = fs::path(job.file).lexically_normal();
    if (file.is_absolute() || file.empty() || *file.begin() == "..")
        return Error{"file", "is '" + job.file + "', must be a name inside the folder of --out"};
    return folder == "." ? file : folder / file;
}

/// Sub-folders that a failing job needed are gone again.
Status runJob(const Session& session,
              const ExportJob& job,
              const fs::path& folder,
              const Interruption& interruption,
              const ProgressLine& line)
{
    const auto file = placeOf(job, folder);
    if (!file)
        return file.error();
    // A link inside the folder may lead out of it.
    std::error_code failure;
    const fs::path parent = file->has_parent_path() ? file->parent_path() : fs::path(".");
    const fs::path inside = fs::weakly_canonical(parent, failure)
                                .lexically_relative(fs::weakly_canonical(folder, failure));
    if (failure || inside.empty() || *inside.begin() == "..")
        return Error{"file", "is '" + job.file + "', which leads out of the folder of --out"};
    const auto made = render::MadeFolder::create(parent);
    if (!made)
        return made.error();
    const auto status = render::runExport(
        session, job, *file, exportHooks(interruption, line, job.name + ": " + file->string()));
    line.clear();
    return status;
}

void printList(const Session& session)
{
    for (const ExportJob& job : session.jobs)
        std::fputs((job.name + "\t" + kindOf(job) + "\t" + job.file
                    + (job.bookmark.empty() ? "" : "\t" + job.bookmark) + "\n")
                       .c_str(),
                   stdout);
}

/// What to know before one believes a picture, lane by lane; looked at in the first particles.
/// Networks are not trained for it.
std::set<std::string> remarksOn(const Session& session, const std::vector<ExportJob>& jobs)
{
    constexpr std::size_t particles = 64;
    std::set<std::string> remarks, seen;
    WorkerPool pool;
    for (const ExportJob& job : jobs) {
        const auto shown = job.bookmark.empty() ? Result<Session>(session)
                                                : sessionAtBookmark(session, job.bookmark);
        if (!seen.insert(job.bookmark).second || !shown)
            continue;
        const auto run = runSession(*shown, pool, {}, nullptr, particles, {.train = false});
        for (std::size_t lane = 0; run && lane < (*run)->lanes.size(); ++lane) {
            const LaneProduct& product = *(*run)->lanes[lane];
            const std::string where = (job.bookmark.empty() ? "" : job.bookmark + ", ") + "lane "
                                      + std::to_string(lane + 1) + ": ";
            if (product.outcome.kind == Outcome::Kind::NonFinite)
                remarks.insert(where + product.outcome.message);
            for (const std::string& remark : product.remarks)
                remarks.insert(where + remark);
        }
    }
    return remarks;
}

Ending runRun(const Arguments& arguments)
{
    auto found = findSession(*arguments.positional(0));
    if (!found)
        return wrong(found.error());
    const Session& session = found->session;
    if (arguments.has("--list")) {
        printList(session);
        return {};
    }
    const auto jobs = chosenJobs(session, arguments.value("--job").value_or("all"));
    if (!jobs)
        return wrong(jobs.error());
    const std::string out = arguments.value("--out").value_or(".");
    if (auto writable = checkFolderWritable(out); !writable)
        return wrong(writable.error());

    drawWithoutDisplay();
    int count = 1;
    char name[] = "scorefield";
    char* names[] = {name, nullptr};
    const QApplication application(count, names);
    const Interruption interruption;
    const ProgressLine line(arguments);
    std::size_t failures = 0;
    for (const ExportJob& job : *jobs) {
        if (interruption.token().stop_requested())
            return failed("interrupted");
        const auto status = runJob(session, job, out, interruption, line);
        if (!status)
            ++failures;
        if (status)
            say(arguments,
                job.name + ": " + (fs::path(out) / job.file).lexically_normal().string());
        else
            std::fputs(
                ("scorefield: " + job.name + ": " + status.error().sentence() + "\n").c_str(),
                stderr);
    }
    if (interruption.token().stop_requested())
        return failed("interrupted");
    if (failures > 0)
        return failed(std::to_string(failures) + " of " + std::to_string(jobs->size())
                      + (jobs->size() == 1 ? " export failed" : " exports failed"));
    for (const std::string& remark : remarksOn(session, *jobs))
        say(arguments, remark);
    return {};
}

} // namespace

Command runCommand()
{
    CommandSpec spec;
    spec.name = "run";
    spec.arguments = "SESSION";
    spec.summary = "makes the figures, videos and data files that a session keeps as export jobs";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {{"--job", "NAME", "only this one; all without it"},
                    {"--out", "DIR", "the folder to write to (.)"},
                    {"--list", "", "say on stdout which jobs there are"}};
    spec.notes = "A job that fails does not keep the others from running.";
    return {spec, runRun};
}

} // namespace scorefield::app
