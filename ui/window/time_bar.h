// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The bottom line of the window: play, loop, speed, the scrubber, and the three clocks with the
// value at the play-head.
#include <QWidget>

class QComboBox;
class QLineEdit;

namespace scorefield::ui {

class Document;
class IconButton;
class Playback;
class Scrubber;
class SegmentedControl;

class TimeBar : public QWidget {
    Q_OBJECT
public:
    TimeBar(Document& document, Playback& playback, QWidget* parent = nullptr);

    Scrubber* scrubber() const { return m_scrubber; }

Q_SIGNALS:
    void rejected(const QString& sentence); ///< what was typed is no value of this clock

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    void applyMetrics();
    void refresh();
    void refreshSpeed();
    void refreshTicks();
    void refreshValue();
    void setClock(int clock);
    void setSpeed(int index);
    void goToTyped();

    Document& m_document;
    Playback& m_playback;
    IconButton *m_play = nullptr, *m_loop = nullptr;
    QComboBox* m_speed = nullptr;
    Scrubber* m_scrubber = nullptr;
    QLineEdit* m_value = nullptr;
    SegmentedControl* m_clock = nullptr;
    double m_shownSpeed = 0;
};

} // namespace scorefield::ui
