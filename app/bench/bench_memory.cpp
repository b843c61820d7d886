// SPDX-License-Identifier: GPL-3.0-or-later
// Resident memory at its highest, of processes of their own.
#include "app/bench/bench.h"
#include "app/bench/child_process.h"
#include "core/session/parameter_table.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace scorefield::app {

namespace {

constexpr double kTargetMegabytes = 400;
constexpr int kParticles = 100000, kSteps = 200;
constexpr double kSeconds = 60;

Session session(int particles, int steps)
{
    Session session = defaultSession();
    session.particles.count = particles;
    session.view.linkLanes = 1;
    session.timeline.playing = 0;
    for (int lane = 0; lane < 2; ++lane) {
        (void)setVariantText(session, lane, "grid", "karras:steps=" + std::to_string(steps));
        (void)setVariantText(session, lane, "sampler", "euler");
        (void)setVariantText(session, lane, "guidance", "none");
    }
    return session;
}

BenchFigure megabytes(std::string name, double value, std::string note)
{
    BenchFigure figure = figureOf(std::move(name), "MB", {value});
    figure.moreIsBetter = false;
    figure.note = std::move(note);
    return figure;
}

/// The window's peak after its slider was dragged and the last run is whole.
Result<double> windowPeak(const BenchChild& child, const Session& session)
{
    const auto file = child.write(session);
    if (!file)
        return file.error();
    const auto output = child.runWindow(
        {file->string()}, {{"SCOREFIELD_MEASURE_DRAG", "lanes.0.eta 40"}}, kSeconds);
    if (!output)
        return output.error();
    const auto line = nlohmann::json::parse(output->text, nullptr, false);
    if (!line.is_object() || !line.contains("peakMegabytes"))
        return caseFailure("the window did not say what it measured");
    return line["peakMegabytes"].get<double>();
}

} // namespace

Result<std::vector<BenchFigure>> benchMemory(BenchContext& context)
{
    const BenchChild child;
    std::vector<BenchFigure> figures;
    Session large = session(kParticles, kSteps);
    large.jobs = {
        ExportJob{.name = "ends", .file = "ends.npy", .bookmark = {}, .spec = DataSpec{}}};
    const auto file = child.write(large);
    if (!file)
        return file.error();
    context.say("a run without a window");
    const auto headless = child.run(
        {"run", file->string(), "--out", file->parent_path().string(), "--quiet"}, {}, kSeconds);
    if (!headless)
        return headless.error();
    figures.push_back(atMost(kTargetMegabytes,
                             megabytes("2 lanes x 100 000 particles x 200 steps",
                                       headless->peakMegabytes,
                                       "scorefield run, whole process; the states are 322 MB")));

    context.say("the window");
    for (const bool isLarge : {false, true}) {
        const auto peak = windowPeak(child, isLarge ? large : session(1000, 10));
        if (!peak) {
            figures.push_back(megabytes("window", 0, peak.error().message));
            figures.back().repetitions = 0;
            return figures;
        }
        figures.push_back(
            megabytes(isLarge ? "window, the same run while a slider is dragged"
                              : "window, 2 lanes x 1000 x 10",
                      *peak,
                      isLarge ? "with the libraries that draw, and the preview beside the states"
                              : "the program and the libraries that draw"));
    }
    return figures;
}

} // namespace scorefield::app
