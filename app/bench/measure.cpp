// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/measure.h"

#include "app/bench/child_run.h"
#include "core/field/kernel.h"

#include <algorithm>

namespace scorefield::app {

namespace {

CaseReport measure(const BenchCase& benchCase, BenchContext& context)
{
    CaseReport report{
        .id = benchCase.id, .summary = benchCase.summary, .instructionSet = context.instructionSet};
    Result<std::vector<BenchFigure>> figures = Error{};
    report.seconds = secondsOf([&] { figures = benchCase.run(context); });
    if (figures) {
        report.figures = std::move(figures.value());
    } else if (isCaseFailure(figures.error())) {
        report.status = CaseReport::Status::Failed;
        report.sentence = figures.error().message;
    } else {
        report.status = CaseReport::Status::Skipped;
        report.sentence = figures.error().sentence();
    }
    return report;
}

/// The cases in a process of another instruction set. Error: it failed as a whole.
Result<std::vector<CaseReport>> measureElsewhere(const std::vector<const BenchCase*>& cases,
                                                 const std::string& instructionSet,
                                                 int repetitions)
{
    std::string ids;
    for (const BenchCase* benchCase : cases)
        ids += (ids.empty() ? "" : ",") + benchCase->id;
    const auto child = runChild({.words = {ownProgram(),
                                           "bench",
                                           "--quiet",
                                           "--json",
                                           "--instruction-set",
                                           instructionSet,
                                           "--repetitions",
                                           std::to_string(repetitions),
                                           "--case",
                                           ids},
                                 .limit = std::chrono::seconds(600)});
    if (!child)
        return child.error();
    auto reports = casesIn(child->output);
    if (!reports)
        return Error{"",
                     "its process ended with status " + std::to_string(child->status) + ": "
                         + reports.error().message};
    return reports;
}

std::vector<CaseReport> failuresOf(const std::vector<const BenchCase*>& cases,
                                   const std::string& instructionSet,
                                   const Error& error)
{
    std::vector<CaseReport> reports;
    for (const BenchCase* benchCase : cases)
        reports.push_back({.id = benchCase->id,
                           .summary = benchCase->summary,
                           .instructionSet = instructionSet,
                           .status = CaseReport::Status::Failed,
                           .sentence = error.sentence()});
    return reports;
}

} // namespace

std::vector<CaseReport> measureCases(const BenchRequest& request,
                                     const std::vector<std::string>& otherSets,
                                     WorkerPool& pool)
{
    std::vector<CaseReport> reports;
    BenchContext context{.pool = pool, .repetitions = request.repetitions, .say = {}};
    context.instructionSet = bestFieldKernels().name;
    std::vector<const BenchCase*> perSet;
    for (const BenchCase* benchCase : request.cases) {
        context.say = [&](const std::string& what) { request.say(benchCase->id + ": " + what); };
        request.say(benchCase->id + " (" + context.instructionSet + ")");
        reports.push_back(measure(*benchCase, context));
        if (benchCase->isPerInstructionSet)
            perSet.push_back(benchCase);
    }
    for (const std::string& set : otherSets) {
        if (perSet.empty())
            break;
        request.say(set);
        const auto others = measureElsewhere(perSet, set, request.otherRepetitions);
        const std::vector<CaseReport> more =
            others ? *others : failuresOf(perSet, set, others.error());
        reports.insert(reports.end(), more.begin(), more.end());
    }
    const auto place = [&](const CaseReport& report) {
        return std::find_if(request.cases.begin(),
                            request.cases.end(),
                            [&](const BenchCase* benchCase) { return benchCase->id == report.id; })
               - request.cases.begin();
    };
    std::stable_sort(reports.begin(), reports.end(), [&](const auto& a, const auto& b) {
        return place(a) < place(b);
    });
    return reports;
}

} // namespace scorefield::app
