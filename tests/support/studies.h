// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Studies of sessions with one lane.
#include "core/session/parameter_table.h"
#include "core/study/study.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::test {

/// A VP lane over these data with its parts given as text: {{"grid", "karras:steps=60"}, …}.
inline Session oneLane(MixtureSpec data,
                       double particles,
                       const std::vector<std::pair<std::string, std::string>>& parts)
{
    Session session;
    session.lanes = {defaultLane("vp")};
    session.data = std::move(data);
    session.particles.count = particles;
    for (const auto& [family, text] : parts)
        if (!setVariantText(session, 0, family, text))
            std::abort(); // a mistake in the test
    return session;
}

/// The study over sweeps written as on the command line.
inline Result<Table>
studied(const std::string& id, const Session& session, const std::vector<std::string>& texts)
{
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts)
        sweeps.push_back(parseSweep(session, text).value());
    WorkerPool pool(2);
    return runStudy(**findStudy(id), session, sweeps, pool);
}

} // namespace scorefield::test
