// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Why a lane's own control has no effect while lanes are matched, or a switch of view.match.…
#include "core/session/table_rows.h"

#include <optional>
#include <string>
#include <string_view>

namespace scorefield {

/// Of a lane's key; nothing where the lane's own value counts.
std::optional<std::string> whyMatched(const Session& session, const table::LaneKey& key);
/// Of "view.match.…".
std::optional<std::string> whyMatchIsDisabled(const Session& session);

} // namespace scorefield
