// SPDX-License-Identifier: GPL-3.0-or-later
// The arrow of a constant score error: how far it moves the posterior mean, at the scale of the
// picture, from the mean of the data.
#include "ui/render/clip_lines.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QLineF>
#include <QPainterPath>

#include <algorithm>

namespace scorefield::render {

namespace {

constexpr double kHeadPx = 10, kHeadHalfPx = 4.5, kRingPx = 6;

/// Shaft and head, ending in the tip; a ring where it has no length.
QPainterPath arrowPath(const OverlayFrame& frame, QPointF from, QPointF to)
{
    QPainterPath path;
    const QLineF shaft(from, to);
    if (shaft.length() < frame.px(2)) {
        path.addEllipse(to, frame.px(kRingPx), frame.px(kRingPx));
        return path;
    }
    const QPointF along = (to - from) / shaft.length(), across(-along.y(), along.x());
    const double head = std::min(frame.px(kHeadPx), shaft.length());
    path.moveTo(from);
    path.lineTo(to);
    path.moveTo(to - head * along + frame.px(kHeadHalfPx) * across);
    path.lineTo(to);
    path.lineTo(to - head * along - frame.px(kHeadHalfPx) * across);
    return path;
}

} // namespace

std::optional<ErrorArrow> errorArrow(const Session& session, const RunProduct& run, int lane)
{
    const auto index = static_cast<std::size_t>(lane);
    if (lane < 0 || index >= session.lanes.size() || !run.mixture || run.mixture->dimension() > 2)
        return std::nullopt;
    const ParameterValues& values = session.lanes[index].error.values;
    if (session.lanes[index].error.kind != "constant")
        return std::nullopt;
    const Eigen::VectorXd mean =
        run.plane.axes.transpose() * (run.mixture->mean() - run.plane.origin);
    const bool flat = mean.size() == 1;
    const QPointF from(mean(0), flat ? 0 : mean(1));
    return ErrorArrow{from, from + QPointF(values.at("x"), flat ? 0 : values.at("y"))};
}

void paintErrorArrow(QPainter& painter, const OverlayFrame& frame)
{
    const auto arrow = errorArrow(frame.view.session, *frame.view.run, frame.view.lane);
    if (!arrow)
        return;
    const Theme& theme = frame.view.theme;
    const QPointF from = frame.transform.toPixels(arrow->from),
                  to = frame.transform.toPixels(arrow->to);
    const QPainterPath path = arrowPath(frame, from, to);
    const bool held = frame.view.arrowSelected || frame.view.arrowHovered;
    QColor halo = theme.canvas;
    halo.setAlphaF(0.85F);
    const auto pen = [&](const QColor& color, double width) {
        return QPen(color,
                    frame.px(width) * frame.view.lineScale,
                    Qt::SolidLine,
                    Qt::RoundCap,
                    Qt::RoundJoin);
    };
    painter.setPen(pen(halo, 5));
    strokeInside(painter, path, frame.plot);
    const QColor line = held ? theme.accent : theme.text;
    painter.setPen(pen(line, held ? 2.4 : 1.8));
    strokeInside(painter, path, frame.plot);
    painter.setPen(pen(line, 1.4));
    painter.setBrush(theme.canvas);
    QPainterPath start;
    start.addEllipse(from, frame.px(2.6), frame.px(2.6));
    drawInside(painter, start, frame.plot);

    const QFont font = frame.font(12);
    const QString text = held ? QStringLiteral("e = (%1, %2)")
                                    .arg(prettyNumber(arrow->to.x() - arrow->from.x()),
                                         prettyNumber(arrow->to.y() - arrow->from.y()))
                              : QStringLiteral("e");
    const bool right = to.x() >= from.x();
    const double width = tabularWidth(text, font);
    if (!frame.plot.contains(to) || frame.plot.width() < width)
        return;
    QPointF place = to
                    + QPointF(right ? frame.px(9) : -frame.px(9) - width,
                              to.y() <= from.y() ? -frame.px(5) : frame.px(15));
    place.setX(std::clamp(place.x(), frame.plot.left(), frame.plot.right() - width));
    place.setY(std::clamp(place.y(), frame.plot.top() + frame.px(15), frame.plot.bottom()));
    QPainterPath letters;
    letters.addText(place, font, text);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(halo, frame.px(3), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(letters);
    drawTabular(painter, place, text, font, line);
}

QString errorCaption(const Lane& lane)
{
    if (lane.error.kind == "none")
        return {};
    for (const ScoreErrorKind& kind : scoreErrorKinds()) {
        if (kind.info.id != lane.error.kind)
            continue;
        QString text = QStringLiteral("score error: ") + QString::fromStdString(kind.info.label);
        // Its strengths; what has no symbol or counts places is left to the panel.
        for (const ParameterDescriptor& row : kind.info.parameters)
            if (!row.symbol.empty() && row.type == ParameterType::Real)
                text += QStringLiteral(", %1 %2").arg(QString::fromStdString(row.symbol),
                                                      prettyNumber(lane.error.values.at(row.key)));
        return text;
    }
    return {};
}

} // namespace scorefield::render
