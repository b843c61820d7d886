// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Everything that leaves the window as a file or through the clipboard: the dialogs of figures,
// videos, data, jobs and references, the queue that makes them, and what is said when it is done.
#include "core/session/session.h"
#include "ui/exports/export_queue.h"
#include "ui/exports/figure_copier.h"

#include <QObject>

#include <memory>

class QWidget;

namespace scorefield::ui {

class CiteDialog;
class DataDialog;
class Document;
class Engine;
class ErrorBar;
class ExportDialog;
class ExportStrip;
class FigureDialog;
class JobsDialog;
class VideoDialog;
struct ExportContext;

class WindowExports : public QObject {
    Q_OBJECT
public:
    WindowExports(Document& document, Engine& engine, ErrorBar& messages, QWidget& window);
    ~WindowExports() override; ///< cancels what runs

    ExportQueue& queue() { return m_queue; }
    /// To be laid out by the window.
    ExportStrip* strip() const { return m_strip; }

    void showFigure();
    void showCharts(FigureContent content);
    void showVideo();
    void showData();
    void showJobs();
    void showCitations();
    /// What the lanes show, at this size, in the colours of the window.
    void copyFigure(QSize pixels, double scale);
    void copyCommandLine();
    void copyPython(int lane);
    /// Whether the window may close. Asks first if exports run and `asks`; ends them.
    bool mayClose(bool asks);

private:
    ExportContext context();
    void edit(const ExportJob& job);
    void saySaved(const QString& name, const QString& file);
    template <class Dialog>
    Dialog& open(std::unique_ptr<Dialog>& dialog);

    Document& m_document;
    Engine& m_engine;
    ErrorBar& m_messages;
    QWidget& m_window;
    ExportQueue m_queue;
    FigureCopier m_copier;
    ExportStrip* m_strip;
    std::unique_ptr<FigureDialog> m_figure;
    std::unique_ptr<VideoDialog> m_video;
    std::unique_ptr<DataDialog> m_data;
    std::unique_ptr<JobsDialog> m_jobs;
    std::unique_ptr<CiteDialog> m_citations;
};

} // namespace scorefield::ui
