// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/launch.h"

#include "core/base/system.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <system_error>

namespace scorefield::app {

namespace {

/// The first of these variables that holds a whole number.
std::optional<int> numberIn(std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        const char* text = environmentVariable(name);
        char* end = nullptr;
        const long value = text != nullptr ? std::strtol(text, &end, 10) : 0;
        if (text != nullptr && end != text && *end == '\0')
            return static_cast<int>(value);
    }
    return std::nullopt;
}

/// The module lies in the library folder of the same installation, or beside a build's program.
std::filesystem::path modulePath()
{
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return program.parent_path() / SCOREFIELD_MODULE_FOLDER / "scorefield_mpi.so";
}

bool hasModule()
{
    std::error_code ignored;
    return std::filesystem::exists(modulePath(), ignored);
}

} // namespace

// Open MPI, then the launchers of MPICH, Intel MPI and Slurm.
int launchedRank()
{
    return numberIn({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}).value_or(0);
}

bool isLaunchedWithOthers()
{
    if (const auto size = numberIn({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}))
        return *size > 1;
    return numberIn({"PMIX_RANK"}).has_value(); // says how many there are only to MPI
}

Result<Messenger*> openMessenger()
{
    if (!hasModule())
        return Error{"",
                     "this build has no MPI, so it cannot share a study with other processes; "
                     "build it where libopenmpi-dev is installed, or start it without mpirun"};
    void* const module = dlopen(modulePath().c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (module == nullptr)
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing else loads now
        return Error{modulePath().string(), std::string("cannot be loaded: ") + dlerror()};
    const auto open = reinterpret_cast<OpenMessenger>(dlsym(module, "scorefieldOpenMessenger"));
    Messenger* const messenger = open != nullptr ? open() : nullptr;
    if (messenger == nullptr)
        return Error{"", "MPI cannot be started"};
    return messenger;
}

std::string sayMessenger()
{
    return hasModule() ? "MPI: mpirun shares out the rows of a study"
                       : "MPI: none in this build; studies run on one machine";
}

} // namespace scorefield::app
