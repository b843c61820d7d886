// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/contribution_bar.h"

#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield::ui {
namespace {

constexpr double kHeight = 18, kBarHeight = 9, kNumberWidth = 52; // design pixels

} // namespace

ContributionBar::ContributionBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ContributionBar::setStep(double from, double to, double scale, bool isActive)
{
    m_from = from;
    m_to = to;
    m_scale = scale;
    m_isActive = isActive;
    m_isStale = false;
    setAccessibleName(tr("Adds %1").arg(number()));
    update();
}

void ContributionBar::clear()
{
    m_from = m_to = std::numeric_limits<double>::quiet_NaN();
    update();
}

void ContributionBar::setStale(bool stale)
{
    if (m_isStale == stale)
        return;
    m_isStale = stale;
    update();
}

bool ContributionBar::isKnown() const
{
    return std::isfinite(m_from) && std::isfinite(m_to);
}

QString ContributionBar::number() const
{
    if (!isKnown())
        return {};
    const double share = m_to - m_from;
    if (std::abs(share) <= 1e-9 * m_scale) // rounding of the two runs
        return QStringLiteral("0");
    // Long numbers would run into the bar, and say no more where they are small.
    const QString digits = render::prettyNumber(std::abs(share), std::abs(share) < 1e-3 ? 1 : 2);
    return (share > 0 ? QStringLiteral("+") : QStringLiteral("\u2212")) + digits;
}

QSize ContributionBar::sizeHint() const
{
    return {px(110), px(kHeight)};
}

QSize ContributionBar::minimumSizeHint() const
{
    return {px(80), px(kHeight)};
}

void ContributionBar::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_isStale || !isEnabled())
        painter.setOpacity(0.45);
    const double room = width() - px(kNumberWidth) - 1;
    const double top = (height() - px(kBarHeight)) / 2.0;
    painter.setPen(QPen(theme.hairline, 1));
    painter.drawLine(QPointF(0.5, height() / 2.0), QPointF(room, height() / 2.0));
    if (!isKnown())
        return;
    const auto place = [&](double value) {
        return 0.5 + room * (m_scale > 0 ? std::clamp(value / m_scale, 0.0, 1.0) : 0.0);
    };
    const double left = place(std::min(m_from, m_to));
    const double wide = std::max(2.0, place(std::max(m_from, m_to)) - left);
    const QRectF bar(left, top, wide, px(kBarHeight));
    const bool grows = m_to >= m_from;
    const QColor color = grows ? theme.accent : theme.secondary;
    painter.setPen(QPen(color, 1.2));
    painter.setBrush(m_isActive ? QBrush(color) : QBrush(render::withAlpha(color, 0.16)));
    painter.drawRoundedRect(bar, px(2), px(2));
    QFont font = bodyFont();
    font.setPixelSize(px(11));
    painter.setFont(font);
    painter.setPen(m_isActive ? theme.text : theme.secondary);
    painter.drawText(QRectF(width() - px(kNumberWidth), 0, px(kNumberWidth), height()),
                     Qt::AlignRight | Qt::AlignVCenter,
                     number());
}

} // namespace scorefield::ui
