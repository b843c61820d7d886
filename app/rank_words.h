// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the ranks of a study say to each other: a word, and what belongs to it.
#include "core/study/prepared_study.h"

#include <string>
#include <utility>

namespace scorefield::app {

namespace words {
inline constexpr const char* kBeat = "beat";       ///< both ways: a sign of life
inline constexpr const char* kHello = "hello";     ///< to rank 0: a RankCard
inline constexpr const char* kRefuse = "refuse";   ///< to rank 0: why this rank cannot take part
inline constexpr const char* kCell = "cell";       ///< to rank 0: a line of measured_cell.h
inline constexpr const char* kLeave = "leave";     ///< to rank 0: this rank has been told to end
inline constexpr const char* kMeasure = "measure"; ///< from rank 0: the number of a cell
inline constexpr const char* kPause = "pause";     ///< from rank 0: no cell is left for now
inline constexpr const char* kHome = "home";       ///< from rank 0: the study ends, all together
inline constexpr const char* kAlone = "alone";     ///< from rank 0: the same, each for itself
} // namespace words

/// "word", "rest".
std::pair<std::string, std::string> splitWord(const std::string& text);

/// Who a rank is.
struct RankCard {
    int process = 0;          ///< id on its host
    unsigned atATime = 1;     ///< cells that it measures side by side
    std::string work;         ///< digest of what it would measure
    std::string instructions; ///< of its processor: "avx2"
    std::string host{};

    std::string text() const;
    static RankCard from(const std::string& text);
};
RankCard ownCard(const PreparedStudy& study, unsigned atATime);

/// Whether the process has ended, as far as this host can know.
bool isGone(const RankCard& card);
/// Its own processors, shared with the other ranks of its host.
unsigned shareOfProcessors(int ranksHere);

} // namespace scorefield::app
