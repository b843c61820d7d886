// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where the frames of a film go: one file, or a file for each. Nothing has its final name before
// finish(), and nothing is left without it.
#include "ui/export/video_format.h"

#include <QImage>

#include <memory>

namespace scorefield::render {

class FilmFile {
public:
    virtual ~FilmFile() = default;
    /// Frames in their order, Format_RGB32, all of the film's size.
    virtual Status add(const QImage& frame) = 0;
    virtual Status finish() = 0;
};

/// `title`: told by players. `palette`: of a GIF. Error.path: the file.
Result<std::unique_ptr<FilmFile>> createContainerFile(const std::filesystem::path& file,
                                                      const VideoFormatRow& row,
                                                      const VideoSpec& spec,
                                                      const std::string& title,
                                                      const QImage& palette);
/// `pattern`: "folder/%05d.png", numbers from 0; a missing folder is made.
Result<std::unique_ptr<FilmFile>> createFrameFiles(const std::filesystem::path& pattern,
                                                   const VideoFormatRow& row,
                                                   const VideoSpec& spec);
/// The file of a frame.
std::filesystem::path frameFile(const std::filesystem::path& pattern, long long frame);

} // namespace scorefield::render
