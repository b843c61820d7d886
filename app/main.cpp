// SPDX-License-Identifier: GPL-3.0-or-later
// Picks the sub-command, or opens the window.
#include "app/commands.h"
#include "app/failure.h"
#include "app/launch.h"
#include "app/materials.h"
#include "app/output.h"
#include "app/session_source.h"
#include "app/window_command.h"
#include "core/base/system.h"
#include "core/base/text.h"

#include <QHashFunctions>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace scorefield;
using namespace scorefield::app;

int end(const Failure& failure)
{
    std::fputs(("scorefield: " + failure.sentence + "\n").c_str(), stderr);
    return failure.status;
}

/// Data that did not reach the reader of stdout are a failure.
int endWell()
{
    // Of what was too much for the buffer the stream only remembers that it failed.
    const bool isWritten = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return isWritten ? EXIT_SUCCESS : end(failed("the output could not be written"));
}

int runCommand(const Command& command, const std::vector<std::string>& words)
{
    const auto arguments = Arguments::parse(command.spec, words);
    const bool isSilent = command.isShared && launchedRank() > 0;
    if (!arguments)
        return isSilent ? kExitWrong : end(wrong(arguments.error()));
    if (arguments->has("--help")) {
        std::fputs(helpText(command.spec).c_str(), stdout);
        return endWell();
    }
    if (Ending ending = command.run(*arguments)) {
        if (const int signal = interruptedBy(); signal != 0 && ending->status == kExitFailure)
            ending->status = 128 + signal; // as a shell reports a process that a signal ended
        return isSilent ? ending->status : end(*ending);
    }
    return endWell();
}

bool hasDisplay()
{
    const auto isSet = [](const char* name) {
        const char* value = environmentVariable(name);
        return value != nullptr && *value != '\0';
    };
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
}

int openWindow(int argc, char** argv)
{
    std::string path;
    if (argc > 1) {
        auto found = findSession(argv[1]);
        if (!found)
            return end(wrong(found.error()));
        path = found->path;
    }
    if (!hasDisplay())
        return end(failed("there is no display (DISPLAY and WAYLAND_DISPLAY are not set); "
                          "'scorefield render three-modes -o figure.png' "
                          "draws a picture without one"));
    return runWindow(argc, argv, path);
}

int unknownWord(const std::string& word)
{
    std::vector<std::string> names = {"--help", "--version"};
    for (const Command& command : commands())
        names.push_back(command.spec.name);
    const std::string near = nearestWord(word, names);
    return end(
        wrong("unknown option '" + word + "'; "
              + (near.empty() ? "see 'scorefield --help'" : "did you mean '" + near + "'?")));
}

} // namespace

int main(int argc, char** argv)
{
    // A limit on the size of files is an error of the write that meets it, like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    // Qt writes the fonts of a PDF in the order of a hash: files shall repeat to the byte.
    QHashSeed::setDeterministicGlobalSeed();
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty())
        return openWindow(argc, argv);
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        std::fputs(overview().c_str(), stdout);
        return endWell();
    }
    if (words[0] == "--version") {
        if (words.size() > 1 && (words.size() > 2 || words[1] != "--verbose"))
            return end(
                wrong("--version takes --verbose and nothing else, not '" + words.back() + "'"));
        std::fputs(("scorefield " SCOREFIELD_VERSION "\n" + sayMessenger() + "\n").c_str(), stdout);
        if (words.size() > 1)
            std::fputs(materialsText().c_str(), stdout);
        return endWell();
    }
    if (const Command* command = findCommand(words[0]))
        return runCommand(*command, {words.begin() + 1, words.end()});
    if (words[0].starts_with("-"))
        return unknownWord(words[0]);
    if (words.size() > 1)
        return end(wrong("'" + words[0] + "' is no command; see 'scorefield --help'"));
    return openWindow(argc, argv);
}
