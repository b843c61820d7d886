// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_job.h"

#include "app/figure_options.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/text.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"

#include <algorithm>

namespace scorefield::app {

namespace {

constexpr long long kMostJobs = 1024;

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

bool endsInOneOf(const std::string& path, std::initializer_list<const char*> endings)
{
    return std::any_of(endings.begin(), endings.end(), [&](const char* ending) {
        return hasExtension(path, ending);
    });
}

/// What is drawn of the study, and over what; of what the study and the sweeps have.
Status readChart(const Arguments& arguments, StudyJob& job)
{
    if (auto status = readChartFigure(arguments, job.style.figure); !status)
        return status;
    std::vector<std::string> measured;
    for (const QuantityInfo& quantity : job.study->info.quantities)
        if (quantity.role == ColumnRole::Measured)
            measured.push_back(quantity.id);
    const auto isMeasured = [&](const std::string& id) {
        return std::find(measured.begin(), measured.end(), id) != measured.end();
    };
    if (const auto show = arguments.value("--show"))
        for (const std::string& id : splitText(*show, ',')) {
            job.style.quantities.push_back(trimmed(id));
            if (!isMeasured(job.style.quantities.back()))
                return Error{"--show",
                             "'" + trimmed(id) + "' is not measured by " + job.study->info.id
                                 + "; there are " + listOfWords(measured)};
        }
    job.style.over = arguments.value("--over").value_or("");
    const bool isSwept = std::any_of(job.sweeps.begin(), job.sweeps.end(), [&](const Sweep& sweep) {
        return sweep.key == job.style.over;
    });
    if (!job.style.over.empty() && !job.sweeps.empty() && !isSwept && !isMeasured(job.style.over))
        return Error{"--over",
                     "'" + job.style.over + "' is neither swept nor measured; " + job.study->info.id
                         + " measures " + listOfWords(measured)};
    return success();
}

} // namespace

std::vector<Option> studyOptions()
{
    std::vector<Option> options = {
        {"--output", "TABLE.csv|.json", "the table", "-o"},
        {"--plot", "FIGURE.png|.svg|.pdf", "the chart, with or without a table"},
        {"--show", "Q[,Q…]", "the measured quantities to draw (all)"},
        {"--over",
         "KEY|Q",
         "what they are drawn over: a swept parameter, or a measured quantity\n"
         "(the parameter with most values)"},
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
        {"--jobs",
         "N",
         "threads that measure rows side by side, under mpirun of each process\n"
         "(one per processor); the numbers do not depend on it"},
        {"--resume",
         "",
         "keeps finished rows in TABLE.journal while the study runs, and goes on\n"
         "where an interrupted one, or one with missing rows, left off"}};
    for (const auto& more :
         {chartFigureOptions(plots::usualChartFigure()), laneOptions(), sessionOptions()})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

Result<StudyJob> readStudyJob(const Arguments& arguments)
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
        auto sweep = parseSweep(job.session, text, job.study->own);
        if (!sweep)
            return sweep.error();
        job.sweeps.push_back(std::move(sweep).value());
    }
    const auto threads = arguments.wholeNumber("--jobs", 1, kMostJobs, 1);
    if (!threads)
        return threads.error();
    job.threads = arguments.has("--jobs") ? static_cast<unsigned>(*threads) : 0;
    return job;
}

/// A table, a chart, or both.
Status readStudyOutputs(const Arguments& arguments, StudyJob& job)
{
    job.path = arguments.value("--output").value_or("");
    job.plot = arguments.value("--plot").value_or("");
    job.resumes = arguments.has("--resume");
    if (!arguments.has("--output") && !arguments.has("--plot"))
        return Error{"-o", "is missing; give the table to write, a .csv or .json file"};
    if (arguments.has("--output") && !endsInOneOf(job.path, {".csv", ".json"}))
        return Error{job.path, "must end in .csv or .json"};
    if (arguments.has("--plot") && !endsInOneOf(job.plot, {".png", ".svg", ".pdf"}))
        return Error{"--plot", "is '" + job.plot + "', must end in .png, .svg or .pdf"};
    if (arguments.has("--plot") && job.plot == job.path)
        return Error{"--plot", "is the file that the table goes to"};
    std::vector<std::string> ofCharts = {"--show", "--over"};
    for (const Option& option : chartFigureOptions(plots::usualChartFigure()))
        ofCharts.push_back(option.name);
    for (const std::string& option : ofCharts)
        if (arguments.has(option) && !arguments.has("--plot"))
            return Error{option, "is for a chart; give --plot with the file to draw"};
    for (const std::string& path : {job.path, job.plot})
        if (!path.empty())
            if (auto writable = checkWritable(path); !writable)
                return writable.error();
    return arguments.has("--plot") ? readChart(arguments, job) : success();
}

} // namespace scorefield::app
