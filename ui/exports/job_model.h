// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The export jobs of the session as a table: name, file, kind, state, and how far each is. Names,
// files and states are edited in place.
#include <QAbstractTableModel>

namespace scorefield::ui {

class Document;
class ExportQueue;

class JobModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, File, Kind, State, Progress, Columns };

    JobModel(Document& document, ExportQueue& queue, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /// Its table is going: what is being typed is given up.
    void stop() { m_stopped = true; }

Q_SIGNALS:
    void refused(const QString& sentence);

private:
    QString text(int row, int column) const;
    void refresh();

    Document& m_document;
    ExportQueue& m_queue;
    int m_rows = 0;
    bool m_stopped = false;
};

} // namespace scorefield::ui
