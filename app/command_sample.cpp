// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield sample: runs one lane and writes its end points, its trajectories, its statistics.
#include "app/array_files.h"
#include "app/commands.h"
#include "app/output.h"
#include "app/progress_line.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/time_grid.h"
#include "core/sampler/float_accuracy.h"
#include "core/sampler/simulate.h"
#include "core/sampler/stiffness.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"

#include <QJsonArray>

#include <cmath>

namespace scorefield::app {

namespace {

/// Everything about a run that does not depend on its precision.
struct SampleJob {
    Session session;
    int lane = 0;
    SimulationPlan plan;
    SimulationInputs inputs;
    std::string endPath, trajectoryPath, statisticsPath;
};

Result<Session> startingSession(const Arguments& arguments)
{
    const auto name = arguments.positional(0);
    const auto mixtureFile = arguments.value("--mixture");
    if (!name && !mixtureFile)
        return Error{"", "'sample' needs a SESSION or --mixture M.json"};
    Session session;
    if (name) {
        auto found = findSession(*name);
        if (!found)
            return found.error();
        session = std::move(found->session);
    } else {
        session.lanes = {defaultLane("vp")};
    }
    if (mixtureFile) {
        auto mixture = loadMixture(*mixtureFile);
        if (!mixture)
            return mixture.error();
        session.data = std::move(mixture).value();
        fitReferencesToData(session);
    }
    return session;
}

/// --levels or --times instead of the lane's grid.
Status applyLevels(const Arguments& arguments, SampleJob& job)
{
    const auto levels = arguments.value("--levels");
    const auto times = arguments.value("--times");
    if (levels && times)
        return Error{"--times", "stands beside --levels; give one of them"};
    if (!levels && !times)
        return success();
    const std::string path = levels ? *levels : *times;
    const auto array = readNpy(path);
    if (!array)
        return array.error();
    const bool isList = array->shape.size() == 1;
    const bool isPairs = array->shape.size() == 2 && array->shape[1] == 2 && array->shape[0] > 0;
    if (!isList && !isPairs)
        return Error{path,
                     "has the shape " + shapeText(array->shape) + ", must be a list [K+1] of "
                         + (levels ? "noise levels" : "times")
                         + ", or pairs [K,2] of where each step starts and ends"};
    const std::size_t columns = array->shape.size() == 2 ? 2 : 1;
    std::vector<double> starts, ends;
    for (std::size_t i = 0; i < array->values.size(); i += columns) {
        starts.push_back(array->values[i]);
        if (columns == 2)
            ends.push_back(array->values[i + 1]);
    }
    if (columns == 2)
        starts.push_back(ends.back());
    const auto at = levels.has_value() ? levelsAtNoise : levelsAtTimes;
    auto made = at(*job.plan.process, starts);
    if (!made)
        return Error{path, made.error().sentence()};
    const Lane lane = laneAsRun(job.session, job.lane);
    if (auto set = setLevels(job.plan, lane, std::move(made).value()); !set)
        return Error{path, set.error().sentence()};
    for (std::size_t k = 0; k < ends.size(); ++k) {
        const auto step = at(*job.plan.process, {starts[k], ends[k]});
        if (!step)
            return Error{path, "row " + std::to_string(k) + ": " + step.error().sentence()};
        job.plan.stepEnds.push_back(step->back());
    }
    return success();
}

Status applyInit(const Arguments& arguments, SampleJob& job)
{
    const auto path = arguments.value("--init");
    if (!path)
        return success();
    auto points = readPoints(*path, job.plan.mixture->dimension());
    if (!points)
        return points.error();
    const auto n = static_cast<std::size_t>(points->rows());
    if (arguments.has("--particles") && job.plan.particles != n)
        return Error{*path,
                     "has " + std::to_string(n) + " rows, but --particles is "
                         + std::to_string(job.plan.particles)};
    job.plan.particles = n;
    job.inputs.start = std::move(points).value();
    return success();
}

Status applyNoise(const Arguments& arguments, SampleJob& job)
{
    const auto path = arguments.value("--noise");
    if (!path) {
        auto tape = sessionTape(job.session);
        if (!tape)
            return tape.error();
        job.plan.tape = std::move(tape).value();
        return success();
    }
    job.plan.noise = NoisePolicy::Independent; // the file goes before the session's policy
    auto array = readNpy(*path);
    if (!array)
        return array.error();
    const std::size_t n = job.plan.particles;
    const auto d = static_cast<std::size_t>(job.plan.mixture->dimension());
    if (array->shape.size() != 3 || array->shape[1] != n || array->shape[2] != d)
        return Error{*path,
                     "has the shape " + shapeText(array->shape) + ", must be [calls, "
                         + std::to_string(n) + ", " + std::to_string(d) + "]"};
    job.inputs.noiseCalls = array->shape[0];
    job.inputs.noise = std::move(array->values);
    return success();
}

Status applyOutputs(const Arguments& arguments, SampleJob& job)
{
    job.trajectoryPath = arguments.value("--trajectory").value_or("");
    job.statisticsPath = arguments.value("--stats").value_or("");
    if (!arguments.has("--output") && !arguments.has("--trajectory") && !arguments.has("--stats"))
        return Error{"", "'sample' needs -o END.npy or END.csv, --trajectory or --stats"};
    job.endPath = arguments.value("--output").value_or("");
    if (!job.endPath.empty() && !hasExtension(job.endPath, ".npy")
        && !hasExtension(job.endPath, ".csv"))
        return Error{job.endPath, "must end in .npy or .csv"};
    if (!job.trajectoryPath.empty() && !hasExtension(job.trajectoryPath, ".npy"))
        return Error{job.trajectoryPath, "must end in .npy"};
    for (const char* option : {"--output", "--trajectory", "--stats"})
        if (const auto path = arguments.value(option))
            if (auto writable = checkWritable(*path); !writable)
                return writable;
    return success();
}

Result<SampleJob> prepare(const Arguments& arguments)
{
    SampleJob job;
    auto session = startingSession(arguments);
    if (!session)
        return session.error();
    job.session = std::move(session).value();
    const auto lane =
        arguments.wholeNumber("--lane", 0, static_cast<long long>(job.session.lanes.size()) - 1, 0);
    if (!lane)
        return lane.error();
    job.lane = static_cast<int>(*lane);
    if (auto status = applyLaneOptions(arguments, job.session, job.lane); !status)
        return status.error();
    if (auto status = applySessionOptions(arguments, job.session); !status)
        return status.error();
    auto mixture = GaussianMixture::create(*job.session.data);
    if (!mixture)
        return mixture.error();
    auto plan = planLane(
        job.session, job.lane, std::make_shared<const GaussianMixture>(std::move(mixture).value()));
    if (!plan)
        return plan.error();
    job.plan = std::move(plan).value();
    for (auto apply : {applyLevels, applyInit, applyNoise, applyOutputs})
        if (auto status = apply(arguments, job); !status)
            return status.error();
    job.plan.keepOnlyEnd = job.trajectoryPath.empty();
    return job;
}

QJsonArray jsonList(const Eigen::VectorXd& values)
{
    QJsonArray list;
    for (const double value : values)
        list.append(std::isfinite(value) ? QJsonValue(value) : QJsonValue());
    return list;
}

int stepsOf(const SampleJob& job)
{
    return static_cast<int>(job.plan.levels.size()) - 1;
}

template <class Real>
QJsonObject statistics(const SampleJob& job, const SimulationResult<Real>& result)
{
    const auto& run = result.trajectories;
    const Eigen::MatrixXd end = statesAt(run, run.steps);
    const Eigen::VectorXd mean = end.colwise().mean();
    const Eigen::MatrixXd centred = end.rowwise() - mean.transpose();
    const Eigen::MatrixXd covariance =
        centred.transpose() * centred
        / static_cast<double>(std::max<Eigen::Index>(1, end.rows() - 1));
    QJsonArray rows;
    for (Eigen::Index i = 0; i < covariance.rows(); ++i)
        rows.append(jsonList(covariance.row(i)));
    QJsonArray times, noise;
    for (const PathCoefficients& level : job.plan.levels) {
        times.append(level.t);
        noise.append(std::isfinite(level.sigmaTilde()) ? QJsonValue(level.sigmaTilde())
                                                       : QJsonValue());
    }
    const Lane& lane = job.session.lanes[static_cast<std::size_t>(job.lane)];
    QJsonObject object{{"process", QString::fromStdString(lane.process.kind)},
                       {"sampler", QString::fromStdString(lane.sampler.kind)},
                       {"eta", job.plan.eta},
                       {"particles", static_cast<double>(run.particles)},
                       {"dimension", run.dimension},
                       {"steps", stepsOf(job)},
                       {"evaluations", result.evaluations},
                       {"seed", static_cast<double>(job.plan.seed)},
                       {"t", times},
                       {"sigma_tilde", noise},
                       {"mean", jsonList(mean)},
                       {"covariance", rows}};
    if (!isReproducible())
        object["milliseconds"] = result.milliseconds;
    return object;
}

template <class Real>
std::string endBytes(const SampleJob& job, const BasicTrajectories<Real>& run)
{
    const Eigen::MatrixXd end = statesAt(run, run.steps);
    if (hasExtension(job.endPath, ".npy"))
        return matrixBytes<Real>(end);
    std::vector<std::string> header;
    for (int j = 0; j < run.dimension; ++j)
        header.push_back(job.session.data->coordinateName(j));
    return csvBytes(header, end);
}

/// What to know before one believes the numbers; looked at in a few particles of the same run.
template <class Real>
std::vector<std::string> remarksOn(const SampleJob& job, WorkerPool& pool)
{
    std::vector<std::string> remarks;
    if (std::string sentence = accuracyRemark(job.plan, std::is_same_v<Real, double>);
        !sentence.empty())
        remarks.push_back(std::move(sentence));
    SimulationPlan few = job.plan;
    few.keepOnlyEnd = false;
    few.particles = std::min<std::size_t>(few.particles, 64);
    if (const auto stiffness = findStiffness(few, simulate<double>(few, pool).trajectories))
        remarks.push_back(stiffnessRemark(*stiffness, stepsOf(job)));
    return remarks;
}

template <class Real>
Ending runInPrecision(const Arguments& arguments, const SampleJob& job)
{
    const Interruption interruption;
    WorkerPool pool;
    if (job.plan.error) {
        const ProgressLine line(arguments);
        const auto ready = job.plan.error->prepare(
            *job.plan.mixture, pool, interruption.token(), line.ofTraining());
        if (!ready && !interruption.token().stop_requested())
            return wrong(ready.error().message);
    }
    const auto result = simulate<Real>(job.plan, pool, interruption.token(), job.inputs);
    switch (result.outcome.kind) {
    case Outcome::Kind::Completed:
        break;
    case Outcome::Kind::Refused:
        return wrong(result.outcome.message);
    case Outcome::Kind::Cancelled:
        return failed("interrupted; nothing was written");
    case Outcome::Kind::NonFinite:
        return failed(result.outcome.message);
    }
    std::vector<std::pair<std::string, std::string>> files;
    if (!job.trajectoryPath.empty())
        files.emplace_back(job.trajectoryPath, trajectoryBytes(result.trajectories));
    if (!job.statisticsPath.empty())
        files.emplace_back(job.statisticsPath, jsonBytes(statistics(job, result)));
    if (!job.endPath.empty())
        files.emplace_back(job.endPath, endBytes(job, result.trajectories));
    for (const auto& [path, bytes] : files)
        if (auto status = writeFileAtomically(path, bytes); !status)
            return failed(status.error().sentence());
    say(arguments,
        std::to_string(result.trajectories.particles) + " particles, "
            + std::to_string(stepsOf(job)) + " steps, " + formatNumber(result.evaluations, 4)
            + " evaluations each: " + formatNumber(result.milliseconds, 3) + " ms");
    for (const std::string& remark : remarksOn<Real>(job, pool))
        say(arguments, remark);
    return {};
}

Ending runSample(const Arguments& arguments)
{
    const std::string precision = arguments.value("--precision").value_or("double");
    if (precision != "float" && precision != "double")
        return wrong("--precision: is '" + precision + "', must be float or double");
    const auto job = prepare(arguments);
    if (!job)
        return wrong(job.error());
    return precision == "float" ? runInPrecision<float>(arguments, *job)
                                : runInPrecision<double>(arguments, *job);
}

} // namespace

Command sampleCommand()
{
    CommandSpec spec;
    spec.name = "sample";
    spec.arguments = "SESSION|--mixture M.json";
    spec.summary = "runs one lane and writes its end points";
    spec.mostPositionals = 1;
    spec.options = {
        {"--output", "END.npy|END.csv", "the end points [n,d]", "-o"},
        {"--trajectory", "ALL.npy", "all states [K+1,n,d], noise first"},
        {"--stats", "STATS.json", "mean, covariance, levels, evaluations"},
        {"--mixture", "M.json", "the data: weights, means, covariances, classes"},
        {"--lane", "N", "the lane, counted from 0 as in the keys (0)"},
        {"--init", "X.npy", "the starting points x_T [n,d], in the process's own coordinates"},
        {"--noise", "Z.npy", "normals [calls,n,d]: draw number k of the run uses slice k"},
        {"--levels",
         "L.npy",
         "noise levels sigma/alpha [K+1], decreasing; the last may be 0;\n"
         "or pairs [K,2]: where each step starts and where it ends"},
        {"--times", "T.npy", "times [K+1], decreasing; the last may be 0; or pairs [K,2]"},
        {"--precision", "float|double", "of the arithmetic and of NPY files (double)"}};
    for (const auto& more : {laneOptions(), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes = "Without a session, one lane: "
                 + std::string("process vp, grid karras, sampler heun, no guidance.\n")
                 + "Arrays are NPY 1.0 or 2.0, little-endian f4 or f8; particles are rows.";
    return {spec, runSample};
}

} // namespace scorefield::app
