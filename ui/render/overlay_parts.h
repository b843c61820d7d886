// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The pieces of a lane's overlay. Each paints itself and drops what does not fit.
#include "ui/render/lane_view.h"

#include <QFont>
#include <QImage>
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

/// One row of the legend: a swatch and its meaning. It may be painted when the frame is gone.
struct LegendRow {
    std::function<void(QPainter&, QPointF centre)> swatch;
    QString text;
    QString shared{}; ///< without this lane's own numbers; empty: the same
};

void paintHeader(QPainter& painter, const OverlayFrame& frame); ///< title, formula, colour bar
/// Whether the density has a scale to show; a map has its own key.
bool showsDensityBar(const LaneView& view);
/// What stands at the density's colour bar. `isRelative`: panels have scales of their own, each up
/// to its largest density.
struct BarWords {
    QString name, low, high;
};
BarWords densityWords(const LaneView& view, bool isRelative);
/// The colours of the density from low to high, as they are drawn over the canvas.
QImage densityBarImage(const LaneView& view);
/// Right-aligned at `right`; returns the left end of what it painted (or `right` if there is
/// nothing to paint or no room from `left`).
double paintColorBar(
    QPainter& painter, const OverlayFrame& frame, double left, double right, double baseline);
/// The colours of the basins of the lane's map and their names, in lines of this width from the top
/// left corner; the size of it all. Without a painter nothing is painted.
QSizeF paintBasins(QPainter* painter,
                   const OverlayFrame& frame,
                   QPointF corner,
                   double width,
                   const QFont& font);
/// The bar of the lane's map and the numbers below it.
void paintMapBar(QPainter& painter,
                 const OverlayFrame& frame,
                 const QRectF& bar,
                 const QFont& font);
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
/// The lines of the one-step map that are drawn; null where the layer is hidden or they are not
/// there yet.
const LaneWarp* shownWarp(const LaneView& view);
/// Its grid and what became of it, inside the plot.
void paintWarp(QPainter& painter, const OverlayFrame& frame);
void appendWarpRows(std::vector<LegendRow>& rows, const OverlayFrame& frame);
/// How many particles of the swarm are drawn.
void appendSwarmRows(std::vector<LegendRow>& rows, const OverlayFrame& frame);
/// All rows, or only what the colours of the particles mean.
std::vector<LegendRow> legendRows(const OverlayFrame& frame, bool isComplete);
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
