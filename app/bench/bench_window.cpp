// SPDX-License-Identifier: GPL-3.0-or-later
// From slider to picture: a real slider of the real window is dragged in a process of its own
// (app/window_drag.h), and every value is timed until its simulation is back on the UI thread.
#include "app/bench/bench.h"
#include "app/bench/child_process.h"
#include "core/session/parameter_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace scorefield::app {

namespace {

constexpr int kTicks = 150;
constexpr double kMedianMs = 12, kP95Ms = 20;
constexpr double kSeconds = 60; ///< that a drag may take

struct DragKind {
    const char* name;
    const char* key; ///< of the slider; the lanes are linked, so both follow
    const char* sampler;
    const char* guidance;
};

constexpr DragKind kDrags[] = {
    {"Euler–Maruyama, dragging η", "lanes.0.eta", "euler-maruyama", "none"},
    {"Euler with guidance, dragging w", "lanes.0.guidance.w", "euler", "cfg:w=1,target=1"},
};

/// 2 lanes × 20 000 particles × 100 steps × 3 components at the data end, in the layers that a new
/// window shows.
Session draggedSession(const DragKind& drag)
{
    Session session = defaultSession();
    session.particles.count = 20000;
    session.view.linkLanes = 1;
    session.timeline.playing = 0;
    session.timeline.position = 1;
    for (int lane = 0; lane < 2; ++lane) {
        (void)setVariantText(session, lane, "grid", "karras:steps=100");
        (void)setVariantText(session, lane, "sampler", drag.sampler);
        (void)setVariantText(session, lane, "guidance", drag.guidance);
        (void)setParameter(session, "lanes." + std::to_string(lane) + ".eta", 0.5);
    }
    return session;
}

/// As a figure whose "median" is that value.
BenchFigure p95(const BenchFigure& median, std::vector<double> samples)
{
    std::sort(samples.begin(), samples.end());
    BenchFigure figure = median;
    figure.note.clear();
    figure.name += ", 95th percentile";
    if (!samples.empty())
        figure.median = samples[std::min(samples.size() - 1, samples.size() * 95 / 100)];
    return figure;
}

Result<std::vector<BenchFigure>> dragFigures(const BenchChild& child, const DragKind& drag)
{
    const auto file = child.write(draggedSession(drag));
    if (!file)
        return file.error();
    const std::string request = std::string(drag.key) + " " + std::to_string(kTicks);
    const auto output =
        child.runWindow({file->string()}, {{"SCOREFIELD_MEASURE_DRAG", request}}, kSeconds);
    if (!output)
        return output.error();
    const auto line = nlohmann::json::parse(output->text, nullptr, false);
    if (!line.is_object() || !line.contains("latencyMs"))
        return caseFailure("the window did not say what it measured");
    const std::vector<double> samples = line["latencyMs"], slotTimes = line["slotMs"],
                              runs = line["runMs"], frames = line["frameMs"];
    BenchFigure latency = figureOf(drag.name, "ms", samples);
    latency.note = "2 lanes x 20 000 particles x 100 steps x 3 components, from the value's change "
                   "to its simulation on the UI thread";
    if (const int previews = line["previews"]; previews > 0)
        latency.note +=
            "; " + std::to_string(previews) + " previews with fewer particles came before";
    BenchFigure slow = p95(latency, samples);
    std::vector<BenchFigure> figures = {atMost(kMedianMs, std::move(latency)),
                                        atMost(kP95Ms, std::move(slow))};
    const std::pair<const char*, const std::vector<double>&> others[] = {
        {": the UI thread's part of a tick", slotTimes},
        {": its simulations", runs},
        {": painting a frame meanwhile", frames}};
    for (const auto& [what, times] : others) {
        figures.push_back(figureOf(std::string(drag.name) + what, "ms", times));
        figures.back().moreIsBetter = false;
    }
    return figures;
}

} // namespace

Result<std::vector<BenchFigure>> benchWindow(BenchContext& context)
{
    const BenchChild child;
    std::vector<BenchFigure> all;
    for (const DragKind& drag : kDrags) {
        context.say(drag.name);
        auto figures = dragFigures(child, drag);
        if (!figures)
            return figures.error();
        all.insert(all.end(), figures->begin(), figures->end());
    }
    return all;
}

} // namespace scorefield::app
