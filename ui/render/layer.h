// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one interface of everything that is drawn with OpenGL on a lane. A new visual is one file
// that derives from Layer, and a line in lane_renderer.cpp. A layer belongs to one lane and keeps
// what it uploaded until its inputs change.
#include "ui/render/lane_view.h"

#include <QRect>

#include <cstdint>
#include <memory>
#include <vector>

namespace scorefield::render {

/// std140 mirror of the block View in shaders/common_view.glsl.
struct ViewBlock {
    float centreHigh[2], centreLow[2];
    float pixelsPerUnit, centrePixel[2], unused;
    float plotSize[2], linePixel, unused2;

    bool operator==(const ViewBlock&) const = default;
};
static_assert(sizeof(ViewBlock) == 48);

/// Components up to which a density that moves is evaluated where it is painted.
inline constexpr std::size_t kDirectComponents = 8;

/// How carefully a frame is drawn. Figures: exactly. The window: so that it looks the same, or with
/// less while it moves on a renderer that measured itself as slow.
struct FrameDetail {
    bool exact = true;
    bool software = false; ///< the renderer: what costs it little and what much differs
    std::size_t mostTableTexels = 65536; ///< of a buffer texture; OpenGL promises so many
    double share =
        1; ///< of the density's evaluations, many particles and trails that is to be drawn
};

/// One lane at one moment, resolved to pixels. The viewport and the scissor are `plot`, block View
/// is bound, blending is premultiplied.
struct LaneFrame {
    const LaneView& view;
    std::shared_ptr<const RunProduct> run;
    std::shared_ptr<const LaneProduct> product;
    PathCoefficients level{};
    int step = 0; ///< stored state before the moment; step + 1 exists unless there is only one
    double fraction = 0; ///< from step to step + 1
    int lastStep = 0;    ///< the last stored state
    QRect plot{};        ///< device pixels, y up
    QPointF centre{};    ///< camera centre in data units
    ViewBlock block{};
    double pixel =
        1; ///< device pixels of one designed pixel: devicePixelRatio times the view's scale
    double linePixel = 1; ///< the same of lines and markers: times the view's lineScale
    std::shared_ptr<const std::vector<std::uint32_t>>
        codes{}; ///< colour and marker of every particle; a new vector when they changed
    FrameDetail detail{};
    double widestLine = 0; ///< pixels up to which lines are cheaper than quads; 0: they are not
};

/// Everything of the frame but the codes and what depends on the renderer.
LaneFrame makeLaneFrame(const LaneView& view,
                        const QRectF& laneRectangle,
                        const QSize& target,
                        double devicePixelRatio);

class Layer {
public:
    virtual ~Layer() = default;
    virtual void draw(const LaneFrame& frame) = 0;
    /// Whether the last frame left something out (FrameDetail::share).
    virtual bool isReduced() const { return false; }
};

} // namespace scorefield::render
