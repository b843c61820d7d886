// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/video.h"

#include "core/base/text.h"
#include "core/session/export_table.h"
#include "ui/export/film_file.h"
#include "ui/export/frame_converter.h"
#include "ui/export/frame_queue.h"
#include "ui/export/other_frames.h"
#include "ui/export/output_folder.h"

#include <array>
#include <chrono>
#include <optional>

namespace scorefield::render {
namespace {

using Clock = std::chrono::steady_clock;

constexpr long long kPaletteFrames = 40; // of the film, from which the colours of a GIF are taken
// By quality. The fewer, the longer the runs of one colour: 128 make three-modes at 854x480 a fifth
// smaller than 256 and look alike.
constexpr std::array<int, 3> kGifColors{64, 128, 256};
constexpr int kPreviewWidth = 320;
constexpr auto kPreviewEvery = std::chrono::milliseconds(250);
constexpr double kFirstGuess = .5; // seconds after which the rest can be told

/// Tells how far a film is, a few times a second with its newest frame.
class Teller {
public:
    Teller(const ExportHooks& hooks, long long total) : m_hooks(hooks), m_total(total) {}

    void tell(long long done, const QImage& frame)
    {
        if (!m_hooks.progress)
            return;
        const auto now = Clock::now();
        const std::chrono::duration<double> spent = now - m_begin;
        ExportProgress progress{done, m_total};
        if (done > 0 && spent.count() > kFirstGuess)
            progress.secondsLeft =
                spent.count() / static_cast<double>(done) * static_cast<double>(m_total - done);
        if (now >= m_nextPreview && !frame.isNull()) {
            m_nextPreview = now + kPreviewEvery;
            progress.preview = frame.width() > kPreviewWidth
                                   ? frame.scaledToWidth(kPreviewWidth, Qt::SmoothTransformation)
                                   : frame.copy();
        }
        m_hooks.progress(progress);
    }

private:
    const ExportHooks& m_hooks;
    long long m_total;
    Clock::time_point m_begin = Clock::now(), m_nextPreview = m_begin;
};

/// Colours for the whole film from frames spread evenly over a pass.
Result<QImage> paletteOf(FilmRenderer& film, const VideoSpec& spec)
{
    const long long last = passFrames(spec) - 1, count = std::min(kPaletteFrames, last + 1);
    std::vector<QImage> samples;
    for (long long i = 0; i < count; ++i) {
        auto frame = film.frame(i * last / (count - 1)); // a pass has two frames at least
        if (!frame)
            return frame.error();
        samples.push_back(std::move(*frame));
    }
    return commonPalette(samples, kGifColors[static_cast<std::size_t>(spec.quality)]);
}

Result<std::unique_ptr<FilmFile>> createFile(FilmRenderer& film,
                                             const std::filesystem::path& path,
                                             const VideoFormatRow& row,
                                             const Session& session,
                                             const VideoSpec& spec)
{
    if (row.format == VideoFormat::Frames)
        return createFrameFiles(path, row, spec);
    QImage palette;
    if (row.format == VideoFormat::Gif) {
        auto found = paletteOf(film, spec);
        if (!found)
            return found.error();
        palette = std::move(*found);
    }
    return createContainerFile(path, row, spec, session.info.title, palette);
}

/// The run that all frames of a film show; null where keyframes move the simulation, or where it
/// cannot run.
std::shared_ptr<const RunProduct>
sharedRun(const Session& session, const VideoSpec& spec, const ExportHooks& hooks)
{
    const auto first = sessionAtShare(session, spec, 0);
    if (!first)
        return nullptr;
    for (const KeyframeTrack& track : session.keyframes)
        for (const Keyframe& key : track.keys)
            if (const auto then = sessionAtShare(session, spec, key.at);
                !then || diff(*first, *then).anySimulation())
                return nullptr;
    WorkerPool pool(hooks.threads);
    auto run = runSession(*first, pool, hooks.stop, hooks.previous, 0, hooks.models);
    return run && !hooks.stop.stop_requested() ? *run : nullptr;
}

/// Draws all frames, every second one by `others` if there are, while another thread encodes them.
Status fill(FilmRenderer& film,
            OtherFrames* others,
            FilmFile& file,
            const VideoSpec& spec,
            const ExportHooks& hooks)
{
    const long long total = filmFrames(spec);
    Teller teller(hooks, total);
    FrameQueue queue(file);
    for (long long i = 0; i < total; ++i) {
        const auto frame = others != nullptr && i % 2 == 1 ? others->next() : film.frame(i);
        if (!frame)
            return frame.error();
        if (auto status = queue.put(*frame); !status)
            return status;
        teller.tell(queue.written(), *frame);
    }
    if (auto status = queue.drain(); !status)
        return status;
    if (hooks.stop.stop_requested())
        return Error{"", "cancelled"};
    if (auto status = file.finish(); !status)
        return status;
    teller.tell(total, {});
    return success();
}

} // namespace

Status checkVideo(const VideoSpec& spec, const std::filesystem::path& file)
{
    const auto row = videoFormatOf(file);
    if (!row)
        return row.error();
    constexpr double mostGifRate = 50; // its times are hundredths, and players wait at 0.01 s
    if (row->format == VideoFormat::Gif && spec.framesPerSecond > mostGifRate)
        return Error{"fps",
                     "is " + formatNumber(spec.framesPerSecond)
                         + ", but a GIF shows at most 50 frames a second"};
    if (auto status = checkCodec(*row); !status)
        return status;
    if (row->format == VideoFormat::Frames)
        if (auto status = checkNoLongerSequence(file, filmFrames(spec)); !status)
            return status;
    return checkOutput(file, estimatedBytes(spec, row->format), row->format == VideoFormat::Frames);
}

Status writeVideo(const Session& session,
                  const VideoSpec& spec,
                  const std::filesystem::path& file,
                  const ExportHooks& hooks)
{
    if (auto status = checkSpec(spec, static_cast<int>(session.lanes.size())); !status)
        return status;
    if (auto status = checkVideo(spec, file); !status)
        return status;
    if (hooks.stop.stop_requested())
        return Error{"", "cancelled"};
    ExportHooks shared = hooks;
    if (auto run = sharedRun(session, spec, hooks))
        shared.previous = std::move(run);
    auto film = FilmRenderer::create(session, spec, shared);
    if (!film)
        return film.error();
    auto out = createFile(**film, file, *videoFormatOf(file), session, spec);
    if (!out)
        return out.error();
    std::optional<OtherFrames>
        others; // where every frame simulates, that keeps the processors busy
    if (shared.previous != hooks.previous && hooks.threads != 1)
        others.emplace(session, spec, shared);
    return fill(**film, others ? &*others : nullptr, **out, spec, hooks);
}

} // namespace scorefield::render
