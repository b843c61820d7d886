// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a guidance weight: everything that stands still once, the play-head and the hand
// on top.
#include "ui/document/document.h"
#include "ui/panels/schedule_axis.h"
#include "ui/panels/weight_canvas.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kPoint = 4.5; // half size of a control point, design pixels
constexpr double kLeastTickGap = 15;

/// The weights a person would name, from the most to the least important.
const std::vector<double>& namedWeights()
{
    static const std::vector<double> all{
        0, 1, 10, 100, 1000, 3, 30, 300, -1, 2, 5, 20, 50, 200, 500, -5, -2, -3};
    return all;
}

} // namespace

void WeightCanvas::paintEvent(QPaintEvent*)
{
    if (m_picture.isNull())
        paintPicture();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (lane() == nullptr || lane()->rule == nullptr)
        return;
    paintPlayHead(painter);
    const render::Theme& theme = currentTheme();
    paintPointer(painter);
    for (const auto& index : {m_hovered, m_selected})
        if (index) {
            const QPointF at = pointPosition(*index);
            painter.setPen(QPen(theme.accent, 2 * scaleFactor()));
            painter.setBrush(index == m_selected ? theme.accent : theme.panel);
            painter.drawRoundedRect(
                QRectF(at.x() - px(5.5), at.y() - px(5.5), px(11), px(11)), 2, 2);
        }
    paintFocus(painter);
    paintStrip(painter);
}

void WeightCanvas::paintPicture()
{
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    const render::Theme& theme = currentTheme();
    m_picture.fill(theme.panel);
    QPainter painter(&m_picture);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (lane() == nullptr || lane()->rule == nullptr)
        return paintMessage(painter);
    painter.save();
    painter.setClipRect(m_plot.frame);
    paintSafeBound(painter);
    painter.restore();
    paintWeightAxis(painter);
    paintAcrossAxis(painter, m_plot, lane()->schedule.steps(), width());
    painter.save();
    painter.setClipRect(m_plot.frame.adjusted(-px(6), -px(1), px(6), px(1)));
    for (std::size_t i = 0; i < m_lanes.size(); ++i)
        if (m_lanes[i] && m_lanes[i]->rule != nullptr && static_cast<int>(i) != m_lane)
            paintWeight(painter, *m_lanes[i], faded(theme.secondary, 0.45), 1.2);
    paintWeight(painter, *lane(), theme.text, 1.7);
    painter.restore();
    paintPoints(painter);
}

void WeightCanvas::paintMessage(QPainter& painter) const
{
    painter.setFont(scheduleFont());
    painter.setPen(currentTheme().secondary);
    painter.drawText(QRectF(rect()),
                     Qt::AlignCenter | Qt::TextWordWrap,
                     lane() == nullptr
                         ? tr("This lane cannot be run, so it has no weight.")
                         : tr("This lane is not guided. Choose a guidance rule on the right, or "
                              "“Draw w(t)” to begin with a weight to drag."));
}

void WeightCanvas::paintWeightAxis(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    const QFont font = scheduleFont();
    const QFontMetricsF metrics(font);
    painter.setPen(QPen(theme.hairline, 1));
    painter.drawLine(QPointF(frame.left(), std::floor(frame.bottom()) + .5),
                     QPointF(frame.right(), std::floor(frame.bottom()) + .5));
    std::vector<double> taken;
    for (const double weight : namedWeights()) {
        const double y = upOf(weight);
        const bool free = std::all_of(taken.begin(), taken.end(), [&](double other) {
            return std::abs(other - y) >= px(kLeastTickGap);
        });
        if (y < frame.top() || y > frame.bottom() || !free)
            continue;
        taken.push_back(y);
        const double crisp = std::floor(y) + .5;
        const bool border = weight == 0 || weight == 1;
        painter.setPen(QPen(faded(theme.hairline, border ? 1 : 0.6), 1));
        painter.drawLine(QPointF(frame.left() - px(kScheduleTick), crisp),
                         QPointF(frame.right(), crisp));
        const QString label = render::prettyNumber(weight, 3);
        render::drawTabular(
            painter,
            {frame.left() - px(kScheduleTick + 4) - render::tabularWidth(label, font),
             y + metrics.capHeight() / 2},
            label,
            font,
            theme.secondary);
        if (border) // what the two ends of the scale of weights mean
            render::drawFormula(
                painter,
                {frame.right() + px(kScheduleTick + 4), y + metrics.capHeight() / 2},
                weight == 0 ? QStringLiteral("s_u") : QStringLiteral("s_c"),
                font,
                theme.secondary);
    }
}

