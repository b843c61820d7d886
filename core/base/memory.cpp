// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/memory.h"

#include "core/base/text.h"

#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

namespace scorefield {

namespace {

/// The number in a file of the system; infinity where there is none ("max", no such file).
double limitIn(const char* file)
{
    std::ifstream input(file);
    std::string word;
    input >> word;
    const auto number = parseNumber(word);
    return number && *number > 0 ? *number : HUGE_VAL;
}

} // namespace

double machineMemory()
{
    const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
    const double physical = pages * static_cast<double>(sysconf(_SC_PAGESIZE));
    return std::min({physical,
                     limitIn("/sys/fs/cgroup/memory.max"),
                     limitIn("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

double runMemoryLimit()
{
    return machineMemory() / 2;
}

std::string memoryText(double bytes)
{
    constexpr std::array<const char*, 7> units{" bytes", " kB", " MB", " GB", " TB", " PB", " EB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit)
        bytes /= 1000;
    return formatNumber(unit == 0 ? std::round(bytes) : bytes, 3) + units[unit];
}

Status checkMemory(const std::string& what, double bytes, double limit, const std::string& advice)
{
    if (bytes <= limit) // not so for NaN
        return success();
    return Error{"",
                 what + " needs " + memoryText(bytes) + " of memory; the limit is "
                     + memoryText(limit) + ": " + advice};
}

void giveBackFreeMemory()
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

void shareFreeMemory()
{
#ifdef __GLIBC__
    constexpr int kPools = 2;
    (void)mallopt(M_ARENA_MAX, kPools); // NOLINT(concurrency-mt-unsafe): see the header
#endif
}

} // namespace scorefield
