// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/fading_caption.h"

#include "ui/widgets/style.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr int kHoldMs = 2400, kFadeMs = 400;
constexpr double kPadding = 14, kHeight = 34, kGap = 12; ///< design pixels

QFont captionFont()
{
    return render::interfaceFont(px(15), true);
}

} // namespace

FadingCaption::FadingCaption(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("caption"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
    m_hold.setSingleShot(true);
    m_hold.setInterval(kHoldMs);
    m_fade.setDuration(kFadeMs);
    m_fade.setStartValue(1.);
    m_fade.setEndValue(0.);
    connect(&m_hold, &QTimer::timeout, &m_fade, [this] { m_fade.start(); });
    connect(&m_fade, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
    connect(&m_fade, &QVariantAnimation::finished, this, &QWidget::hide);
}

void FadingCaption::say(const QWidget& over, const QString& quiet, const QString& text)
{
    m_quiet = quiet;
    m_text = text;
    setAccessibleName(quiet + QLatin1Char(' ') + text);
    const QFontMetricsF metrics(captionFont());
    double width = metrics.horizontalAdvance(text) + 2 * px(kPadding);
    if (!quiet.isEmpty())
        width += metrics.horizontalAdvance(quiet) + px(kGap);
    const int wide = static_cast<int>(std::ceil(std::min(width, over.width() - 2. * px(kGap))));
    const QPoint top = over.mapTo(parentWidget(), QPoint(over.width() / 2, px(kGap)));
    setGeometry(top.x() - wide / 2, top.y(), wide, px(kHeight));
    m_fade.stop();
    m_hold.start();
    raise();
    show();
    update();
}

void FadingCaption::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_fade.state() == QAbstractAnimation::Running)
        painter.setOpacity(m_fade.currentValue().toDouble());
    painter.setPen(QPen(theme.hairline, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(.5, .5, -.5, -.5), px(6), px(6));
    QRectF room = QRectF(rect()).adjusted(px(kPadding), 0, -px(kPadding), 0);
    const QFont font = captionFont();
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    if (!m_quiet.isEmpty()) {
        painter.setPen(theme.secondary);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, m_quiet);
        room.setLeft(room.left() + metrics.horizontalAdvance(m_quiet) + px(kGap));
    }
    painter.setPen(theme.text);
    painter.drawText(room,
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_text, Qt::ElideRight, room.width() + 1));
}

} // namespace scorefield::ui
