// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/system.h"
#include "ui/export/film_file.h"
#include "ui/export/part_file.h"
#include "ui/export/video_encoder.h"

#include <QString>

#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace scorefield::render {
namespace {

/// Frames gather in a hidden folder beside their places and move there together.
class FrameFiles : public FilmFile {
public:
    ~FrameFiles() override
    {
        std::error_code ignored;
        if (!m_hidden.empty())
            std::filesystem::remove_all(m_hidden, ignored);
    }
    Status
    start(const std::filesystem::path& pattern, const VideoFormatRow& row, const VideoSpec& spec);
    Status add(const QImage& frame) override
    {
        return m_encoder->add(frame, [this](AVPacket& packet) { return write(packet); });
    }
    Status finish() override;

private:
    Status write(const AVPacket& packet);

    std::filesystem::path m_pattern, m_hidden;
    std::optional<MadeFolder> m_folder; // dies after m_hidden is gone
    std::unique_ptr<VideoEncoder> m_encoder;
    long long m_written = 0;
};

Status FrameFiles::start(const std::filesystem::path& pattern,
                         const VideoFormatRow& row,
                         const VideoSpec& spec)
{
    m_pattern = pattern;
    auto encoder = VideoEncoder::create(row, spec);
    if (!encoder)
        return encoder.error();
    m_encoder = std::move(*encoder);
    auto folder = MadeFolder::create(pattern.parent_path());
    if (!folder)
        return folder.error();
    m_folder.emplace(std::move(*folder));
    std::string hidden = (pattern.parent_path() / ".frames.part-XXXXXX").string();
    if (::mkdtemp(hidden.data()) == nullptr)
        return Error{pattern.string(), "cannot be written: " + systemReason(errno)};
    m_hidden = hidden;
    return success();
}

Status FrameFiles::write(const AVPacket& packet)
{
    const auto refuse = [this](const Error& error) {
        return Error{m_pattern.string(),
                     "frame " + std::to_string(m_written) + " " + error.message};
    };
    auto file = PartFile::create(m_hidden / frameFile(m_pattern, m_written).filename());
    if (!file)
        return refuse(file.error());
    auto status = (*file)->write({packet.data, static_cast<std::size_t>(packet.size)});
    if (status)
        status = (*file)->commit();
    if (!status)
        return refuse(status.error());
    ++m_written;
    return success();
}

Status FrameFiles::finish()
{
    if (auto status = m_encoder->finish([this](AVPacket& packet) { return write(packet); });
        !status)
        return status;
    for (long long frame = 0; frame < m_written; ++frame) {
        const auto place = frameFile(m_pattern, frame);
        std::error_code error;
        std::filesystem::rename(m_hidden / place.filename(), place, error);
        if (!error)
            continue;
        for (long long moved = 0; moved < frame; ++moved) {
            std::error_code ignored;
            std::filesystem::remove(frameFile(m_pattern, moved), ignored);
        }
        return Error{m_pattern.string(),
                     "frame " + std::to_string(frame) + " cannot be written: " + error.message()};
    }
    return success();
}

} // namespace

std::filesystem::path frameFile(const std::filesystem::path& pattern, long long frame)
{
    const std::string name = pattern.filename().string();
    const std::size_t from = name.find('%'), to = name.find('d', from);
    const QString digits = QString::fromStdString(name.substr(from + 1, to - from - 1));
    const QString number = QString::number(frame).rightJustified(
        digits.toInt(), digits.startsWith(u'0') ? u'0' : u' ');
    return pattern.parent_path()
           / (name.substr(0, from) + number.toStdString() + name.substr(to + 1));
}

Result<std::unique_ptr<FilmFile>> createFrameFiles(const std::filesystem::path& pattern,
                                                   const VideoFormatRow& row,
                                                   const VideoSpec& spec)
{
    auto made = std::make_unique<FrameFiles>();
    if (auto status = made->start(pattern, row, spec); !status)
        return status.error();
    return std::unique_ptr<FilmFile>(std::move(made));
}

} // namespace scorefield::render
