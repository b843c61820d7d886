// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/video_encoder.h"

#include "ui/export/video.h"

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

// The bytes depend on the number of threads: it must not be that of the machine.
constexpr int kThreads = 4;
constexpr double kKeyFrameSeconds = 2; // a player finds any place within a moment
constexpr int kLargestRateDenominator = 100000;

struct EncoderOption {
    const char *name, *value;
};

/// By quality: draft, good, best.
std::vector<EncoderOption> optionsOf(VideoFormat format, std::size_t quality)
{
    // Good: every frame of the presets at 720p stays above 35 dB against what was drawn (the
    // coarser chroma alone leaves 38 dB), and encoding takes less time than drawing.
    constexpr const char *x264Crf[] = {"26", "17", "10"}, *vp9Crf[] = {"36", "18", "8"};
    constexpr const char *presets[] = {"veryfast", "veryfast", "fast"}, *speeds[] = {"8", "7", "5"};
    switch (format) {
    case VideoFormat::Mp4:
        return {{"preset", presets[quality]},
                {"crf", x264Crf[quality]},
                {"chromaoffset", "-2"}}; // coloured particles are a few pixels wide
    case VideoFormat::WebM:
        return {{"crf", vp9Crf[quality]},
                {"deadline", "realtime"},
                {"cpu-used", speeds[quality]},
                {"row-mt", "1"},
                {"tile-columns", "2"}};
    case VideoFormat::Apng:
    case VideoFormat::Frames:
        return {{"pred", "mixed"}};
    case VideoFormat::Gif:
        break;
    }
    return {};
}

AVPixelFormat pixelFormatOf(VideoFormat format)
{
    const bool isLossy = format == VideoFormat::Mp4 || format == VideoFormat::WebM;
    return isLossy ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_RGB24;
}

void describePicture(AVCodecContext& codec, const VideoSpec& spec, AVPixelFormat format)
{
    const QSize size = filmSize(spec);
    codec.width = size.width();
    codec.height = size.height();
    codec.pix_fmt = format;
    codec.framerate = av().av_d2q(spec.framesPerSecond, kLargestRateDenominator);
    codec.time_base = av_inv_q(codec.framerate);
    codec.sample_aspect_ratio = {1, 1};
    codec.gop_size =
        std::max(1, static_cast<int>(std::lround(spec.framesPerSecond * kKeyFrameSeconds)));
    codec.thread_count = kThreads;
    codec.bit_rate = 0; // the quality decides
    codec.flags |= AV_CODEC_FLAG_BITEXACT;
    if (format != AV_PIX_FMT_YUV420P)
        return;
    codec.color_range = AVCOL_RANGE_MPEG;
    codec.colorspace = AVCOL_SPC_BT709;
    codec.color_primaries = AVCOL_PRI_BT709;
    codec.color_trc = AVCOL_TRC_BT709;
    codec.chroma_sample_location = AVCHROMA_LOC_LEFT;
}

} // namespace

Result<std::unique_ptr<VideoEncoder>>
VideoEncoder::create(const VideoFormatRow& row, const VideoSpec& spec, const QImage& palette)
{
    if (auto status = openAv(); !status)
        return status.error();
    const AVCodec* found = av().avcodec_find_encoder_by_name(row.encoder);
    if (found == nullptr)
        return checkCodec(row).error();
    std::unique_ptr<VideoEncoder> encoder(new VideoEncoder);
    encoder->m_name = row.name;
    auto converter = palette.isNull() ? makeConverter(pixelFormatOf(row.format), filmSize(spec))
                                      : makePaletteConverter(palette, filmSize(spec));
    if (!converter)
        return converter.error();
    encoder->m_converter = std::move(*converter);
    encoder->m_codec.reset(av().avcodec_alloc_context3(found));
    encoder->m_packet.reset(av().av_packet_alloc());
    if (!encoder->m_codec || !encoder->m_packet)
        return Error{"", "there is no memory for the encoder"};

    AVCodecContext& codec = *encoder->m_codec;
    describePicture(codec, spec, encoder->m_converter->format());
    if (row.format == VideoFormat::Mp4 || row.format == VideoFormat::WebM
        || row.format == VideoFormat::Apng)
        codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER; // as their containers want it
    const auto quality = static_cast<std::size_t>(std::clamp(spec.quality, 0., 2.));
    for (const EncoderOption& option : optionsOf(row.format, quality))
        if (const int code =
                av().av_opt_set(&codec, option.name, option.value, AV_OPT_SEARCH_CHILDREN);
            code < 0)
            return avFailure(std::string("the encoder '") + row.encoder + "' does not know "
                                 + option.name,
                             code);
    if (const int code = av().avcodec_open2(&codec, found, nullptr); code < 0)
        return avFailure(std::string("the encoder '") + row.encoder + "' does not start", code);
    return encoder;
}

Status VideoEncoder::send(AVFrame* frame, const Take& take)
{
    int code = av().avcodec_send_frame(m_codec.get(), frame);
    while (code >= 0) {
        code = av().avcodec_receive_packet(m_codec.get(), m_packet.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            return success();
        if (code < 0)
            break;
        if (m_packet->duration == 0)
            m_packet->duration = 1; // one frame: the last one is shown as long as the others
        const Status taken = take(*m_packet);
        av().av_packet_unref(m_packet.get());
        if (!taken)
            return taken;
    }
    return avFailure("the encoder of " + m_name + " fails", code);
}

Status VideoEncoder::add(const QImage& picture, const Take& take)
{
    return m_converter->convert(picture, [&](AVFrame& frame) {
        frame.pts = m_frames++;
        frame.pict_type = AV_PICTURE_TYPE_NONE;
        return send(&frame, take);
    });
}

Status VideoEncoder::finish(const Take& take)
{
    auto status = m_converter->finish([&](AVFrame& frame) {
        frame.pts = m_frames++;
        return send(&frame, take);
    });
    return status ? send(nullptr, take) : status;
}

} // namespace scorefield::render
