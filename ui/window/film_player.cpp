// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/film_player.h"

#include "core/session/keyframe_edit.h"
#include "ui/document/document.h"

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr double kRestSeconds = 0.8; ///< the last frame stays this long before a loop starts again

} // namespace

FilmPlayer::FilmPlayer(Document& document, QObject* parent) : QObject(parent), m_document(document)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(16);
    connect(&m_timer, &QTimer::timeout, this, &FilmPlayer::advance);
    connect(&m_document, &Document::filmChanged, this, [this] {
        if (!m_document.showsFilm())
            stop();
    });
    // A value that is set belongs to one moment: the film waits there.
    connect(&m_document, &Document::keySet, this, &FilmPlayer::stop);
}

void FilmPlayer::setFrameRate(double hertz)
{
    if (hertz >= 20 && hertz <= 500)
        m_timer.setInterval(static_cast<int>(1000 / hertz));
}

double FilmPlayer::seconds() const
{
    return previewFilm(m_document.stored()).seconds;
}

void FilmPlayer::setPlaying(bool playing)
{
    if (!playing)
        return stop();
    if (m_document.filmCursor() >= 1)
        m_document.setFilmCursor(0);
    m_document.setShowsFilm(true);
    m_restAtEnd = 0;
    m_clock.start();
    m_timer.start();
    Q_EMIT playingChanged();
}

void FilmPlayer::togglePlaying()
{
    setPlaying(!isPlaying());
}

void FilmPlayer::goTo(double share)
{
    stop();
    m_document.setFilmCursor(share);
    m_document.setShowsFilm(true);
}

void FilmPlayer::leave()
{
    m_document.setShowsFilm(false); // which stops it
}

void FilmPlayer::stop()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    Q_EMIT playingChanged();
}

void FilmPlayer::advance()
{
    // A stall (a dialog, a suspended machine) must not make the picture jump.
    const double passed = std::min(0.1, static_cast<double>(m_clock.nsecsElapsed()) * 1e-9);
    m_clock.start();
    const double cursor = m_document.filmCursor();
    if (cursor < 1) {
        m_restAtEnd = 0;
        return m_document.setFilmCursor(cursor + passed / seconds());
    }
    m_restAtEnd += passed;
    if (m_document.session().timeline.loop == 0)
        return stop();
    if (m_restAtEnd >= kRestSeconds)
        m_document.setFilmCursor(0);
}

} // namespace scorefield::ui
