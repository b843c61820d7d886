// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/scrubber.h"

#include "ui/widgets/style.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr double kHandle = 14; ///< diameter
constexpr double kGroove = 4;  ///< thickness
constexpr double kTickGap = 3; ///< ticks closer than this would be a grey bar
constexpr double kTickTop = 8, kTickLength = 4;
constexpr int kWheelNotch = 120; ///< QWheelEvent: one notch of a common mouse

} // namespace

Scrubber::Scrubber(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("timeline.position"));
    setAccessibleName(tr("Play position"));
    setToolTip(tr("Drag to move through the run, from noise (left) to data (right). The ticks are "
                  "the selected "
                  "lane's steps."));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void Scrubber::setPosition(double position)
{
    if (position == m_position)
        return;
    m_position = position;
    update();
}

void Scrubber::setTicks(std::vector<double> ticks)
{
    if (ticks == m_ticks)
        return;
    m_ticks = std::move(ticks);
    update();
}

double Scrubber::xOf(double position) const
{
    const double margin = px(kHandle) / 2.0 + 1;
    return margin + position * (width() - 2 * margin);
}

double Scrubber::positionAt(double x) const
{
    const double left = xOf(0), right = xOf(1);
    return right > left ? std::clamp((x - left) / (right - left), 0.0, 1.0) : 0.0;
}

QSize Scrubber::sizeHint() const
{
    return {px(320), px(28)};
}

QSize Scrubber::minimumSizeHint() const
{
    return {px(80), px(28)};
}

void Scrubber::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0, groove = px(kGroove), x = xOf(m_position);

    painter.setPen(Qt::NoPen);
    const QRectF line(xOf(0), middle - groove / 2, xOf(1) - xOf(0), groove);
    painter.setBrush(theme.hairline);
    painter.drawRoundedRect(line, groove / 2, groove / 2);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(
        QRectF(line.left(), line.top(), x - line.left(), groove), groove / 2, groove / 2);

    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(blend(theme.panel, theme.secondary, 0.7), 1));
    double last = -1e9;
    for (const double tick : m_ticks) {
        const double at = xOf(tick);
        if (at - last < kTickGap)
            continue;
        last = at;
        painter.drawLine(QPointF(at, middle + px(kTickTop)),
                         QPointF(at, middle + px(kTickTop + kTickLength)));
    }

    painter.setRenderHint(QPainter::Antialiasing);
    const double radius = px(kHandle) / 2.0;
    if (hasFocus()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(blend(theme.panel, theme.accent, 0.35));
        painter.drawEllipse(QPointF(x, middle), radius + px(3), radius + px(3));
    }
    painter.setPen(QPen(theme.accent, px(2)));
    painter.setBrush(theme.dark ? QColor(Qt::white) : theme.panel);
    painter.drawEllipse(QPointF(x, middle), radius - 1, radius - 1);
}

void Scrubber::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    m_dragging = true;
    Q_EMIT scrubStarted();
    Q_EMIT scrubbed(positionAt(event->position().x()));
}

void Scrubber::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        Q_EMIT scrubbed(positionAt(event->position().x()));
}

void Scrubber::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragging || event->button() != Qt::LeftButton)
        return;
    m_dragging = false;
    Q_EMIT scrubEnded();
}

void Scrubber::wheelEvent(QWheelEvent* event)
{
    m_wheel += event->angleDelta().y();
    const int notches = m_wheel / kWheelNotch;
    m_wheel -= notches * kWheelNotch;
    if (notches != 0)
        Q_EMIT wheelSteps(notches);
    event->accept();
}

} // namespace scorefield::ui
