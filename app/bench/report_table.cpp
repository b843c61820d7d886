// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/report.h"
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace scorefield::app {

namespace {

constexpr std::size_t kName = 36, kSet = 7, kNumber = 8, kRange = 16, kUnit = 19;
constexpr std::size_t kWide = 100; ///< columns of a line of prose

/// Columns of UTF-8 text whose characters are one column wide each.
std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padding(const std::string& text, std::size_t columns)
{
    return std::string(columns > width(text) ? columns - width(text) : 0, ' ');
}

std::string left(const std::string& text, std::size_t columns)
{
    return text + padding(text, columns);
}

std::string right(const std::string& text, std::size_t columns)
{
    return padding(text, columns) + text;
}

/// Three digits at least, with their zeros.
std::string number(double value)
{
    const double size = std::abs(value);
    if (size > 0 && size < 0.1)
        return formatNumber(value, 3);
    const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    char text[32]; // with a point in every locale
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals);
    return error == std::errc() ? std::string(text, end) : formatNumber(value, 3);
}

/// Words in lines of kWide columns, each after `indent` spaces.
std::string prose(const std::string& text, std::size_t indent)
{
    std::string all, line;
    for (const std::string& word : splitText(text, ' ')) {
        if (!line.empty() && indent + width(line) + 1 + width(word) > kWide) {
            all += std::string(indent, ' ') + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return all + std::string(indent, ' ') + line + "\n";
}

std::string targetText(const BenchFigure& figure)
{
    if (!figure.target)
        return {};
    return (figure.moreIsBetter ? "≥ " : "≤ ") + formatNumber(*figure.target)
           + (*figure.isMet() ? "  ✓" : "  ✗");
}

std::string row(const std::string& name, const std::string& set, const BenchFigure& figure)
{
    const std::string range =
        figure.repetitions > 1 ? number(figure.lowest) + " … " + number(figure.highest) : "";
    const bool isLong = width(name) > kName;
    std::string line = isLong ? "  " + name + "\n" : "";
    line += "  " + left(isLong ? "" : name, kName) + left(set, kSet)
            + right(number(figure.median), kNumber) + "  " + left(figure.unit, kUnit)
            + left(range, kRange) + right(std::to_string(figure.repetitions), 4) + "  "
            + targetText(figure);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The same case in all its instruction sets: a figure's rows stand together.
std::string caseText(const std::vector<const CaseReport*>& reports)
{
    std::string text = "\n" + reports.front()->id + ": " + reports.front()->summary + "\n";
    std::vector<std::string> names;
    for (const CaseReport* report : reports) {
        if (report->status != CaseReport::Status::Measured) {
            const bool isFailed = report->status == CaseReport::Status::Failed;
            const std::string where = reports.size() > 1 ? report->instructionSet + " " : "";
            text += prose(where + (isFailed ? "FAILED: " : "skipped: ") + report->sentence, 2);
        }
        for (const BenchFigure& figure : report->figures)
            if (!has(names, figure.name))
                names.push_back(figure.name);
    }
    for (const std::string& name : names) {
        std::string shown = name, note;
        for (const CaseReport* report : reports)
            for (const BenchFigure& figure : report->figures)
                if (figure.name == name) {
                    text += row(shown, report->instructionSet, figure);
                    shown.clear();
                    note = note.empty() ? figure.note : note;
                }
        if (!note.empty())
            text += prose(note, 6);
    }
    return text;
}

std::string counted(int count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string headText(const BenchReport& report)
{
    const BenchMachine& machine = report.machine;
    const std::string opengl = report.opengl.renderer.empty()
                                   ? "none, " + report.opengl.reason
                                   : report.opengl.renderer + ", " + report.opengl.version;
    std::string text = "Scorefield " SCOREFIELD_VERSION ", " + machine.build + ", " + report.date;
    text += "\n" + machine.processor + ", " + counted(machine.processors, "processor") + ", "
            + counted(static_cast<int>(report.threads), "thread") + ", "
            + formatNumber(machine.memoryGib, 3) + " GiB";
    text += "\n" + machine.system;
    text += "\nkernels: " + report.instructionSet;
    text += "\nOpenGL: " + opengl + "\n";
    if (!machine.isOptimised)
        text += "This build is not a Release build: its figures say nothing about one.\n";
    return text;
}

} // namespace

std::string tableOf(const BenchReport& report)
{
    std::string text = headText(report);
    text += "\n" + std::string(2 + kName, ' ') + left("kernels", kSet) + right("median", kNumber)
            + "  " + left("", kUnit) + left("lowest … highest", kRange) + right("n", 4)
            + "  target\n";
    std::vector<std::string> shown;
    int met = 0, asked = 0;
    for (const CaseReport& one : report.cases) {
        for (const BenchFigure& figure : one.figures)
            if (const auto isMet = figure.isMet()) {
                ++asked;
                met += *isMet ? 1 : 0;
            }
        if (has(shown, one.id))
            continue;
        shown.push_back(one.id);
        std::vector<const CaseReport*> same;
        for (const CaseReport& other : report.cases)
            if (other.id == one.id)
                same.push_back(&other);
        text += caseText(same);
    }
    if (asked > 0)
        text += "\n" + std::to_string(met) + " of " + std::to_string(asked)
                + " targets met; they are set for two cores of an AMD EPYC (Zen 4).\n";
    return text;
}

} // namespace scorefield::app
