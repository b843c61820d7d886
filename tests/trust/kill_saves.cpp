// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 during saves: a process saves one session after another over the same file and is killed
// at some moment; the file must then be a whole session that had been saved, no older than the last
// save that was reported as done, and the next save must leave nothing else in the folder. Ends by
// printing a row for tests/README.md.
//   kill_saves [--count KILLS]
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/sessions.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

using namespace scorefield;
namespace fs = std::filesystem;

namespace {

/// Told apart by its title; long, so that a kill finds the writing under way.
Session numbered(int number)
{
    Session session = defaultSession();
    session.info.title = std::to_string(number);
    session.info.description = std::string(500'000, 'x');
    return session;
}

/// Saves for ever; tells of every save that is done.
[[noreturn]] void saveForEver(const fs::path& path, int first, int told)
{
    for (int number = first;; ++number) {
        if (!saveSession(numbered(number), path))
            ::_exit(1);
        if (::write(told, &number, sizeof number) != sizeof number)
            ::_exit(1);
    }
}

[[noreturn]] void fail(int kill, const std::string& what)
{
    std::fprintf(stderr, "FAILED at kill %d: %s\n", kill, what.c_str());
    std::exit(1);
}

std::size_t filesIn(const fs::path& folder)
{
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        (void)entry;
        ++count;
    }
    return count;
}

struct Counts {
    int kills = 0, newer = 0, parts = 0;
};

/// One process, killed `wait` after its first save. The number of the last session in the file.
int killOnce(const fs::path& path, int first, std::chrono::microseconds wait, Counts& counts)
{
    int pipe[2];
    if (::pipe(pipe) != 0)
        fail(counts.kills, "no pipe");
    const pid_t child = ::fork();
    if (child == 0)
        saveForEver(path, first, pipe[1]);
    ::close(pipe[1]);
    int done = 0;
    if (child < 0 || ::read(pipe[0], &done, sizeof done) != sizeof done)
        fail(counts.kills, "the saving process did not save");
    std::this_thread::sleep_for(wait);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (int number = 0; ::read(pipe[0], &number, sizeof number) == sizeof number;)
        done = number;
    ::close(pipe[0]);

    const auto left = loadSession(path);
    if (!left)
        fail(counts.kills, left.error().sentence());
    const int number = std::atoi(left->info.title.c_str());
    if (number != done && number != done + 1) // + 1: named, but not yet told
        fail(counts.kills,
             "session " + std::to_string(number) + " is left, " + std::to_string(done)
                 + " was saved");
    if (*left != numbered(number))
        fail(counts.kills, "session " + std::to_string(number) + " is not as it was saved");
    ++counts.kills;
    counts.newer += number == done + 1;
    counts.parts += filesIn(path.parent_path()) > 1;
    return number;
}

} // namespace

int main(int argc, char** argv)
{
    int count = 12;
    for (int i = 1; i + 1 < argc; i += 2)
        if (std::string(argv[i]) == "--count")
            count = std::atoi(argv[i + 1]);
    std::string name = (fs::temp_directory_path() / "scorefield-kills-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        fail(0, "no folder for temporary files");
    const fs::path folder = name, path = folder / "work.scorefield.json";
    Counts counts;
    int last = 0;
    for (int kill = 0; kill < count; ++kill) {
        // Moments spread over a few saves.
        const std::chrono::microseconds wait(kill * 7919 % 40000);
        last = killOnce(path, last + 1, wait, counts);
        if (!saveSession(numbered(++last), path) || filesIn(folder) != 1)
            fail(kill, "the next save left more than its file");
    }
    fs::remove_all(folder);
    std::printf("| kill -9 during saves | %d kills | the file was whole each time: the session of "
                "the last save done, or %d times of one just finished; %d times a part was left, "
                "which the next save swept |\n",
                counts.kills,
                counts.newer,
                counts.parts);
    return counts.parts > 0 || count < 100 ? 0 : 1; // no kill met a save: nothing was tested
}
