// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/part_name.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace scorefield {

namespace {

std::string partPrefix(const std::filesystem::path& target)
{
    return "." + target.stem().string() + ".part-";
}

/// Removes a part if nobody holds its lock.
void removeIfLeft(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
        ::unlink(path.c_str());
    ::close(fd);
}

} // namespace

OpenPart openPart(const std::filesystem::path& target)
{
    const std::string ending = target.extension().string();
    for (;;) {
        std::string name =
            (target.parent_path() / (partPrefix(target) + "XXXXXX")).string() + ending;
        const int fd = ::mkostemps(name.data(), static_cast<int>(ending.size()), O_CLOEXEC);
        if (fd < 0)
            return {};
        struct stat facts {};
        // Where locks do not exist nobody sweeps either. Between its making and its lock another
        // process may have swept it: then it has no name any more.
        if (::flock(fd, LOCK_EX) != 0 || ::fstat(fd, &facts) != 0 || facts.st_nlink > 0)
            return {fd, name};
        ::close(fd);
    }
}

void sweepParts(const std::filesystem::path& target)
{
    std::error_code error;
    auto folder = target.parent_path();
    if (folder.empty())
        folder = ".";
    const std::string prefix = partPrefix(target), ending = target.extension().string();
    constexpr std::size_t random = 6;
    std::vector<std::filesystem::path> parts;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.size() == prefix.size() + random + ending.size() && name.starts_with(prefix)
            && name.ends_with(ending))
            parts.push_back(entry->path());
    }
    for (const auto& part : parts)
        removeIfLeft(part);
}

} // namespace scorefield
