// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/paint_hold.h"

#include <QCoreApplication>
#include <QEvent>
#include <QWidget>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kLongestSlowMs = 80; ///< where frames are slow: a hand feels more

} // namespace

PaintHold::PaintHold(QWidget& window) : QObject(&window), m_window(window)
{
    m_limit.setSingleShot(true);
    m_limit.setTimerType(Qt::PreciseTimer);
    connect(&m_limit, &QTimer::timeout, this, &PaintHold::end);
    m_window.installEventFilter(this);
}

void PaintHold::setFrameTime(double milliseconds)
{
    m_longestMs = std::clamp(static_cast<int>(milliseconds), kAtOnceMs, kLongestSlowMs);
}

/// A hand that moves on does not prolong it.
void PaintHold::begin()
{
    if (m_limit.isActive())
        return;
    m_limit.start(m_longestMs);
    m_age.start();
}

void PaintHold::arrive(bool isNewest)
{
    if (isNewest || !m_age.isValid() || m_age.elapsed() >= kAtOnceMs)
        end();
}

void PaintHold::end()
{
    m_limit.stop();
    if (!m_isOwed)
        return;
    m_isOwed = false;
    QCoreApplication::postEvent(&m_window, new QEvent(QEvent::UpdateRequest), Qt::LowEventPriority);
}

bool PaintHold::eventFilter(QObject* watched, QEvent* event)
{
    // With this event a window paints all that its widgets have asked for; it asks once.
    if (event->type() != QEvent::UpdateRequest || !m_limit.isActive())
        return QObject::eventFilter(watched, event);
    m_isOwed = true;
    return true;
}

} // namespace scorefield::ui
