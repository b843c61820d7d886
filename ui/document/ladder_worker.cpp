// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/ladder_worker.h"

#include "core/field/trained_error.h"
#include "ui/document/engine.h"
#include "ui/document/latest_only.h"

#include <QCoreApplication>

#include <algorithm>

namespace scorefield::ui {

namespace {

/// Units of runCost for one run of all lanes: about 40 ms of one core in double.
constexpr double kRunCost = 4e6;
constexpr double kFewest = 64, kMost = 1000; ///< particles

struct LadderRequest {
    std::shared_ptr<const RunProduct> run;
    int lane = 1;
};

bool hasTrainedScore(const RunProduct& run)
{
    return std::any_of(run.lanes.begin(), run.lanes.end(), [](const auto& lane) {
        return lane && dynamic_cast<const TrainedError*>(lane->plan.error.get()) != nullptr;
    });
}

LaneComparison
comparisonOf(const RunProduct& run, int lane, WorkerPool& pool, const std::stop_token& stop)
{
    LaneComparison comparison;
    comparison.match = sharedParts(run.session);
    if (hasTrainedScore(run)) {
        comparison.problem = QCoreApplication::translate(
            "LadderWorker",
            "A lane's score is a trained network: the study Matched comparison climbs its ladder.");
        return comparison;
    }
    const std::size_t particles = ladderParticles(run.session);
    const auto ladder = climbLadder(run.session, lane, particles, pool, stop);
    const auto now = laneGap(run.session, lane, particles, pool, stop);
    if (ladder)
        comparison.ladder = *ladder;
    if (now)
        comparison.now = *now;
    for (const Error* error : {ladder ? nullptr : &ladder.error(), now ? nullptr : &now.error()})
        if (error != nullptr && comparison.problem.isEmpty())
            comparison.problem = QString::fromStdString(error->sentence());
    return comparison;
}

} // namespace

std::size_t ladderParticles(const Session& session)
{
    const double each = runCost(session) / std::max(1.0, session.particles.count);
    return static_cast<std::size_t>(
        std::min(std::clamp(kRunCost / each, kFewest, kMost), session.particles.count));
}

struct LadderWorker::Private {
    LatestOnly<LadderRequest, LaneComparison> thread;
};

LadderWorker::LadderWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(new Private{
          {threads,
           this,
           [](const LadderRequest& asked, WorkerPool& pool, const std::stop_token& stop) {
               return comparisonOf(*asked.run, asked.lane, pool, stop);
           },
           [this](unsigned long long number,
                  const std::shared_ptr<const LaneComparison>& comparison) {
               accept(comparison, number);
           },
           Overtaken::IsStopped}})
{
}

LadderWorker::~LadderWorker() = default;

void LadderWorker::request(std::shared_ptr<const RunProduct> run, int lane)
{
    m_private->thread.ask(LadderRequest{std::move(run), lane}, ++m_requests);
}

void LadderWorker::cancel()
{
    m_finished = ++m_requests;
    m_private->thread.ask(std::nullopt, m_requests);
}

void LadderWorker::accept(const std::shared_ptr<const LaneComparison>& comparison,
                          unsigned long long number)
{
    if (number != m_requests)
        return;
    m_finished = number;
    Q_EMIT compared(comparison);
}

} // namespace scorefield::ui
