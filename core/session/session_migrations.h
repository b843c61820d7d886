// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How sessions of older versions become today's, one version at a time; private to core/session.
#include "core/session/json_document.h"

#include <vector>

namespace scorefield::json {

/// Turns a document of version `from` into one of version from + 1; what it cannot turn it reports.
struct Migration {
    int from;
    void (*apply)(Json& document, Problems& problems);
};

/// In ascending order, without gaps, up to kSessionVersion - 1. A change of the format adds a line
/// here.
const std::vector<Migration>& sessionMigrations();

/// Applies what lies between `version` and `target`, and writes the new number into
/// document["version"].
void migrate(Json& document,
             int version,
             int target,
             const std::vector<Migration>& migrations,
             Problems& problems);

} // namespace scorefield::json
