// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/part_file.h"

#include "core/base/part_name.h"
#include "core/base/system.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace scorefield::render {
PartFile::PartFile(std::string name,
                   std::filesystem::path target,
                   std::filesystem::path path,
                   int fd)
    : m_name(std::move(name))
    , m_target(std::move(target))
    , m_path(std::move(path))
    , m_fd(fd)
{
}

Result<std::unique_ptr<PartFile>> PartFile::create(const std::filesystem::path& target)
{
    std::error_code ignored;
    // A link is followed, so that writing through it keeps the link.
    std::filesystem::path real = target;
    if (std::filesystem::is_symlink(target, ignored))
        if (const auto resolved = std::filesystem::weakly_canonical(target, ignored); !ignored)
            real = resolved;
    // A rename would put a file into the place of a device or a pipe.
    if (std::filesystem::exists(real, ignored) && !std::filesystem::is_regular_file(real, ignored))
        return Error{target.string(), "cannot be written: it is no file"};
    const auto [fd, name] = openPart(real);
    if (fd < 0)
        return Error{target.string(), "cannot be written: " + systemReason(errno)};
    return std::unique_ptr<PartFile>(new PartFile(target.string(), std::move(real), name, fd));
}

PartFile::~PartFile()
{
    if (m_fd < 0)
        return;
    ::close(m_fd);
    ::unlink(m_path.c_str());
}

Error PartFile::refuse(int code) const
{
    return Error{m_name, "cannot be written: " + systemReason(code)};
}

Status PartFile::write(std::span<const std::uint8_t> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return refuse(errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return success();
}

Result<std::int64_t> PartFile::seek(std::int64_t offset, int whence)
{
    const off_t place = ::lseek(m_fd, offset, whence);
    if (place < 0)
        return refuse(errno);
    return static_cast<std::int64_t>(place);
}

Status PartFile::commit()
{
    struct stat existing {};
    const bool exists = ::stat(m_target.c_str(), &existing) == 0;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(m_fd, exists ? existing.st_mode & 07777 : 0666 & ~mask) != 0 || ::fsync(m_fd) != 0
        || ::rename(m_path.c_str(), m_target.c_str()) != 0)
        return refuse(errno);
    ::close(std::exchange(m_fd, -1));
    return success();
}

Result<MadeFolder> MadeFolder::create(const std::filesystem::path& folder)
{
    MadeFolder made;
    std::error_code error;
    std::vector<std::filesystem::path> missing; // innermost first
    for (auto path = folder; !path.empty() && !std::filesystem::exists(path, error);
         path = path.parent_path())
        missing.push_back(path);
    for (auto path = missing.rbegin(); path != missing.rend(); ++path) {
        std::filesystem::create_directory(*path, error);
        if (error)
            return Error{folder.string(), "the folder cannot be made: " + error.message()};
        made.m_made.push_back(*path);
    }
    return made;
}

MadeFolder::~MadeFolder()
{
    std::error_code ignored;
    for (auto path = m_made.rbegin(); path != m_made.rend(); ++path)
        std::filesystem::remove(*path, ignored); // a folder with files stays
}

} // namespace scorefield::render
