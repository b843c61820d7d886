// SPDX-License-Identifier: GPL-3.0-or-later
// A GIF has 256 colours: they are found and used by libavfilter's palettegen and paletteuse.
#include "ui/export/frame_converter.h"

#include <cstring>

namespace scorefield::render {
namespace {

constexpr int kPaletteSide = 16; // of the picture that palettegen gives
constexpr AVPixelFormat kPictureFormat = AV_PIX_FMT_RGB32;

AvPointer<AVFrame> frameOf(const QImage& picture, std::int64_t number)
{
    auto frame = newFrame(kPictureFormat, picture.width(), picture.height());
    if (!frame)
        return frame;
    for (int y = 0; y < picture.height(); ++y)
        std::memcpy(frame->data[0] + static_cast<std::ptrdiff_t>(frame->linesize[0]) * y,
                    picture.constScanLine(y),
                    static_cast<std::size_t>(picture.width()) * 4);
    frame->pts = number;
    return frame;
}

/// A chain of filters with one end and one or two beginnings.
struct Filters {
    AvPointer<AVFilterGraph> graph;
    std::vector<AVFilterContext*> sources;
    AVFilterContext* sink = nullptr;

    /// `text` reads [in0], [in1] … and writes [out]; `sizes` of what goes in.
    static Result<Filters> create(const std::vector<QSize>& sizes, const std::string& text);
    Status push(std::size_t source, const QImage& picture, std::int64_t number) const;
    Status end(std::size_t source) const;
    /// The next frame; null when there is none yet or any more.
    AvPointer<AVFrame> pull() const;
};

Result<Filters> Filters::create(const std::vector<QSize>& sizes, const std::string& text)
{
    std::string whole;
    for (std::size_t i = 0; i < sizes.size(); ++i)
        whole += "buffer@" + std::to_string(i) + "=width=" + std::to_string(sizes[i].width())
                 + ":height=" + std::to_string(sizes[i].height()) + ":pix_fmt="
                 + std::to_string(kPictureFormat) + ":time_base=1/1[in" + std::to_string(i) + "];";
    whole += text + ";[out]buffersink@end";
    Filters filters;
    filters.graph.reset(av().avfilter_graph_alloc());
    if (!filters.graph)
        return Error{"", "there is no memory for the palette"};
    filters.graph->nb_threads = 1;
    AVFilterInOut *inputs = nullptr, *outputs = nullptr;
    int code = av().avfilter_graph_parse2(filters.graph.get(), whole.c_str(), &inputs, &outputs);
    av().avfilter_inout_free(&inputs);
    av().avfilter_inout_free(&outputs);
    if (code >= 0)
        code = av().avfilter_graph_config(filters.graph.get(), nullptr);
    if (code < 0)
        return avFailure("this machine's libavfilter makes no palettes", code);
    for (std::size_t i = 0; i < sizes.size(); ++i)
        filters.sources.push_back(av().avfilter_graph_get_filter(
            filters.graph.get(), ("buffer@" + std::to_string(i)).c_str()));
    filters.sink = av().avfilter_graph_get_filter(filters.graph.get(), "buffersink@end");
    return filters;
}

Status Filters::push(std::size_t source, const QImage& picture, std::int64_t number) const
{
    const auto frame = frameOf(picture, number);
    if (!frame)
        return Error{"", "there is no memory for a frame"};
    const int code = av().av_buffersrc_add_frame(sources[source], frame.get());
    return code < 0 ? Status(avFailure("the palette cannot be used", code)) : success();
}

Status Filters::end(std::size_t source) const
{
    const int code = av().av_buffersrc_add_frame(sources[source], nullptr);
    return code < 0 ? Status(avFailure("the palette cannot be used", code)) : success();
}

AvPointer<AVFrame> Filters::pull() const
{
    AvPointer<AVFrame> frame(av().av_frame_alloc());
    if (!frame || av().av_buffersink_get_frame(sink, frame.get()) < 0)
        frame.reset();
    return frame;
}

class PaletteConverter : public FrameConverter {
public:
    explicit PaletteConverter(Filters filters) : m_filters(std::move(filters)) {}
    AVPixelFormat format() const override { return AV_PIX_FMT_PAL8; }
    Status convert(const QImage& picture, const Take& take) override
    {
        if (auto status = m_filters.push(0, picture, m_count++); !status)
            return status;
        return takeAll(take);
    }
    Status finish(const Take& take) override
    {
        if (auto status = m_filters.end(0); !status)
            return status;
        return takeAll(take);
    }

private:
    Status takeAll(const Take& take) const
    {
        while (const auto frame = m_filters.pull())
            if (auto status = take(*frame); !status)
                return status;
        return success();
    }

    Filters m_filters;
    std::int64_t m_count = 0;
};

} // namespace

Result<QImage> commonPalette(const std::vector<QImage>& pictures, int colors)
{
    if (pictures.empty())
        return Error{"", "there are no pictures to take a palette from"};
    if (auto status = openAv(); !status)
        return status.error();
    const auto filters = Filters::create(
        {pictures.front().size()},
        "[in0]palettegen=stats_mode=full:max_colors=" + std::to_string(colors) + "[out]");
    if (!filters)
        return filters.error();
    for (std::size_t i = 0; i < pictures.size(); ++i)
        if (auto status = filters->push(0, pictures[i], static_cast<std::int64_t>(i)); !status)
            return status.error();
    if (auto status = filters->end(0); !status)
        return status.error();
    const auto frame = filters->pull();
    if (!frame)
        return Error{"", "this machine's libavfilter makes no palettes"};
    QImage palette(kPaletteSide, kPaletteSide, QImage::Format_ARGB32);
    for (int y = 0; y < kPaletteSide; ++y)
        std::memcpy(palette.scanLine(y),
                    frame->data[0] + static_cast<std::ptrdiff_t>(frame->linesize[0]) * y,
                    kPaletteSide * 4);
    return palette;
}

Result<std::unique_ptr<FrameConverter>> makePaletteConverter(const QImage& palette,
                                                             const QSize& size)
{
    // A fixed pattern of dots stays where it is from frame to frame and costs few bytes; diffused
    // errors would swarm.
    auto filters =
        Filters::create({size, palette.size()},
                        "[in0][in1]paletteuse=dither=bayer:bayer_scale=5:diff_mode=rectangle[out]");
    if (!filters)
        return filters.error();
    if (auto status = filters->push(1, palette, 0); !status)
        return status.error();
    if (auto status = filters->end(1); !status)
        return status.error();
    return std::unique_ptr<FrameConverter>(std::make_unique<PaletteConverter>(std::move(*filters)));
}

} // namespace scorefield::render
