// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace scorefield::app {

namespace {

constexpr const char* kErase = "\r\x1b[K"; // back to the start of an empty line

} // namespace

ProgressLine::ProgressLine(const Arguments& arguments)
    : m_isShown(!arguments.isQuiet() && isatty(STDERR_FILENO) != 0)
{
}

void ProgressLine::show(const std::string& sentence) const
{
    if (!m_isShown)
        return;
    std::fputs((kErase + sentence).c_str(), stderr);
    std::fflush(stderr);
}

void ProgressLine::clear() const
{
    if (m_isShown)
        std::fputs(kErase, stderr);
}

std::function<void(double)> ProgressLine::ofTraining() const
{
    return [this, last = -1](double share) mutable {
        const int percent = static_cast<int>(std::floor(100 * share));
        if (percent != last)
            show("training the network: " + std::to_string(percent) + " %");
        last = percent;
        if (share >= 1)
            clear();
    };
}

} // namespace scorefield::app
