// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a bench found: a value that travels as JSON between the processes that measure, and that is
// shown as a table.
#include "app/bench/bench.h"
#include "app/bench/machine.h"

#include <QJsonObject>

#include <string>
#include <vector>

namespace scorefield::app {

/// One case in one instruction set.
struct CaseReport {
    enum class Status { Measured, Skipped, Failed };
    std::string id, summary;
    std::string instructionSet; ///< of the kernels that ran; also of cases that ran in one alone
    Status status = Status::Measured;
    std::string sentence{}; ///< why it was skipped or failed
    double seconds = 0;     ///< that the case took
    std::vector<BenchFigure> figures{};
};

struct BenchReport {
    std::string date; ///< ISO 8601, local time with its offset
    BenchMachine machine;
    GlDriver opengl;
    unsigned threads = 0;
    std::string instructionSet; ///< that this process's kernels use
    std::vector<CaseReport> cases;
};

/// All of it, under keys that say what they hold.
QJsonObject jsonOf(const BenchReport& report);
/// The cases of such an object, from another process.
Result<std::vector<CaseReport>> casesIn(const std::string& json);

/// For people: aligned, 100 columns wide.
std::string tableOf(const BenchReport& report);

} // namespace scorefield::app
