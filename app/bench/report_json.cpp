// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/report.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::app {

namespace {

constexpr std::array kStatusNames = {"measured", "skipped", "failed"};

QString text(const std::string& bytes)
{
    return QString::fromStdString(bytes);
}

QJsonObject jsonOf(const BenchFigure& figure)
{
    const auto met = figure.isMet();
    return {{"name", text(figure.name)},
            {"unit", text(figure.unit)},
            {"median", figure.median},
            {"lowest", figure.lowest},
            {"highest", figure.highest},
            {"repetitions", figure.repetitions},
            {"more_is_better", figure.moreIsBetter},
            {"target", figure.target ? QJsonValue(*figure.target) : QJsonValue()},
            {"target_is_met", met ? QJsonValue(*met) : QJsonValue()},
            {"note", text(figure.note)}};
}

BenchFigure figureIn(const QJsonObject& object)
{
    BenchFigure figure{.name = object["name"].toString().toStdString(),
                       .unit = object["unit"].toString().toStdString()};
    figure.median = object["median"].toDouble();
    figure.lowest = object["lowest"].toDouble();
    figure.highest = object["highest"].toDouble();
    figure.repetitions = object["repetitions"].toInt();
    figure.moreIsBetter = object["more_is_better"].toBool();
    if (object["target"].isDouble())
        figure.target = object["target"].toDouble();
    figure.note = object["note"].toString().toStdString();
    return figure;
}

QJsonObject jsonOf(const CaseReport& report)
{
    QJsonArray figures;
    for (const BenchFigure& figure : report.figures)
        figures.append(jsonOf(figure));
    return {{"case", text(report.id)},
            {"summary", text(report.summary)},
            {"instruction_set", text(report.instructionSet)},
            {"status", kStatusNames[static_cast<std::size_t>(report.status)]},
            {"sentence", text(report.sentence)},
            {"seconds", report.seconds},
            {"figures", figures}};
}

CaseReport caseIn(const QJsonObject& object)
{
    CaseReport report{.id = object["case"].toString().toStdString(),
                      .summary = object["summary"].toString().toStdString(),
                      .instructionSet = object["instruction_set"].toString().toStdString()};
    const std::string status = object["status"].toString().toStdString();
    for (std::size_t i = 0; i < kStatusNames.size(); ++i)
        if (status == kStatusNames[i])
            report.status = static_cast<CaseReport::Status>(i);
    report.sentence = object["sentence"].toString().toStdString();
    report.seconds = object["seconds"].toDouble();
    for (const auto& figure : object["figures"].toArray())
        report.figures.push_back(figureIn(figure.toObject()));
    return report;
}

} // namespace

QJsonObject jsonOf(const BenchReport& report)
{
    QJsonArray cases;
    for (const CaseReport& one : report.cases)
        cases.append(jsonOf(one));
    const auto orNull = [](const std::string& bytes) {
        return bytes.empty() ? QJsonValue() : QJsonValue(text(bytes));
    };
    return {{"scorefield", SCOREFIELD_VERSION},
            {"date", text(report.date)},
            {"machine",
             QJsonObject{{"processor", text(report.machine.processor)},
                         {"processors", report.machine.processors},
                         {"memory_gib", std::round(10 * report.machine.memoryGib) / 10},
                         {"system", text(report.machine.system)}}},
            {"build", text(report.machine.build)},
            {"opengl",
             QJsonObject{{"renderer", orNull(report.opengl.renderer)},
                         {"version", orNull(report.opengl.version)},
                         {"reason", orNull(report.opengl.reason)}}},
            {"threads", static_cast<int>(report.threads)},
            {"instruction_set", text(report.instructionSet)},
            {"cases", cases}};
}

Result<std::vector<CaseReport>> casesIn(const std::string& json)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(json));
    if (!document.object()["cases"].isArray())
        return Error{"", "it did not say what it measured"};
    std::vector<CaseReport> reports;
    for (const auto& one : document.object()["cases"].toArray())
        reports.push_back(caseIn(one.toObject()));
    return reports;
}

} // namespace scorefield::app
