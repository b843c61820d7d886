// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/lane_overlay.h"

#include "ui/render/overlay_parts.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPaintDevice>
#include <QPaintEngine>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

void paintEdges(QPainter& painter, const OverlayFrame& frame)
{
    const auto& theme = frame.view.theme;
    if (frame.lane.left() > 0.5)
        painter.fillRect(
            QRectF(frame.lane.left(), frame.lane.top(), frame.hairline(), frame.lane.height()),
            theme.hairline);
    if (frame.lane.top() > 0.5)
        painter.fillRect(
            QRectF(frame.lane.left(), frame.lane.top(), frame.lane.width(), frame.hairline()),
            theme.hairline);
    if (frame.view.selected)
        painter.fillRect(
            QRectF(frame.lane.left(), frame.lane.top(), frame.lane.width(), frame.px(2)),
            theme.accent);
}

/// How far the network is that the lane waits for.
void paintTraining(QPainter& painter, const OverlayFrame& frame)
{
    const auto& theme = frame.view.theme;
    const double share = std::clamp(frame.view.training, 0., 1.), width = frame.px(180);
    const QRectF line(frame.plot.center().x() - width / 2,
                      frame.plot.center().y() + frame.px(6),
                      width,
                      frame.px(3));
    const QRectF text(line.left(), line.top() - frame.px(28), line.width(), frame.px(22));
    QColor card = theme.panel;
    card.setAlphaF(.9F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(card);
    painter.drawRoundedRect(
        text.united(line).adjusted(-frame.px(14), -frame.px(6), frame.px(14), frame.px(12)),
        frame.px(6),
        frame.px(6));
    painter.setFont(frame.font(13));
    painter.setPen(theme.text);
    painter.drawText(text,
                     Qt::AlignCenter,
                     QStringLiteral("Training the network: %1\u2009%")
                         .arg(static_cast<int>(std::floor(100 * share))));
    painter.fillRect(line, theme.hairline);
    painter.fillRect(QRectF(line.topLeft(), QSizeF(share * width, line.height())), theme.accent);
}

/// Why the run ended early, or has no error or fate to show, where it does.
void paintOutcome(QPainter& painter, const OverlayFrame& frame)
{
    if (frame.product.waitsForTraining)
        return paintTraining(painter, frame);
    const auto kind = frame.product.outcome.kind;
    const bool completed = kind == Outcome::Kind::Completed || kind == Outcome::Kind::Cancelled;
    const double color = frame.view.session.view.particleColor;
    QString sentence = QString::fromStdString(!completed ? frame.product.outcome.message
                                              : !frame.view.parts.notes ? std::string()
                                              : color == kColorByError ? frame.product.convergedNote
                                              : color == kColorByFate  ? frame.product.twinNote
                                              : color == kColorByStage ? frame.product.stagesNote
                                                                       : std::string());
    const auto& swarm = frame.view.swarm;
    if (sentence.isEmpty() && frame.view.parts.notes)
        sentence = QString::fromStdString(frame.product.stiffnessNote);
    if (sentence.isEmpty() && frame.view.parts.notes && swarm && !swarm->refusal.empty())
        sentence = QStringLiteral("no swarm: ") + QString::fromStdString(swarm->refusal);
    if (sentence.isEmpty())
        return;
    sentence[0] = sentence[0].toUpper();
    painter.setFont(frame.font(12));
    painter.setPen(frame.view.theme.warning);
    painter.drawText(QRectF(frame.plot.left() + frame.px(8),
                            frame.plot.top() + frame.px(22),
                            0.5 * frame.plot.width(), // the legend has the other half
                            frame.plot.height()),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     sentence);
}

void paintCurves(QPainter& painter, const OverlayFrame& frame)
{
    const auto paint = [&frame](QPainter& target) {
        paintWarp(target, frame);
        paintArrows(target, frame);
        paintRidge(target, frame);
        paintPinnedPath(target, frame);
    };
    const bool any = shownWarp(frame.view) || shownArrows(frame.view) || shownRidge(frame.view)
                     || frame.view.pinnedParticle >= 0;
    const QPaintEngine* const engine = painter.paintEngine();
    if (!any || engine == nullptr || engine->type() != QPaintEngine::OpenGL2) {
        paint(painter);
        return;
    }
    // On a surface without multisampling this engine draws lines with steps, and slowly where they
    // are many: the raster engine paints a picture of them.
    const QRect area = frame.plot.toAlignedRect();
    const double ratio = painter.device()->devicePixelRatioF();
    QImage picture(area.size() * ratio, QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter raster(&picture);
    raster.setRenderHint(QPainter::Antialiasing);
    raster.translate(-area.topLeft());
    raster.setClipRect(frame.plot);
    paint(raster);
    raster.end();
    painter.drawImage(area.topLeft(), picture);
}

} // namespace

OverlayFrame overlayFrame(const LaneView& view, const QRectF& laneRectangle)
{
    const auto plot = plotRectangle(laneRectangle, view.scale, view.parts);
    const auto camera =
        resolvedCamera(view.session, *view.run, view.lane, plot.width() / plot.height());
    return {view,
            *view.run->lanes[static_cast<std::size_t>(view.lane)],
            view.run->session,
            laneRectangle,
            plot,
            ViewTransform(camera, plot),
            view.level(),
            view.scale};
}

void paintLaneOverlay(QPainter& painter, const LaneView& view, const QRectF& laneRectangle)
{
    if (!view.run || view.lane < 0 || static_cast<std::size_t>(view.lane) >= view.run->lanes.size())
        return;
    const OverlayFrame frame = overlayFrame(view, laneRectangle);
    const LaneParts& parts = view.parts;
    const QRectF plot = frame.plot;
    painter.save();
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.setClipRect(laneRectangle);
    if (parts.edges)
        paintEdges(painter, frame);
    if (plot == laneRectangle) { // too small for anything but its edges
        painter.restore();
        return;
    }
    paintHeader(painter, frame);
    if (parts.caption)
        paintCaption(painter, frame);
    if (parts.axes)
        paintAxes(painter, frame);
    painter.setClipRect(plot);
    paintCurves(painter, frame);
    paintHandles(painter, frame);
    paintErrorArrow(painter, frame);
    paintProbe(painter, frame);
    painter.setClipRect(laneRectangle);
    if (parts.legend)
        paintLegend(painter, frame);
    const QRectF readouts = parts.readouts ? paintReadouts(painter, frame) : QRectF();
    if (parts.colorBar)
        paintMapKey(painter, frame, readouts);
    if (parts.notes)
        paintRidgeNote(painter, frame);
    paintOutcome(painter, frame);
    painter.restore();
}

} // namespace scorefield::render
