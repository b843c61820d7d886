// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The OpenGL part of a lane's picture: density heat map, contours, trails, particles, ellipses.
// OpenGL 3.3 core through libepoxy; draws into whatever context and framebuffer are current (the
// window's, or a display-less one). No Qt OpenGL header may be included with this or its
// implementation.
#include "ui/render/lane_view.h"

#include <QImage>
#include <QRect>
#include <QSize>

#include <memory>
#include <string>

namespace scorefield::render {

class LaneRenderer {
public:
    /// Compiles the shaders in the current context. Error: OpenGL below 3.3, or a shader's log.
    static Result<std::unique_ptr<LaneRenderer>> create();
    ~LaneRenderer(); ///< with the same context current
    LaneRenderer(const LaneRenderer&) = delete;
    LaneRenderer& operator=(const LaneRenderer&) = delete;

    /// Fills `target` with the theme's canvas colour (or leaves alpha 0 if transparent).
    void clear(const QSize& target, const Theme& theme, bool transparent = false);
    /// Draws one lane's dense layers. `target` is the framebuffer's size in device pixels,
    /// `laneRectangle` the lane in logical pixels from the top left, `devicePixelRatio` between the
    /// two. Uploads only what changed since the last call for the same lane.
    void draw(const LaneView& view,
              const QRectF& laneRectangle,
              const QSize& target,
              double devicePixelRatio);
    /// Covers the framebuffer with a picture of its size in premultiplied colours. Words and lines
    /// that a software renderer has to show are quicker drawn without it: every kind of them would
    /// be a program for it to compile, in the first frame.
    void paint(const QImage& picture);
    /// On: the density is evaluated at every pixel, however long it takes, and everything is drawn
    /// (figures). Off: as finely as it looks the same; and while the picture moves, with less where
    /// earlier frames took too long (the window).
    void setExact(bool exact);
    /// What to say of the lanes drawn since clear() where OpenGL had no memory for all of them: one
    /// sentence. The next frame tries again from the beginning.
    std::optional<std::string> whyIncomplete() const;
    /// How long the frame took whose lanes were drawn last, from its first command to its
    /// hand-over.
    void frameTook(double milliseconds);
    /// Whether a lane of the last frame was another picture than in the frame before it.
    bool hasMoved() const;
    /// Whether the last frame left something out because it moved: drawn once more without a change
    /// it is whole, or where the renderer is very slow, one more lane of it is.
    bool isReduced() const;
    /// "llvmpipe (LLVM 15, 256 bits)" …
    std::string rendererName() const;
    bool isSoftware() const;
    /// Why no lane has a swarm on this renderer, one sentence; nothing: those may that can.
    std::optional<std::string> whyNoSwarm() const;
    /// What was last drawn of a lane's swarm; nothing where the layer is hidden. Particles that are
    /// not there yet come with the next frames.
    std::optional<SwarmStatus> swarm(int lane) const;
    /// How many of a lane's particles were last drawn, where this renderer has no time for all of
    /// them even at rest; nothing: all.
    std::optional<std::size_t> particleSample(int lane) const;
    /// Whether trails may be drawn as wide lines where that is cheaper (software renderers that
    /// have them); they are unless told otherwise.
    void setWideLines(bool allowed);

private:
    LaneRenderer();
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace scorefield::render
