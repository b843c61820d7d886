// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/find_kind.h"
#include "core/process/forward_process.h"

namespace scorefield {

// One line per process; each is defined in the file of its name.
ProcessKind vpProcess();
ProcessKind vpLinearProcess();
ProcessKind veEdmProcess();
ProcessKind rfProcess();

const std::vector<ProcessKind>& processKinds()
{
    static const std::vector<ProcessKind> kinds{
        vpProcess(), vpLinearProcess(), veEdmProcess(), rfProcess()};
    return kinds;
}

Result<std::shared_ptr<const ForwardProcess>> makeProcess(const Choice& choice)
{
    const auto kind = findKind(processKinds(), choice, "process");
    if (!kind)
        return kind.error();
    auto process = (*kind)->make(choice.values);
    if (!(process->stop() < process->horizon()))
        return Error{"stop",
                     "is " + formatNumber(process->stop()) + ", must be below the horizon "
                         + formatNumber(process->horizon())};
    return process;
}

} // namespace scorefield
