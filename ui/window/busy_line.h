// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A thin accent line that runs while the worker is busy; it appears only when that takes noticeably
// long.
#include <QTimer>
#include <QWidget>

namespace scorefield::ui {

class BusyLine : public QWidget {
    Q_OBJECT
public:
    explicit BusyLine(QWidget* parent = nullptr);
    bool isRunning() const { return m_running; }

public Q_SLOTS:
    void setBusy(bool busy);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QTimer m_delay, m_step;
    double m_phase = 0;
    bool m_running = false;
};

} // namespace scorefield::ui
