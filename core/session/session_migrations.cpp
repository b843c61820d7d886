// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_migrations.h"

#include <algorithm>

namespace scorefield::json {

const std::vector<Migration>& sessionMigrations()
{
    static const std::vector<Migration> migrations; // version 1 is the first
    return migrations;
}

void migrate(Json& document,
             int version,
             int target,
             const std::vector<Migration>& migrations,
             Problems& problems)
{
    for (; version < target && !problems.any(); ++version) {
        const auto found =
            std::find_if(migrations.begin(), migrations.end(), [&](const Migration& migration) {
                return migration.from == version;
            });
        if (found == migrations.end()) {
            problems.add("/version",
                         "is " + std::to_string(version)
                             + ", which this program cannot read any more");
            return;
        }
        found->apply(document, problems);
        document["version"] = version + 1;
    }
}

} // namespace scorefield::json
