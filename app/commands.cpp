// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

namespace scorefield::app {

// One line per sub-command; each is defined in the file of its name.
Command renderCommand();
Command videoCommand();
Command runCommand();
Command sampleCommand();
Command scriptCommand();
Command evaluateCommand();
Command ridgeCommand();
Command fitCommand();
Command metricCommand();
Command studyCommand();
Command listCommand();
Command citeCommand();
Command validateCommand();
Command benchCommand();

const std::vector<Command>& commands()
{
    static const std::vector<Command> all = {renderCommand(),
                                             videoCommand(),
                                             runCommand(),
                                             sampleCommand(),
                                             scriptCommand(),
                                             evaluateCommand(),
                                             ridgeCommand(),
                                             fitCommand(),
                                             metricCommand(),
                                             studyCommand(),
                                             listCommand(),
                                             citeCommand(),
                                             validateCommand(),
                                             benchCommand()};
    return all;
}

const Command* findCommand(const std::string& name)
{
    for (const Command& command : commands())
        if (command.spec.name == name)
            return &command;
    return nullptr;
}

std::string overview()
{
    std::string text = "scorefield: a laboratory for reverse diffusion\n\n"
                       "  scorefield [SESSION]          opens the window; SESSION is a session "
                       "file, a figure that\n"
                       "                                carries one, or the name of a preset\n";
    constexpr std::size_t column = 32;
    for (const Command& command : commands()) {
        std::string left = "  scorefield " + command.spec.name;
        left.append(left.size() < column ? column - left.size() : 1, ' ');
        text += left + command.spec.summary + "\n";
    }
    text += "  scorefield COMMAND --help     the options of a command\n"
            "  scorefield --version          the version; with --verbose what it is made of\n\n"
            "Exit status: 0 success, 1 failure, 2 wrong use or input. Data go to stdout, messages "
            "to stderr.\n";
    return text;
}

} // namespace scorefield::app
