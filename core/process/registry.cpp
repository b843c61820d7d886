// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/find_kind.h"
#include "core/process/forward_process.h"

namespace scorefield {

// One line per process; each is defined in the file of its name.
ProcessKind vpProcess();
ProcessKind ouProcess();
ProcessKind vpLinearProcess();
ProcessKind vpCosineProcess();
ProcessKind subVpProcess();
ProcessKind veSmldProcess();
ProcessKind veGeometricProcess();
ProcessKind veEdmProcess();
ProcessKind veDriftProcess();
ProcessKind rfProcess();
ProcessKind trigonometricProcess();
ProcessKind edmAblationProcess();
ProcessKind customProcess();
ProcessKind customAlphaProcess();
ProcessKind customSigmaProcess();

const std::vector<ProcessKind>& processKinds()
{
    static const std::vector<ProcessKind> kinds{
        vpProcess(),
        ouProcess(),
        vpLinearProcess(),
        vpCosineProcess(),
        subVpProcess(),
        veSmldProcess(),
        veGeometricProcess(),
        veEdmProcess(),
        veDriftProcess(),
        rfProcess(),
        trigonometricProcess(),
        edmAblationProcess(),
        customProcess(),
        customAlphaProcess(),
        customSigmaProcess(),
    };
    return kinds;
}

Result<std::shared_ptr<const ForwardProcess>> makeProcess(const Choice& choice)
{
    const auto kind = findKind(processKinds(), choice, "process");
    if (!kind)
        return kind.error();
    auto made = (*kind)->make(choice);
    if (!made)
        return made;
    const auto& process = *made;
    if (!(process->stop() < process->horizon()))
        return Error{"stop",
                     "is " + formatNumber(process->stop()) + ", must be below the horizon "
                         + formatNumber(process->horizon())};
    return made;
}

} // namespace scorefield
