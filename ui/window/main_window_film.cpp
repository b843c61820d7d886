// SPDX-License-Identifier: GPL-3.0-or-later
// The film in the window: the strip of keyframes, and the caption that says what it has done.
#include "core/session/keyframe_edit.h"
#include "ui/window/dope_sheet.h"
#include "ui/window/error_bar.h"
#include "ui/window/fading_caption.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"

#include <QSettings>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

const QString kOpenKey = QStringLiteral("film/open");

} // namespace

void MainWindow::buildFilm(QWidget* middle)
{
    m_dopeSheet = new DopeSheet(m_document, m_film, middle);
    m_dopeSheet->setProperty("panel", true);
    m_dopeSheet->setAttribute(Qt::WA_StyledBackground);
    m_dopeSheet->hide();
    m_centre->addWidget(m_dopeSheet);
    connect(m_dopeSheet, &DopeSheet::rejected, m_errorBar, &ErrorBar::showNotice);
    connect(m_dopeSheet, &DopeSheet::closeWanted, m_showFilm, [this] {
        m_showFilm->setChecked(false);
    });
    connect(m_showFilm, &QAction::toggled, this, [this](bool on) {
        QSettings().setValue(kOpenKey, on);
        m_dopeSheet->setVisible(on && !m_presenting);
        if (!on)
            m_film.leave(); // nothing would say that this is not the session itself
    });
    connect(&m_document, &Document::keySet, this, [this](const QString& label) {
        sayOverLanes(tr("%1 s").arg(m_document.filmCursor() * m_film.seconds(), 0, 'f', 2),
                     tr("Key set: %1").arg(label));
    });
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        // What is animated in a control is to be seen; a session that is opened changes no strip.
        const std::size_t tracks = m_document.stored().keyframes.size();
        const bool isNewSession = m_document.undoStack().count() == 0;
        if (changes.exports && tracks > m_tracks && !isNewSession)
            m_showFilm->setChecked(true);
        m_tracks = tracks;
    });
    m_showFilm->setChecked(QSettings().value(kOpenKey, false).toBool());
}

void MainWindow::buildFilmMenu(QMenu* view)
{
    m_showFilm = add(view, "filmVisible", tr("Film &keyframes"), {QKeySequence(Qt::Key_K)}, [] {});
    m_showFilm->setCheckable(true);
}

/// Over the lanes, or over what stands in their place.
void MainWindow::sayOverLanes(const QString& quiet, const QString& text)
{
    if (m_caption == nullptr)
        m_caption = new FadingCaption(centralWidget());
    const QWidget* lanes = m_canvas ? static_cast<QWidget*>(m_canvas) : m_centre->parentWidget();
    m_caption->say(*lanes, quiet, text);
}

/// Space plays what is shown: the film in its preview, the run otherwise.
void MainWindow::togglePlaying()
{
    m_document.showsFilm() ? m_film.togglePlaying() : m_playback.togglePlaying();
}

} // namespace scorefield::ui
