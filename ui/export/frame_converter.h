// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Pictures as the frames that an encoder takes.
#include "ui/export/av_objects.h"

#include <QImage>

#include <functional>

namespace scorefield::render {

class FrameConverter {
public:
    using Take = std::function<Status(AVFrame&)>;

    virtual ~FrameConverter() = default;
    virtual AVPixelFormat format() const = 0;
    /// Hands on what this picture completes, Format_RGB32 of the film's size: usually one frame.
    virtual Status convert(const QImage& picture, const Take& take) = 0;
    /// Hands on what is left.
    virtual Status finish(const Take& take) = 0;
};

/// To RGB24, or to YUV420P as BT.709 with limited range, chroma sited at the left.
Result<std::unique_ptr<FrameConverter>> makeConverter(AVPixelFormat format, const QSize& size);

/// The palette of a GIF: at most `colors` that suit all the pictures, transparency among them, as a
/// picture of 16 × 16.
Result<QImage> commonPalette(const std::vector<QImage>& pictures, int colors);
/// To pictures of these colours.
Result<std::unique_ptr<FrameConverter>> makePaletteConverter(const QImage& palette,
                                                             const QSize& size);

} // namespace scorefield::render
