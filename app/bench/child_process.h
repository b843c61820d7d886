// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// This program, started again with a home of its own: for cases of the window, its start and its
// memory.
#include "app/bench/child_run.h"
#include "core/session/session.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::app {

class BenchChild {
public:
    using Variables = std::vector<std::pair<std::string, std::string>>;
    struct Output {
        std::string text; ///< what it wrote to stdout
        double peakMegabytes = 0;
    };

    BenchChild(); ///< an empty folder for its settings and files
    ~BenchChild();
    BenchChild(const BenchChild&) = delete;
    BenchChild& operator=(const BenchChild&) = delete;

    /// The session as a file in its folder.
    Result<std::filesystem::path> write(const Session& session) const;
    /// A sub-command. Error: it failed, or took longer than `seconds`.
    Result<Output>
    run(const std::vector<std::string>& words, Variables variables, double seconds) const;
    /// The window, on the display there is or one made for it. Error: there is neither.
    Result<Output>
    runWindow(const std::vector<std::string>& words, Variables variables, double seconds) const;
    /// Settings and compiled shaders of earlier runs.
    void forget() const;

private:
    Result<Output> start(std::vector<std::string> words, Variables variables, double seconds) const;

    std::filesystem::path m_folder;
};

} // namespace scorefield::app
