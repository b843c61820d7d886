// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a schedule: everything that stands still once, the play-head and the hand on top.
#include "ui/panels/schedule_axis.h"
#include "ui/panels/schedule_canvas.h"
#include "ui/render/axis_ticks.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kDot = 3, kPoint = 4.5; // half sizes of a step's dot and a control point
constexpr double kDotGap = 3;            // dots closer than this run into a line

QString noiseLabel(double noise)
{
    return render::prettyNumber(noise, 2);
}

/// Round noise levels between two lambdas: decades, with 2 and 5 where there are few.
std::vector<double> noiseTicks(double low, double high, int most)
{
    const double from = std::log10(std::exp(-high)), to = std::log10(std::exp(-low));
    const int stride =
        std::max(1, static_cast<int>(std::ceil((to - from) / std::max(1, most - 1))));
    const bool fine = stride == 1 && 3 * (to - from) <= most;
    std::vector<double> ticks;
    for (int decade = static_cast<int>(std::floor(from)); decade <= std::ceil(to); ++decade) {
        if (decade % stride != 0)
            continue;
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double noise = factor * std::pow(10, decade), lambda = -std::log(noise);
            if ((factor == 1 || fine) && lambda >= low && lambda <= high)
                ticks.push_back(noise);
        }
    }
    return ticks;
}

} // namespace

void ScheduleCanvas::paintEvent(QPaintEvent*)
{
    if (m_picture.isNull())
        paintPicture();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    paintPlayHead(painter);
    paintSnap(painter);
    paintHover(painter);
    paintFocus(painter);
    paintStrip(painter);
}

void ScheduleCanvas::paintPicture()
{
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    const render::Theme& theme = currentTheme();
    m_picture.fill(theme.panel);
    QPainter painter(&m_picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    paintAxes(painter);
    painter.save();
    painter.setClipRect(m_plot.frame.adjusted(-px(6), -px(1), px(6), px(1)));
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane)
        if (m_lanes[lane] && static_cast<int>(lane) != m_lane)
            paintCurve(painter, *m_lanes[lane], faded(theme.secondary, 0.45), 1.2);
    if (schedule() != nullptr)
        paintCurve(painter, *schedule(), theme.text, 1.7);
    painter.restore();
    if (schedule() != nullptr)
        paintSteps(painter, *schedule());
    paintPoints(painter);
}

void ScheduleCanvas::paintAxes(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    painter.setPen(QPen(theme.hairline, 1));
    painter.drawLine(QPointF(frame.left(), std::floor(frame.bottom()) + .5),
                     QPointF(frame.right(), std::floor(frame.bottom()) + .5));
    paintNoiseTicks(painter, m_plot.noiseUp);
    paintLambdaTicks(painter, !m_plot.noiseUp);
    paintAcrossAxis(painter, m_plot, schedule() != nullptr ? schedule()->steps() : 1, width());
}

void ScheduleCanvas::paintNoiseTicks(QPainter& painter, bool left) const
{
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    const QFont font = scheduleFont();
    const QFontMetricsF metrics(font);
    const int most = std::max(2, static_cast<int>(frame.height() / px(20)));
    for (const double noise : noiseTicks(m_plot.low, m_plot.high, most)) {
        const double y = m_plot.toPixels({0, -std::log(noise)}).y();
        const double crisp = std::floor(y) + .5;
        painter.setPen(QPen(faded(theme.hairline, left ? 1 : 0), 1));
        painter.drawLine(QPointF(frame.left(), crisp), QPointF(frame.right(), crisp));
        painter.setPen(QPen(theme.hairline, 1));
        const double edge = left ? frame.left() - px(kScheduleTick) : frame.right();
        painter.drawLine(QPointF(edge, crisp), QPointF(edge + px(kScheduleTick), crisp));
        const QString label = noiseLabel(noise);
        const double x =
            left ? frame.left() - px(kScheduleTick + 4) - render::tabularWidth(label, font)
                 : frame.right() + px(kScheduleTick + 4);
        render::drawTabular(
            painter, {x, y + metrics.capHeight() / 2}, label, font, theme.secondary);
    }
}

void ScheduleCanvas::paintLambdaTicks(QPainter& painter, bool left) const
{
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    const QFont font = scheduleFont();
    const QFontMetricsF metrics(font);
    const int most = std::max(2, static_cast<int>(frame.height() / px(22)));
    for (const render::Tick& tick : render::axisTicks(m_plot.low, m_plot.high, most)) {
        const double y = m_plot.toPixels({0, tick.value}).y();
        const double crisp = std::floor(y) + .5;
        if (left) {
            painter.setPen(QPen(theme.hairline, 1));
            painter.drawLine(QPointF(frame.left(), crisp), QPointF(frame.right(), crisp));
        }
        painter.setPen(QPen(theme.hairline, 1));
        const double edge = left ? frame.left() - px(kScheduleTick) : frame.right();
        painter.drawLine(QPointF(edge, crisp), QPointF(edge + px(kScheduleTick), crisp));
        const double x =
            left ? frame.left() - px(kScheduleTick + 4) - render::tabularWidth(tick.label, font)
                 : frame.right() + px(kScheduleTick + 4);
        render::drawTabular(
            painter, {x, y + metrics.capHeight() / 2}, tick.label, font, theme.secondary);
    }
}

