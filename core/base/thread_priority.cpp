// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace scorefield {

void setThreadPriority(ThreadPriority priority)
{
    if (priority == ThreadPriority::Normal)
        return;
#ifdef __linux__
    // Linux has it for every thread. It is a wish: what fails leaves the thread as it was.
    constexpr int kLowNice = 10;
    const auto thread = static_cast<id_t>(gettid());
    if (getpriority(PRIO_PROCESS, thread) < kLowNice)
        (void)setpriority(PRIO_PROCESS, thread, kLowNice);
#endif
}

} // namespace scorefield
