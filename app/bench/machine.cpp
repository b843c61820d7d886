// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/machine.h"

#include "core/base/text.h"
#include "core/field/kernel.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

namespace scorefield::app {

namespace {

/// The value of the first line "key<separator>value" of a file, without quotes; empty: none.
std::string valueIn(const char* path, std::string_view key, char separator)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto at = line.find(separator);
        if (at == std::string::npos || trimmed(line.substr(0, at)) != key)
            continue;
        std::string value = trimmed(line.substr(at + 1));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return {};
}

std::string compiler()
{
#if defined(__clang__)
    return "Clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

std::string systemName()
{
    utsname names{};
    uname(&names);
    const std::string kernel = std::string(names.sysname) + " " + names.release;
    const std::string system = valueIn("/etc/os-release", "PRETTY_NAME", '=');
    return system.empty() ? kernel : system + ", " + kernel;
}

} // namespace

BenchMachine thisMachine()
{
    BenchMachine machine;
    machine.processor = valueIn("/proc/cpuinfo", "model name", ':');
    if (machine.processor.empty())
        machine.processor = "unknown processor";
    cpu_set_t allowed;
    machine.processors = sched_getaffinity(0, sizeof allowed, &allowed) == 0
                             ? CPU_COUNT(&allowed)
                             : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
    machine.memoryGib = static_cast<double>(sysconf(_SC_PHYS_PAGES))
                        * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
    machine.system = systemName();
    const std::string type = SCOREFIELD_BUILD_TYPE;
    machine.build = (type.empty() ? "no build type" : type) + ", " + compiler();
    machine.isOptimised = type == "Release";
    return machine;
}

std::vector<std::string> instructionSets()
{
    std::vector<std::string> sets;
    for (const char* name : {"avx512", "avx2", "sse2"})
        if (fieldKernels(name) != nullptr
            && (!sets.empty() || std::string_view(bestFieldKernels().name) == name))
            sets.emplace_back(name);
    return sets;
}

} // namespace scorefield::app
