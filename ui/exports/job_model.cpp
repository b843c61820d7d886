// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/job_model.h"

#include "ui/document/document.h"
#include "ui/exports/export_jobs.h"
#include "ui/exports/export_queue.h"

namespace scorefield::ui {

JobModel::JobModel(Document& document, ExportQueue& queue, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_queue(queue)
    , m_rows(static_cast<int>(document.stored().jobs.size()))
{
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.exports || changes.data || changes.info || rowCount() != m_rows)
            refresh();
    });
    connect(&m_queue, &ExportQueue::changed, this, [this] {
        if (m_rows > 0)
            Q_EMIT dataChanged(index(0, Progress), index(m_rows - 1, Progress));
    });
}

void JobModel::refresh()
{
    const int rows = static_cast<int>(m_document.stored().jobs.size());
    if (rows == m_rows) {
        if (rows > 0)
            Q_EMIT dataChanged(index(0, 0), index(rows - 1, Columns - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int JobModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int JobModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QString JobModel::text(int row, int column) const
{
    const auto& jobs = m_document.stored().jobs;
    if (row >= static_cast<int>(jobs.size()))
        return {};
    const ExportJob& job = jobs[static_cast<std::size_t>(row)];
    const QString name = QString::fromStdString(job.name);
    switch (column) {
    case Name:
        return name;
    case File:
        return QString::fromStdString(job.file);
    case Kind:
        return std::holds_alternative<FigureSpec>(job.spec)  ? tr("Figure")
               : std::holds_alternative<VideoSpec>(job.spec) ? tr("Video")
                                                             : tr("Data");
    case State:
        return job.bookmark.empty() ? tr("As it is now") : QString::fromStdString(job.bookmark);
    default:
        break;
    }
    if (m_queue.isWaiting(name))
        return tr("waiting");
    if (m_queue.running() != name)
        return {};
    const render::ExportProgress& progress = m_queue.progress();
    return progress.total > 0 ? tr("%1 %").arg(100 * progress.done / progress.total)
                              : tr("running");
}

QVariant JobModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()
        || (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole))
        return {};
    return text(index.row(), index.column());
}

bool JobModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || m_stopped)
        return false;
    const QString text = value.toString();
    const Status status = index.column() == Name   ? renameJob(m_document, index.row(), text)
                          : index.column() == File ? setJobFile(m_document, index.row(), text)
                                                   : setJobBookmark(m_document, index.row(), text);
    if (!status)
        Q_EMIT refused(QString::fromStdString(status.error().sentence()));
    return status.ok();
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("Name"), tr("File"), tr("Kind"), tr("State"), QString()};
    return section < Columns ? titles[section] : QString();
}

Qt::ItemFlags JobModel::flags(const QModelIndex& index) const
{
    const bool edits = index.column() == Name || index.column() == File
                       || (index.column() == State && !m_document.stored().bookmarks.empty());
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable
           | (edits ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

} // namespace scorefield::ui
