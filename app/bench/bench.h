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
    std::string unit; ///< "G particle-steps/s", "ms", "MB", "×", "%"
    double median = 0, lowest = 0, highest = 0;
    int repetitions = 0;
    /// What the issue of speed asks of this number on two cores of this class of machine, and
    /// whether more or less of it is good; nothing: it is information.
    std::optional<double> target{};
    bool moreIsBetter = true;
    std::string note{}; ///< what was measured, or why a part could not be; one sentence or empty

    /// Nothing without a target.
    std::optional<bool> isMet() const
    {
        if (!target)
            return std::nullopt;
        return moreIsBetter ? median >= *target : median <= *target;
    }
};

/// What all cases share.
struct BenchContext {
    WorkerPool& pool;
    int repetitions = 5;      ///< at least; cases that are quick may take more
    double expThroughput = 0; ///< G exp/s in float on all threads, measured in this run; 0: not yet
    std::function<void(const std::string&)> say; ///< progress, to stderr
    std::string instructionSet{}; ///< of the kernels of this process: "sse2", "avx2", "avx512"
};

struct BenchCase {
    std::string id;      ///< "euler", as --case names it
    std::string summary; ///< one line of --help
    /// Error: why there are no figures, one sentence. What this machine lacks (no display, no
    /// OpenGL 4.3): the case is reported as skipped, with it. A caseFailure: as failed.
    Result<std::vector<BenchFigure>> (*run)(BenchContext& context);
    /// Measured once for every instruction set of this machine, each in a process of its own (the
    /// choice of the kernels is made once per process); context.instructionSet says which.
    bool isPerInstructionSet = false;
};

/// In the order in which they run: the machine's ceilings first.
const std::vector<BenchCase>& benchCases();

/// The Error of a case that ran and went wrong; any other Error says what the machine lacks.
Error caseFailure(std::string sentence);
bool isCaseFailure(const Error& error);

/// The figure of `samples`: median, extremes, count.
BenchFigure figureOf(std::string name, std::string unit, std::vector<double> samples);
/// With what is asked of it.
BenchFigure atLeast(double target, BenchFigure figure);
BenchFigure atMost(double target, BenchFigure figure);

/// Wall seconds of one call.
double secondsOf(const std::function<void()>& work);
/// Wall seconds of context.repetitions calls, after one that is not counted (it brings memory and
/// caches up); of more calls where they are so short that half a second holds more.
std::vector<double> repeatedSeconds(const BenchContext& context, const std::function<void()>& work);
/// count / seconds, each.
std::vector<double> ratesOf(double count, std::vector<double> seconds);

} // namespace scorefield::app
