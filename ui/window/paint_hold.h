// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Paints a change and what it brings in one go. After a tick of a slider the window would compose
// itself for the handle alone, with the processors that simulate the new value; a few milliseconds
// later it would do so again for the particles. Held, it paints once, and sooner.
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

class QWidget;

namespace scorefield::ui {

class PaintHold : public QObject {
    Q_OBJECT
public:
    /// Of a top-level window; its child.
    explicit PaintHold(QWidget& window);

    /// Until end(), or for as long as an eye takes for at once.
    void begin();
    void end();
    /// Ends with what came unless something newer is on its way: a painting beside the run that
    /// makes it would keep it waiting for longer than it takes. Not for long: a hand that is
    /// always ahead sees where it is.
    void arrive(bool isNewest);
    bool isActive() const { return m_limit.isActive(); }
    /// How long the last frame took to paint. A hold ends no later than that: begun just before
    /// the particles come, a painting would keep them waiting for as long.
    void setFrameTime(double milliseconds);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    static constexpr int kAtOnceMs = 20;

    QWidget& m_window;
    QTimer m_limit;
    QElapsedTimer m_age;
    int m_longestMs = kAtOnceMs;
    bool m_isOwed = false; ///< a painting was asked for meanwhile
};

} // namespace scorefield::ui
