// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out: sessions, pictures, data to fit; what is lost only after a question.
#include "core/base/file.h"
#include "core/sampler/simulate.h"
#include "core/session/session_json.h"
#include "ui/document/presets.h"
#include "ui/export/figure.h"
#include "ui/panels/data_panel.h"
#include "ui/widgets/style.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPointer>
#include <QSettings>
#include <QThreadPool>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kRecentFiles = 10;
constexpr double kPictureDpi = 192; ///< twice the screen's: sharp on paper and slides
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

/// The product as it is shown: what was simulated, with the document's style.
RunProduct styledRun(const RunProduct& product, const Session& now)
{
    RunProduct styled = product;
    styled.session.view = now.view;
    styled.session.timeline = now.timeline;
    styled.session.info = now.info;
    for (std::size_t lane = 0; lane < std::min(now.lanes.size(), styled.session.lanes.size());
         ++lane)
        styled.session.lanes[lane].camera = now.lanes[lane].camera;
    return styled;
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
        tr("All Scorefield reads (*.json *.png *.csv *.npy);;Sessions (*.json);;Pictures with a "
           "session (*.png);;Data (*.csv *.npy)"));
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

void MainWindow::choosePicture()
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save picture"), {}, tr("PNG picture (*.png)"));
    if (!path.isEmpty())
        savePicture(withEnding(path, QStringLiteral(".png")));
}

void MainWindow::savePicture(const QString& path)
{
    if (!m_engine.product())
        return m_errorBar->showError(
            tr("There is no picture yet: the simulation has not finished."));
    render::OldFigureSpec spec;
    if (m_canvas)
        spec.size = m_canvas->size() * (kPictureDpi / 96);
    spec.dpi = kPictureDpi;
    spec.dark = currentTheme().dark;
    auto run = std::make_shared<RunProduct>(styledRun(*m_engine.product(), m_document.session()));
    const double position = m_document.session().timeline.position;
    // Its own OpenGL context on its own thread: playing goes on.
    QThreadPool::globalInstance()->start(
        [window = QPointer<MainWindow>(this), run, spec, position, path] {
            const auto image = render::renderFigure(*run, spec, position);
            Status written = image ? success() : Status(image.error());
            if (image) {
                const QByteArray bytes = render::pngBytes(*image, run->session, spec.dpi);
                written = writeFileAtomically(
                    std::filesystem::path(path.toStdU16String()),
                    {bytes.constData(), static_cast<std::size_t>(bytes.size())});
            }
            QMetaObject::invokeMethod(qApp, [window, written, path] {
                if (!window)
                    return;
                if (!written)
                    return window->m_errorBar->showError(
                        QString::fromStdString(written.error().sentence()));
                window->m_errorBar->showNotice(
                    tr("Saved %1. It carries the session: open it like one.").arg(path));
                Q_EMIT window->pictureSaved(path);
            });
        });
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
    if (!mayLoseSession())
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
        && hasEnding(urls.front().toLocalFile(), {".json", ".png", ".csv", ".npy"}))
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

} // namespace scorefield::ui
