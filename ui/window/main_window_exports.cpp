// SPDX-License-Identifier: GPL-3.0-or-later
// Where the window offers its exports: menus, tool bar, the strip that shows how far they are.
#include "ui/charts/charts_panel.h"
#include "ui/exports/export_strip.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/window_exports.h"

#include <QMenu>
#include <QPushButton>
#include <QToolBar>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

constexpr double kCopyScale = 2; ///< of a copied figure against the screen: sharp on slides

} // namespace

void MainWindow::buildExports(QVBoxLayout* column)
{
    m_exports = std::make_unique<WindowExports>(m_document, m_engine, *m_errorBar, *this);
    column->addWidget(m_exports->strip());
}

void MainWindow::buildExportMenu(QMenu* file)
{
    file->addSeparator();
    add(file, "exportFigure", tr("Export &figure…"), {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] {
        m_exports->showFigure();
    });
    add(file,
        "exportVideo",
        tr("Export &video…"),
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)},
        [this] { m_exports->showVideo(); });
    add(file, "exportData", tr("Export da&ta…"), {}, [this] { m_exports->showData(); });
    add(file, "exportJobs", tr("Export &jobs…"), {}, [this] { m_exports->showJobs(); });
}

void MainWindow::buildCopyMenu(QMenu* edit)
{
    add(edit, "copyFigure", tr("&Copy figure"), {QKeySequence(Qt::CTRL | Qt::Key_C)}, [this] {
        if (m_canvas)
            m_exports->copyFigure(m_canvas->size(), kCopyScale);
    });
    add(edit, "copyCommandLine", tr("Copy as command &line"), {}, [this] {
        m_exports->copyCommandLine();
    });
    add(edit, "copyPython", tr("Copy as &Python"), {}, [this] {
        m_exports->copyPython(m_playback.lane());
    });
    add(edit, "citeMethods", tr("C&ite methods…"), {}, [this] { m_exports->showCitations(); });
}

void MainWindow::addExportButtons(QToolBar* bar)
{
    const auto addButton = [&](const char* name,
                               const QString& text,
                               const QString& help,
                               void (WindowExports::*act)()) {
        auto* button = new QPushButton(text, bar);
        button->setObjectName(QLatin1String(name));
        button->setToolTip(help);
        connect(button, &QPushButton::clicked, this, [this, act] { (m_exports.get()->*act)(); });
        bar->addWidget(button);
    };
    addButton("figureButton",
              tr("Figure…"),
              tr("Export what the lanes show as PNG, SVG or PDF (Ctrl+E)"),
              &WindowExports::showFigure);
    addButton("videoButton",
              tr("Video…"),
              tr("Export a film of the run as MP4, WebM or GIF (Ctrl+Shift+E)"),
              &WindowExports::showVideo);
}

} // namespace scorefield::ui
