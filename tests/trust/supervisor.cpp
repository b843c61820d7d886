// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/supervisor.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace scorefield::test {

namespace {

constexpr int kLastLines = 20;
constexpr std::size_t kMostWords = 20000; // of a stderr: the rest says the same
constexpr auto kLook = std::chrono::milliseconds(100);

/// A file without a name, which both processes hold.
int namelessFile()
{
    std::FILE* file = std::tmpfile();
    if (file == nullptr) {
        std::fputs("no file for temporary words\n", stderr);
        std::exit(1);
    }
    return ::fileno(file);
}

off_t lengthOf(int file)
{
    struct stat about {};
    return ::fstat(file, &about) == 0 ? about.st_size : 0;
}

/// Without moving the place where the other process writes.
std::string contentOf(int file)
{
    std::string text(static_cast<std::size_t>(lengthOf(file)), '\0');
    const ssize_t count = ::pread(file, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
}

std::string lastLinesOf(const std::string& text)
{
    std::size_t begin = text.size();
    for (int lines = 0; begin > 0 && lines <= kLastLines; ++lines)
        begin = begin == 1 ? 0 : text.rfind('\n', begin - 2) + 1;
    return text.substr(begin);
}

/// Whether it ended by itself, with this status; else it was ended for its silence.
bool waitFor(pid_t process, int journal, int patienceSeconds, int& status)
{
    auto heard = std::chrono::steady_clock::now();
    off_t length = 0;
    while (::waitpid(process, &status, WNOHANG) == 0) {
        std::this_thread::sleep_for(kLook);
        const auto now = std::chrono::steady_clock::now();
        const off_t size = lengthOf(journal);
        if (size != length)
            heard = now;
        length = size;
        if (now - heard <= std::chrono::seconds(patienceSeconds))
            continue;
        ::kill(process, SIGKILL);
        ::waitpid(process, &status, 0);
        return false;
    }
    return true;
}

std::string outcome(bool ended, int status, int patienceSeconds, bool isSilent)
{
    if (!ended)
        return "it hung: nothing was done for " + std::to_string(patienceSeconds) + " s";
    if (WIFSIGNALED(status))
        return "signal " + std::to_string(WTERMSIG(status)) + " ended it";
    if (WEXITSTATUS(status) != 0)
        return "it failed with status " + std::to_string(WEXITSTATUS(status));
    return isSilent ? "" : "it wrote on stderr";
}

} // namespace

void Journal::note(const std::string& line)
{
    ++m_lines;
    const std::string text = std::to_string(m_lines) + ": " + line + "\n";
    (void)!::write(m_file, text.data(), text.size());
}

int supervise(const std::function<int(Journal&)>& work, int patienceSeconds)
{
    const int journal = namelessFile(), words = namelessFile();
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process < 0)
        return 1;
    if (process == 0) {
        ::dup2(words, STDERR_FILENO);
        Journal own(journal);
        std::exit(work(own));
    }
    int status = 0;
    const bool ended = waitFor(process, journal, patienceSeconds, status);
    const std::string said = contentOf(words);
    const std::string what = outcome(ended, status, patienceSeconds, said.empty());
    if (what.empty())
        return 0;
    std::fprintf(stderr,
                 "FAILED: %s\n--- its stderr:\n%s\n--- what it did last:\n%s",
                 what.c_str(),
                 said.substr(0, kMostWords).c_str(),
                 lastLinesOf(contentOf(journal)).c_str());
    return 1;
}

} // namespace scorefield::test
