// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The hidden file that grows beside a target until it takes the target's name:
// ".stem.part-XXXXXX.ending". Its writer holds a lock on it, which ends with the writer however it
// ends; so what a killed process left can be told from what another one is writing.
#include <filesystem>

namespace scorefield {

struct OpenPart {
    int fd = -1; ///< locked; -1: errno says why
    std::filesystem::path path;
};
/// Creates and locks a part beside `target`, which is no link.
OpenPart openPart(const std::filesystem::path& target);
/// Removes the parts of this target whose writers no longer live; those of others stay.
void sweepParts(const std::filesystem::path& target);

} // namespace scorefield
