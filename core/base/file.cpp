// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"

#include "core/base/memory.h"
#include "core/base/part_name.h"
#include "core/base/system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace scorefield {

namespace {

/// Owns a file descriptor.
struct Descriptor {
    explicit Descriptor(int number) : fd(number) {}
    ~Descriptor()
    {
        if (fd >= 0)
            ::close(fd);
    }
    Descriptor(Descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
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

/// What a name that is no file is.
const char* kindOf(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

struct OpenFile {
    Descriptor file;
    std::uintmax_t size;
};

/// Only files are read: a pipe would keep the reader waiting for a writer, a device for ever.
Result<OpenFile> openRegular(const std::filesystem::path& path)
{
    // Without O_NONBLOCK the opening of a pipe would wait already; files do not know it.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts {};
    if (file.fd < 0 || ::fstat(file.fd, &facts) != 0)
        return Error{path.string(), "cannot be read: " + systemReason(errno)};
    if (!S_ISREG(facts.st_mode))
        return Error{path.string(),
                     std::string("is ") + kindOf(facts.st_mode) + ", must be a file"};
    return OpenFile{std::move(file), static_cast<std::uintmax_t>(facts.st_size)};
}

/// Appends up to `most` bytes. 0, or the system's number of what went wrong.
int readUpTo(int fd, std::uintmax_t most, std::string& bytes)
{
    char buffer[1 << 16];
    while (bytes.size() < most) {
        const auto wanted = std::min<std::uintmax_t>(sizeof buffer, most - bytes.size());
        const ssize_t count = ::read(fd, buffer, static_cast<std::size_t>(wanted));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            break;
        bytes.append(buffer, static_cast<std::size_t>(count));
    }
    return 0;
}

/// What is no file takes the bytes as they are. Opening a pipe that nobody reads would wait for
/// ever; once open, its reader may take its time.
bool writeToDevice(const std::filesystem::path& target, std::string_view bytes)
{
    const Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    if (device.fd < 0)
        return false;
    const int flags = ::fcntl(device.fd, F_GETFL);
    return flags >= 0 && ::fcntl(device.fd, F_SETFL, flags & ~O_NONBLOCK) == 0
           && writeAll(device.fd, bytes);
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
    auto opened = openRegular(path);
    if (!opened)
        return opened.error();
    if (opened->size > most)
        return Error{path.string(),
                     "has " + memoryText(static_cast<double>(opened->size)) + "; files of up to "
                         + memoryText(static_cast<double>(most)) + " are read here"};
    std::string bytes;
    bytes.reserve(opened->size);
    // One byte more than is allowed tells of a file that grows meanwhile.
    if (const int failure = readUpTo(opened->file.fd, most + 1, bytes); failure != 0)
        return Error{path.string(), "cannot be read: " + systemReason(failure)};
    if (bytes.size() > most)
        return Error{path.string(),
                     "has no end in sight; files of up to " + memoryText(static_cast<double>(most))
                         + " are read here"};
    return bytes;
}

Result<std::string> readBeginning(const std::filesystem::path& path, std::size_t most)
{
    auto opened = openRegular(path);
    if (!opened)
        return opened.error();
    std::string bytes;
    if (const int failure = readUpTo(opened->file.fd, most, bytes); failure != 0)
        return Error{path.string(), "cannot be read: " + systemReason(failure)};
    return bytes;
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
    if (exists && !S_ISREG(existing.st_mode)) // a device or a pipe cannot be renamed over
        return writeToDevice(target, bytes) ? success() : refuse(errno);
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
