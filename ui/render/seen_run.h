// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/session/session_run.h"

#include <memory>

namespace scorefield::render {

/// Whether a run is the one that was drawn last, without keeping it: the layers of a lane that is
/// not shown any more would hold on to all states of a run long gone.
class SeenRun {
public:
    bool is(const std::shared_ptr<const RunProduct>& run) const
    {
        return !m_run.owner_before(run) && !run.owner_before(m_run);
    }
    bool isNone() const { return is(nullptr); }
    SeenRun& operator=(const std::shared_ptr<const RunProduct>& run)
    {
        m_run = run;
        return *this;
    }

private:
    std::weak_ptr<const RunProduct> m_run;
};

} // namespace scorefield::render
