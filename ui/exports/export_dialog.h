// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the dialogs of figures, films and data share: a form on the left, a name under which the
// session keeps it as a job, and ways out: a file, a job, a command line. Beside the window, which
// stays usable; the form keeps its content until the window closes.
#include "ui/exports/spec_form.h"
#include "ui/widgets/quiet_children.h"

#include <QDialog>
#include <QTimer>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace scorefield::ui {

class Document;
class Engine;
class ExportQueue;
class FigureCopier;

/// What an export needs of its window.
struct ExportContext {
    Document& document;
    Engine& engine;
    ExportQueue& queue;
    FigureCopier& copier;
};

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// The form becomes the dialog's. `what`: "figure", in names and titles.
    ExportDialog(const ExportContext& context,
                 SpecForm* form,
                 const QString& what,
                 QWidget* parent = nullptr);

    SpecForm* form() const { return m_form; }
    /// Under the name in the dialog, with a file called after it.
    ExportJob job() const;
    void setJob(const ExportJob& job);
    /// Checks and hands the export to the queue. False: what is wrong stands in the dialog.
    bool exportTo(const QString& path);

protected:
    const ExportContext& context() const { return m_context; }
    /// What is exported, as it is now.
    Session exported() const;
    /// The right side, and its buttons left of "Export…".
    QVBoxLayout* side() const { return m_side; }
    QPushButton* addButton(const QString& name, const QString& text, const QString& help);
    void say(const QString& sentence, bool isProblem = false);
    /// The form or the session is another one: soon, and not sixty times a second.
    virtual void showChange() = 0;
    /// "-figure": behind the session's name in a file name.
    QString defaultFile() const;
    void finishLayout(QSize size);
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void build();
    QWidget* buildLeft();
    void chooseFile();
    void addJob();
    void copyCommandLine();
    void refresh();
    void applyMetrics();
    QString fileOf(const QString& stem) const;

    ExportContext m_context;
    SpecForm* m_form;
    QString m_what;
    QVBoxLayout* m_side = nullptr;
    QHBoxLayout* m_foot = nullptr;
    QWidget* m_left = nullptr;
    QLineEdit* m_name = nullptr;
    QPushButton *m_addJob = nullptr, *m_export = nullptr;
    QLabel *m_message = nullptr, *m_nameProblem = nullptr;
    QTimer m_soon;
    std::string m_jobFile; ///< of the job that is edited, while its ending is the same
    bool m_fresh = true;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
