// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A large file that grows under a temporary name beside its final one and either gets that name,
// whole and on the disk, or vanishes.
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace scorefield::render {

class PartFile {
public:
    /// Creates ".name.part-XXXXXX.ending" beside `target`. Error.path: the target.
    static Result<std::unique_ptr<PartFile>> create(const std::filesystem::path& target);
    ~PartFile(); ///< removes what was not committed
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    /// All bytes or an Error that says why (a full disk, a limit on the size of files).
    Status write(std::span<const std::uint8_t> bytes);
    /// Moves the place of the next write; returns it.
    Result<std::int64_t> seek(std::int64_t offset, int whence);
    /// Flushed to the disk and renamed over the target.
    Status commit();

private:
    PartFile(std::string name, std::filesystem::path target, std::filesystem::path path, int fd);
    Error refuse(int code) const;

    std::string m_name;             ///< as it was asked for
    std::filesystem::path m_target; ///< the same, with links followed
    std::filesystem::path m_path;
    int m_fd;
};

/// A folder for files to come, made where it is missing, and removed again if nothing came of it.
class MadeFolder {
public:
    /// Makes the folder and those above it. Error.path: the folder.
    static Result<MadeFolder> create(const std::filesystem::path& folder);
    ~MadeFolder(); ///< removes the made folders that are empty
    MadeFolder(MadeFolder&&) noexcept = default;
    MadeFolder& operator=(MadeFolder&&) = delete;

private:
    MadeFolder() = default;
    std::vector<std::filesystem::path> m_made; ///< outermost first
};

} // namespace scorefield::render