void ScheduleCanvas::paintCurve(QPainter& painter,
                                const LaneSchedule& lane,
                                const QColor& color,
                                double width) const
{
    QPainterPath path;
    for (const SchedulePlace& place : m_plot.curve(lane)) {
        const QPointF at = m_plot.toPixels(place);
        path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    painter.setPen(QPen(color, width * scaleFactor(), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void ScheduleCanvas::paintSteps(QPainter& painter, const LaneSchedule& lane) const
{
    const render::Theme& theme = currentTheme();
    const bool canMove = m_handles.whyFixed().isEmpty();
    const QColor color = canMove ? theme.accent : theme.secondary;
    const double radius = kDot * scaleFactor();
    QPointF last(-1e9, -1e9);
    for (int k = 0; k <= lane.steps(); ++k) {
        const SchedulePlace place = m_plot.placeOfLevel(lane, k);
        const QPointF at = m_plot.toPixels(place);
        if ((at - last).manhattanLength() < kDotGap && k < lane.steps())
            continue;
        last = at;
        painter.setPen(QPen(theme.panel, scaleFactor()));
        painter.setBrush(color);
        if (std::isfinite(place.lambda)) {
            painter.drawEllipse(at, radius, radius);
            continue;
        }
        // Beyond every finite level: an arrowhead on the frame, pointing out.
        const double out = at.y() < m_plot.frame.center().y() ? -1 : 1, r = 1.4 * radius;
        painter.drawPolygon(QPolygonF(
            {at + QPointF(0, out * r), at + QPointF(r, -out * r), at + QPointF(-r, -out * r)}));
    }
}

void ScheduleCanvas::paintPoints(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const double half = kPoint * scaleFactor();
    painter.setPen(QPen(theme.accent, 1.8 * scaleFactor()));
    painter.setBrush(theme.panel);
    for (const ScheduleHandle& handle : m_handles.all()) {
        if (handle.kind == ScheduleHandle::Kind::Level)
            continue;
        const QPointF at = m_plot.toPixels(handle.place);
        painter.drawRoundedRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half), 2, 2);
    }
}

void ScheduleCanvas::paintPlayHead(QPainter& painter) const
{
    if (schedule() == nullptr || schedule()->steps() < 1)
        return;
    const render::Theme& theme = currentTheme();
    const double step = std::clamp(m_playStep, 0.0, static_cast<double>(schedule()->steps()));
    const SchedulePlace place = m_plot.placeOfStep(*schedule(), step);
    const QPointF at = m_plot.toPixels(place);
    painter.setPen(QPen(theme.accent, scaleFactor()));
    painter.drawLine(QPointF(at.x(), m_plot.frame.top()), QPointF(at.x(), m_plot.frame.bottom()));
    painter.setBrush(theme.accent);
    painter.setPen(QPen(theme.panel, 1.5 * scaleFactor()));
    if (m_plot.frame.adjusted(-2, -2, 2, 2).contains(at))
        painter.drawEllipse(at, px(5), px(5));
}

void ScheduleCanvas::paintHover(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    if (schedule() != nullptr)
        paintPointer(painter);
    for (const auto& name : {m_hovered, m_selected}) {
        const ScheduleHandle* handle = name ? find(*name) : nullptr;
        if (handle == nullptr)
            continue;
        const QPointF at = m_plot.toPixels(handle->place);
        const bool chosen = name == m_selected;
        painter.setPen(QPen(theme.accent, 2 * scaleFactor()));
        painter.setBrush(chosen ? theme.accent : theme.panel);
        if (handle->kind == ScheduleHandle::Kind::Level)
            painter.drawEllipse(at, px(5), px(5));
        else
            painter.drawRoundedRect(
                QRectF(at.x() - px(5.5), at.y() - px(5.5), px(11), px(11)), 2, 2);
    }
}

void ScheduleCanvas::paintSnap(QPainter& painter) const
{
    if (!m_snap && !m_snapAcross)
        return;
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    painter.setPen(QPen(theme.warning, scaleFactor(), Qt::DashLine));
    if (m_snapAcross) {
        const double x = frame.left() + *m_snapAcross * frame.width();
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()));
    }
    if (!m_snap)
        return;
    const double y = m_plot.toPixels({0, m_snap->lambda}).y();
    painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y));
    const QFont font = scheduleFont();
    const double width = render::formulaWidth(m_snap->label, font) + px(10);
    const double top = std::clamp(y - px(20), frame.top(), frame.bottom() - px(16));
    const bool atLeft = m_pointer && m_pointer->x() > frame.center().x();
    const QRectF chip(
        atLeft ? frame.left() + px(6) : frame.right() - width - px(6), top, width, px(16));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(chip, px(3), px(3));
    render::drawFormula(
        painter, {chip.left() + px(5), chip.bottom() - px(4)}, m_snap->label, font, theme.warning);
}

/// Above the frame: the names of both axes, between them what is under the hand.
void ScheduleCanvas::paintStrip(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const QFont font = scheduleFont();
    const double baseline = px(kScheduleTop) - px(7);
    const QString lambda = QStringLiteral("λ"), noise = QStringLiteral("σ̃");
    const QString left = m_plot.noiseUp ? noise : lambda, right = m_plot.noiseUp ? lambda : noise;
    render::drawFormula(
        painter,
        {m_plot.frame.left() - px(kScheduleTick + 4) - render::formulaWidth(left, font), baseline},
        left,
        font,
        theme.text);
    render::drawFormula(
        painter, {m_plot.frame.right() + px(kScheduleTick + 4), baseline}, right, font, theme.text);
    if (m_readout.isEmpty())
        return;
    const double width = render::formulaWidth(m_readout, font);
    const double x = std::max(m_plot.frame.left(), m_plot.frame.center().x() - width / 2);
    render::drawFormula(painter, {x, baseline}, m_readout, font, theme.text);
}

} // namespace scorefield::ui
