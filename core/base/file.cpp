// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/memory.h"
#include "core/base/part_name.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

namespace scorefield {

namespace {

std::string systemReason(int code)
{
    return std::error_code(code, std::generic_category()).message();
}

/// Owns a file descriptor.
struct Descriptor {
    explicit Descriptor(int number) : fd(number) {}
    ~Descriptor()
    {
        if (fd >= 0)
            ::close(fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd;
};

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

std::uintmax_t largestText()
{
    constexpr double largest = 512e6;
    return static_cast<std::uintmax_t>(std::min(largest, machineMemory() / 32));
}

Result<std::string> readFile(const std::filesystem::path& path, std::optional<std::uintmax_t> limit)
{
    const std::uintmax_t most = limit ? *limit : largestText();
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd < 0)
        return Error{path.string(), "cannot be read: " + systemReason(errno)};
    const auto tooLarge = [&](const std::string& size) {
        return Error{path.string(),
                     "has " + size + "; files of up to " + memoryText(static_cast<double>(most))
                         + " are read here"};
    };
    struct stat facts {};
    const bool hasSize = ::fstat(file.fd, &facts) == 0 && S_ISREG(facts.st_mode);
    if (hasSize && static_cast<std::uintmax_t>(facts.st_size) > most)
        return tooLarge(memoryText(static_cast<double>(facts.st_size)));
    std::string bytes;
    bytes.reserve(hasSize ? static_cast<std::size_t>(facts.st_size) : 0);
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = ::read(file.fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return Error{path.string(), "cannot be read: " + systemReason(errno)};
        if (count == 0)
            return bytes;
        bytes.append(buffer, static_cast<std::size_t>(count));
        if (bytes.size() > most) // of what has no size: a pipe, /dev/zero
            return tooLarge("no end in sight");
    }
}

Status writeFileAtomically(const std::filesystem::path& path, std::string_view bytes)
{
    const auto refuse = [&](int code) -> Status {
        return Error{path.string(), "cannot be written: " + systemReason(code)};
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return refuse(EISDIR);

    // A link is followed, so that saving through it keeps the link.
    std::filesystem::path target = path;
    if (std::filesystem::is_symlink(path, ignored)) {
        const auto resolved = std::filesystem::weakly_canonical(path, ignored);
        if (!ignored)
            target = resolved;
    }
    struct stat existing {};
    const bool exists = ::stat(target.c_str(), &existing) == 0;
    if (exists && !S_ISREG(existing.st_mode)) { // a device or a pipe cannot be renamed over
        const Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
        return device.fd >= 0 && writeAll(device.fd, bytes) ? success() : refuse(errno);
    }
    if (exists && ::access(target.c_str(), W_OK) != 0)
        return refuse(errno);

    sweepParts(target);
    const auto [fd, temporary] = openPart(target);
    if (fd < 0)
        return refuse(errno);
    const Descriptor file(fd); // and with it the lock, until the file has its name
    int failure = 0;
    {
        const mode_t mask = ::umask(0);
        ::umask(mask);
        if (!writeAll(fd, bytes)
            || ::fchmod(fd, exists ? existing.st_mode & 07777 : 0666 & ~mask) != 0
            || ::fsync(fd) != 0)
            failure = errno;
    }
    if (failure == 0 && ::rename(temporary.c_str(), target.c_str()) != 0)
        failure = errno;
    if (failure != 0) {
        ::unlink(temporary.c_str());
        return refuse(failure);
    }
    return success();
}

} // namespace scorefield
