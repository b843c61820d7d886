// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Films read back: what the file says of itself and every picture in it, through libav's decoders.
#include "ui/export/av_objects.h"

extern "C" {
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <QFile>
#include <QImage>
#include <QString>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace scorefield::test {

struct Film {
    std::string codec, pixelFormat, colorSpace, colorRange;
    QSize size;
    double framesPerSecond = 0, seconds = 0;
    std::vector<QImage> frames; ///< Format_RGB32
};

namespace detail {

struct OpenedFile {
    AVFormatContext* container = nullptr;
    ~OpenedFile() { avformat_close_input(&container); }
};

/// As RGB by the colour space that the frame is tagged with.
inline QImage pictureOf(const AVFrame& frame)
{
    QImage picture(frame.width, frame.height, QImage::Format_RGB32);
    SwsContext* scaler = sws_getContext(frame.width,
                                        frame.height,
                                        static_cast<AVPixelFormat>(frame.format),
                                        frame.width,
                                        frame.height,
                                        AV_PIX_FMT_BGRA,
                                        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
                                        nullptr,
                                        nullptr,
                                        nullptr);
    const int* table =
        sws_getCoefficients(frame.colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_DEFAULT);
    sws_setColorspaceDetails(scaler, table, 0, table, 1, 0, 1 << 16, 1 << 16);
    std::uint8_t* rows[] = {picture.bits(), nullptr, nullptr, nullptr};
    const int strides[] = {static_cast<int>(picture.bytesPerLine()), 0, 0, 0};
    sws_scale(scaler, frame.data, frame.linesize, 0, frame.height, rows, strides);
    sws_freeContext(scaler);
    return picture;
}

inline void decode(AVCodecContext& codec, const AVPacket* packet, Film& film)
{
    const render::AvPointer<AVFrame> frame(av_frame_alloc());
    avcodec_send_packet(&codec, packet);
    while (avcodec_receive_frame(&codec, frame.get()) >= 0)
        film.frames.push_back(pictureOf(*frame));
}

} // namespace detail

/// Nothing if it is no film that libav reads.
inline std::optional<Film> readFilm(const QString& path)
{
    detail::OpenedFile file;
    if (avformat_open_input(&file.container, QFile::encodeName(path).constData(), nullptr, nullptr)
            < 0
        || avformat_find_stream_info(file.container, nullptr) < 0
        || file.container->nb_streams != 1)
        return std::nullopt;
    const AVStream& stream = *file.container->streams[0];
    const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
    const render::AvPointer<AVCodecContext> codec(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec.get(), stream.codecpar);
    if (avcodec_open2(codec.get(), decoder, nullptr) < 0)
        return std::nullopt;
    Film film;
    film.codec = avcodec_get_name(stream.codecpar->codec_id);
    film.pixelFormat = av_get_pix_fmt_name(static_cast<AVPixelFormat>(stream.codecpar->format));
    film.colorSpace = av_color_space_name(stream.codecpar->color_space);
    film.colorRange = av_color_range_name(stream.codecpar->color_range);
    film.size = {stream.codecpar->width, stream.codecpar->height};
    film.framesPerSecond = av_q2d(stream.avg_frame_rate);
    film.seconds = static_cast<double>(file.container->duration) / AV_TIME_BASE;
    const render::AvPointer<AVPacket> packet(av_packet_alloc());
    while (av_read_frame(file.container, packet.get()) >= 0) {
        detail::decode(*codec, packet.get(), film);
        av_packet_unref(packet.get());
    }
    detail::decode(*codec, nullptr, film);
    return film;
}

/// Peak signal-to-noise ratio over the three channels in dB; infinite for equal pictures, 0 for
/// pictures of different sizes.
inline double psnr(const QImage& a, const QImage& b)
{
    if (a.size() != b.size() || a.isNull())
        return 0;
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            const double r = qRed(p) - qRed(q), g = qGreen(p) - qGreen(q), c = qBlue(p) - qBlue(q);
            sum += r * r + g * g + c * c;
        }
    const double mean = sum / (3. * a.width() * a.height());
    return 10 * std::log10(255. * 255. / mean);
}

} // namespace scorefield::test
