// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/export_jobs.h"

#include "core/session/export_table.h"
#include "ui/document/document.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>
#include <functional>

namespace scorefield::ui {

namespace {

const QString kFolderKey = QStringLiteral("export/folder");

QString tr(const char* text)
{
    return QCoreApplication::translate("ExportJobs", text);
}

QString nameOf(const ExportJob& job)
{
    return QString::fromStdString(job.name);
}

int laneCount(const Session& session)
{
    return static_cast<int>(session.lanes.size());
}

/// Changes one job if what comes out is one.
Status editJob(Document& document,
               const QString& text,
               int index,
               const std::function<void(ExportJob&)>& change)
{
    const Session& session = document.stored();
    if (index < 0 || index >= static_cast<int>(session.jobs.size()))
        return Error{"jobs", "has no job of this number"};
    const auto at = static_cast<std::size_t>(index);
    ExportJob job = session.jobs[at];
    change(job);
    if (job == session.jobs[at])
        return success();
    if (const ExportJob* same = findJob(session, nameOf(job));
        same != nullptr && same != &session.jobs[at])
        return Error{"name", "“" + job.name + "” is the name of another job"};
    if (const Status status = checkJob(job, laneCount(session));
        !status && (status.error().path == "name" || status.error().path == "file"))
        return status;
    return document.edit(text, [&](Session& next) { next.jobs[at] = job; });
}

} // namespace

const ExportJob* findJob(const Session& session, const QString& name)
{
    const auto found = std::find_if(session.jobs.begin(), session.jobs.end(), [&](const auto& job) {
        return nameOf(job) == name;
    });
    return found == session.jobs.end() ? nullptr : &*found;
}

QString freeJobName(const Session& session, const QString& stem)
{
    for (int number = 1;; ++number)
        if (const QString name = QStringLiteral("%1 %2").arg(stem).arg(number);
            findJob(session, name) == nullptr)
            return name;
}

const Session& exportedSession(const Document& document, const ExportJob& job)
{
    return std::holds_alternative<VideoSpec>(job.spec) ? document.stored() : document.session();
}

Status keepJob(Document& document, const ExportJob& job)
{
    const Session& session = document.stored();
    if (const Status status = checkJob(job, laneCount(session)); !status)
        return status;
    const ExportJob* same = findJob(session, nameOf(job));
    if (same != nullptr && *same == job)
        return success();
    const QString text = same != nullptr ? tr("Change job “%1”").arg(nameOf(job))
                                         : tr("Add job “%1”").arg(nameOf(job));
    return document.edit(text, [&](Session& next) {
        const auto found = std::find_if(next.jobs.begin(), next.jobs.end(), [&](const auto& each) {
            return each.name == job.name;
        });
        if (found == next.jobs.end())
            next.jobs.push_back(job);
        else
            *found = job;
    });
}

Status renameJob(Document& document, int index, const QString& name)
{
    return editJob(document, tr("Rename job"), index, [&](ExportJob& job) {
        job.name = name.trimmed().toStdString();
    });
}

Status setJobFile(Document& document, int index, const QString& file)
{
    return editJob(document, tr("Change file of job"), index, [&](ExportJob& job) {
        job.file = file.trimmed().toStdString();
    });
}

Status setJobBookmark(Document& document, int index, const QString& bookmark)
{
    return editJob(document, tr("Change state of job"), index, [&](ExportJob& job) {
        job.bookmark = bookmark.toStdString();
    });
}

Status duplicateJob(Document& document, int index)
{
    const Session& session = document.stored();
    if (index < 0 || index >= static_cast<int>(session.jobs.size()))
        return success();
    ExportJob job = session.jobs[static_cast<std::size_t>(index)];
    const QString name = freeJobName(session, nameOf(job));
    // A file of its own: "figure.pdf" becomes "figure-2.pdf".
    const QString number = name.section(QLatin1Char(' '), -1);
    const QString file = QString::fromStdString(job.file);
    const qsizetype slash = file.lastIndexOf(QLatin1Char('/'));
    const bool isFrames = file.contains(QLatin1Char('%'));
    const qsizetype end = isFrames && slash > 0 ? slash : file.lastIndexOf(QLatin1Char('.'));
    job.file = (file.left(end) + QLatin1Char('-') + number + file.mid(end)).toStdString();
    job.name = name.toStdString();
    return document.edit(tr("Duplicate job"), [&](Session& next) {
        next.jobs.insert(next.jobs.begin() + index + 1, job);
    });
}

Status deleteJob(Document& document, int index)
{
    if (index < 0 || index >= static_cast<int>(document.stored().jobs.size()))
        return success();
    return document.edit(tr("Delete job"),
                         [&](Session& next) { next.jobs.erase(next.jobs.begin() + index); });
}

QString exportFolder(const Document& document)
{
    const QString last = QSettings().value(kFolderKey).toString();
    if (!last.isEmpty() && QFileInfo(last).isDir())
        return last;
    return document.filePath().isEmpty() ? QDir::homePath()
                                         : QFileInfo(document.filePath()).absolutePath();
}

void rememberExportFolder(const QString& file)
{
    QSettings().setValue(kFolderKey, QFileInfo(file).absolutePath());
}

} // namespace scorefield::ui
