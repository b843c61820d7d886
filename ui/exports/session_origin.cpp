// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/session_origin.h"

#include "core/session/command_line.h"
#include "ui/document/document.h"
#include "ui/document/presets.h"
#include "ui/exports/export_jobs.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace scorefield::ui {

Result<SessionOrigin> sessionOrigin(const Document& document)
{
    if (!document.filePath().isEmpty())
        return SessionOrigin{document.savedSession(), document.filePath()};
    for (const Preset& preset : presets())
        if (const auto session = loadPreset(preset.id);
            session && *session == document.savedSession())
            return SessionOrigin{*session, preset.id};
    return Error{{},
                 QCoreApplication::translate("ExportDialog",
                                             "Save the session first: a command needs its file.")
                     .toStdString()};
}

Result<QString> commandLineOf(const Document& document, const ExportJob& job)
{
    const auto origin = sessionOrigin(document);
    if (!origin)
        return origin.error();
    const auto text =
        commandLine(exportedSession(document, job), job, origin->saved, origin->name.toStdString());
    if (!text)
        return text.error();
    return QString::fromStdString(*text);
}

QString fileStem(const QString& title, const QString& otherwise)
{
    QString stem;
    for (const QChar letter : title.toLower()) {
        if (letter.isLetterOrNumber())
            stem += letter;
        else if (!stem.isEmpty() && !stem.endsWith(QLatin1Char('-')))
            stem += QLatin1Char('-');
    }
    while (stem.endsWith(QLatin1Char('-')))
        stem.chop(1);
    return stem.isEmpty() ? otherwise : stem;
}

QString fileStem(const Document& document)
{
    const QString file = QFileInfo(document.filePath()).fileName().section(QLatin1Char('.'), 0, 0);
    return file.isEmpty() ? fileStem(QString::fromStdString(document.session().info.title),
                                     QStringLiteral("scorefield"))
                          : file;
}

} // namespace scorefield::ui
