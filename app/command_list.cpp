// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield list: what there is, as a table for people or as JSON.
#include "app/commands.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/text.h"
#include "core/field/guidance.h"
#include "core/field/score_error.h"
#include "core/metric/metric_kinds.h"
#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"
#include "core/session/parameter_table.h"
#include "core/study/study.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cstdio>

namespace scorefield::app {

namespace {

using Rows = std::vector<std::vector<std::string>>;

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

/// The width on a terminal: code points, not bytes.
std::size_t width(const std::string& value)
{
    return static_cast<std::size_t>(std::count_if(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void print(const Rows& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t j = 0; j < row.size(); ++j) {
            widths.resize(std::max(widths.size(), j + 1));
            widths[j] = std::max(widths[j], width(row[j]));
        }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t j = 0; j < row.size(); ++j)
            line += row[j]
                    + (j + 1 < row.size() ? std::string(widths[j] - width(row[j]) + 2, ' ') : "");
        std::fputs((line.substr(0, line.find_last_not_of(' ') + 1) + "\n").c_str(), stdout);
    }
}

void print(const QJsonArray& array)
{
    std::fputs(QJsonDocument(array).toJson(QJsonDocument::Indented).constData(), stdout);
}

const char* typeName(ParameterType type)
{
    switch (type) {
    case ParameterType::Real:
        return "real";
    case ParameterType::Integer:
        return "integer";
    case ParameterType::Boolean:
        return "boolean";
    case ParameterType::Choice:
        return "choice";
    }
    return "";
}

std::string rangeOf(const ParameterDescriptor& row)
{
    if (row.type == ParameterType::Boolean)
        return "true, false";
    if (row.type == ParameterType::Choice) {
        std::string ids;
        for (const ChoiceItem& item : row.choices)
            ids += (ids.empty() ? "" : ", ") + item.id;
        return ids;
    }
    return formatNumber(row.minimum) + " … " + formatNumber(row.maximum);
}

QJsonValue defaultOf(const ParameterDescriptor& row)
{
    if (row.type == ParameterType::Boolean)
        return row.defaultValue != 0;
    if (row.type == ParameterType::Choice)
        return text(row.format(row.defaultValue));
    return row.defaultValue;
}

QJsonObject toJson(const ParameterDescriptor& row)
{
    QJsonObject object{
        {"key", text(row.key)},
        {"symbol", text(row.symbol)},
        {"label", text(row.label)},
        {"unit", text(row.unit)},
        {"type", typeName(row.type)},
        {"default", defaultOf(row)},
        {"help", text(row.help)},
        {"invalidates", row.invalidates == Invalidates::Style ? "style" : "simulation"}};
    if (row.type == ParameterType::Choice) {
        QJsonArray choices;
        for (const ChoiceItem& item : row.choices)
            choices.append(QJsonObject{
                {"id", text(item.id)}, {"label", text(item.label)}, {"help", text(item.help)}});
        object["choices"] = choices;
    } else if (row.type != ParameterType::Boolean) {
        object["minimum"] = row.minimum;
        object["maximum"] = row.maximum;
        object["scale"] = row.scale == Scale::Logarithmic ? "logarithmic" : "linear";
    }
    return object;
}

QJsonObject toJson(const PointsInfo& points)
{
    QJsonArray defaults;
    for (const CurvePoint& point : points.defaultPoints)
        points.list ? defaults.append(point.y) : defaults.append(QJsonArray{point.x, point.y});
    return {{"key", text(points.key)},
            {"form", points.list ? "[y, …]" : "[[x, y], …]"},
            {"x", text(points.xLabel)},
            {"y", text(points.yLabel)},
            {"fewest", static_cast<int>(points.fewest)},
            {"most", static_cast<int>(points.most)},
            {"default", defaults},
            {"help", text(points.help)}};
}

/// A variant and its parameters, as rows for people and as an object.
QJsonObject describeVariant(const VariantInfo& info, const std::string& facts, Rows& rows)
{
    QJsonArray parameters;
    rows.push_back(
        {info.id, info.label, info.formula + (facts.empty() ? "" : "  [" + facts + "]")});
    for (const ParameterDescriptor& row : info.parameters) {
        parameters.append(toJson(row));
        rows.push_back({"  " + row.key + "=" + row.format(row.defaultValue),
                        "  " + row.label + (row.symbol.empty() ? "" : " " + row.symbol),
                        rangeOf(row)});
    }
    QJsonObject object{{"id", text(info.id)},
                       {"label", text(info.label)},
                       {"group", text(info.group)},
                       {"formula", text(info.formula)},
                       {"help", text(info.help)},
                       {"source", text(info.source)},
                       {"parameters", parameters}};
    if (!info.badges.empty()) {
        QJsonArray badges;
        for (const std::string& badge : info.badges)
            badges.append(text(badge));
        object["badges"] = badges;
    }
    if (info.points) {
        object["points"] = toJson(*info.points);
        rows.push_back(
            {"  " + info.points->key + "=" + info.points->format(info.points->defaultPoints),
             "  " + info.points->yLabel,
             info.points->help});
    }
    return object;
}

template <class Kind>
Ending listKinds(const std::vector<Kind>& kinds, bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const Kind& kind : kinds)
        array.append(describeVariant(kind.info, "", rows));
    asJson ? print(array) : print(rows);
    return {};
}

/// With the declared order and cost: at the defaults where a parameter decides them.
Ending listSamplers(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const SamplerKind& kind : samplerKinds()) {
        const ParameterValues values = makeChoice(kind.info).values;
        const int order = samplerOrder(kind, values), cost = samplerEvaluations(kind, values);
        const std::string facts =
            "order " + std::to_string(order) + ", "
            + (cost == 0 ? "adaptive"
                         : std::to_string(cost) + (cost == 1 ? " evaluation" : " evaluations"))
            + (kind.usesEta ? ", η" : "");
        QJsonObject object = describeVariant(kind.info, facts, rows);
        object["order"] = order;
        object["evaluations_per_step"] = cost == 0 ? QJsonValue("adaptive") : QJsonValue(cost);
        object["uses_eta"] = kind.usesEta;
        object["draws_per_step"] = kind.drawsPerStep;
        if (kind.etaNote != nullptr)
            object["eta_note"] = QString::fromUtf8(kind.etaNote);
        array.append(object);
    }
    asJson ? print(array) : print(rows);
    return {};
}

