// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The kinds of films: what their files are called, what they are encoded with, and how large they
// become.
#include "core/base/result.h"
#include "core/session/export_spec.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace scorefield::render {

enum class VideoFormat { Mp4, WebM, Gif, Apng, Frames };

struct VideoFormatRow {
    VideoFormat format;
    const char* ending;  ///< ".mp4"
    const char* name;    ///< "MP4 with H.264"
    const char* muxer;   ///< of libavformat; null: none, a file for each frame
    const char* encoder; ///< of libavcodec
};
/// In the order in which they are recommended.
const std::vector<VideoFormatRow>& videoFormats();

/// By the ending of the file. Error.path: the file.
Result<VideoFormatRow> videoFormatOf(const std::filesystem::path& file);

/// Whether this machine's libav can write it.
bool canWrite(const VideoFormatRow& row);
/// Error: one sentence that names the codec that is missing and what can be written instead.
Status checkCodec(const VideoFormatRow& wanted,
                  const std::function<bool(const VideoFormatRow&)>& isThere = canWrite);

/// Bytes of the file, about: typical films of moving particles over a density.
double estimatedBytes(const VideoSpec& spec, VideoFormat format);

} // namespace scorefield::render
