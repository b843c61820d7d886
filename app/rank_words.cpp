// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rank_words.h"

#include "app/study_journal.h"
#include "core/field/score_field.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <sstream>

namespace scorefield::app {

namespace {

std::string hostName()
{
    char name[HOST_NAME_MAX + 1] = "";
    gethostname(name, sizeof name - 1);
    return name;
}

} // namespace

std::pair<std::string, std::string> splitWord(const std::string& text)
{
    const std::size_t space = text.find(' ');
    if (space == std::string::npos)
        return {text, ""};
    return {text.substr(0, space), text.substr(space + 1)};
}

std::string RankCard::text() const
{
    return std::to_string(process) + ' ' + std::to_string(atATime) + ' ' + work + ' ' + instructions
           + ' ' + host;
}

RankCard RankCard::from(const std::string& text)
{
    RankCard card;
    std::istringstream(text) >> card.process >> card.atATime >> card.work >> card.instructions
        >> card.host;
    card.atATime = std::max(card.atATime, 1U);
    return card;
}

RankCard ownCard(const PreparedStudy& study, unsigned atATime)
{
    return {getpid(), atATime, digestOf(study), kernelInstructionSet(), hostName()};
}

bool isGone(const RankCard& card)
{
    return card.process > 0 && card.host == hostName() && kill(card.process, 0) != 0
           && errno == ESRCH;
}

unsigned shareOfProcessors(int ranksHere)
{
    const long all = std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
    cpu_set_t own;
    CPU_ZERO(&own);
    const long allowed =
        sched_getaffinity(0, sizeof own, &own) == 0 ? std::max(1, CPU_COUNT(&own)) : all;
    // mpirun may have bound the rank to some of them; if it has not, all ranks see all.
    return static_cast<unsigned>(std::clamp(all / std::max(1, ranksHere), 1L, allowed));
}

} // namespace scorefield::app
