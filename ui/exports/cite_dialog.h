// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "Cite methods…": the references of what the session uses, as BibTeX to copy or to save.
#include "ui/widgets/quiet_children.h"

#include <QDialog>

class QLabel;
class QPlainTextEdit;

namespace scorefield::ui {

class Document;

class CiteDialog : public QDialog {
    Q_OBJECT
public:
    explicit CiteDialog(Document& document, QWidget* parent = nullptr);

    bool saveTo(const QString& path);

private:
    void chooseFile();
    void refresh();

    Document& m_document;
    QLabel* m_message = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
