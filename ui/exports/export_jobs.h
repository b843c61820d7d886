// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What can be done with the jobs of a session: all of it undoable edits of the document.
#include "core/session/session.h"

#include <QString>

namespace scorefield::ui {

class Document;

/// Null if there is none of this name.
const ExportJob* findJob(const Session& session, const QString& name);
/// "figure 1", "figure 2" …: the first that no job has; "name copy" …
QString freeJobName(const Session& session, const QString& stem);

/// What a job is made of: what the window shows, for a film what moves beneath it.
const Session& exportedSession(const Document& document, const ExportJob& job);

/// Adds the job, or replaces that of its name.
Status keepJob(Document& document, const ExportJob& job);
Status renameJob(Document& document, int index, const QString& name);
Status setJobFile(Document& document, int index, const QString& file);
Status setJobBookmark(Document& document, int index, const QString& bookmark);
Status duplicateJob(Document& document, int index);
Status deleteJob(Document& document, int index);

/// Where files went last, else where the session is, else the home folder.
QString exportFolder(const Document& document);
void rememberExportFolder(const QString& file);

} // namespace scorefield::ui
