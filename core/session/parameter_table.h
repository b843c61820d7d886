// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one table of everything adjustable. A concrete key is a path: "particles.count",
// "view.density.opacity", "timeline.speed", "lanes.0.eta", "lanes.0.process.kind",
// "lanes.1.grid.rho". Keys with "kind" are Choice parameters over the registered variants; setting
// one keeps the values of parameters that both variants have. Controls, JSON, --set, undo and `list
// parameters` all go through here.
#include "core/session/session.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

/// A row for `list parameters`: the pattern has * for the lane number and names the variant where
/// one owns it.
struct ParameterEntry {
    std::string pattern; ///< "lanes.*.grid.rho"
    std::string variant; ///< "karras", or empty
    ParameterDescriptor descriptor;
};
std::vector<ParameterEntry> parameterEntries();

/// Every key that this session has, in the order of the window's sections.
std::vector<std::string> parameterKeys(const Session& session);
/// The descriptor with what depends on the session filled in (class names as the choices of a
/// target, coordinates of an axis). Error: unknown key, with the nearest one.
Result<ParameterDescriptor> describe(const Session& session, std::string_view key);
Result<double> parameterValue(const Session& session, std::string_view key);
/// Validates, then sets; the session is unchanged on Error (path = key).
Status setParameter(Session& session, std::string_view key, double value);
/// The same from text: "--set lanes.0.process.kind=rf", "lanes.0.eta=0.5". Also accepts "lanes.*.…"
/// for all lanes.
Status setParameterText(Session& session, std::string_view key, std::string_view text);
/// "KIND[:key=value,…]" for a family of a lane: setVariantText(session, 0, "process",
/// "vp:horizon=5"). Keys of other lane parameters (eta in "--sampler ddim:eta=1") are accepted too.
Status setVariantText(Session& session, int lane, std::string_view family, std::string_view text);
/// The parameters that are lists of points: "lanes.0.process.points", "lanes.1.grid.levels". They
/// exist where the variant declares VariantInfo::points. setParameterText reads them too:
/// "0:4,0.5:1,1:-5" or "80,10,1,0".
std::vector<std::string> pointsKeys(const Session& session);
/// With the full key; Error: this session has no such list.
Result<PointsInfo> describePoints(const Session& session, std::string_view key);
Result<std::vector<CurvePoint>> pointsValue(const Session& session, std::string_view key);
/// Validates, then sets; the session is unchanged on Error (path = key). In a list, x is numbered
/// anew.
Status setPoints(Session& session, std::string_view key, std::vector<CurvePoint> points);
/// Why a control has no effect now ("Heun integrates the probability-flow ODE …"), or nothing when
/// it applies.
std::optional<std::string> whyDisabled(const Session& session, std::string_view key);

} // namespace scorefield
