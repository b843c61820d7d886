// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/stage_colors.h"

#include "ui/render/particle_codes.h"

#include <algorithm>
#include <array>

namespace scorefield::render {
namespace {

const Stages& stagesOf(const LaneView& view)
{
    return *view.run->lanes[static_cast<std::size_t>(view.lane)]->stages;
}

std::array<std::uint32_t, kStages> codesOf(const Theme& theme)
{
    std::array<std::uint32_t, kStages> codes{};
    for (std::size_t s = 0; s < kStages; ++s)
        codes[s] = colorCode(stageColor(theme, static_cast<Stage>(s)));
    return codes;
}

} // namespace

QColor stageColor(const Theme& theme, Stage stage)
{
    // Places in the order of Okabe and Ito (theme.h).
    constexpr std::array kOrder{4, 1, 2, 3}; // sky blue, orange, green, purple
    return theme.classColor(kOrder[static_cast<std::size_t>(stage)]);
}

QString stageName(Stage stage)
{
    static const std::array<QString, kStages> kNames{QStringLiteral("reach"),
                                                     QStringLiteral("align"),
                                                     QStringLiteral("slide"),
                                                     QStringLiteral("exit")};
    return kNames[static_cast<std::size_t>(stage)];
}

bool isColoredByStage(const LaneView& view)
{
    return view.session.view.particleColor == kColorByStage && view.run
           && view.run->lanes[static_cast<std::size_t>(view.lane)]->stages != nullptr;
}

std::size_t stageLevel(const LaneView& view)
{
    const auto last = static_cast<double>(stagesOf(view).levelCount) - 1;
    return static_cast<std::size_t>(std::clamp(view.step, 0.0, last));
}

std::vector<std::uint32_t> stageCodes(const LaneView& view, std::uint32_t other)
{
    const Stages& stages = stagesOf(view);
    const auto colors = codesOf(view.theme);
    const std::size_t level = stageLevel(view);
    const std::size_t n =
        view.run->lanes[static_cast<std::size_t>(view.lane)]->trajectories.particles;
    std::vector<std::uint32_t> codes(n, other);
    for (std::size_t j = 0; j < stages.count && j * stages.stride < n; ++j)
        codes[j * stages.stride] = colors[static_cast<std::size_t>(stages.stage(level, j))];
    return codes;
}

std::vector<std::uint32_t>
stageChordCodes(const LaneView& view, const std::vector<std::size_t>& particles, int stride)
{
    const Stages& stages = stagesOf(view);
    const auto colors = codesOf(view.theme);
    const std::uint32_t other = colorCode(view.theme.secondary);
    const auto step = static_cast<std::size_t>(stride);
    std::vector<std::uint32_t> codes;
    for (std::size_t first = 0; first < stages.levelCount; first += step) {
        const std::size_t level = std::min(first + step / 2, stages.levelCount - 1);
        for (const std::size_t particle : particles) {
            const int j = stages.followedIndex(particle);
            codes.push_back(j < 0 ? other
                                  : colors[static_cast<std::size_t>(
                                      stages.stage(level, static_cast<std::size_t>(j)))]);
        }
    }
    return codes;
}

} // namespace scorefield::render
