// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_hooks.h"

#include "core/base/text.h"
#include "ui/plots/chart_figure.h"

#include <chrono>
#include <cmath>

namespace scorefield::app {

namespace {

using Clock = std::chrono::steady_clock;

std::string duration(double seconds)
{
    const auto whole = static_cast<long long>(std::ceil(seconds));
    return whole < 60 ? std::to_string(whole) + " s"
                      : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

/// "31 frames/s", "0.4 frames/s"
std::string rate(double perSecond)
{
    const double rounded = perSecond < 10 ? std::round(10 * perSecond) / 10 : std::round(perSecond);
    return formatNumber(rounded) + " frames/s";
}

} // namespace

render::ExportHooks
exportHooks(const Interruption& interruption, const ProgressLine& line, const std::string& what)
{
    render::ExportHooks hooks;
    hooks.stop = interruption.token();
    hooks.models.progress = line.ofTraining();
    hooks.charts = plots::chartFigureBytes;
    hooks.progress = [&line, what, begin = Clock::now()](const render::ExportProgress& progress) {
        if (progress.total <= 0)
            return;
        const auto percent = static_cast<int>(std::floor(100. * static_cast<double>(progress.done)
                                                         / static_cast<double>(progress.total)));
        const std::chrono::duration<double> spent = Clock::now() - begin;
        const bool isFilm = progress.secondsLeft >= 0 && progress.done > 0;
        line.show(what + ": " + std::to_string(percent) + " %"
                  + (isFilm ? ", " + rate(static_cast<double>(progress.done) / spent.count())
                            : std::string())
                  + (progress.secondsLeft >= 0 ? ", " + duration(progress.secondsLeft) + " left"
                                               : std::string()));
    };
    return hooks;
}

Failure exportFailure(const Error& error, const std::string& file, const Interruption& interruption)
{
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    const bool isInput = !error.path.empty() && error.path != file;
    return isInput ? wrong(error) : failed(error.sentence());
}

} // namespace scorefield::app
