// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The parameters of a session as JSON: the key "view.density.opacity" is the number at
// /view/density/opacity, "lanes.0.eta" the one at /lanes/0/eta. Everything comes from the parameter
// table. Private to core/session.
#include "core/session/json_document.h"
#include "core/session/session.h"

namespace scorefield::json {

/// One parameter's value: true or false, the id of a choice, or a number.
Json toJson(const ParameterDescriptor& row, double value);
/// Adds "lanes", "particles", "view" and "timeline" to the document.
void writeParameters(const Session& session, Json& document);
/// Reads those four; session.data and the number of lanes are already right. Missing keys keep the
/// session's values.
void readParameters(const Json& document, Session& session, Problems& problems);

} // namespace scorefield::json
