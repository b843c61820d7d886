// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A study on several processes: rank 0 leads, hands out cells and puts the table together; all
// ranks measure. A rank that vanishes, or is silent for kSilence, costs no cell but those it is
// lost with twice.
#include "app/cell_ledger.h"
#include "app/messenger.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace scorefield::app {

inline constexpr std::chrono::seconds kBeat{1};     ///< between two signs of life
inline constexpr std::chrono::seconds kSilence{30}; ///< after which a rank counts as lost

struct RankSetting {
    Messenger& messenger;
    unsigned threads = 0; ///< of this process; 0: its share of the processors of its host
    std::stop_token stop{};
    std::function<void(const std::string& sentence)> say{}; ///< of rank 0
};

/// Rank 0: until every cell of the ledger has come, or a stop request. Returns whether all ranks
/// are still there; then they can end together.
bool leadStudy(const PreparedStudy& study, CellLedger& ledger, const RankSetting& setting);
/// Rank 0, at the end or when there is nothing to measure.
void sendHome(Messenger& messenger, bool isTogether);

/// The other ranks: until rank 0 sends them home or is gone. `study` may be an Error, which rank 0
/// hears. Returns whether all ranks can end together.
bool serveStudy(const Result<PreparedStudy>& study, const RankSetting& setting);

} // namespace scorefield::app
