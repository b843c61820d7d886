// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out: sessions, data to fit; what is lost only after a question.
#include "core/sampler/simulate.h"
#include "core/session/session_json.h"
#include "ui/document/presets.h"
#include "ui/panels/data_panel.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/recovery.h"
#include "ui/window/window_exports.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kRecentFiles = 10;
const QString kRecentKey = QStringLiteral("files/recent");
const QString kSessionEnding = QStringLiteral(".scorefield.json");

bool hasEnding(const QString& path, std::initializer_list<const char*> endings)
{
    return std::any_of(endings.begin(), endings.end(), [&](const char* ending) {
        return path.endsWith(QLatin1String(ending), Qt::CaseInsensitive);
    });
}

QString withEnding(const QString& path, const QString& ending)
{
    return QFileInfo(path).suffix().isEmpty() ? path + ending : path;
}

} // namespace

bool MainWindow::openFile(const QString& path)
{
    if (hasEnding(path, {".csv", ".npy"})) {
        m_dataPanel->fitFile(path);
        return true;
    }
    if (!mayLoseSession())
        return false;
    m_errorBar->dismiss();
    if (path.startsWith(QLatin1Char(':'))) {
        const auto session = loadPreset(QFileInfo(path).fileName().chopped(kSessionEnding.size()));
        if (!session) {
            showError({}, QString::fromStdString(session.error().sentence()));
            return false;
        }
        m_document.setSession(*session, {});
        return true;
    }
    if (!m_document.open(path))
        return false; // the document has said why
    rememberRecent(path);
    return true;
}

void MainWindow::newDocument()
{
    if (mayLoseSession())
        m_document.setSession(defaultSession(), {});
}

void MainWindow::newFromPreset(const QString& id)
{
    if (!mayLoseSession())
        return;
    const auto session = loadPreset(id);
    if (!session)
        return showError({}, QString::fromStdString(session.error().sentence()));
    m_document.setSession(*session, {});
}

void MainWindow::chooseAndOpen()
{
    const QString path = QFileDialog::getOpenFileName(
        this,
        tr("Open"),
        QFileInfo(m_document.filePath()).absolutePath(),
        tr("All Scorefield reads (*.json *.png *.svg *.pdf *.csv *.npy);;Sessions "
           "(*.json);;Pictures with a session (*.png *.svg *.pdf);;Data (*.csv *.npy)"));
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::chooseNoiseTape()
{
    const QString path =
        QFileDialog::getOpenFileName(this,
                                     tr("Use recorded noise"),
                                     QFileInfo(m_document.filePath()).absolutePath(),
                                     tr("Normals [calls, particles, dimension] (*.npy)"));
    if (!path.isEmpty())
        useNoiseTape(path);
}

bool MainWindow::useNoiseTape(const QString& path)
{
    const auto tape = loadNoiseTape(path.toStdString());
    if (!tape) {
        showError({}, QString::fromStdString(tape.error().sentence()));
        return false;
    }
    const auto status = m_document.edit(tr("Use recorded noise"), [&](Session& session) {
        session.particles.tape = QFileInfo(path).absoluteFilePath().toStdString();
        session.particles.noise = static_cast<double>(NoisePolicy::Tape);
    });
    return status.ok();
}

bool MainWindow::save()
{
    if (m_document.filePath().isEmpty())
        return saveAs();
    return m_document.save(m_document.filePath()).ok();
}

bool MainWindow::saveAs()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save session"), m_document.filePath(), tr("Sessions (*%1)").arg(kSessionEnding));
    if (path.isEmpty())
        return false;
    const QString file = withEnding(path, kSessionEnding);
    if (!m_document.save(file))
        return false;
    rememberRecent(file);
    return true;
}

bool MainWindow::mayLoseSession()
{
    if (!m_asks || !m_document.isModified())
        return true;
    QMessageBox question(QMessageBox::NoIcon,
                         tr("Unsaved changes"),
                         tr("The session has unsaved changes."),
                         QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel,
                         this);
    question.setInformativeText(tr("Save them?"));
    switch (question.exec()) {
    case QMessageBox::Save:
        return save();
    case QMessageBox::Discard:
        return true;
    default:
        return false;
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayLoseSession() || !m_exports->mayClose(m_asks))
        return event->ignore();
    if (m_presenting)
        setPresenting(false); // its geometry is not the window's
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"), saveState());
    settings.setValue(QStringLiteral("window/leftPanel"), m_showLeft->isChecked());
    settings.setValue(QStringLiteral("window/rightPanel"), m_showRight->isChecked());
    event->accept();
}

void MainWindow::rememberRecent(const QString& path)
{
    QSettings settings;
    QStringList recent = settings.value(kRecentKey).toStringList();
    const QString file = QFileInfo(path).absoluteFilePath();
    recent.removeAll(file);
    recent.prepend(file);
    settings.setValue(kRecentKey, QStringList(recent.mid(0, kRecentFiles)));
}

void MainWindow::fillRecent(QMenu* menu)
{
    menu->clear();
    const QStringList recent = QSettings().value(kRecentKey).toStringList();
    for (const QString& path : recent)
        menu->addAction(path, this, [this, path] { openFile(path); });
    if (recent.isEmpty())
        menu->addAction(tr("Nothing opened or saved yet"))->setEnabled(false);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1
        && hasEnding(urls.front().toLocalFile(), {".json", ".png", ".svg", ".pdf", ".csv", ".npy"}))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    // After the drop has ended: opening may ask about unsaved changes.
    QMetaObject::invokeMethod(
        this,
        [this, path = event->mimeData()->urls().front().toLocalFile()] { openFile(path); },
        Qt::QueuedConnection);
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_document.showsFilm())
        return m_film.leave();
    if (event->key() == Qt::Key_Escape && m_presenting)
        return setPresenting(false);
    if (event->key() == Qt::Key_Escape && m_errorBar->isVisible())
        return m_errorBar->dismiss();
    QMainWindow::keyPressEvent(event);
}

void MainWindow::keepForNextStart()
{
    if (m_recovery)
        m_recovery->writeAndKeep();
}

void MainWindow::offerRecovery()
{
    m_recovery = std::make_unique<Recovery>(m_document);
    connect(m_recovery.get(), &Recovery::failed, m_errorBar, &ErrorBar::showNotice);
    const auto session = m_recovery->leftBehind();
    if (!session)
        return;
    const QString title = QString::fromStdString(session->info.title);
    m_errorBar->ask(
        title.isEmpty()
            ? tr("Scorefield ended unexpectedly. Its unsaved session is still there.")
            : tr("Scorefield ended unexpectedly. Its unsaved session “%1” is still there.")
                  .arg(title),
        {{tr("Restore"),
          [this, session = *session] {
              // An edit, not a document of its own: it is unsaved still, so closing asks.
              if (!m_document.edit(tr("Restore session"), [&](Session& now) { now = session; }))
                  return;
              m_recovery->writeNow();
              m_recovery->discardLeftBehind();
          }},
         {tr("Discard"), [this] { m_recovery->discardLeftBehind(); }}});
}

} // namespace scorefield::ui
