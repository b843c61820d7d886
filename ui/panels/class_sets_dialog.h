// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The sets of classes that guidance can be sent to together: one line per set, its name and the
// classes it holds. Every change is an edit of the document at once, so that lanes follow and undo
// takes it back.
#include "ui/widgets/quiet_children.h"

#include <QDialog>

#include <memory>
#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace scorefield::ui {

class Document;

class ClassSetsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ClassSetsDialog(Document& document, QWidget* parent = nullptr);
    ~ClassSetsDialog() override;

private:
    class Line; ///< the controls of one set

    void addSet();
    void removeSet(int set);
    void rename(int set);
    void toggle(int set, int row);
    void refresh();
    void say(const QString& problem);

    Document& m_document;
    QVBoxLayout* m_column = nullptr;
    std::vector<std::unique_ptr<Line>> m_lines;
    QLabel *m_empty = nullptr, *m_problem = nullptr;
    QPushButton* m_add = nullptr;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
