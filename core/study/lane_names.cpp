// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/lane_names.h"

#include "core/base/ascii.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace scorefield {

namespace {

struct Family {
    const char* id;
    Choice Lane::*choice;
};

bool isSwept(const Session& session,
             const std::vector<Sweep>& sweeps,
             std::size_t lane,
             const std::string& family)
{
    return sweepOf(session, sweeps, "lanes." + std::to_string(lane) + "." + family + ".kind")
        .has_value();
}

std::string capitals(std::string word)
{
    for (char& letter : word)
        letter = upperAscii(letter);
    return word;
}

bool hasTwins(const std::vector<std::string>& names, std::size_t lane)
{
    return std::count(names.begin(), names.end(), names[lane]) > 1;
}

} // namespace

std::vector<std::string> laneNames(const Session& session, const std::vector<Sweep>& sweeps)
{
    const std::size_t count = session.lanes.size();
    std::vector<std::string> names(count);
    for (std::size_t i = 0; i < count; ++i)
        if (!isSwept(session, sweeps, i, "process"))
            names[i] = capitals(session.lanes[i].process.kind);
    constexpr std::array kFamilies{Family{"sampler", &Lane::sampler},
                                   Family{"grid", &Lane::grid},
                                   Family{"guidance", &Lane::guidance},
                                   Family{"error", &Lane::error}};
    for (const Family& family : kFamilies) {
        const std::vector<std::string> before = names;
        for (std::size_t i = 0; i < count; ++i) {
            const std::string& kind = (session.lanes[i].*family.choice).kind;
            const bool differs = [&] {
                for (std::size_t j = 0; j < count; ++j)
                    if (before[j] == before[i] && (session.lanes[j].*family.choice).kind != kind)
                        return true;
                return false;
            }();
            if (differs && hasTwins(before, i) && !isSwept(session, sweeps, i, family.id))
                names[i] += (names[i].empty() ? "" : ", ") + kind;
        }
    }
    std::vector<std::string> before = names;
    for (std::size_t i = 0; i < count; ++i) {
        const double eta = session.lanes[i].eta;
        bool differs = false;
        for (std::size_t j = 0; j < count; ++j)
            differs |= before[j] == before[i] && session.lanes[j].eta != eta;
        if (differs && !sweepOf(session, sweeps, "lanes." + std::to_string(i) + ".eta"))
            names[i] += (names[i].empty() ? "η " : ", η ") + formatNumber(eta, 3);
    }
    before = names;
    for (std::size_t i = 0; i < count; ++i)
        if (names[i].empty() || hasTwins(before, i))
            names[i] += (names[i].empty() ? "lane " : ", lane ") + std::to_string(i + 1);
    return names;
}

} // namespace scorefield
