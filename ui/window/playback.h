// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Moves the play-head by real time, at the display's rate. Everything it knows is in the session's
// timeline.
#include "ui/window/play_head.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <array>

namespace scorefield::ui {

class Document;

/// The speeds that keys and the list offer; a file may hold any other.
inline constexpr std::array kPlaybackSpeeds{0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0};

class Playback : public QObject {
    Q_OBJECT
public:
    explicit Playback(Document& document, QObject* parent = nullptr);

    bool isPlaying() const;
    bool isLooping() const;
    const PlayHead& head() const { return m_head; }
    int lane() const { return m_lane; }
    void setFrameRate(double hertz);

public Q_SLOTS:
    void setProduct(std::shared_ptr<const scorefield::RunProduct> product);
    /// The lane whose steps count.
    void setLane(int lane);
    void setPlaying(bool playing);
    void togglePlaying();
    void toggleLoop();
    void setPosition(double position);
    /// The selected lane's next whole step in this direction, `steps` times; pauses.
    void stepBy(int steps);
    void toStart();
    void toEnd();
    void faster();
    void slower();
    /// Between the two the play-head follows the hand, not the clock.
    void beginScrub();
    void endScrub();

Q_SIGNALS:
    void headChanged(); ///< another run or lane: ticks and values changed

private:
    void advance();
    void updateTimer();
    void changeSpeed(int direction);

    Document& m_document;
    PlayHead m_head;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_restAtEnd = 0; ///< seconds the last frame has been held so far
    int m_lane = 0;
    bool m_scrubbing = false;
};

} // namespace scorefield::ui
