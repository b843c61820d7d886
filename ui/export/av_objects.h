// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Owners of libav's objects, and its errors as sentences.
#include "ui/export/av_library.h"

#include <array>
#include <memory>
#include <string>

namespace scorefield::render {

struct AvDelete {
    void operator()(AVFrame* frame) const { av().av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av().av_packet_free(&packet); }
    void operator()(AVCodecContext* codec) const { av().avcodec_free_context(&codec); }
    void operator()(AVFormatContext* container) const { av().avformat_free_context(container); }
    void operator()(AVFilterGraph* graph) const { av().avfilter_graph_free(&graph); }
    void operator()(AVIOContext* io) const
    {
        av().av_freep(&io->buffer);
        av().avio_context_free(&io);
    }
};
template <class T>
using AvPointer = std::unique_ptr<T, AvDelete>;

/// "the H.264 encoder refuses: Invalid argument"
inline Error avFailure(const std::string& what, int code)
{
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av().av_strerror(code, text.data(), text.size());
    return Error{"", what + ": " + text.data()};
}

/// A frame with room for its pixels; null: no memory.
inline AvPointer<AVFrame> newFrame(AVPixelFormat format, int width, int height)
{
    AvPointer<AVFrame> frame(av().av_frame_alloc());
    if (!frame)
        return frame;
    frame->format = format;
    frame->width = width;
    frame->height = height;
    if (av().av_frame_get_buffer(frame.get(), 0) < 0)
        frame.reset();
    return frame;
}

} // namespace scorefield::render
