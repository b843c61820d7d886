// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "Export jobs…": the figures, films and data files that the session keeps, to be made again, one
// or all, into one folder.
#include "core/session/session.h"
#include "ui/widgets/quiet_children.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace scorefield::ui {

class Document;
class ExportQueue;
class JobModel;

class JobsDialog : public QDialog {
    Q_OBJECT
public:
    JobsDialog(Document& document, ExportQueue& queue, QWidget* parent = nullptr);
    ~JobsDialog() override;

    QString folder() const;
    void setFolder(const QString& folder);

Q_SIGNALS:
    /// The dialog of its kind should show it.
    void editRequested(const scorefield::ExportJob& job);

private:
    void build();
    void chooseFolder();
    int selected() const; ///< -1: none
    void run(int from, int count);
    void edit();
    void selectRow(int row);
    void say(const QString& sentence);
    void refresh();

    Document& m_document;
    ExportQueue& m_queue;
    JobModel* m_model;
    QTableView* m_table = nullptr;
    QLabel *m_message = nullptr, *m_empty = nullptr;
    QLineEdit* m_folder = nullptr;
    QPushButton *m_run = nullptr, *m_runAll = nullptr, *m_edit = nullptr, *m_rename = nullptr,
                *m_duplicate = nullptr, *m_delete = nullptr;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
