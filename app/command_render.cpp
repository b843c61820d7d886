// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield render: a picture of a session at one moment, as the window shows it; needs no
// display.
#include "app/commands.h"
#include "app/figure_options.h"
#include "app/output.h"
#include "app/progress_line.h"
#include "app/session_source.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/session/session_run.h"
#include "ui/export/figure.h"

#include <QGuiApplication>

#include <string_view>

namespace scorefield::app {

namespace {

constexpr double kStepClock = 0, kNoiseClock = 2; // items of timeline.clock

/// Checks what can be checked without a run: at most one of the three, numbers in range; sets the
/// clock they speak of.
Status readMoment(const Arguments& arguments, Session& session)
{
    const int given = static_cast<int>(arguments.has("--time"))
                      + static_cast<int>(arguments.has("--step"))
                      + static_cast<int>(arguments.has("--position"));
    if (given > 1)
        return Error{"", "give only one of --time, --step and --position"};
    const auto position = arguments.number("--position", 0, 1, session.timeline.position);
    if (!position)
        return position.error();
    session.timeline.position = *position;
    // A session that stands at pure noise was saved to be played; its still is its end.
    if (given == 0 && session.timeline.position == 0)
        session.timeline.position = 1;
    if (arguments.has("--time"))
        session.timeline.clock = kNoiseClock;
    if (arguments.has("--step"))
        session.timeline.clock = kStepClock;
    session.timeline.playing =
        arguments.has("--time") || arguments.has("--step") || arguments.has("--position")
            ? 0
            : session.timeline.playing;
    return success();
}

/// The play position of a step of the first lane, or of a noise level.
Result<double> momentOf(const Arguments& arguments,
                        const Session& session,
                        const std::vector<std::vector<PathCoefficients>>& levels)
{
    if (arguments.has("--step")) {
        const auto last = static_cast<long long>(levels.front().size()) - 1;
        const auto step = arguments.wholeNumber("--step", 0, last, 0);
        if (!step)
            return step.error();
        return positionAtStep(session.timeline, static_cast<double>(*step), levels, 0);
    }
    if (!arguments.has("--time"))
        return session.timeline.position;
    const double high = noiseAtPosition(0, levels);
    const double low = noiseAtPosition(1, levels);
    const auto noise = arguments.number("--time", low, high, low);
    if (!noise)
        return noise.error();
    return positionAtNoise(*noise, levels);
}

Result<QByteArray> pngOf(const RunProduct& run,
                         const render::OldFigureSpec& spec,
                         double position,
                         const Session& session)
{
    const auto image = render::renderFigure(run, spec, position);
    if (!image)
        return image.error();
    return render::pngBytes(*image, session, spec.dpi);
}

Ending runRender(const Arguments& arguments)
{
    const auto output = arguments.value("--output");
    if (!output)
        return wrong("-o: is missing; give the PNG or PDF file to write");
    const bool isPdf = hasExtension(*output, ".pdf");
    if (!isPdf && !hasExtension(*output, ".png"))
        return wrong(*output + ": must end in .png or .pdf");
    auto found = findSession(*arguments.positional(0));
    if (!found)
        return wrong(found.error());
    Session& session = found->session;
    if (auto status = applySessionOptions(arguments, session); !status)
        return wrong(status.error());
    const auto options = readFigureOptions(arguments, render::OldFigureSpec{}.size);
    if (!options)
        return wrong(options.error());
    const render::OldFigureSpec spec{options->size, options->dpi, options->dark};
    if (auto status = readMoment(arguments, session); !status)
        return wrong(status.error());
    if (auto writable = checkWritable(*output); !writable)
        return wrong(writable.error());

    const Interruption interruption;
    WorkerPool pool;
    const ProgressLine line(arguments);
    auto run = runSession(
        session, pool, interruption.token(), nullptr, 0, {.progress = line.ofTraining()});
    line.clear();
    if (!run)
        return wrong(run.error());
    const auto position = momentOf(arguments, session, (*run)->levels());
    if (!position)
        return wrong(position.error());
    session.timeline.position = *position;
    for (const auto& lane : (*run)->lanes)
        if (lane->outcome.kind == Outcome::Kind::Refused)
            return wrong(lane->outcome.message);
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");

    drawWithoutDisplay();
    int count = 1;
    char name[] = "scorefield";
    char* names[] = {name, nullptr};
    const QGuiApplication application(count, names);
    const auto bytes =
        isPdf
            ? render::renderPdf(**run, spec, *position, QString::fromStdString(session.info.title))
            : pngOf(**run, spec, *position, session);
    if (!bytes)
        return failed(bytes.error().sentence());
    if (auto status = writeFileAtomically(
            *output, std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size())));
        !status)
        return failed(status.error().sentence());
    say(arguments,
        *output + ": " + std::to_string(spec.size.width()) + " x "
            + std::to_string(spec.size.height())
            + (isPdf ? " pixels of 1/" + formatNumber(spec.dpi) + " inch" : " pixels"));
    return {};
}

} // namespace

Command renderCommand()
{
    CommandSpec spec;
    spec.name = "render";
    spec.arguments = "SESSION";
    spec.summary = "draws a session at one moment as a PNG that carries the session, or as a PDF";
    spec.leastPositionals = spec.mostPositionals = 1;
    spec.options = {
        {"--output", "FIGURE.png|pdf", "the picture", "-o"},
        {"--time", "SIGMA", "the moment as a noise level sigma/alpha"},
        {"--step", "K", "the moment as a step of the first lane"},
        {"--position",
         "P",
         "the moment from 0 (noise) to 1 (data) in the session's clock; without any of the three "
         "where the session stands, or the data end if it stands at the start"}};
    for (const auto& more : {figureOptions(render::OldFigureSpec{}.size), sessionOptions()})
        spec.options.insert(spec.options.end(), more.begin(), more.end());
    spec.notes = "SESSION is a session file, a PNG that carries one, or a preset (see 'scorefield "
                 "list presets').";
    return {spec, runRender};
}

} // namespace scorefield::app
