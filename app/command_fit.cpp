// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield fit: a mixture from a table of points.
#include "app/commands.h"
#include "app/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/mixture/data_set.h"
#include "core/mixture/fit.h"
#include "core/session/session_json.h"

#include <QJsonArray>

#include <cmath>

namespace scorefield::app {

namespace {

constexpr int kMostComponents = 4096;

struct Fitted {
    MixtureSpec mixture;
    std::string sentence; ///< what was done, for people
    QJsonObject log;
};

Result<DataSet> readData(const Arguments& arguments)
{
    ReadOptions options;
    if (const auto columns = arguments.value("--columns"))
        for (const std::string& column : splitText(*columns, ','))
            options.columns.push_back(trimmed(column));
    options.label = arguments.value("--label").value_or("");
    auto data = readDataSet(*arguments.positional(0), options);
    if (!data || !arguments.has("--principal"))
        return data;
    const auto dimension = arguments.wholeNumber("--principal", 1, data->points.cols(), 2);
    if (!dimension)
        return dimension.error();
    const auto axes = principalAxes(data->points, static_cast<int>(*dimension));
    if (!axes)
        return axes.error();
    data->points = ((data->points.rowwise() - axes->mean.transpose()) * axes->axes).eval();
    data->columnNames.clear();
    for (long long i = 1; i <= *dimension; ++i)
        data->columnNames.push_back("PC " + std::to_string(i));
    return data;
}

QJsonArray list(const std::vector<double>& values)
{
    QJsonArray array;
    for (const double value : values)
        array.append(value);
    return array;
}

Result<Fitted> smooth(const Arguments& arguments, const DataSet& data)
{
    const std::string text = *arguments.value("--bandwidth");
    double bandwidth = silvermanBandwidth(data.points);
    if (text != "silverman") {
        constexpr double smallest = 1e-6,
                         largest = 1e6; // squared, still far from under- and overflow
        const auto given = arguments.number("--bandwidth", smallest, largest, bandwidth);
        if (!given)
            return Error{"--bandwidth",
                         "is '" + text + "', must be silverman or a number from 1e-06 to 1e+06"};
        bandwidth = *given;
    }
    auto mixture = smoothedPoints(data.points, data.labels, bandwidth);
    if (!mixture)
        return mixture.error();
    Fitted fitted;
    fitted.sentence = std::to_string(mixture->components.size()) + " points with bandwidth "
                      + formatNumber(bandwidth, 6);
    fitted.log = {{"bandwidth", bandwidth},
                  {"components", static_cast<int>(mixture->components.size())}};
    fitted.mixture = std::move(mixture).value();
    return fitted;
}

Result<FitOptions> fitOptions(const Arguments& arguments)
{
    FitOptions options;
    const auto components = arguments.wholeNumber("--components", 1, kMostComponents, 1);
    if (!components)
        return components.error();
    const auto iterations =
        arguments.wholeNumber("--iterations", 0, 1000000, options.maxIterations);
    if (!iterations)
        return iterations.error();
    const auto seed = arguments.wholeNumber("--seed", 0, 9007199254740991, 0);
    if (!seed)
        return seed.error();
    const auto tolerance = arguments.number("--tolerance", 0, 1, options.tolerance);
    if (!tolerance)
        return tolerance.error();
    const auto floor = arguments.number("--floor", 0, 1e6, options.covarianceFloor);
    if (!floor)
        return floor.error();
    options.components = static_cast<int>(*components);
    options.maxIterations = static_cast<int>(*iterations);
    options.seed = static_cast<std::uint64_t>(*seed);
    options.tolerance = *tolerance;
    options.covarianceFloor = *floor;
    if (const auto path = arguments.value("--init")) {
        auto start = loadMixture(*path);
        if (!start)
            return start.error();
        const auto given = static_cast<int>(start->components.size());
        if (arguments.has("--components") && given != options.components)
            return Error{*path,
                         "has " + std::to_string(given) + " components, but --components is "
                             + std::to_string(options.components)};
        options.components = given;
        options.start = std::move(start).value();
    }
    return options;
}

QJsonObject logOf(const FitResult& result)
{
    return {{"log_likelihood", list(result.meanLogLikelihood)},
            {"total_log_likelihood", result.totalLogLikelihood},
            {"iterations", result.iterations},
            {"converged", result.converged}};
}

Result<Fitted> fitAll(const FitOptions& options, const DataSet& data)
{
    auto result = fitMixture(data.points, options);
    if (!result)
        return result.error();
    Fitted fitted;
    fitted.log = logOf(*result);
    fitted.sentence = std::to_string(options.components)
                      + (options.components == 1 ? " component, " : " components, ")
                      + std::to_string(result->iterations) + " iterations, total log-likelihood "
                      + formatNumber(result->totalLogLikelihood, 9)
                      + (result->converged ? "" : " (not converged)");
    fitted.mixture = std::move(result->mixture);
    return fitted;
}

/// A mixture of its own for every class, weighted by the share of its points.
Result<Fitted> fitEachClass(const FitOptions& options, const DataSet& data)
{
    Fitted fitted;
    fitted.mixture.dimension = static_cast<int>(data.points.cols());
    QJsonArray classes;
    double total = 0;
    for (std::size_t label = 0; label < data.labelNames.size(); ++label) {
        std::vector<Eigen::Index> rows;
        for (std::size_t i = 0; i < data.labels.size(); ++i)
            if (data.labels[i] == static_cast<int>(label))
                rows.push_back(static_cast<Eigen::Index>(i));
        const Eigen::MatrixXd points = data.points(rows, Eigen::all);
        auto result = fitMixture(points, options);
        if (!result)
            return Error{"class '" + data.labelNames[label] + "'", result.error().sentence()};
        const double share =
            static_cast<double>(rows.size()) / static_cast<double>(data.labels.size());
        for (ComponentSpec& component : result->mixture.components) {
            component.weight *= share;
            component.classLabel = static_cast<int>(label);
            fitted.mixture.components.push_back(component);
        }
        total += result->totalLogLikelihood + static_cast<double>(rows.size()) * std::log(share);
        QJsonObject log = logOf(*result);
        log["class"] = QString::fromStdString(data.labelNames[label]);
        classes.append(log);
    }
    fitted.log = {{"classes", classes}, {"total_log_likelihood", total}};
    fitted.sentence = std::to_string(data.labelNames.size()) + " classes of "
                      + std::to_string(options.components)
                      + (options.components == 1 ? " component" : " components")
                      + ", total log-likelihood of points and classes " + formatNumber(total, 9);
    return fitted;
}

Result<Fitted> fitData(const Arguments& arguments, const DataSet& data, const std::stop_token& stop)
{
    if (arguments.has("--bandwidth"))
        return smooth(arguments, data);
    auto options = fitOptions(arguments);
    if (!options)
        return options.error();
    options->stop = stop;
    const bool byClass = !data.labels.empty();
    if (byClass && options->start)
        return Error{"--init",
                     "stands beside --label, which fits every class on its own; give one of them"};
    return byClass ? fitEachClass(*options, data) : fitAll(*options, data);
}

Ending runFit(const Arguments& arguments)
{
    const auto output = arguments.value("--output");
    if (!output)
        return wrong("-o: is missing; give the mixture file to write");
    const bool hasAim = arguments.has("--components") || arguments.has("--init")
                        || arguments.has("--bandwidth") || arguments.has("--label");
    if (!hasAim)
        return wrong("'fit' needs --components K, --init M.json, --label COLUMN or --bandwidth H");
    for (const char* option : {"--components", "--init"})
        if (arguments.has("--bandwidth") && arguments.has(option))
            return wrong(std::string(option)
                         + ": stands beside --bandwidth, which makes one component per point; give "
                           "one of them");
    const auto data = readData(arguments);
    if (!data)
        return wrong(data.error());
    for (const char* option : {"--output", "--log"})
        if (const auto path = arguments.value(option))
            if (auto writable = checkWritable(*path); !writable)
                return wrong(writable.error());
    const Interruption interruption;
    auto fitted = fitData(arguments, *data, interruption.token());
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    if (!fitted)
        return wrong(fitted.error());
    fitted->mixture.classNames = data->labelNames;
    fitted->mixture.coordinateNames = data->columnNames;
    if (const auto log = arguments.value("--log"))
        if (auto status = writeFileAtomically(*log, jsonBytes(fitted->log)); !status)
            return failed(status.error().sentence());
    if (auto status = writeFileAtomically(*output, mixtureToJson(fitted->mixture)); !status)
        return failed(status.error().sentence());
    say(arguments,
        std::to_string(data->points.rows()) + " points in " + std::to_string(data->points.cols())
            + "-D: " + fitted->sentence);
    return {};
}

} // namespace

Command fitCommand()
{
    CommandSpec spec;
    spec.name = "fit";
    spec.arguments = "DATA.csv|DATA.npy";
    spec.summary = "fits a mixture to points, or smooths them";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {
        {"--output", "M.json", "the mixture", "-o"},
        {"--components", "K", "Gaussians with full covariances, by expectation-maximisation"},
        {"--bandwidth", "H|silverman", "instead: one component N(x_i, H^2 I) per point"},
        {"--label", "COLUMN", "the class of every row; K components (1) are fitted to each class"},
        {"--columns", "A,B,…", "the columns to use, by name or number from 1 (all)"},
        {"--principal", "D", "first project onto the D leading principal axes"},
        {"--init", "M.json", "start from this mixture instead of k-means++"},
        {"--iterations", "N", "at most so many (1000)"},
        {"--tolerance", "E", "stop when the mean log-likelihood grows by less (1e-10)"},
        {"--floor", "V", "added to the diagonal of every covariance (1e-6)"},
        {"--seed", "S", "of the k-means++ start (0)"},
        {"--log", "LOG.json", "log-likelihood after every iteration"}};
    return {spec, runFit};
}

} // namespace scorefield::app
