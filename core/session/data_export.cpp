// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/data_export.h"

#include "core/base/csv_text.h"
#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/sampler/noise_recording.h"
#include "core/session/export_table.h"
#include "core/session/json_document.h"
#include "core/session/ridge_data.h"

#include <array>
#include <cmath>

namespace scorefield {

namespace {

using json::Json;

/// Numbers in C order and what their axes are: "step", "draw" or nothing, then particles, then
/// coordinates.
struct Numbers {
    std::vector<std::size_t> shape; ///< [n, d] or [m, n, d]
    std::vector<double> values;
    const char* axis = ""; ///< of the first of three extents
};

struct Source {
    const RunProduct& run;
    const LaneProduct& lane;
    int number; ///< of the lane, from 0
};

std::vector<std::string> coordinateNames(const RunProduct& run)
{
    std::vector<std::string> names;
    for (int j = 0; j < run.mixture->dimension(); ++j)
        names.push_back(run.session.data->coordinateName(j));
    return names;
}

void appendStates(const Trajectories& states, int step, std::vector<double>& values)
{
    const auto d = static_cast<std::size_t>(states.dimension);
    const std::size_t first = values.size();
    values.resize(first + states.particles * d);
    for (std::size_t axis = 0; axis < d; ++axis) {
        const auto row = states.coordinate(step, static_cast<int>(axis));
        for (std::size_t i = 0; i < row.size(); ++i)
            values[first + i * d + axis] = static_cast<double>(row[i]);
    }
}

Numbers statesOf(const Trajectories& states, int from, int to)
{
    Numbers numbers;
    numbers.shape = {states.particles, static_cast<std::size_t>(states.dimension)};
    for (int step = from; step <= to; ++step)
        appendStates(states, step, numbers.values);
    return numbers;
}

/// Whether there are states to write.
Status checkRun(const Source& source, DataContent content)
{
    const Outcome& outcome = source.lane.outcome;
    if (source.lane.waitsForTraining)
        return Error{"content", "is missing: the network of this lane is not trained yet"};
    const bool isWhole = outcome.kind == Outcome::Kind::Completed;
    const bool keepsSome = outcome.kind == Outcome::Kind::NonFinite && content != DataContent::Ends;
    if (!isWhole && !keepsSome)
        return Error{"content", "is missing: " + outcome.message};
    return success();
}

Result<Numbers> noiseOf(const Source& source, const std::stop_token& stop)
{
    WorkerPool pool;
    SimulationPlan plan = source.lane.plan;
    auto tape = recordNoise(plan, pool, stop);
    if (!tape)
        return Error{"content", "is missing: " + tape.error().message};
    if (tape->calls == 0)
        return Error{"content",
                     "is step noise, but this lane draws none: its run is deterministic"};
    return Numbers{
        {tape->calls, tape->particles, tape->dimension}, std::move(tape->values), "draw"};
}

Result<Numbers> numbersOf(const Source& source, DataContent content, const std::stop_token& stop)
{
    const Trajectories& states = source.lane.trajectories;
    switch (content) {
    case DataContent::Starts:
        return statesOf(states, 0, 0);
    case DataContent::Ends:
        return statesOf(states, states.steps, states.steps);
    case DataContent::Noise:
        return noiseOf(source, stop);
    case DataContent::Trajectory:
    case DataContent::Ridge:
        break;
    }
    Numbers all = statesOf(states, 0, states.steps);
    all.shape.insert(all.shape.begin(), static_cast<std::size_t>(states.steps) + 1);
    all.axis = "step";
    return all;
}

std::string asCsv(const Source& source, const Numbers& numbers)
{
    const bool isStack = numbers.shape.size() == 3;
    const std::size_t n = numbers.shape[isStack ? 1 : 0], d = numbers.shape.back();
    const bool hasLevels = std::string_view(numbers.axis) == "step";
    std::string text = isStack
                           ? std::string(numbers.axis) + (hasLevels ? ",t,particle," : ",particle,")
                           : std::string();
    const auto names = coordinateNames(source.run);
    for (std::size_t j = 0; j < d; ++j)
        text += (j == 0 ? "" : ",") + csvField(names[j]);
    text += '\n';
    for (std::size_t row = 0; row < numbers.values.size() / d; ++row) {
        if (isStack) {
            text += std::to_string(row / n) + ',';
            if (hasLevels)
                text += formatNumber(source.lane.plan.levels[row / n].t) + ',';
            text += std::to_string(row % n) + ',';
        }
        for (std::size_t j = 0; j < d; ++j)
            text += (j == 0 ? "" : ",") + formatNumber(numbers.values[row * d + j]);
        text += '\n';
    }
    return text;
}

Json levelsAsJson(const std::vector<PathCoefficients>& levels)
{
    Json t = Json::array(), alpha = t, sigma = t, noise = t;
    for (const PathCoefficients& level : levels) {
        t.push_back(level.t);
        alpha.push_back(level.alpha);
        sigma.push_back(level.sigma);
        const double ratio = level.sigmaTilde();
        noise.push_back(std::isfinite(ratio) ? Json(ratio) : Json());
    }
    return {{"t", t}, {"alpha", alpha}, {"sigma", sigma}, {"sigma_tilde", noise}};
}

/// Nested lists, a line for each point; laid out here because there may be millions of numbers.
std::string nestedLists(const Numbers& numbers)
{
    const std::size_t d = numbers.shape.back();
    const std::size_t n = numbers.shape[numbers.shape.size() - 2];
    const bool isStack = numbers.shape.size() == 3;
    std::string text = "[";
    for (std::size_t row = 0; row < numbers.values.size() / d; ++row) {
        text += row == 0 ? "" : row % n == 0 && isStack ? "]," : ",";
        text += isStack && row % n == 0 ? "\n[\n[" : "\n[";
        for (std::size_t j = 0; j < d; ++j) {
            const double value = numbers.values[row * d + j];
            text += j == 0 ? "" : ", ";
            text += std::isfinite(value) ? formatNumber(value) : "null"; // of a run that diverged
        }
        text += ']';
    }
    return text + (isStack ? "]]" : "]");
}

std::string asJson(const Source& source, const Numbers& numbers, const char* content)
{
    const Lane& lane = source.run.session.lanes[static_cast<std::size_t>(source.number)];
    const SimulationPlan& plan = source.lane.plan;
    const Json head{{"content", content},
                    {"lane", source.number + 1},
                    {"process", lane.process.kind},
                    {"sampler", plan.sampler.kind},
                    {"eta", plan.eta},
                    {"seed", plan.seed},
                    {"names", coordinateNames(source.run)},
                    {"shape", numbers.shape},
                    {"levels", levelsAsJson(plan.levels)}};
    std::string text = json::layout(head);
    text.resize(text.rfind('\n', text.size() - 2)); // before the last line, "}"
    return text + ",\n  \"values\": " + nestedLists(numbers) + "\n}\n";
}

Result<std::string> ridgeOfRun(const Source& source, DataFormat format, const std::stop_token& stop)
{
    const RunProduct& run = source.run;
    if (run.mixture->dimension() < 2)
        return Error{"content", "is a ridge, but data of one dimension have none"};
    const double step = stepAtPosition(
        run.session.timeline, run.session.timeline.position, run.levels(), source.number);
    const PathCoefficients level = levelAtStep(*source.lane.process, source.lane.plan.levels, step);
    if (!(level.alpha > 0) || !(level.sigma > 0))
        return Error{"content",
                     std::string("is a ridge, but at this position there is ")
                         + (level.alpha > 0 ? "no noise left" : "nothing but noise")
                         + ", and no ridge; move the play-head"};
    RidgeRequest request;
    request.noise = level.sigma / level.alpha;
    request.thresholds = {run.session.view.ridge.beta, run.session.view.ridge.gamma};
    request.box = boxAroundData(*run.mixture, request.noise);
    WorkerPool pool;
    const Ridge ridge = findRidge(ridgeOfCoordinates(run.mixture), request, pool, stop);
    if (stop.stop_requested())
        return Error{"content", "is missing: cancelled"};
    return ridgeBytes({ridge, level.alpha, coordinateNames(run)}, format);
}

} // namespace

DataFormat dataFormat(std::string_view file)
{
    const auto ending =
        file.substr(file.rfind('.') == std::string_view::npos ? 0 : file.rfind('.'));
    std::string lower;
    for (const char c : ending)
        lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return lower == ".csv"    ? DataFormat::Csv
           : lower == ".json" ? DataFormat::Json
                              : DataFormat::Npy;
}

Result<std::string> dataBytes(const RunProduct& run,
                              const DataSpec& spec,
                              DataFormat format,
                              const std::stop_token& stop)
{
    if (auto status = checkSpec(spec, static_cast<int>(run.lanes.size())); !status)
        return status.error();
    const int number = static_cast<int>(spec.lane) - 1;
    const Source source{run, *run.lanes[static_cast<std::size_t>(number)], number};
    const auto content = static_cast<DataContent>(static_cast<int>(spec.content));
    if (content == DataContent::Ridge)
        return ridgeOfRun(source, format, stop);
    if (auto status = checkRun(source, content); !status)
        return status.error();
    const auto numbers = numbersOf(source, content, stop);
    if (!numbers)
        return numbers.error();
    switch (format) {
    case DataFormat::Npy:
        return npyBytes(numbers->shape, std::span<const double>(numbers->values));
    case DataFormat::Csv:
        return asCsv(source, *numbers);
    case DataFormat::Json:
        break;
    }
    const auto& choices = dataRows().front().descriptor.choices;
    return asJson(source, *numbers, choices[static_cast<std::size_t>(content)].id.c_str());
}

} // namespace scorefield
