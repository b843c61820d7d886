// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The sessions that come with the program (resources/sessions/*.scorefield.json), compiled in.
#include "core/session/session.h"

#include <QString>

#include <vector>

namespace scorefield::ui {

struct Preset {
    QString id;    ///< "three-modes"
    QString title; ///< as in the session
};
/// In the order a newcomer should meet them; read once.
const std::vector<Preset>& presets();
/// Error.path is the preset's id.
Result<Session> loadPreset(const QString& id);

} // namespace scorefield::ui
