// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield bench: how fast this program is on this machine, and what the machine could do.
#include "app/bench/measure.h"
#include "app/commands.h"
#include "app/output.h"
#include "core/base/system.h"
#include "core/base/text.h"
#include "core/field/kernel.h"

#include <QDateTime>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace scorefield::app {

namespace {

constexpr int kRepetitions = 5, kOtherRepetitions = 3; // the narrower instruction sets take longer

std::string didYouMean(const std::string& word, const std::vector<std::string>& names)
{
    const std::string near = nearestWord(word, names);
    return near.empty() ? "must be " + listOfWords(names) : "did you mean '" + near + "'?";
}

/// The cases that --case names, in the order of the table; all without it.
Result<std::vector<const BenchCase*>> chosenCases(const Arguments& arguments)
{
    std::vector<std::string> names, wanted;
    for (const BenchCase& benchCase : benchCases())
        names.push_back(benchCase.id);
    for (const std::string& list : arguments.values("--case"))
        for (const std::string& word : splitText(list, ',')) {
            wanted.push_back(trimmed(word));
            if (std::find(names.begin(), names.end(), wanted.back()) == names.end())
                return Error{"--case",
                             "'" + wanted.back() + "' is no case; "
                                 + didYouMean(wanted.back(), names)};
        }
    std::vector<const BenchCase*> chosen;
    for (const BenchCase& benchCase : benchCases())
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), benchCase.id) != wanted.end())
            chosen.push_back(&benchCase);
    return chosen;
}

/// What this process was started with.
std::vector<std::string> ownWords()
{
    std::ifstream file("/proc/self/cmdline");
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');)
        words.push_back(word);
    return words;
}

/// Starts this program anew with the kernels of --instruction-set, if they are not those it has:
/// the choice is made once per process. Returns only if it need not or cannot.
Status takeInstructionSet(const Arguments& arguments)
{
    const auto wanted = arguments.value("--instruction-set");
    if (!wanted || *wanted == bestFieldKernels().name)
        return success();
    const std::vector<std::string> known = {"sse2", "avx2", "avx512"};
    if (std::find(known.begin(), known.end(), *wanted) == known.end())
        return Error{"--instruction-set",
                     "'" + *wanted + "' is no instruction set of the kernels; "
                         + didYouMean(*wanted, known)};
    if (fieldKernels(wanted->c_str()) == nullptr)
        return Error{"--instruction-set",
                     "this processor has no " + *wanted + "; its widest is "
                         + bestFieldKernels().name};
    const char* const limit = environmentVariable("SCOREFIELD_SIMD");
    if (limit != nullptr && *wanted == limit) // it was started anew already
        return Error{"--instruction-set", "the kernels of " + *wanted + " cannot be chosen"};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the program starts anew before anyone asks
    setenv("SCOREFIELD_SIMD", wanted->c_str(), 1);
    std::vector<std::string> words = ownWords();
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    execv("/proc/self/exe", pointers.data());
    return Error{"", "the program cannot be started anew: " + systemReason(errno)};
}

std::string listText()
{
    std::size_t longest = 0;
    for (const BenchCase& benchCase : benchCases())
        longest = std::max(longest, benchCase.id.size());
    std::string text;
    for (const BenchCase& benchCase : benchCases())
        text += benchCase.id + std::string(longest + 2 - benchCase.id.size(), ' ')
                + benchCase.summary + "\n";
    return text;
}

Ending runBench(const Arguments& arguments)
{
    const auto cases = chosenCases(arguments);
    if (!cases)
        return wrong(cases.error());
    const auto repetitions = arguments.wholeNumber("--repetitions", 1, 1000, kRepetitions);
    if (!repetitions)
        return wrong(repetitions.error());
    if (arguments.has("--list")) {
        std::fputs(listText().c_str(), stdout);
        return {};
    }
    if (auto status = takeInstructionSet(arguments); !status)
        return wrong(status.error());

    std::vector<std::string> otherSets;
    if (!arguments.has("--instruction-set"))
        for (const std::string& set : instructionSets())
            if (set != bestFieldKernels().name)
                otherSets.push_back(set);
    WorkerPool pool;
    BenchReport report{.date = QDateTime::currentDateTime()
                                   .toOffsetFromUtc(QDateTime::currentDateTime().offsetFromUtc())
                                   .toString(Qt::ISODate)
                                   .toStdString(),
                       .machine = thisMachine(),
                       .opengl = glDriver(),
                       .threads = pool.threadCount(),
                       .instructionSet = bestFieldKernels().name,
                       .cases = {}};
    report.cases = measureCases({.cases = *cases,
                                 .repetitions = static_cast<int>(*repetitions),
                                 .otherRepetitions = arguments.has("--repetitions")
                                                         ? static_cast<int>(*repetitions)
                                                         : kOtherRepetitions,
                                 .say = [&](const std::string& what) { say(arguments, what); }},
                                otherSets,
                                pool);
    std::fputs(arguments.has("--json") ? jsonBytes(jsonOf(report)).c_str()
                                       : tableOf(report).c_str(),
               stdout);
    std::vector<std::string> broken;
    for (const CaseReport& one : report.cases)
        if (one.status == CaseReport::Status::Failed)
            broken.push_back(one.id + " (" + one.instructionSet + ")");
    if (!broken.empty())
        return failed(listOfWords(broken) + " could not be measured");
    return {};
}

} // namespace

Command benchCommand()
{
    CommandSpec spec;
    spec.name = "bench";
    spec.summary = "measures how fast this machine simulates and draws, beside its own ceilings";
    spec.options = {
        {"--case", "IDS", "only these cases, with commas between; all without it", {}, true},
        {"--repetitions",
         "N",
         "of each measurement, at least (5; 3 where not the widest kernels are measured)"},
        {"--instruction-set",
         "SET",
         "sse2, avx2 or avx512: only the kernels of this one (all that the processor has)"},
        {"--json", "", "everything as JSON on stdout instead of the table"},
        {"--list", "", "the cases, without measuring"}};
    spec.notes = "Cases:\n" + listText()
                 + "\nA figure is the median of its repetitions, with the lowest and the highest "
                   "of them. ✓ and ✗ say\nwhether a target is met; exit status 1 says that a case "
                   "could not be measured, not that it is\nslow. SCOREFIELD_SIMD=avx2 or sse2 in "
                   "the environment limits the kernels of every command.";
    return {spec, runBench};
}

} // namespace scorefield::app
