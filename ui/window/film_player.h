// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Plays the film in the window: moves the film's cursor by real time. What is shown at the cursor
// is the document's business (Document::setFilmCursor).
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace scorefield::ui {

class Document;

class FilmPlayer : public QObject {
    Q_OBJECT
public:
    explicit FilmPlayer(Document& document, QObject* parent = nullptr);

    bool isPlaying() const { return m_timer.isActive(); }
    void setFrameRate(double hertz);
    /// Of one pass, from the session's first film.
    double seconds() const;

public Q_SLOTS:
    /// From the cursor, from the start where it stands at the end. Shows the film.
    void setPlaying(bool playing);
    void togglePlaying();
    /// Shows the film at this share of the pass, at rest.
    void goTo(double share);
    /// Back to the session as it is stored.
    void leave();

Q_SIGNALS:
    void playingChanged();

private:
    void advance();
    void stop();

    Document& m_document;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_restAtEnd = 0; ///< seconds the last frame has been held so far
};

} // namespace scorefield::ui
