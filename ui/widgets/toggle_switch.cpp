// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/toggle_switch.h"

#include "ui/widgets/style.h"

#include <QEvent>
#include <QPainter>

namespace scorefield::ui {
namespace {

constexpr double kWidth = 30, kHeight = 16, kRing = 2;

} // namespace

ToggleSwitch::ToggleSwitch(QWidget* parent) : QCheckBox(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
}

QSize ToggleSwitch::sizeHint() const
{
    return {px(kWidth) + 2 * px(kRing), px(28)};
}

bool ToggleSwitch::event(QEvent* event)
{
    if (event->type() == QEvent::StyleChange)
        updateGeometry();
    return QCheckBox::event(event);
}

bool ToggleSwitch::hitButton(const QPoint& position) const
{
    return rect().contains(position);
}

void ToggleSwitch::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(.35);
    const QRectF body(px(kRing), (height() - px(kHeight)) / 2., px(kWidth), px(kHeight));
    const double radius = body.height() / 2;
    painter.setPen(Qt::NoPen);
    if (hasFocus()) {
        painter.setBrush(blend(theme.panel, theme.text, .75)); // unlike the accent of "on"
        const double width = px(kRing);
        painter.drawRoundedRect(
            body.adjusted(-width, -width, width, width), radius + width, radius + width);
    }
    painter.setBrush(isChecked() ? theme.accent : blend(theme.hairline, theme.secondary, .4));
    painter.drawRoundedRect(body, radius, radius);
    const double knob = radius - px(2);
    const double x = isChecked() ? body.right() - radius : body.left() + radius;
    painter.setBrush(theme.dark ? theme.text : theme.panel);
    painter.drawEllipse(QPointF(x, body.center().y()), knob, knob);
}

} // namespace scorefield::ui
