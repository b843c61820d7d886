// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/busy_line.h"

#include "ui/widgets/style.h"

#include <QPainter>

#include <cmath>

namespace scorefield::ui {

namespace {

constexpr int kPatienceMs = 150; ///< shorter work than this needs no sign
constexpr int kStepMs = 33;
constexpr double kShare = 0.25; ///< of the width that is lit

} // namespace

BusyLine::BusyLine(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("busyLine"));
    setFixedHeight(2);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kPatienceMs);
    m_step.setInterval(kStepMs);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        m_running = true;
        m_step.start();
        update();
    });
    connect(&m_step, &QTimer::timeout, this, [this] {
        m_phase = std::fmod(m_phase + 0.03, 1.0);
        update();
    });
}

void BusyLine::setBusy(bool busy)
{
    if (busy) {
        if (!m_running && !m_delay.isActive())
            m_delay.start();
        return;
    }
    m_delay.stop();
    m_step.stop();
    if (!m_running)
        return; // as during a drag of quick simulations: nothing has been painted
    m_running = false;
    m_phase = 0;
    update();
}

void BusyLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), currentTheme().panel);
    if (!m_running)
        return;
    const double left = (m_phase * (1 + kShare) - kShare) * width();
    painter.fillRect(QRectF(left, 0, kShare * width(), height()), currentTheme().accent);
}

} // namespace scorefield::ui
