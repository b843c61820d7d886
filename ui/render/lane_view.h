// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a picture of one lane at one moment shows: a value, made from a run and the session's view.
// LaneRenderer draws its dense parts with OpenGL, paintLaneOverlay its lines and text with
// QPainter; both read only this.
#include "core/session/lane_arrows.h"
#include "core/session/lane_maps.h"
#include "core/session/lane_ridge.h"
#include "core/session/lane_warp.h"
#include "core/session/session_run.h"
#include "ui/render/theme.h"

#include <QMarginsF>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <memory>
#include <optional>

namespace scorefield::render {

/// Which parts beside the plot a picture of a lane has. What is hidden leaves its room to the plot.
struct LaneParts {
    bool title = true, formula = true, caption = true, readouts = true, axes = true,
         colorBar = true, legend = true;
    bool xNumbers = true, yNumbers = true; ///< numbers and names of the axes
    bool notes = true; ///< what to know about what is drawn, or why it is missing
    bool edges = true; ///< hairlines towards the neighbours on the left and above
    /// Beside the plot, in place of what the parts need: for plots of one size in a grid.
    std::optional<QMarginsF> margins{};
    QString heading{}; ///< in place of the process's name
    QString letter{};  ///< of the panel, bold before the title
    bool operator==(const LaneParts&) const = default;
};

/// What a lane's renderer could draw of its swarm (ui/render/swarm_layer.h).
struct SwarmStatus {
    std::size_t there = 0, wanted = 0; ///< particles at the moment shown, and of the whole swarm
    std::string refusal;               ///< why there is none, one sentence; empty: there is
    bool operator==(const SwarmStatus&) const = default;
};

struct LaneView {
    std::shared_ptr<const RunProduct> run;
    Session session; ///< the document now: style (layers, camera) may be newer than run->session
    int lane = 0;
    double step = 0; ///< fractional, 0…K
    Theme theme;
    double scale = 1; ///< interface scale: font and line sizes are multiplied (presentation, dpi)
    double lineScale = 1; ///< of lines and markers on top of it (figures)
    double hairline = 1;  ///< width of axes and borders
    LaneParts parts{};
    int pinnedParticle = -1;  ///< its whole path is drawn, in every lane
    bool selected = false;    ///< accent line on top
    bool showHandles = false; ///< editing handles of the components
    int selectedComponent = -1, hoveredComponent = -1;
    bool arrowSelected = false, arrowHovered = false; ///< of a constant score error
    std::optional<QPointF> probe;                     ///< data coordinates of the pointer
    double training = 0;   ///< 0…1 of the network, while the lane waits for one
    double densityTop = 0; ///< log density drawn as the top of the colour scale; shared by all
                           ///< lanes (see sharedDensityTop)
    std::shared_ptr<const LaneMaps>
        maps; ///< of all lanes; drawn in place of the density if of session.view's quantity
    std::shared_ptr<const LaneArrows> arrows;  ///< of all lanes; drawn if of session.view's field
    std::shared_ptr<const LaneWarps> warps;    ///< of all lanes; drawn if the layer is visible
    std::shared_ptr<const RidgePicture> ridge; ///< of this lane; null: none is known
    // For the legend, once the dense layers are drawn.
    std::optional<SwarmStatus> swarm;
    std::optional<std::size_t> particleSample; ///< so many of the particles are drawn; else all

    /// Level at `step`.
    PathCoefficients level() const;
};

/// The largest log q over the lanes at their steps, in the plane: one colour scale for all lanes.
/// Evaluated at the noised component means.
double sharedDensityTop(const std::vector<LaneView>& lanes);

/// Data (plane) coordinates <-> pixels of a plot rectangle; equal scales on both axes; y up.
class ViewTransform {
public:
    ViewTransform(const Camera& resolved, const QRectF& plot);
    QPointF toPixels(QPointF data) const;
    QPointF toData(QPointF pixels) const;
    double pixelsPerUnit() const { return m_scale; }
    QRectF visible() const; ///< data rectangle
private:
    QPointF m_centre;
    QRectF m_plot;
    double m_scale;
};

/// The lane's camera; span 0 is resolved to a view that holds every component's mean ± 3.5 standard
/// deviations and, for processes that keep the prior near the data (not VE's wide prior), the
/// prior's bulk; the same for all lanes when cameras are linked.
Camera resolvedCamera(const Session& session, const RunProduct& run, int lane, double aspect);

/// The part of a lane's rectangle (logical pixels) in which data are drawn; the rest holds title,
/// axes, caption and colour bar.
QRectF plotRectangle(const QRectF& laneRectangle, double scale, const LaneParts& parts = {});

/// What of its plane a lane's picture shows.
QRectF visiblePlane(const LaneView& view, const QRectF& laneRectangle);
RidgeWindow ridgeWindow(const LaneView& view, const QRectF& laneRectangle);
/// Places of arrows at the session's spacing.
ArrowWindow arrowWindow(const LaneView& view, const QRectF& laneRectangle);
/// How fine the lines of the one-step map are to be: the same while the camera moves a little.
WarpWindow warpWindow(const LaneView& view, const QRectF& laneRectangle);

/// Where a particle is in the plane at a stored step: axes^T (x_t - alpha_t origin), so that it
/// sits on the plane's marginal density. In one dimension the vertical is a fixed jitter in ± the
/// data scale.
QPointF
particlePosition(const RunProduct& run, const LaneProduct& product, std::size_t particle, int step);
/// The same at the view's fractional step, on the straight line between stored states.
QPointF particlePosition(const LaneView& view, std::size_t particle);
/// That of many particles: what they share is found once. The view's run must live as long.
class ParticlePositions {
public:
    explicit ParticlePositions(const LaneView& view);
    QPointF operator[](std::size_t particle) const;

private:
    const RunProduct& m_run;
    const LaneProduct& m_product;
    int m_from, m_to; ///< stored steps
    double m_share;   ///< of the way between them
};
/// In [-1, 1], a function of the particle alone.
double verticalJitter(std::size_t particle);
/// The last step whose states exist (a run that became non-finite stops early); -1 without any.
int storedSteps(const LaneProduct& product);

} // namespace scorefield::render
