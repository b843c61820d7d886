// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The pieces of a lane's overlay. Each paints itself and drops what does not fit.
#include "ui/render/lane_view.h"

#include <QFont>
#include <QPainter>

#include <functional>
#include <vector>

namespace scorefield::render {

/// What all pieces need, computed once. The view must outlive it.
struct OverlayFrame {
    const LaneView& view;
    const LaneProduct& product;
    const Session& ran; ///< the session of the run, whose numbers are shown
    QRectF lane, plot;
    ViewTransform transform;
    PathCoefficients level;
    double s; ///< the view's scale

    QFont font(double px, bool bold = false) const
    {
        return interfaceFont(px * s, bold, view.theme.family);
    }
    double px(double designed) const { return designed * s; }
    double hairline() const { return view.hairline; }
    bool isOneDimensional() const { return view.run->planeMixture->dimension() == 1; }
};

/// The frame of a lane's picture; the view's lane must exist.
OverlayFrame overlayFrame(const LaneView& view, const QRectF& laneRectangle);

/// One row of the legend: a swatch and its meaning.
struct LegendRow {
    std::function<void(QPainter&, QPointF centre)> swatch;
    QString text;
};

void paintHeader(QPainter& painter, const OverlayFrame& frame); ///< title, formula, colour bar
void paintCaption(QPainter& painter,
                  const OverlayFrame& frame); ///< how it was run; t, sigma~ and lambda now
void paintAxes(QPainter& painter, const OverlayFrame& frame);
/// Bottom right above the axis; returns where, empty if there is no room.
QRectF paintReadouts(QPainter& painter, const OverlayFrame& frame);
/// Bottom left, above `occupied` where both do not fit side by side.
void paintMapKey(QPainter& painter, const OverlayFrame& frame, const QRectF& occupied);
void paintLegend(QPainter& painter,
                 const OverlayFrame& frame); ///< what colours and contours mean, top right
/// The arrows that are drawn; null where the layer is hidden or they are not there yet.
const LaneArrowField* shownArrows(const LaneView& view);
/// Arrows of the lane's field, inside the plot.
void paintArrows(QPainter& painter, const OverlayFrame& frame);
void appendArrowRows(std::vector<LegendRow>& rows, const OverlayFrame& frame);
/// The ridge that is drawn; null where the layer is hidden or nothing is known.
const RidgePicture* shownRidge(const LaneView& view);
/// Ridges, the band of the score error and special places, inside the plot.
void paintRidge(QPainter& painter, const OverlayFrame& frame);
/// Why there is no ridge, or what to know about it, top left.
void paintRidgeNote(QPainter& painter, const OverlayFrame& frame);
void appendRidgeRows(std::vector<LegendRow>& rows, const OverlayFrame& frame);
void paintPinnedPath(QPainter& painter, const OverlayFrame& frame);
void paintProbe(QPainter& painter, const OverlayFrame& frame);
void paintHandles(QPainter& painter, const OverlayFrame& frame);
/// Of a constant score error; inside the plot.
void paintErrorArrow(QPainter& painter, const OverlayFrame& frame);
/// "score error: Gain, ε 0.2"; empty where the score is exact.
QString errorCaption(const Lane& lane);

} // namespace scorefield::render
