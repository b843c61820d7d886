// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What "scorefield bench" measures: cases, each a file of its own, in one table (bench_cases.cpp).
// A case measures on the machine it runs on, in the run that prints it; nothing here is stored.
#include "core/base/result.h"
#include "core/base/worker_pool.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace scorefield::app {

/// One measured number: the median of its repetitions with their spread.
struct BenchFigure {
    std::string name; ///< "3 components, Euler", unique within its case
    std::string unit; ///< "G particle-steps/s", "ms", "MB", "×"
    double median = 0, lowest = 0, highest = 0;
    int repetitions = 0;
    /// What the issue of speed asks of this number on two cores of this class of machine, and
    /// whether more or less of it is good; nothing: it is information.
    std::optional<double> target{};
    bool moreIsBetter = true;
    std::string note{}; ///< what was measured, or why a part could not be; one sentence or empty
};

/// What all cases share.
struct BenchContext {
    WorkerPool& pool;
    int repetitions = 5;      ///< at least; cases that are quick may take more
    double expThroughput = 0; ///< G exp/s in float on all threads, measured in this run; 0: not yet
    std::function<void(const std::string&)> say; ///< progress, to stderr
};

struct BenchCase {
    std::string id;      ///< "euler", as --case names it
    std::string summary; ///< one line of --help
    /// Error: what this machine lacks (no display, no OpenGL 4.3), one sentence: the case is
    /// reported as skipped, with it.
    Result<std::vector<BenchFigure>> (*run)(BenchContext& context);
};

/// In the order in which they run: the machine's ceilings first.
const std::vector<BenchCase>& benchCases();

/// The figure of `samples`: median, extremes, count.
BenchFigure figureOf(std::string name, std::string unit, std::vector<double> samples);

} // namespace scorefield::app
