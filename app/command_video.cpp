// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield video: a film of a session, every frame simulated and drawn exactly; needs no display.
#include "app/commands.h"
#include "app/export_hooks.h"
#include "app/figure_options.h"
#include "app/session_source.h"
#include "app/spec_options.h"
#include "app/track_options.h"
#include "core/base/text.h"
#include "core/session/film.h"
#include "ui/export/video.h"

#include <QGuiApplication>

#include <algorithm>
#include <cmath>

namespace scorefield::app {

namespace {

/// "1280x720"
Status readSize(const Arguments& arguments, VideoSpec& spec)
{
    const auto text = arguments.value("--size");
    if (!text)
        return success();
    if (arguments.has("--width") || arguments.has("--height"))
        return Error{"--size", "is given beside --width or --height"};
    const auto parts = splitText(*text, 'x');
    const auto width = parseNumber(trimmed(parts[0]));
    const auto height =
        parts.size() == 2 ? parseNumber(trimmed(parts[1])) : Result<double>(Error{});
    if (!width || !height)
        return Error{"--size", "is '" + *text + "', must be WIDTHxHEIGHT in pixels"};
    for (const auto& [key, value] : {std::pair{"width", *width}, std::pair{"height", *height}})
        if (auto status = findSpecRow<VideoSpec>(key)->descriptor.validate(value); !status)
            return Error{"--size", "is '" + *text + "'; " + status.error().sentence()};
    spec.width = *width;
    spec.height = *height;
    return success();
}

/// Whether every value that the film will take is one that its parameter has.
Status checkTracks(const Session& session)
{
    for (const double share : {0., .5, 1.})
        if (const auto moved = sessionAtShare(session, share); !moved)
            return moved.error();
    return success();
}

std::string summary(const std::string& file, const VideoSpec& spec)
{
    const QSize size = render::filmSize(spec);
    const long long frames = filmFrames(spec);
    const double seconds = static_cast<double>(frames) / spec.framesPerSecond;
    return file + ": " + std::to_string(frames) + " frames of " + std::to_string(size.width())
           + " x " + std::to_string(size.height()) + " pixels, "
           + formatNumber(std::round(1000 * seconds) / 1000) + " s";
}

Ending runVideo(const Arguments& arguments)
{
    const auto output = arguments.value("--output");
    if (!output)
        return wrong("-o: is missing; give the film to write");
    if (!isVideoFile(*output))
        return wrong(*output + ": must end in .mp4, .webm, .gif or .apng, or be %05d.png");
    auto read = sessionToExport(arguments);
    if (!read)
        return wrong(read.error());
    Session& session = *read;
    if (auto status = checkTracks(session); !status)
        return wrong(status.error());
    VideoSpec spec;
    if (auto status = readSpecOptions(arguments, spec); !status)
        return wrong(status.error());
    if (auto status = readSize(arguments, spec); !status)
        return wrong(status.error());

    drawWithoutDisplay();
    int count = 1;
    char name[] = "scorefield";
    char* names[] = {name, nullptr};
    const QGuiApplication application(count, names);
    const ExportJob job{"video", *output, {}, spec};
    if (auto status = render::checkExport(session, job, *output); !status) {
        const Error& error = status.error();
        return error.path.empty() ? failed(error.message) : wrong(asOption<VideoSpec>(error));
    }
    const Interruption interruption;
    const ProgressLine line(arguments);
    const auto written =
        render::runExport(session, job, *output, exportHooks(interruption, line, *output));
    line.clear();
    if (!written)
        return exportFailure(asOption<VideoSpec>(written.error()), *output, interruption);
    say(arguments, summary(*output, spec));
    return {};
}

} // namespace

Command videoCommand()
{
    CommandSpec spec;
    spec.name = "video";
    spec.arguments = "SESSION";
    spec.summary = "films a session as MP4, WebM, GIF, animated PNG or a PNG for each frame";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {{"--output", "FILM.mp4|webm|gif|apng, or DIR/%05d.png", "the film", "-o"},
                    {"--size", "WxH", "pixels, in place of --width and --height"},
                    animateOption()};
    for (const auto& more : {specOptions<VideoSpec>(), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes =
        "SESSION is a session file, a picture that carries one, or a preset (see "
        "'scorefield list presets'). A track of --animate takes the place of the session's "
        "of the same KEY.";
    return {spec, runVideo};
}

} // namespace scorefield::app
