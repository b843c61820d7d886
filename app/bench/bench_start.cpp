// SPDX-License-Identifier: GPL-3.0-or-later
// From the start of the process to the first frame with particles in it, in the program's own
// words.
#include "app/bench/bench.h"
#include "app/bench/child_process.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace scorefield::app {

namespace {

constexpr double kTargetMs = 800;
constexpr double kSeconds = 30;
constexpr std::string_view kWords = "first frame after ";

std::optional<double> millisecondsIn(std::string_view text)
{
    const std::size_t at = text.find(kWords);
    if (at == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(at + kWords.size());
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

Result<double> startOnce(const BenchChild& child)
{
    const auto output = child.runWindow({}, {{"SCOREFIELD_EXIT_AFTER_FIRST_FRAME", "1"}}, kSeconds);
    if (!output)
        return output.error();
    const auto milliseconds = millisecondsIn(output->text);
    return milliseconds ? Result<double>(*milliseconds)
                        : caseFailure("the window did not say when its first frame was shown");
}

} // namespace

Result<std::vector<BenchFigure>> benchStart(BenchContext& context)
{
    const BenchChild child;
    std::vector<BenchFigure> figures;
    for (const bool isFirst : {true, false}) {
        context.say(isFirst ? "first starts" : "later starts");
        std::vector<double> samples;
        for (int i = 0; i < std::max(5, context.repetitions); ++i) {
            if (isFirst)
                child.forget();
            const auto milliseconds = startOnce(child);
            if (!milliseconds)
                return milliseconds.error();
            samples.push_back(*milliseconds);
        }
        figures.push_back(
            figureOf(isFirst ? "start to first frame, first time" : "start to first frame, later",
                     "ms",
                     samples));
        figures.back().moreIsBetter = false;
        figures.back().target = kTargetMs;
        figures.back().note =
            isFirst ? "no settings, no compiled shaders; the program's file is in memory"
                    : "settings and compiled shaders of an earlier start";
    }
    return figures;
}

} // namespace scorefield::app
