// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace scorefield {

enum class ThreadPriority {
    Normal,
    Low ///< others that have work come first, as with nice
};

/// From now on, for the calling thread: a lowered priority cannot be raised again. Where the system
/// has no priorities of threads, it stays as it is.
void setThreadPriority(ThreadPriority priority);

} // namespace scorefield
