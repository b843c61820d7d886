// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield metric: one number that says how far two laws or clouds are apart, or what one is
// like, with its error bar and its floor, as JSON.
#include "app/commands.h"
#include "app/metric_inputs.h"
#include "app/output.h"
#include "core/base/text.h"
#include "core/metric/metric_kinds.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scorefield::app {

namespace {

/// "--marginal-error" of "marginal_error".
std::string optionName(const std::string& key)
{
    std::string name = "--" + key;
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

/// The options of all metrics, each once.
std::vector<ParameterDescriptor> allOptions()
{
    std::vector<ParameterDescriptor> options;
    for (const MetricKind& kind : metricKinds())
        for (const ParameterDescriptor& option : kind.info.parameters)
            if (std::none_of(options.begin(), options.end(), [&](const ParameterDescriptor& known) {
                    return known.key == option.key;
                }))
                options.push_back(option);
    return options;
}

Result<ParameterValues> readOptions(const Arguments& arguments, const MetricKind& kind)
{
    ParameterValues values = makeChoice(kind.info).values;
    for (const ParameterDescriptor& option : allOptions()) {
        const std::string name = optionName(option.key);
        const auto text = arguments.value(name);
        if (!text)
            continue;
        const auto& own = kind.info.parameters;
        const auto found = std::find_if(own.begin(), own.end(), [&](const auto& descriptor) {
            return descriptor.key == option.key;
        });
        if (found == own.end()) {
            std::vector<std::string> names;
            for (const ParameterDescriptor& descriptor : own)
                names.push_back(optionName(descriptor.key));
            return Error{
                name,
                "is no option of " + kind.info.id
                    + (names.empty() ? ", which has none" : "; it has " + listOfWords(names))};
        }
        const auto value = found->parse(*text);
        if (!value)
            return Error{name, value.error().message};
        values.set(option.key, *value);
    }
    return values;
}

QJsonValue numberOf(double value)
{
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? QJsonValue() : QJsonValue(value > 0 ? "Infinity" : "-Infinity");
}

QJsonArray rowsOf(const Eigen::MatrixXd& matrix)
{
    QJsonArray rows;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        QJsonArray row;
        for (Eigen::Index j = 0; j < matrix.cols(); ++j)
            row.append(numberOf(matrix(i, j)));
        rows.append(row);
    }
    return rows;
}

QJsonObject sizesOf(const MetricSubject& subject)
{
    QJsonObject sizes;
    const auto cloud = [&](const char* name, const Cloud& of) {
        if (of.points.size() > 0)
            sizes[QLatin1String(name)] = static_cast<double>(of.points.rows());
    };
    const auto law = [&](const char* name, const std::shared_ptr<const GaussianMixture>& of) {
        if (of)
            sizes[QLatin1String(name)] = of->componentCount();
    };
    cloud("points_a", subject.a);
    cloud("points_b", subject.b);
    law("components_p", subject.p);
    law("components_q", subject.q);
    if (subject.form == MetricForm::Run) {
        sizes["states"] = subject.run.steps + 1;
        sizes["particles"] = static_cast<double>(subject.run.particles);
        sizes["dimension"] = subject.run.dimension;
    } else {
        sizes["dimension"] =
            subject.p ? subject.p->dimension() : static_cast<int>(subject.a.points.cols());
    }
    return sizes;
}

QJsonObject describe(const MetricKind& kind,
                     const MetricSubject& subject,
                     const ParameterValues& values,
                     const MetricReading& reading)
{
    QJsonObject object{
        {"metric", QString::fromStdString(kind.info.id)},
        {"label", QString::fromStdString(kind.info.label)},
        {"value", numberOf(reading.value.value)},
        {"standard_error", reading.hasError ? numberOf(reading.value.error) : QJsonValue()},
        {"floor", reading.floor ? numberOf(*reading.floor) : QJsonValue()},
        {"floor_of", QString::fromStdString(reading.floorOf)},
        {"estimator", QString::fromStdString(reading.estimator)},
        {"unit", QString::fromStdString(kind.unit)},
        {"sizes", sizesOf(subject)}};
    for (const auto& [name, value] : reading.numbers)
        object[QString::fromStdString(name)] = numberOf(value);
    for (const auto& [name, matrix] : reading.matrices)
        object[QString::fromStdString(name)] = rowsOf(matrix);
    QJsonObject options;
    for (const ParameterDescriptor& option : kind.info.parameters) {
        const double value = values.at(option.key);
        const QString key = QString::fromStdString(option.key);
        if (option.type == ParameterType::Boolean)
            options[key] = value != 0;
        else if (option.type == ParameterType::Choice)
            options[key] = QString::fromStdString(option.format(value));
        else
            options[key] = value;
    }
    object["options"] = options;
    return object;
}

Ending runMetric(const Arguments& arguments)
{
    const auto kind = findMetric(*arguments.positional(0));
    if (!kind)
        return wrong(kind.error());
    const auto values = readOptions(arguments, **kind);
    if (!values)
        return wrong(values.error());
    const auto subject = readMetricSubject(arguments, **kind);
    if (!subject)
        return wrong(subject.error());
    const Interruption interruption;
    WorkerPool pool;
    const auto reading = measureMetric(**kind, *subject, *values, pool, interruption.token());
    if (interruption.token().stop_requested())
        return failed("interrupted");
    if (!reading)
        return wrong(reading.error());
    std::fputs(jsonBytes(describe(**kind, *subject, *values, *reading)).c_str(), stdout);
    return {};
}

} // namespace

Command metricCommand()
{
    CommandSpec spec;
    spec.name = "metric";
    spec.arguments = "NAME [A.npy [B.npy]] [--p P.json [--q Q.json]]";
    spec.summary = "measures a distance, divergence, entropy … with its error bar and floor";
    spec.leastPositionals = 1;
    spec.mostPositionals = 3;
    spec.options = metricInputOptions();
    for (const ParameterDescriptor& option : allOptions())
        spec.options.push_back({optionName(option.key),
                                option.type == ParameterType::Boolean ? "true|false" : "X",
                                option.help + " (" + option.format(option.defaultValue) + ")"});
    spec.notes = "Metrics, and what they are of:";
    for (const MetricKind& kind : metricKinds()) {
        std::string forms;
        for (const MetricForm form : kind.forms)
            forms += (forms.empty() ? "" : ", or ") + formText(form);
        spec.notes += "\n  " + kind.info.id + ": " + kind.info.formula + "; " + forms;
    }
    return {spec, runMetric};
}

} // namespace scorefield::app