Ending listStudies(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const StudyKind& kind : studyKinds()) {
        const StudyInfo& info = kind.info;
        QJsonArray columns;
        rows.push_back({info.id, info.label, info.help});
        for (const QuantityInfo& quantity : info.quantities) {
            rows.push_back(
                {"  " + quantity.id,
                 "  " + roleName(quantity.role),
                 quantity.label + (quantity.unit.empty() ? "" : " [" + quantity.unit + "]")});
            columns.append(QJsonObject{{"id", text(quantity.id)},
                                       {"label", text(quantity.label)},
                                       {"unit", text(quantity.unit)},
                                       {"role", text(roleName(quantity.role))},
                                       {"of", text(quantity.of)},
                                       {"standard_error", quantity.hasError},
                                       {"help", text(quantity.help)}});
        }
        array.append(QJsonObject{{"id", text(info.id)},
                                 {"label", text(info.label)},
                                 {"help", text(info.help)},
                                 {"source", text(info.source)},
                                 {"columns", columns}});
    }
    asJson ? print(array) : print(rows);
    return {};
}

Ending listMetrics(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const MetricKind& kind : metricKinds()) {
        std::string facts;
        QJsonArray forms;
        for (const MetricForm form : kind.forms) {
            facts += (facts.empty() ? "" : ", or ") + formText(form);
            forms.append(text(formText(form)));
        }
        QJsonObject object = describeVariant(kind.info, facts, rows);
        object["unit"] = text(kind.unit);
        object["takes"] = forms;
        object["takes_projections"] = kind.takesProjections;
        array.append(object);
    }
    asJson ? print(array) : print(rows);
    return {};
}

Ending listPresets(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const std::string& name : presetNames()) {
        const auto session = loadPreset(name);
        if (!session)
            return failed("the preset " + session.error().sentence());
        const SessionInfo& info = session->info;
        rows.push_back(
            {name,
             info.title,
             std::to_string(session->data->components.size())
                 + (session->data->components.size() == 1 ? " component in " : " components in ")
                 + std::to_string(session->data->dimension) + "-D"});
        array.append(
            QJsonObject{{"id", text(name)},
                        {"title", text(info.title)},
                        {"description", text(info.description)},
                        {"source", text(info.source)},
                        {"try", text(info.tryThis)},
                        {"dimension", session->data->dimension},
                        {"components", static_cast<int>(session->data->components.size())}});
    }
    asJson ? print(array) : print(rows);
    return {};
}

Ending listParameters(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const ParameterEntry& row : parameterEntries()) {
        const ParameterDescriptor& descriptor = row.descriptor;
        rows.push_back(
            {row.pattern,
             row.variant,
             descriptor.format(descriptor.defaultValue),
             rangeOf(descriptor) + (descriptor.unit.empty() ? "" : " " + descriptor.unit)});
        QJsonObject object = toJson(descriptor);
        object["key"] = text(row.pattern);
        object["variant"] = text(row.variant);
        array.append(object);
    }
    asJson ? print(array) : print(rows);
    return {};
}

Ending listColorMaps(bool asJson)
{
    QJsonArray array;
    Rows rows;
    for (const ParameterEntry& row : parameterEntries()) {
        if (row.pattern != "view.density.map")
            continue;
        for (const ChoiceItem& item : row.descriptor.choices) {
            rows.push_back({item.id, item.label, item.help});
            array.append(QJsonObject{
                {"id", text(item.id)}, {"label", text(item.label)}, {"help", text(item.help)}});
        }
    }
    asJson ? print(array) : print(rows);
    return {};
}

struct Topic {
    std::string name;
    Ending (*list)(bool asJson);
};

const std::vector<Topic>& topics()
{
    static const std::vector<Topic> all = {
        {"presets", listPresets},
        {"processes", [](bool json) { return listKinds(processKinds(), json); }},
        {"grids", [](bool json) { return listKinds(gridKinds(), json); }},
        {"samplers", listSamplers},
        {"guidance", [](bool json) { return listKinds(guidanceKinds(), json); }},
        {"errors", [](bool json) { return listKinds(scoreErrorKinds(), json); }},
        {"studies", listStudies},
        {"metrics", listMetrics},
        {"parameters", listParameters},
        {"colormaps", listColorMaps}};
    return all;
}

Ending runList(const Arguments& arguments)
{
    const std::string name = *arguments.positional(0);
    std::vector<std::string> names;
    for (const Topic& topic : topics()) {
        if (topic.name == name)
            return topic.list(arguments.has("--json"));
        names.push_back(topic.name);
    }
    const std::string near = nearestWord(name, names);
    return wrong(
        "'" + name + "' cannot be listed; "
        + (near.empty() ? "there are " + listOfWords(names) : "did you mean '" + near + "'?"));
}

} // namespace

Command listCommand()
{
    CommandSpec spec;
    spec.name = "list";
    spec.arguments = "presets|processes|grids|samplers|guidance|errors|studies|metrics|parameters|colormaps";
    spec.summary = "lists what there is to choose from";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {{"--json", "", "as JSON, with help and sources"}};
    return {spec, runList};
}

} // namespace scorefield::app
