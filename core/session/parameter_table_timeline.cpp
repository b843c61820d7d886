// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the time line.
#include "core/session/table_rows.h"

namespace scorefield::table {

const std::vector<SessionRow>& timelineRows()
{
    constexpr auto kStyle = Invalidates::Style;
    static const std::vector<SessionRow> rows = {
        {choiceRow(
             "timeline.clock",
             "Clock",
             {{"step", "Step", "Lanes are at the same fraction of their steps."},
              {"time", "Time", "Lanes are at the same fraction of their own time from T to δ."},
              {"noise", "Noise level σ̃", "Lanes are at the same noise level σ̃ = σ/α."}},
             2,
             "What lanes have in common at one position of the play-head.",
             kStyle),
         [](Session& s) -> double& { return s.timeline.clock; }},
        {realRow("timeline.position",
                 "",
                 "Position",
                 "",
                 0,
                 1,
                 0,
                 Scale::Linear,
                 "0 is the noise end of the run, 1 the data end.",
                 kStyle),
         [](Session& s) -> double& { return s.timeline.position; }},
        {switchRow("timeline.playing", "Playing", true, "The play-head moves.", kStyle),
         [](Session& s) -> double& { return s.timeline.playing; }},
        {switchRow("timeline.loop",
                   "Loop",
                   true,
                   "At the data end, playing starts again from noise.",
                   kStyle),
         [](Session& s) -> double& { return s.timeline.loop; }},
        {realRow("timeline.seconds",
                 "",
                 "Duration",
                 "s",
                 .5,
                 120,
                 6,
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
                 1,
                 Scale::Logarithmic,
                 "The duration is divided by this.",
                 kStyle),
         [](Session& s) -> double& { return s.timeline.speed; }},
    };
    return rows;
}

} // namespace scorefield::table
