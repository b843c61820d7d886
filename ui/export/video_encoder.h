// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Pictures in, packets of an encoder out: the same bytes for the same pictures on every run.
#include "ui/export/frame_converter.h"
#include "ui/export/video_format.h"

namespace scorefield::render {

class VideoEncoder {
public:
    using Take = std::function<Status(AVPacket&)>;

    /// `palette`: of a GIF.
    static Result<std::unique_ptr<VideoEncoder>>
    create(const VideoFormatRow& row, const VideoSpec& spec, const QImage& palette = {});

    /// Packets have times in the encoder's time base.
    Status add(const QImage& picture, const Take& take);
    Status finish(const Take& take);
    const AVCodecContext& codec() const { return *m_codec; }

private:
    VideoEncoder() = default;
    Status send(AVFrame* frame, const Take& take);

    std::string m_name;
    AvPointer<AVCodecContext> m_codec;
    AvPointer<AVPacket> m_packet;
    std::unique_ptr<FrameConverter> m_converter;
    std::int64_t m_frames = 0;
};

} // namespace scorefield::render
