// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the time line.
#include "core/session/table_rows.h"

namespace scorefield::table {

std::vector<SessionRow> timelineRows()
{
    constexpr auto kStyle = Invalidates::Style;
    return {
        {choiceRow(
             "timeline.clock",
             "Clock",
             {{"step", "Step", "Lanes are at the same fraction of their steps."},
              {"time", "Time", "Lanes are at the same fraction of their own time from T to δ."},
              {"noise", "Noise level σ̃", "Lanes are at the same noise level σ̃ = σ/α."}},
             "What lanes have in common at one position of the play-head.",
             kStyle),
         [](Session& s) -> double& { return s.timeline.clock; }},
        {realRow("timeline.position",
                 "",
                 "Position",
                 "",
                 0,
                 1,
                 Scale::Linear,
                 "0 is the noise end of the run, 1 the data end.",
                 kStyle),
         [](Session& s) -> double& { return s.timeline.position; }},
        {switchRow("timeline.playing", "Playing", "The play-head moves.", kStyle),
         [](Session& s) -> double& { return s.timeline.playing; }},
        {switchRow(
             "timeline.loop", "Loop", "At the data end, playing starts again from noise.", kStyle),
         [](Session& s) -> double& { return s.timeline.loop; }},
        {realRow("timeline.seconds",
                 "",
                 "Duration",
                 "s",
                 .5,
                 120,
                 Scale::Logarithmic,
                 "The duration of one pass at speed 1.",
                 kStyle),
         [](Session& s) -> double& { return s.timeline.seconds; }},
        {realRow("timeline.speed",
                 "×",
                 "Speed",
                 "",
                 .0625,
                 16,
                 Scale::Logarithmic,
                 "The duration is divided by this.",
                 kStyle),
         [](Session& s) -> double& { return s.timeline.speed; }},
    };
}

} // namespace scorefield::table
