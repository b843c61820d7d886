// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where a command line finds the session of the window: its file, or the preset it began as.
#include "core/session/session.h"

#include <QString>

namespace scorefield::ui {

class Document;

struct SessionOrigin {
    Session saved; ///< as it stands there
    QString name;  ///< a path, or the id of a preset
};
/// Error: the session has never been saved, and began as no preset.
Result<SessionOrigin> sessionOrigin(const Document& document);
/// The command that makes the same file, to be pasted into a shell.
Result<QString> commandLineOf(const Document& document, const ExportJob& job);

/// "Two moons, RF" as "two-moons-rf"; `otherwise` if nothing is left.
QString fileStem(const QString& title, const QString& otherwise);
/// What files of the session are called.
QString fileStem(const Document& document);

} // namespace scorefield::ui
