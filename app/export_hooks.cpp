// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_hooks.h"

#include <cmath>

namespace scorefield::app {

namespace {

std::string duration(double seconds)
{
    const auto whole = static_cast<long long>(std::ceil(seconds));
    return whole < 60 ? std::to_string(whole) + " s"
                      : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

} // namespace

render::ExportHooks exportHooks(const Interruption& interruption,
                                const ProgressLine& line,
                                const std::string& what)
{
    render::ExportHooks hooks;
    hooks.stop = interruption.token();
    hooks.models.progress = line.ofTraining();
    hooks.progress = [&line, what](const render::ExportProgress& progress) {
        if (progress.total <= 0)
            return;
        const auto percent =
            static_cast<int>(std::floor(100. * static_cast<double>(progress.done)
                                        / static_cast<double>(progress.total)));
        line.show(what + ": " + std::to_string(percent) + " %"
                  + (progress.secondsLeft >= 0 ? ", " + duration(progress.secondsLeft) + " left"
                                               : std::string()));
    };
    return hooks;
}

Failure
exportFailure(const Error& error, const std::string& file, const Interruption& interruption)
{
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    const bool isInput = !error.path.empty() && error.path != file;
    return isInput ? wrong(error) : failed(error.sentence());
}

} // namespace scorefield::app
