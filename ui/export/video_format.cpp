// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/video_format.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "ui/export/av_objects.h"
#include "ui/export/video.h"

#include <algorithm>
#include <array>

namespace scorefield::render {

const std::vector<VideoFormatRow>& videoFormats()
{
    static const std::vector<VideoFormatRow> rows = {
        {VideoFormat::Mp4, ".mp4", "MP4 with H.264", "mp4", "libx264"},
        {VideoFormat::WebM, ".webm", "WebM with VP9", "webm", "libvpx-vp9"},
        {VideoFormat::Gif, ".gif", "GIF", "gif", "gif"},
        {VideoFormat::Apng, ".apng", "animated PNG", "apng", "apng"},
        {VideoFormat::Frames, "%05d.png", "a PNG for each frame", nullptr, "png"}};
    return rows;
}

Result<VideoFormatRow> videoFormatOf(const std::filesystem::path& file)
{
    const std::string name = file.filename().string();
    if (isVideoFile(name)) {
        std::string ending = file.extension().string();
        std::transform(ending.begin(), ending.end(), ending.begin(), lowerAscii);
        for (const VideoFormatRow& row : videoFormats())
            if (ending == row.ending)
                return row;
        return videoFormats().back();
    }
    return Error{file.string(), "must end in .mp4, .webm, .gif or .apng, or be %05d.png"};
}

bool canWrite(const VideoFormatRow& row)
{
    return openAv() && av().avcodec_find_encoder_by_name(row.encoder) != nullptr
           && (row.muxer == nullptr
               || av().av_guess_format(row.muxer, nullptr, nullptr) != nullptr);
}

Status checkCodec(const VideoFormatRow& wanted,
                  const std::function<bool(const VideoFormatRow&)>& isThere)
{
    if (isThere(wanted))
        return success();
    if (auto status = openAv(); !status)
        return status;
    std::vector<std::string> others;
    for (const VideoFormatRow& row : videoFormats())
        if (isThere(row))
            others.push_back(row.ending);
    return Error{"",
                 "this machine's libavcodec cannot write " + std::string(wanted.name)
                     + ": it has no encoder '" + wanted.encoder + "'; "
                     + (others.empty() ? "it has none of the others either"
                                       : "it can write " + listOfWords(others))};
}

double estimatedBytes(const VideoSpec& spec, VideoFormat format)
{
    // Bytes a pixel of the preset three-modes at 1280x720, measured; by quality where it matters.
    constexpr std::array<double, 3> mp4{.006, .02, .042}, webm{.012, .032, .08},
        gif{.05, .065, .08};
    const auto quality = static_cast<std::size_t>(std::clamp(spec.quality, 0., 2.));
    const double each = format == VideoFormat::Mp4    ? mp4[quality]
                        : format == VideoFormat::WebM ? webm[quality]
                        : format == VideoFormat::Gif  ? gif[quality]
                                                      : .21;
    const QSize size = filmSize(spec);
    return each * size.width() * size.height() * static_cast<double>(filmFrames(spec));
}

} // namespace scorefield::render
