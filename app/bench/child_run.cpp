// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/child_run.h"

#include "core/base/system.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace scorefield::app {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointersTo(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string>
environmentWith(const std::vector<std::pair<std::string, std::string>>& variables)
{
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string own = text.substr(0, text.find('='));
        bool isReplaced = false;
        for (const auto& [name, value] : variables)
            isReplaced = isReplaced || own == name;
        if (!isReplaced)
            all.push_back(text);
    }
    for (const auto& [name, value] : variables)
        all.emplace_back(name).append("=").append(value);
    return all;
}

/// VmHWM of /proc; what wait4 says of a spawned process counts its parent's memory in.
double peakMegabytes(pid_t process)
{
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::strtod(line.c_str() + 6, nullptr) / 1024; // it says kB
    return 0;
}

/// Reads until the other end is closed, and looks at its memory meanwhile. False: the time is over.
bool readAll(int file, pid_t process, Clock::time_point deadline, ChildReport& report)
{
    constexpr int kLookMs = 10;
    char buffer[4096];
    for (;;) {
        report.peakMegabytes = std::max(report.peakMegabytes, peakMegabytes(process));
        if (Clock::now() > deadline)
            return false;
        pollfd ready{file, POLLIN, 0};
        const int events = poll(&ready, 1, kLookMs);
        if (events < 0 && errno != EINTR)
            return false;
        if (events <= 0)
            continue;
        const ssize_t count = read(file, buffer, sizeof buffer);
        if (count == 0)
            return true;
        if (count > 0)
            report.output.append(buffer, static_cast<std::size_t>(count));
    }
}

} // namespace

Result<ChildReport> runChild(const ChildRequest& request)
{
    std::vector<std::string> words = request.words;
    std::vector<std::string> variables = environmentWith(request.variables);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return Error{words[0], "cannot be started: " + systemReason(errno)};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    const auto begin = Clock::now();
    const int refused = posix_spawnp(&child,
                                     words[0].c_str(),
                                     &actions,
                                     nullptr,
                                     pointersTo(words).data(),
                                     pointersTo(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (refused != 0) {
        close(ends[0]);
        return Error{words[0], "cannot be started: " + systemReason(refused)};
    }
    ChildReport report;
    const bool isComplete = readAll(ends[0], child, begin + request.limit, report);
    close(ends[0]);
    if (!isComplete)
        kill(child, SIGKILL);
    int state = 0;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (!isComplete)
        return Error{words[0], "took longer than " + std::to_string(request.limit.count()) + " s"};
    report.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return report;
}

std::string ownProgram()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

Result<std::vector<std::string>> displayLauncher()
{
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"})
        if (const char* value = environmentVariable(name); value != nullptr && *value != '\0')
            return std::vector<std::string>{};
    const char* path = environmentVariable("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((folder + "/xvfb-run").c_str(), X_OK) == 0)
            return std::vector<std::string>{
                "xvfb-run", "-a", "-s", "-screen 0 1920x1200x24 -nolisten tcp"};
    return Error{"", "there is no display, and no xvfb-run to make one"};
}

} // namespace scorefield::app