/// Where the steps of the bound are: it is one weight a step, and the region beyond it is hatched.
void WeightCanvas::paintSafeBound(QPainter& painter) const
{
    if (m_safe.empty())
        return;
    const render::Theme& theme = currentTheme();
    const QRectF& frame = m_plot.frame;
    const LaneSchedule& schedule = lane()->schedule;
    const auto xOf = [&](int k) {
        return frame.left() + m_plot.placeOfLevel(schedule, k).across * frame.width();
    };
    QPainterPath edge;
    for (int k = 0; k < schedule.steps(); ++k) {
        const double safe = m_safe[static_cast<std::size_t>(k)];
        const double y = std::isfinite(safe) ? upOf(safe) : frame.top() - px(4);
        k == 0 ? edge.moveTo(xOf(k), y) : edge.lineTo(xOf(k), y);
        edge.lineTo(xOf(k + 1), y);
    }
    QPainterPath beyond = edge;
    beyond.lineTo(xOf(schedule.steps()), frame.top() - px(8));
    beyond.lineTo(xOf(0), frame.top() - px(8));
    beyond.closeSubpath();
    painter.fillPath(beyond, faded(theme.warning, theme.dark ? 0.10 : 0.08));
    painter.fillPath(beyond, QBrush(faded(theme.warning, 0.28), Qt::BDiagPattern));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.warning, 1.3 * scaleFactor()));
    painter.drawPath(edge);
}

void WeightCanvas::paintWeight(QPainter& painter,
                               const LaneWeight& lane,
                               const QColor& color,
                               double wide)
{
    const QRectF& frame = m_plot.frame;
    QPainterPath path;
    const int samples = std::max(2, static_cast<int>(frame.width()));
    for (int i = 0; i <= samples; ++i) {
        const double across = static_cast<double>(i) / samples;
        const PathCoefficients level = m_plot.levelAt(lane.schedule, across);
        if (!(level.sigma > 0))
            continue;
        const double weight = lane.rule->weight(level);
        if (!std::isfinite(weight))
            continue;
        const QPointF at(frame.left() + across * frame.width(), upOf(weight));
        path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    painter.setPen(QPen(color, wide * scaleFactor(), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void WeightCanvas::paintPoints(QPainter& painter) const
{
    const double half = kPoint * scaleFactor();
    painter.setPen(QPen(currentTheme().accent, 1.8 * scaleFactor()));
    painter.setBrush(currentTheme().panel);
    for (int i = 0; i < pointCount(); ++i) {
        const QPointF at = pointPosition(i);
        painter.drawRoundedRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half), 2, 2);
    }
}

/// The weight now as a dot, in the colour of a warning where it lies beyond the bound.
void WeightCanvas::paintPlayHead(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const LaneSchedule& schedule = lane()->schedule;
    const double step = std::clamp(m_playStep, 0.0, static_cast<double>(schedule.steps()));
    const double across = m_plot.placeOfStep(schedule, step).across;
    const double x = m_plot.frame.left() + across * m_plot.frame.width();
    painter.setPen(QPen(theme.accent, scaleFactor()));
    painter.drawLine(QPointF(x, m_plot.frame.top()), QPointF(x, m_plot.frame.bottom()));
    const double weight = weightAt(levelAt(across));
    if (!std::isfinite(weight))
        return;
    const auto k = static_cast<std::size_t>(std::min(step, schedule.steps() - 1.0));
    const bool beyond = k < m_safe.size() && weight > m_safe[k];
    painter.setBrush(beyond ? theme.warning : theme.accent);
    painter.setPen(QPen(theme.panel, 1.5 * scaleFactor()));
    const QPointF at(x, std::clamp(upOf(weight), m_plot.frame.top(), m_plot.frame.bottom()));
    painter.drawEllipse(at, px(5), px(5));
}

/// Above the frame: the name of the axis, what is under the hand, and what the hatching means.
void WeightCanvas::paintStrip(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const QFont font = scheduleFont();
    const double baseline = px(kScheduleTop) - px(7);
    const QRectF& frame = m_plot.frame;
    const QString name = QStringLiteral("w");
    render::drawFormula(
        painter,
        {frame.left() - px(kScheduleTick + 4) - render::formulaWidth(name, font), baseline},
        name,
        font,
        theme.text);
    double right = frame.right();
    if (!m_safe.empty()) {
        const QString safe = tr("beyond w_{safe}: a DDIM step overshoots");
        right -= render::formulaWidth(safe, font);
        render::drawFormula(painter, {right, baseline}, safe, font, theme.warning);
        right -= px(16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QBrush(faded(theme.warning, 0.6), Qt::BDiagPattern));
        painter.drawRect(QRectF(right, baseline - px(8), px(12), px(9)));
    }
    if (m_readout.isEmpty())
        return;
    const double wide = render::formulaWidth(m_readout, font);
    const double middle = frame.center().x() - wide / 2;
    const double x = std::max(frame.left(), std::min(middle, right - px(12) - wide));
    render::drawFormula(painter, {x, baseline}, m_readout, font, theme.text);
}

} // namespace scorefield::ui
