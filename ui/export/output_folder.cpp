// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/output_folder.h"

#include "core/base/system.h"
#include "ui/export/film_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace scorefield::render {
namespace {

/// Whether a file can really be created there: permissions alone do not tell on read-only and
/// special file systems.
Status probeFolder(const std::filesystem::path& file, const std::filesystem::path& folder)
{
    std::string name = (folder / ".scorefield-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), 0);
    if (descriptor < 0)
        return Error{file.string(),
                     "the folder '" + folder.string()
                         + "' cannot be written: " + systemReason(errno)};
    ::close(descriptor);
    ::unlink(name.c_str());
    return success();
}

} // namespace

std::string sizeText(double bytes)
{
    constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
    double value = bytes / 1000;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    const bool isCoarse = value >= 9.95 || unit == 0;
    std::snprintf(text.data(), text.size(), isCoarse ? "%.0f %s" : "%.1f %s", value, units[unit]);
    std::string result = text.data(); // the point is a point in every locale
    std::replace(result.begin(), result.end(), ',', '.');
    return result;
}

Status checkOutput(const std::filesystem::path& file, double bytes, bool makesFolder)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        return Error{file.string(), "is a folder, must be a file"};
    std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    while (makesFolder && !std::filesystem::exists(folder, error))
        folder = folder.has_parent_path() ? folder.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, error))
        return Error{file.string(), "the folder '" + folder.string() + "' does not exist"};
    if (auto status = probeFolder(file, folder); !status)
        return status;
    const auto space = std::filesystem::space(folder, error);
    if (!error && bytes > static_cast<double>(space.available))
        return Error{"",
                     file.string() + " needs about " + sizeText(bytes) + ", but "
                         + std::filesystem::absolute(folder, error).lexically_normal().string()
                         + " has " + sizeText(static_cast<double>(space.available)) + " free"};
    return success();
}

Status checkNoLongerSequence(const std::filesystem::path& pattern, long long frames)
{
    const auto next = frameFile(pattern, frames);
    std::error_code ignored;
    if (std::filesystem::exists(next, ignored))
        return Error{next.string(),
                     "is there already and would look like a part of the film of "
                         + std::to_string(frames) + " frames; remove it or choose another folder"};
    return success();
}

} // namespace scorefield::render
