// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/schedule_axis.h"

#include "ui/render/axis_ticks.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kLeft = 52, kRight = 56, kBottom = 22; // around the frame, design pixels

} // namespace

QFont scheduleFont()
{
    return render::interfaceFont(11 * scaleFactor());
}

QColor faded(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

QRectF scheduleFrame(const QSize& size)
{
    return QRectF(px(kLeft),
                  px(kScheduleTop),
                  std::max(1, size.width() - px(kLeft) - px(kRight)),
                  std::max(1, size.height() - px(kScheduleTop) - px(kBottom)));
}

void paintAcrossAxis(QPainter& painter, const SchedulePlot& plot, int steps, double width)
{
    const render::Theme& theme = currentTheme();
    const QRectF& frame = plot.frame;
    const QFont font = scheduleFont();
    const QFontMetricsF metrics(font);
    const double baseline = frame.bottom() + px(kScheduleTick + 3) + metrics.ascent();
    const double range = plot.steps ? steps : plot.latest;
    const int most = std::clamp(static_cast<int>(frame.width() / px(64)), 2, 10);
    for (const render::Tick& tick : render::axisTicks(0, range, most)) {
        if (plot.steps && tick.value != std::floor(tick.value))
            continue;
        const double across = plot.steps ? tick.value / range : 1 - tick.value / range;
        const double x = frame.left() + across * frame.width();
        painter.setPen(QPen(theme.hairline, 1));
        const double crisp = std::floor(x) + .5;
        painter.drawLine(QPointF(crisp, frame.bottom()),
                         QPointF(crisp, frame.bottom() + px(kScheduleTick)));
        const double wide = render::tabularWidth(tick.label, font);
        render::drawTabular(painter, {x - wide / 2, baseline}, tick.label, font, theme.secondary);
    }
    const QString name =
        plot.steps ? QCoreApplication::translate("ScheduleEditor", "step") : QStringLiteral("t/T");
    const double room = width - px(4);
    render::drawFormula(painter,
                        {room - render::formulaWidth(name, font) - px(4), baseline},
                        name,
                        font,
                        theme.text);
}

} // namespace scorefield::ui
