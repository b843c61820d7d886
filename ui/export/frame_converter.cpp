// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/frame_converter.h"

#include <cstdint>
#include <cstring>

namespace scorefield::render {
namespace {

// BT.709 from full-range R'G'B' to limited range, times 2^15 (ITU-R BT.709-6, items 3.2 to 3.4):
// Y = 16 + 219/255 (Kr R + Kg G + Kb B), C = 128 + 224/255 (B - Y)/(2 - 2 Kb) and alike with R.
constexpr double kRed = .2126, kBlue = .0722, kGreen = 1 - kRed - kBlue;
constexpr int kShift = 15;
constexpr int fixed(double value)
{
    return static_cast<int>(value * (1 << kShift) + (value < 0 ? -.5 : .5));
}
constexpr double kLuma = 219. / 255, kChroma = 224. / 255;
constexpr double kToCb = kChroma / (2 - 2 * kBlue), kToCr = kChroma / (2 - 2 * kRed);

// The same whole numbers on every machine; without AVX2 there is no 32-bit vector multiplication.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__)                 \
    && !defined(__SANITIZE_ADDRESS__)
#define SCOREFIELD_WIDE_ROWS __attribute__((target_clones("default", "avx2")))
#else
#define SCOREFIELD_WIDE_ROWS
#endif

SCOREFIELD_WIDE_ROWS void lumaRow(const std::uint32_t* pixels, std::uint8_t* luma, int width)
{
    constexpr int r = fixed(kLuma * kRed), g = fixed(kLuma * kGreen), b = fixed(kLuma * kBlue);
    constexpr int offset = (16 << kShift) + (1 << (kShift - 1));
    for (int x = 0; x < width; ++x) {
        const auto p = static_cast<int>(pixels[x] & 0xffffff);
        luma[x] = static_cast<std::uint8_t>(
            (r * (p >> 16) + g * ((p >> 8) & 255) + b * (p & 255) + offset) >> kShift);
    }
}

/// Sums of a pixel over two rows, one channel.
int both(std::uint32_t above, std::uint32_t below, int shift)
{
    return static_cast<int>((above >> shift) & 255) + static_cast<int>((below >> shift) & 255);
}

/// One row of both chroma planes from two rows of pixels: weights 1 2 1 around the left pixel of
/// each pair, where the sample is sited.
SCOREFIELD_WIDE_ROWS void chromaRow(const std::uint32_t* above,
                                    const std::uint32_t* below,
                                    std::uint8_t* blue,
                                    std::uint8_t* red,
                                    int width)
{
    constexpr int rb = fixed(-kToCb * kRed), gb = fixed(-kToCb * kGreen),
                  bb = fixed(kToCb * (1 - kBlue));
    constexpr int rr = fixed(kToCr * (1 - kRed)), gr = fixed(-kToCr * kGreen),
                  br = fixed(-kToCr * kBlue);
    constexpr int eighth = 3; // the weights' sum over two rows is 8
    constexpr int offset = (128 << (kShift + eighth)) + (1 << (kShift + eighth - 1));
    for (int x = 0; x < width / 2; ++x) {
        const int here = 2 * x, left = here == 0 ? 0 : here - 1, right = here + 1;
        const auto weighted = [&](int shift) {
            return both(above[left], below[left], shift) + 2 * both(above[here], below[here], shift)
                   + both(above[right], below[right], shift);
        };
        const int r = weighted(16), g = weighted(8), b = weighted(0);
        blue[x] =
            static_cast<std::uint8_t>((rb * r + gb * g + bb * b + offset) >> (kShift + eighth));
        red[x] =
            static_cast<std::uint8_t>((rr * r + gr * g + br * b + offset) >> (kShift + eighth));
    }
}

const std::uint32_t* rowOf(const QImage& picture, int y)
{
    return reinterpret_cast<const std::uint32_t*>(picture.constScanLine(y));
}

void toYuv(const QImage& picture, AVFrame& frame)
{
    const auto line = [&](int plane, int y) {
        return frame.data[plane] + static_cast<std::ptrdiff_t>(frame.linesize[plane]) * y;
    };
    for (int y = 0; y < frame.height; y += 2) {
        const auto *above = rowOf(picture, y), *below = rowOf(picture, y + 1);
        lumaRow(above, line(0, y), frame.width);
        lumaRow(below, line(0, y + 1), frame.width);
        chromaRow(above, below, line(1, y / 2), line(2, y / 2), frame.width);
    }
}

void toRgb(const QImage& picture, AVFrame& frame)
{
    for (int y = 0; y < frame.height; ++y) {
        const std::uint32_t* pixels = rowOf(picture, y);
        std::uint8_t* bytes = frame.data[0] + static_cast<std::ptrdiff_t>(frame.linesize[0]) * y;
        for (int x = 0; x < frame.width; ++x)
            for (int channel = 0; channel < 3; ++channel)
                bytes[3 * x + channel] = static_cast<std::uint8_t>(pixels[x] >> (16 - 8 * channel));
    }
}

class PlainConverter : public FrameConverter {
public:
    explicit PlainConverter(AvPointer<AVFrame> frame) : m_frame(std::move(frame)) {}
    AVPixelFormat format() const override { return static_cast<AVPixelFormat>(m_frame->format); }
    Status convert(const QImage& picture, const Take& take) override
    {
        // An encoder with threads may still read the last one.
        if (const int code = av().av_frame_make_writable(m_frame.get()); code < 0)
            return avFailure("there is no memory for a frame", code);
        if (m_frame->format == AV_PIX_FMT_YUV420P)
            toYuv(picture, *m_frame);
        else
            toRgb(picture, *m_frame);
        return take(*m_frame);
    }
    Status finish(const Take&) override { return success(); }

private:
    AvPointer<AVFrame> m_frame;
};

} // namespace

Result<std::unique_ptr<FrameConverter>> makeConverter(AVPixelFormat format, const QSize& size)
{
    auto frame = newFrame(format, size.width(), size.height());
    if (!frame)
        return Error{"", "there is no memory for a frame"};
    return std::unique_ptr<FrameConverter>(std::make_unique<PlainConverter>(std::move(frame)));
}

} // namespace scorefield::render
