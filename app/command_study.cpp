// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield study: sweeps parameters of a session and writes what every lane came to as a table.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"
#include "core/study/study.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace scorefield::app {

namespace {

constexpr long long kMostJobs = 1024;

struct StudyJob {
    const StudyKind* study = nullptr;
    Session session;
    std::vector<Sweep> sweeps; ///< empty: the study's own
    std::string path;
    unsigned threads = 0; ///< 0: one per processor
};

Result<Session> startingSession(const Arguments& arguments)
{
    Session session = defaultSession();
    if (const auto name = arguments.positional(1)) {
        auto found = findSession(*name);
        if (!found)
            return found.error();
        session = std::move(found->session);
    }
    if (const auto file = arguments.value("--mixture")) {
        auto mixture = loadMixture(*file);
        if (!mixture)
            return mixture.error();
        session.data = std::move(mixture).value();
        fitReferencesToData(session);
    }
    return session;
}

/// The shorthands change one lane, or all of them.
Status applyShorthands(const Arguments& arguments, Session& session)
{
    const auto lanes = static_cast<long long>(session.lanes.size());
    const auto lane = arguments.wholeNumber("--lane", 0, lanes - 1, 0);
    if (!lane)
        return lane.error();
    for (long long i = 0; i < lanes; ++i)
        if (!arguments.has("--lane") || i == *lane)
            if (auto status = applyLaneOptions(arguments, session, static_cast<int>(i)); !status)
                return status;
    return success();
}

Result<StudyJob> prepare(const Arguments& arguments)
{
    StudyJob job;
    const auto study = findStudy(*arguments.positional(0));
    if (!study)
        return study.error();
    job.study = *study;
    auto session = startingSession(arguments);
    if (!session)
        return session.error();
    job.session = std::move(session).value();
    if (auto status = applyShorthands(arguments, job.session); !status)
        return status.error();
    if (auto status = applySessionOptions(arguments, job.session); !status)
        return status.error();
    for (const std::string& text : arguments.values("--sweep")) {
        auto sweep = parseSweep(job.session, text);
        if (!sweep)
            return sweep.error();
        job.sweeps.push_back(std::move(sweep).value());
    }
    const auto threads = arguments.wholeNumber("--jobs", 1, kMostJobs, 1);
    if (!threads)
        return threads.error();
    job.threads = arguments.has("--jobs") ? static_cast<unsigned>(*threads) : 0;
    const auto output = arguments.value("--output");
    if (!output)
        return Error{"-o", "is missing; give the table to write, a .csv or .json file"};
    job.path = *output;
    if (!hasExtension(job.path, ".csv") && !hasExtension(job.path, ".json"))
        return Error{job.path, "must end in .csv or .json"};
    if (auto writable = checkWritable(job.path); !writable)
        return writable.error();
    return job;
}

/// "3 of 20 rows, about 12 s left" on one line of a terminal; silent elsewhere.
class ProgressLine {
public:
    explicit ProgressLine(const Arguments& arguments)
        : m_isShown(!arguments.isQuiet() && isatty(STDERR_FILENO) != 0)
    {
    }
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::size_t rows, std::size_t total) const
    {
        if (!m_isShown)
            return;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - m_start;
        const double left =
            spent.count() / static_cast<double>(rows) * static_cast<double>(total - rows);
        std::fputs((std::string(kErase) + std::to_string(rows) + " of " + std::to_string(total)
                    + " rows, about " + formatNumber(left, 2) + " s left")
                       .c_str(),
                   stderr);
        std::fflush(stderr);
    }
    void clear() const
    {
        if (m_isShown)
            std::fputs(kErase, stderr);
    }

private:
    static constexpr const char* kErase = "\r\x1b[K"; // back to the start of an empty line
    bool m_isShown;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

Ending runStudyCommand(const Arguments& arguments)
{
    const auto job = prepare(arguments);
    if (!job)
        return wrong(job.error());
    const Interruption interruption;
    const ProgressLine line(arguments);
    WorkerPool pool(job->threads);
    const auto begun = std::chrono::steady_clock::now();
    const auto table = runStudy(
        *job->study,
        job->session,
        job->sweeps,
        pool,
        [&](const Table&, std::size_t rows, std::size_t total) { line.show(rows, total); },
        interruption.token());
    line.clear();
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    if (!table)
        return wrong(table.error());
    const std::string bytes =
        hasExtension(job->path, ".csv") ? tableToCsv(*table) : tableToJson(*table);
    if (auto status = writeFileAtomically(job->path, bytes); !status)
        return failed(status.error().sentence());
    for (const std::string& note : table->notes)
        say(arguments, note);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
    const auto counted = [](std::size_t count, const std::string& word) {
        return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
    };
    say(arguments,
        counted(table->rows(), "row") + " of " + counted(job->session.lanes.size(), "lane") + " in "
            + formatNumber(spent.count(), 3) + " s");
    return {};
}

} // namespace

Command studyCommand()
{
    CommandSpec spec;
    spec.name = "study";
    spec.arguments = "NAME [SESSION]";
    spec.summary = "sweeps parameters of a session and writes a table";
    spec.leastPositionals = 1;
    spec.mostPositionals = 2;
    spec.options = {
        {"--output", "TABLE.csv|.json", "the table", "-o"},
        {"--sweep",
         "KEY=FROM:TO:N[:log]",
         "N values of a parameter, evenly spaced or by equal factors;\n"
         "several span a grid; lanes.*.KEY sweeps it in every lane that has it",
         "",
         true},
        {"--mixture", "M.json", "other data: weights, means, covariances, classes"},
        {"--lane",
         "N",
         "the lane that --process, --grid, --sampler and --guidance change,\n"
         "counted from 0 as in the keys (all lanes)"},
        {"--jobs", "N", "threads (one per processor); the numbers do not depend on it"}};
    for (const auto& more : {laneOptions(), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    for (const StudyKind& study : studyKinds())
        spec.notes += study.info.id + ": " + study.info.help + "\n";
    spec.notes += "Without a session, the one of a new window. Without --sweep, the study's own "
                  "sweep. See 'scorefield list studies'.\n"
                  "In CSV a column is followed by its standard error where it has one, and empty "
                  "fields are numbers that do\n"
                  "not exist; JSON also has labels, units and the role of every column: parameter, "
                  "measured, curve, bound\n"
                  "or floor (what as many exact draws, or the reference solution itself, score).";
    return {spec, runStudyCommand};
}

} // namespace scorefield::app
