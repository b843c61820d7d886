// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/part_name.h"
#include "ui/export/film_file.h"
#include "ui/export/part_file.h"
#include "ui/export/video_encoder.h"

namespace scorefield::render {
namespace {

constexpr int kBufferBytes = 1 << 16;

/// What libavformat writes goes into the file; what goes wrong there is remembered, since libav
/// keeps only a number.
struct Output {
    std::unique_ptr<PartFile> file;
    Status status = success();

    int write(const std::uint8_t* bytes, int count)
    {
        if (!status)
            return AVERROR(EIO);
        status = file->write({bytes, static_cast<std::size_t>(count)});
        return status ? count : AVERROR(EIO);
    }
    std::int64_t seek(std::int64_t offset, int whence)
    {
        if (whence == AVSEEK_SIZE)
            return AVERROR(ENOSYS);
        const auto place = file->seek(offset, whence & ~AVSEEK_FORCE);
        return place ? *place : AVERROR(EIO);
    }
};

int writeOutput(void* output, std::uint8_t* bytes, int count)
{
    return static_cast<Output*>(output)->write(bytes, count);
}

std::int64_t seekOutput(void* output, std::int64_t offset, int whence)
{
    return static_cast<Output*>(output)->seek(offset, whence);
}

class ContainerFile : public FilmFile {
public:
    Status start(const std::filesystem::path& file,
                 const VideoFormatRow& row,
                 const VideoSpec& spec,
                 const std::string& title,
                 const QImage& palette);
    Status add(const QImage& frame) override
    {
        return m_encoder->add(frame, [this](AVPacket& packet) { return write(packet); });
    }
    Status finish() override;

private:
    Status open(const VideoFormatRow& row, const std::string& title);
    Status write(AVPacket& packet);
    /// Of the disk rather than of libav, if there is one.
    Status failed(int code) const
    {
        return m_output.status ? avFailure("the film cannot be written", code) : m_output.status;
    }

    Output m_output; // outlives what writes to it
    std::unique_ptr<VideoEncoder> m_encoder;
    AvPointer<AVIOContext> m_io;
    AvPointer<AVFormatContext> m_container;
    AVStream* m_stream = nullptr;
};

Status ContainerFile::start(const std::filesystem::path& file,
                            const VideoFormatRow& row,
                            const VideoSpec& spec,
                            const std::string& title,
                            const QImage& palette)
{
    auto encoder = VideoEncoder::create(row, spec, palette);
    if (!encoder)
        return encoder.error();
    m_encoder = std::move(*encoder);
    sweepParts(file); // of an export that was killed
    auto part = PartFile::create(file);
    if (!part)
        return part.error();
    m_output.file = std::move(*part);
    return open(row, title);
}

Status ContainerFile::open(const VideoFormatRow& row, const std::string& title)
{
    // MP4 reads its own file again when it moves the index to the front.
    const std::string url = "file:" + m_output.file->path().string();
    AVFormatContext* container = nullptr;
    if (const int code =
            av().avformat_alloc_output_context2(&container, nullptr, row.muxer, url.c_str());
        code < 0)
        return avFailure(std::string("this machine cannot write ") + row.name, code);
    m_container.reset(container);
    auto* buffer = static_cast<unsigned char*>(av().av_malloc(kBufferBytes));
    m_io.reset(av().avio_alloc_context(
        buffer, kBufferBytes, 1, &m_output, nullptr, &writeOutput, &seekOutput));
    m_stream = av().avformat_new_stream(container, nullptr);
    if (!m_io || m_stream == nullptr)
        return Error{"", "there is no memory for the film"};
    container->pb = m_io.get();
    container->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    m_stream->time_base = m_encoder->codec().time_base;
    m_stream->avg_frame_rate = m_encoder->codec().framerate;
    av().avcodec_parameters_from_context(m_stream->codecpar, &m_encoder->codec());
    if (!title.empty())
        av().av_dict_set(&container->metadata, "title", title.c_str(), 0);

    AVDictionary* options = nullptr;
    av().av_dict_set(&options, "movflags", "+faststart", 0); // of MP4
    av().av_dict_set(&options, "loop", "0", 0);              // of GIF: for ever
    av().av_dict_set(&options, "plays", "0", 0);             // of APNG: for ever
    const int code = av().avformat_write_header(container, &options);
    av().av_dict_free(&options); // what the container does not know stays behind in it
    return code < 0 ? failed(code) : success();
}

Status ContainerFile::write(AVPacket& packet)
{
    av().av_packet_rescale_ts(&packet, m_encoder->codec().time_base, m_stream->time_base);
    packet.stream_index = m_stream->index;
    const int code = av().av_interleaved_write_frame(m_container.get(), &packet);
    return code < 0 || !m_output.status ? failed(code) : success();
}

Status ContainerFile::finish()
{
    if (auto status = m_encoder->finish([this](AVPacket& packet) { return write(packet); });
        !status)
        return status;
    const int code = av().av_write_trailer(m_container.get());
    av().avio_flush(m_io.get());
    if (code < 0 || !m_output.status)
        return failed(code);
    return m_output.file->commit();
}

} // namespace

Result<std::unique_ptr<FilmFile>> createContainerFile(const std::filesystem::path& file,
                                                      const VideoFormatRow& row,
                                                      const VideoSpec& spec,
                                                      const std::string& title,
                                                      const QImage& palette)
{
    auto made = std::make_unique<ContainerFile>();
    if (auto status = made->start(file, row, spec, title, palette); !status)
        return status.error();
    return std::unique_ptr<FilmFile>(std::move(made));
}

} // namespace scorefield::render
