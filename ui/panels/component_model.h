// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The components of the document's mixture as a table: class, weight, mean, standard deviations. It
// holds nothing; an edit goes through Document::edit, and what is refused is said by a signal.
#include "core/base/result.h"

#include <QAbstractTableModel>

namespace scorefield::ui {

class Document;

class ComponentModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Class, Weight, Mean, Spread, ColumnCount };

    explicit ComponentModel(Document& document, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

    int classLabel(int row) const;
    /// Whether `text` could stand in this cell: the sentence that says why not.
    Status check(const QModelIndex& index, const QString& text) const;

public Q_SLOTS:
    /// After the document's data changed.
    void reload();

Q_SIGNALS:
    void rejected(const QString& sentence);

private:
    QString cellText(const QModelIndex& index, int digits, int shown) const;
    QString toolTip(const QModelIndex& index) const;

    Document& m_document;
    int m_rows = 0;
};

} // namespace scorefield::ui
