// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/window_exports.h"

#include "core/session/python_script.h"
#include "ui/document/document.h"
#include "ui/document/engine.h"
#include "ui/exports/cite_dialog.h"
#include "ui/exports/export_strip.h"
#include "ui/exports/figure_dialog.h"
#include "ui/exports/jobs_dialog.h"
#include "ui/exports/session_origin.h"
#include "ui/exports/video_dialog.h"
#include "ui/widgets/style.h"
#include "ui/window/error_bar.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

namespace scorefield::ui {

WindowExports::WindowExports(Document& document,
                             Engine& engine,
                             ErrorBar& messages,
                             QWidget& window)
    : m_document(document)
    , m_engine(engine)
    , m_messages(messages)
    , m_window(window)
    , m_strip(new ExportStrip(m_queue, &window))
{
    m_queue.setModels(engine.models());
    connect(&m_queue, &ExportQueue::finished, this, &WindowExports::saySaved);
    connect(
        &m_queue, &ExportQueue::failed, this, [this](const QString& name, const QString& sentence) {
            m_messages.showError(tr("“%1” was not made: %2").arg(name, sentence));
        });
    connect(&m_queue, &ExportQueue::cancelled, this, [this](const QString& name) {
        m_messages.showNotice(tr("“%1” was cancelled; no file is left.").arg(name));
    });
    connect(&m_copier, &FigureCopier::copied, this, [this](QSize pixels) {
        m_messages.showNotice(
            tr("Copied the figure, %1 × %2 pixels.").arg(pixels.width()).arg(pixels.height()));
    });
    connect(&m_copier, &FigureCopier::failed, &m_messages, &ErrorBar::showError);
}

WindowExports::~WindowExports() = default;

ExportContext WindowExports::context()
{
    return {m_document, m_engine, m_queue, m_copier};
}

/// Makes the dialog the first time; it keeps its content then.
template <class Dialog>
Dialog& WindowExports::open(std::unique_ptr<Dialog>& dialog)
{
    if (!dialog) {
        if constexpr (std::is_base_of_v<ExportDialog, Dialog>)
            dialog = std::make_unique<Dialog>(context(), &m_window);
        else if constexpr (std::is_same_v<Dialog, JobsDialog>)
            dialog = std::make_unique<Dialog>(m_document, m_queue, &m_window);
        else
            dialog = std::make_unique<Dialog>(m_document, &m_window);
    }
    dialog->show(); // beside the window, which stays usable
    dialog->raise();
    dialog->activateWindow();
    return *dialog;
}

void WindowExports::showFigure()
{
    open(m_figure);
}

void WindowExports::showCharts(FigureContent content)
{
    open(m_figure).setContent(content);
}

void WindowExports::showVideo()
{
    open(m_video);
}

void WindowExports::showData()
{
    open(m_data);
}

void WindowExports::showJobs()
{
    const bool isNew = m_jobs == nullptr;
    JobsDialog& jobs = open(m_jobs);
    if (isNew)
        connect(&jobs, &JobsDialog::editRequested, this, &WindowExports::edit);
}

void WindowExports::showCitations()
{
    open(m_citations);
}

void WindowExports::edit(const ExportJob& job)
{
    ExportDialog* dialog = nullptr;
    if (std::holds_alternative<FigureSpec>(job.spec))
        dialog = &open(m_figure);
    else if (std::holds_alternative<VideoSpec>(job.spec))
        dialog = &open(m_video);
    else
        dialog = &open(m_data);
    dialog->setJob(job);
}

void WindowExports::copyFigure(QSize pixels, double scale)
{
    FigureRequest request;
    request.session = m_document.session();
    request.spec.width = pixels.width() * scale;
    request.spec.height = pixels.height() * scale;
    request.spec.dpi *= scale;
    request.spec.theme =
        static_cast<double>(currentTheme().dark ? PictureTheme::Dark : PictureTheme::Light);
    if (const auto product = m_engine.product(); product && !product->preview)
        request.product = product;
    request.models = m_engine.models();
    m_copier.copy(request);
}

/// Of the figure that the dialog holds, or of one with the usual settings.
void WindowExports::copyCommandLine()
{
    ExportJob job = m_figure ? m_figure->job() : ExportJob{};
    if (!m_figure)
        job.spec = FigureSpec{};
    job.name = "figure"; // a command has none, but a job must
    job.file = (fileStem(m_document) + QStringLiteral(".png")).toStdString();
    if (m_figure)
        job.file = (fileStem(m_document) + m_figure->form()->ending()).toStdString();
    const auto text = commandLineOf(m_document, job);
    if (!text)
        return m_messages.showNotice(QString::fromStdString(text.error().sentence()));
    QGuiApplication::clipboard()->setText(*text);
    m_messages.showNotice(tr("Copied: %1").arg(*text));
}

void WindowExports::copyPython(int lane)
{
    const auto script = pythonScript(m_document.session(), lane);
    if (!script)
        return m_messages.showNotice(tr("Lane %1 cannot be copied as Python: %2")
                                         .arg(lane + 1)
                                         .arg(QString::fromStdString(script.error().sentence())));
    const QString text = QString::fromStdString(*script);
    QGuiApplication::clipboard()->setText(text);
    m_messages.showNotice(tr("Copied lane %1 as a NumPy script of %2 lines.")
                              .arg(lane + 1)
                              .arg(text.trimmed().count(QLatin1Char('\n')) + 1));
}

void WindowExports::saySaved(const QString& name, const QString& file)
{
    const bool isFrames = file.contains(QLatin1Char('%'));
    const QString folder = QFileInfo(file).absolutePath();
    const QString size =
        QLocale::c().formattedDataSize(QFileInfo(file).size(), 1, QLocale::DataSizeSIFormat);
    Q_UNUSED(name)
    m_messages.ask(isFrames ? tr("Saved the pictures in %1.").arg(folder)
                            : tr("Saved %1 (%2).").arg(file, size),
                   {{tr("Show in folder"),
                     [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }}});
}

bool WindowExports::mayClose(bool asks)
{
    if (!m_queue.isBusy())
        return true;
    if (asks) {
        QMessageBox question(QMessageBox::NoIcon,
                             tr("Export running"),
                             tr("“%1” is being exported.").arg(m_queue.running()),
                             QMessageBox::NoButton,
                             &m_window);
        question.setInformativeText(tr("Closing the window cancels it; no file is left."));
        const auto* stop =
            question.addButton(tr("Cancel export and close"), QMessageBox::AcceptRole);
        question.addButton(tr("Keep exporting"), QMessageBox::RejectRole);
        question.exec();
        if (static_cast<const QAbstractButton*>(stop) != question.clickedButton())
            return false;
    }
    m_queue.cancelAll();
    return true;
}

} // namespace scorefield::ui
