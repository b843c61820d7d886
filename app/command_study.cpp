// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield study: sweeps parameters of a session and writes what every lane came to as a table.
// Rows are measured side by side on the threads of one machine, or of all that mpirun names.
#include "app/commands.h"
#include "app/figure_options.h"
#include "app/launch.h"
#include "app/output.h"
#include "app/progress_line.h"
#include "app/rank_words.h"
#include "app/study_job.h"
#include "app/study_ranks.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/study/slope_fit.h"

#include <QApplication>

#include <chrono>

namespace scorefield::app {

namespace {

using Clock = std::chrono::steady_clock;

std::string counted(std::size_t count, const std::string& word)
{
    return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// "3 of 20 rows, about 12 s left": on the line of a terminal, or, where the output of mpirun goes
/// to a file, now and then as a line of its own.
class StudyLine {
public:
    StudyLine(const Arguments& arguments, const ProgressLine& line, bool isShared)
        : m_arguments(arguments)
        , m_line(line)
        , m_isShared(isShared)
    {
    }
    /// Rows that were there before.
    void begin(std::size_t rows) { m_before = rows; }

    void show(std::size_t rows, std::size_t total)
    {
        const auto now = Clock::now();
        const std::chrono::duration<double> spent = now - m_start;
        const double left = spent.count()
                            / static_cast<double>(std::max<std::size_t>(1, rows - m_before))
                            * static_cast<double>(total - rows);
        const std::string sentence = std::to_string(rows) + " of " + std::to_string(total)
                                     + " rows, about " + formatNumber(left, 2) + " s left";
        m_line.show(sentence);
        if (m_isShared && now - m_said >= kBetweenLines) {
            m_said = now;
            say(m_arguments, sentence);
        }
    }

private:
    static constexpr std::chrono::seconds kBetweenLines{5};
    const Arguments& m_arguments;
    const ProgressLine& m_line;
    bool m_isShared;
    std::size_t m_before = 0;
    Clock::time_point m_start = Clock::now(), m_said = m_start;
};

Status writeOutputs(const StudyJob& job, const Table& table)
{
    if (!job.plot.empty()) {
        drawWithoutDisplay();
        int count = 1;
        char name[] = "scorefield";
        char* names[] = {name, nullptr};
        const QApplication application(count, names);
        if (auto status = plots::saveStudyChart(table, job.session, job.plot, job.style); !status)
            return status;
    }
    if (job.path.empty())
        return success();
    return writeFileAtomically(
        job.path, hasExtension(job.path, ".csv") ? tableToCsv(table) : tableToJson(table));
}

/// What the processes of a job share, or this one does alone.
struct StudyRun {
    const Arguments& arguments;
    const StudyJob& job;
    const PreparedStudy& study;
    Messenger* messenger; ///< null: there are no others
    std::stop_token stop;
    bool isTogether = true; ///< whether all processes can end together
};

RankSetting rankSetting(Messenger& messenger, unsigned threads, std::stop_token stop)
{
    return {messenger,
            threads > 0 ? threads : shareOfProcessors(messenger.ranksHere()),
            std::move(stop)};
}

void measure(StudyRun& run, CellLedger& ledger, const ProgressLine& line)
{
    if (run.messenger != nullptr) {
        RankSetting setting = rankSetting(*run.messenger, run.job.threads, run.stop);
        setting.say = [&](const std::string& sentence) {
            line.clear();
            say(run.arguments, sentence);
        };
        run.isTogether = leadStudy(run.study, ledger, setting);
        return;
    }
    WorkerPool pool(run.job.threads);
    measureCells(
        run.study,
        pool,
        [&] { return ledger.next(); },
        [&](std::size_t cell, Result<Measurement> measured) {
            ledger.take(cell, std::move(measured));
        },
        run.stop,
        {.progress = line.ofTraining()});
}

Ending interrupted(const CellLedger& ledger, const StudyRun& run)
{
    if (!run.job.resumes)
        return failed("interrupted; nothing was written");
    return failed("interrupted after " + std::to_string(ledger.rows()) + " of "
                  + counted(run.study.rows(), "row") + "; the same line goes on from "
                  + StudyJournal::nameBeside(run.job.output()));
}

/// A table with empty numbers is written, and what was measured is kept for --resume.
Ending incomplete(const CellLedger& ledger, const StudyRun& run)
{
    const std::string path = StudyJournal::nameBeside(run.job.output());
    const auto kept = run.job.resumes ? success() : ledger.keepIn(path);
    return failed(std::to_string(ledger.failures()) + " of "
                  + counted(run.study.cells().size(), "measurement") + " failed; "
                  + run.job.output() + " has no numbers there"
                  + (kept ? ", --resume measures them again" : "; " + kept.error().sentence()));
}

/// The fitted power laws, for which CSV has no place: over what was swept, and over the measured
/// quantity that the chart is drawn over.
void saySlopes(const StudyRun& run, const Table& table)
{
    const std::string over = run.job.style.over.empty() ? table.over : run.job.style.over;
    for (const SlopeFit& fit : table.slopes) {
        const Column* const column = table.find(fit.over);
        const bool isSwept = column != nullptr && column->role == ColumnRole::Parameter;
        if (isSwept || (!over.empty() && fit.over.ends_with("." + over)))
            say(run.arguments, slopeSentence(table, fit));
    }
}

Ending conclude(const CellLedger& ledger, const StudyRun& run, Clock::time_point begun)
{
    if (!ledger.isComplete())
        return interrupted(ledger, run);
    const auto table = ledger.finished();
    if (!table)
        return wrong(table.error());
    if (auto status = writeOutputs(run.job, *table); !status)
        return failed(status.error().sentence());
    for (const std::string& note : table->notes)
        say(run.arguments, note);
    saySlopes(run, *table);
    const std::chrono::duration<double> spent = Clock::now() - begun;
    say(run.arguments,
        counted(table->rows(), "row") + " of " + counted(run.job.session.lanes.size(), "lane")
            + " in " + formatNumber(spent.count(), 3) + " s");
    if (ledger.failures() > 0)
        return incomplete(ledger, run);
    return {};
}

Ending runAndWrite(StudyRun& run)
{
    std::optional<StudyJournal> journal;
    if (run.job.resumes) {
        auto opened = StudyJournal::open(StudyJournal::nameBeside(run.job.output()), run.study);
        if (!opened)
            return wrong(opened.error());
        journal.emplace(std::move(opened).value());
    }
    const ProgressLine line(run.arguments);
    StudyLine rowsLine(run.arguments, line, run.messenger != nullptr);
    CellLedger ledger(run.study,
                      journal ? &*journal : nullptr,
                      [&](std::size_t rows, std::size_t total) { rowsLine.show(rows, total); });
    rowsLine.begin(ledger.rows());
    const auto begun = Clock::now();
    measure(run, ledger, line);
    line.clear();
    Ending ending = conclude(ledger, run, begun);
    if (journal && (!ending || ledger.rows() == 0))
        journal->remove();
    else if (const std::string why = ledger.journalFailure(); !why.empty())
        say(run.arguments, "not all rows are kept for --resume: " + why);
    return ending;
}

/// Alone, or as the first of several processes; then the end of the others is its own.
Ending leadCommand(const Arguments& arguments, Messenger* messenger)
{
    const Interruption interruption;
    bool isTogether = true;
    const auto lead = [&]() -> Ending {
        auto job = readStudyJob(arguments);
        if (!job)
            return wrong(job.error());
        if (auto outputs = readStudyOutputs(arguments, *job); !outputs)
            return wrong(outputs.error());
        const auto study = PreparedStudy::create(*job->study, job->session, job->sweeps);
        if (!study)
            return wrong(study.error());
        StudyRun run{arguments, *job, *study, messenger, interruption.token()};
        Ending ending = runAndWrite(run);
        // Who is interrupted waits for nobody: mpirun may be ending all processes.
        isTogether = run.isTogether && !interruption.token().stop_requested();
        return ending;
    };
    Ending ending = lead();
    if (messenger != nullptr) {
        sendHome(*messenger, isTogether);
        if (isTogether)
            messenger->finish();
    }
    return ending;
}

/// The others say nothing: rank 0 hears of what goes wrong.
Ending serveCommand(const Arguments& arguments, Messenger& messenger)
{
    const Interruption interruption;
    const auto job = readStudyJob(arguments);
    const auto study = job ? PreparedStudy::create(*job->study, job->session, job->sweeps)
                           : Result<PreparedStudy>(job.error());
    const bool isTogether =
        serveStudy(study, rankSetting(messenger, job ? job->threads : 1, interruption.token()));
    if (isTogether)
        messenger.finish();
    return {};
}

Ending runStudyCommand(const Arguments& arguments)
{
    if (!isLaunchedWithOthers())
        return leadCommand(arguments, nullptr);
    const auto messenger = openMessenger();
    if (!messenger)
        return wrong(messenger.error());
    return (*messenger)->rank() == 0 ? leadCommand(arguments, *messenger)
                                     : serveCommand(arguments, **messenger);
}

} // namespace

Command studyCommand()
{
    CommandSpec spec;
    spec.name = "study";
    spec.arguments = "NAME [SESSION]";
    spec.summary = "sweeps parameters of a session, writes a table and draws a chart";
    spec.leastPositionals = 1;
    spec.mostPositionals = 2;
    spec.options = studyOptions();
    for (const StudyKind& study : studyKinds())
        spec.notes += study.info.id + ": " + study.info.help + "\n";
    spec.notes +=
        "Without a session, the one of a new window. Without --sweep, the study's own "
        "sweep. See 'scorefield list studies'.\n"
        "In CSV a column is followed by its standard error where it has one, and empty "
        "fields are numbers that do\n"
        "not exist; JSON also has labels, units and the role of every column: parameter, "
        "measured, part, curve,\n"
        "bound or floor (what as many exact draws, or the reference solution itself, score).\n"
        "Started by mpirun, all processes share the rows; the table is the same. A process "
        "that ends, or is silent for 30 s,\n"
        "loses none: the others measure them. Open MPI lets the others live only with "
        "--enable-recovery:\n"
        "  mpirun -n 8 --enable-recovery scorefield study sampling-error -o table.csv "
        "--resume\n"
        "A row that cannot be measured has empty fields and a note, and the status is 1; "
        "--resume tries it again.";
    return {spec, runStudyCommand, true};
}

} // namespace scorefield::app
