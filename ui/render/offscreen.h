// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OpenGL without a display: an EGL context on the surfaceless platform and a framebuffer to draw
// into.
#include "core/base/result.h"

#include <QImage>
#include <QSize>

#include <memory>

namespace scorefield::render {

class OffscreenContext {
public:
    /// Error: one sentence that says what is missing (no EGL, no OpenGL 3.3).
    static Result<std::unique_ptr<OffscreenContext>> create();
    ~OffscreenContext();
    OffscreenContext(const OffscreenContext&) = delete;
    OffscreenContext& operator=(const OffscreenContext&) = delete;

    void makeCurrent();
    /// Makes the framebuffer this large and binds it.
    Status bindFramebuffer(const QSize& size);
    QImage read(); ///< Format_RGBA8888_Premultiplied, top row first
    /// The same into a picture of Format_RGB32, made anew where `image` is no such picture of this
    /// size that nobody else holds. False: no memory.
    bool readOpaque(QImage& image);

private:
    OffscreenContext();
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace scorefield::render
