// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield render: a figure of a session, as the window exports it; needs no display.
#include "app/commands.h"
#include "app/export_hooks.h"
#include "app/figure_options.h"
#include "app/session_source.h"
#include "app/spec_options.h"
#include "app/track_options.h"
#include "core/base/text.h"
#include "ui/export/export_run.h"

#include <QApplication>

#include <array>

namespace scorefield::app {

namespace {

/// The options that give moments, and what their numbers are.
constexpr std::array<std::pair<const char*, MomentClock>, 4> kMoments = {
    {{"--time", MomentClock::Noise},
     {"--step", MomentClock::Step},
     {"--position", MomentClock::Position},
     {"--share", MomentClock::Share}}};

std::string momentOption(const FigureSpec& spec)
{
    for (const auto& [option, clock] : kMoments)
        if (spec.clock == static_cast<double>(clock))
            return option;
    return "--time";
}

Result<std::vector<double>> readList(const std::string& option, const std::string& text)
{
    std::vector<double> numbers;
    for (const std::string& part : splitText(text, ',')) {
        const auto number = parseNumber(trimmed(part));
        if (!number)
            return Error{option, "is '" + text + "', must be numbers with commas between them"};
        numbers.push_back(*number);
    }
    return numbers;
}

Status readMoments(const Arguments& arguments, FigureSpec& spec)
{
    for (const auto& [option, clock] : kMoments) {
        const auto text = arguments.value(option);
        if (!text)
            continue;
        if (!spec.moments.empty())
            return Error{"", "give only one of --time, --step, --position and --share"};
        auto moments = readList(option, *text);
        if (!moments)
            return moments.error();
        spec.clock = static_cast<double>(clock);
        spec.moments = std::move(moments).value();
    }
    if (spec.moments.size() > 1 && !arguments.has("--content"))
        spec.content = static_cast<double>(FigureContent::Grid);
    return success();
}

Status readLanes(const Arguments& arguments, FigureSpec& spec)
{
    const auto text = arguments.value("--lanes");
    if (!text)
        return success();
    const auto numbers = readList("--lanes", *text);
    if (!numbers)
        return numbers.error();
    for (const double number : *numbers) {
        if (!(number >= 1 && number <= kMaxLanes) || number != static_cast<int>(number))
            return Error{"--lanes", "is '" + *text + "', must be numbers of lanes, from 1"};
        spec.lanes.push_back(static_cast<int>(number));
    }
    return success();
}

std::string presetIds()
{
    std::string ids;
    for (const ColumnPreset& preset : columnPresets())
        ids += (ids.empty() ? "" : "|") + std::string(preset.id);
    return ids;
}

Status readPreset(const Arguments& arguments, FigureSpec& spec)
{
    const auto id = arguments.value("--preset");
    if (!id)
        return success();
    for (const ColumnPreset& preset : columnPresets()) {
        if (*id != preset.id)
            continue;
        spec.width = preset.width;
        spec.height = preset.height;
        spec.unit = static_cast<double>(preset.unit);
        spec.fontSize = preset.fontSize;
        return success();
    }
    return Error{"--preset", "is '" + *id + "', must be " + presetIds()};
}

/// Size and fonts of a preset give way to options of their own.
Result<FigureSpec> readFigure(const Arguments& arguments)
{
    FigureSpec spec;
    if (auto status = readPreset(arguments, spec); !status)
        return status.error();
    if (auto status = readSpecOptions(arguments, spec); !status)
        return status.error();
    if (const auto size = arguments.value("--size"))
        if (auto status = setFigureSize(spec, *size); !status)
            return Error{"--size", status.error().message};
    spec.title = arguments.value("--title").value_or("");
    spec.fontFamily = arguments.value("--font-family").value_or("");
    if (auto status = readLanes(arguments, spec); !status)
        return status.error();
    if (auto status = readMoments(arguments, spec); !status)
        return status.error();
    return spec;
}

/// What the line calls the place of an error.
Error inWords(const Error& error, const FigureSpec& spec)
{
    if (error.path == "moments")
        return {momentOption(spec), error.message};
    if (error.path == "font_family" || error.path == "lanes")
        return {optionOfKey(error.path), error.message};
    return asOption<FigureSpec>(error);
}

std::string summary(const std::string& file, const FigureSpec& spec)
{
    const FigureSize size = figureSize(spec);
    const bool isPng = hasExtension(file, ".png");
    const std::string pixels =
        std::to_string(size.widthPx) + " x " + std::to_string(size.heightPx) + " pixels";
    if (spec.unit == static_cast<double>(LengthUnit::Pixel))
        return file + ": " + pixels
               + (isPng ? std::string() : " of 1/" + formatNumber(spec.dpi) + " inch");
    const bool isMetric = spec.unit == static_cast<double>(LengthUnit::Millimetre);
    return file + ": " + formatNumber(spec.width) + " x " + formatNumber(spec.height)
           + (isMetric ? " mm" : " in") + (isPng ? ", " + pixels : std::string());
}

Ending runRender(const Arguments& arguments)
{
    const auto output = arguments.value("--output");
    if (!output)
        return wrong("-o: is missing; give the PNG, SVG or PDF file to write");
    if (!isFigureFile(*output))
        return wrong(*output + ": must end in .png, .svg or .pdf");
    auto read = sessionToExport(arguments);
    if (!read)
        return wrong(read.error());
    Session& session = *read;
    const auto spec = readFigure(arguments);
    if (!spec)
        return wrong(spec.error());
    // A session that stands at pure noise was saved to be played; its still is its end.
    if (spec->clock == static_cast<double>(MomentClock::Here) && session.timeline.position == 0)
        session.timeline.position = 1;

    drawWithoutDisplay();
    int count = 1;
    char name[] = "scorefield";
    char* names[] = {name, nullptr};
    const QApplication application(count, names);
    const ExportJob job{"figure", *output, {}, *spec};
    if (auto status = render::checkExport(session, job, *output); !status)
        return wrong(inWords(status.error(), *spec));
    const Interruption interruption;
    const ProgressLine line(arguments);
    const auto written =
        render::runExport(session, job, *output, exportHooks(interruption, line, *output));
    line.clear();
    if (!written)
        return exportFailure(inWords(written.error(), *spec), *output, interruption);
    say(arguments, summary(*output, *spec));
    return {};
}

} // namespace

Command renderCommand()
{
    CommandSpec spec;
    spec.name = "render";
    spec.arguments = "SESSION";
    spec.summary = "draws a session as a PNG, SVG or PDF that carries the session";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {
        {"--output", "FIGURE.png|svg|pdf", "the picture", "-o"},
        {"--time", "SIGMA[,…]", "the moment as a noise level sigma/alpha; several make a grid"},
        {"--step", "K[,…]", "the moment as a step of each lane; several make a grid"},
        {"--position",
         "P[,…]",
         "the moment from 0 (noise) to 1 (data) in the session's clock; without any of the four "
         "where the session stands, or the data end if it stands at the start"},
        {"--share", "S[,…]", "the moment of the film, with its keyframes, from 0 to 1"},
        animateOption(),
        {"--lanes", "N[,…]", "the lanes of a grid, from 1; all without it"},
        {"--size", "WxH[mm|in|px]", "the page, in place of --width, --height and --unit"},
        {"--preset", presetIds(), "size and font size that venues ask for"},
        {"--title", "TEXT", "above the panels"},
        {"--font-family", "NAME", "of all text; Inter without it"}};
    for (const auto& more : {specOptions<FigureSpec>({"clock"}), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes = "SESSION is a session file, a picture that carries one, or a preset (see "
                 "'scorefield list presets').";
    return {spec, runRender};
}

} // namespace scorefield::app
