// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FFmpeg's libraries, opened when the first film is written: they need a hundred others, which
// would be half of the time that the program takes to start.
#include "core/base/result.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

namespace scorefield::render {

// What we use of each library.
#define SCOREFIELD_AVUTIL(F)                                                                       \
    F(av_d2q)                                                                                      \
    F(av_dict_free)                                                                                \
    F(av_dict_set)                                                                                 \
    F(av_frame_alloc)                                                                              \
    F(av_frame_free)                                                                               \
    F(av_frame_get_buffer)                                                                         \
    F(av_frame_make_writable)                                                                      \
    F(av_freep)                                                                                    \
    F(av_log_set_level)                                                                            \
    F(av_malloc)                                                                                   \
    F(av_opt_set)                                                                                  \
    F(av_strerror)
#define SCOREFIELD_AVCODEC(F)                                                                      \
    F(av_packet_alloc)                                                                             \
    F(av_packet_free)                                                                              \
    F(av_packet_rescale_ts)                                                                        \
    F(av_packet_unref)                                                                             \
    F(avcodec_alloc_context3)                                                                      \
    F(avcodec_find_encoder_by_name)                                                                \
    F(avcodec_free_context)                                                                        \
    F(avcodec_open2)                                                                               \
    F(avcodec_parameters_from_context)                                                             \
    F(avcodec_receive_packet)                                                                      \
    F(avcodec_send_frame)
#define SCOREFIELD_AVFORMAT(F)                                                                     \
    F(av_guess_format)                                                                             \
    F(av_interleaved_write_frame)                                                                  \
    F(av_write_trailer)                                                                            \
    F(avformat_alloc_output_context2)                                                              \
    F(avformat_free_context)                                                                       \
    F(avformat_new_stream)                                                                         \
    F(avformat_write_header)                                                                       \
    F(avio_alloc_context)                                                                          \
    F(avio_context_free)                                                                           \
    F(avio_flush)
#define SCOREFIELD_AVFILTER(F)                                                                     \
    F(av_buffersink_get_frame)                                                                     \
    F(av_buffersrc_add_frame)                                                                      \
    F(avfilter_graph_alloc)                                                                        \
    F(avfilter_graph_config)                                                                       \
    F(avfilter_graph_free)                                                                         \
    F(avfilter_graph_get_filter)                                                                   \
    F(avfilter_graph_parse2)                                                                       \
    F(avfilter_inout_free)

/// Their functions, by their own names.
struct AvLibrary {
#define SCOREFIELD_MEMBER(name) decltype(&::name) name = nullptr;
    SCOREFIELD_AVUTIL(SCOREFIELD_MEMBER)
    SCOREFIELD_AVCODEC(SCOREFIELD_MEMBER)
    SCOREFIELD_AVFORMAT(SCOREFIELD_MEMBER)
    SCOREFIELD_AVFILTER(SCOREFIELD_MEMBER)
#undef SCOREFIELD_MEMBER
};

/// Opens them at the first call, for good. Error: which one is missing or lacks what. Thread-safe.
Status openAv();
/// Only after openAv() succeeded.
const AvLibrary& av();

} // namespace scorefield::render
