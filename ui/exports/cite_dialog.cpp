// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/cite_dialog.h"

#include "core/base/file.h"
#include "core/session/citations.h"
#include "ui/document/document.h"
#include "ui/exports/export_jobs.h"
#include "ui/exports/session_origin.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace scorefield::ui {

CiteDialog::CiteDialog(Document& document, QWidget* parent) : QDialog(parent), m_document(document)
{
    setObjectName(QStringLiteral("citeDialog"));
    setWindowTitle(tr("Cite methods"));
    auto* about = new QLabel(tr("What the session uses, as BibTeX."), this);
    about->setProperty("quiet", true);
    m_text = new QPlainTextEdit(this);
    m_text->setObjectName(QStringLiteral("bibtex"));
    m_text->setAccessibleName(tr("BibTeX"));
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPixelSize(px(12));
    m_text->setFont(fixed);
    m_text->document()->setDocumentMargin(px(6));
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setProperty("quiet", true);
    m_message->setWordWrap(true);
    auto* copy = new QPushButton(tr("Copy"), this);
    copy->setObjectName(QStringLiteral("copyBibtex"));
    copy->setAutoDefault(false);
    copy->setToolTip(tr("All entries as text on the clipboard"));
    auto* save = new QPushButton(tr("Save as .bib…"), this);
    save->setObjectName(QStringLiteral("saveBibtex"));
    save->setAutoDefault(false);
    save->setToolTip(tr("All entries as a file for LaTeX"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(px(8));
    buttons->addWidget(m_message, 1);
    buttons->addWidget(save);
    buttons->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(16), px(12), px(16), px(16));
    column->setSpacing(px(10));
    column->addWidget(about);
    column->addWidget(m_text, 1);
    column->addLayout(buttons);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text->toPlainText());
        m_message->setText(tr("Copied."));
    });
    connect(save, &QPushButton::clicked, this, &CiteDialog::chooseFile);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.data || changes.style || changes.laneCount || changes.anySimulation())
            refresh();
    });
    refresh();
    resize(px(680), px(520));
}

void CiteDialog::refresh()
{
    const QString text = QString::fromStdString(bibliography(m_document.session()));
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
}

void CiteDialog::chooseFile()
{
    const QString path = QFileDialog::getSaveFileName(
        this,
        tr("Save references"),
        QDir(exportFolder(m_document)).filePath(fileStem(m_document) + QStringLiteral(".bib")),
        tr("BibTeX (*.bib)"));
    if (!path.isEmpty())
        saveTo(path);
}

bool CiteDialog::saveTo(const QString& path)
{
    const QString file = QFileInfo(path).suffix().isEmpty() ? path + QStringLiteral(".bib") : path;
    const Status status = writeFileAtomically(std::filesystem::path(file.toStdU16String()),
                                              m_text->toPlainText().toStdString());
    m_message->setText(status ? tr("Saved %1.").arg(file)
                              : QString::fromStdString(status.error().sentence()));
    return status.ok();
}

} // namespace scorefield::ui
