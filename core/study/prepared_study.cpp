// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/prepared_study.h"

#include "core/session/lane_plan.h"

#include <algorithm>
#include <mutex>
#include <new>

namespace scorefield {

namespace {

/// Cells that together store more than this are measured in smaller groups, each on more threads.
constexpr double kStatesAtATime = 4. * (1U << 30U);

/// Whether a lane comes to the same numbers in both sessions.
bool isUnchanged(const StudyInfo& study, const Session& before, const Session& after, int lane)
{
    const Changes changes = diff(before, after);
    if (changes.simulation[static_cast<std::size_t>(lane)] || !(before.view == after.view))
        return false;
    if (study.comparesLanes && changes.anySimulation())
        return false;
    // The noise clock runs over the levels of all lanes.
    return !study.followsPlayHead || (!changes.timeline && !changes.anySimulation());
}

double bytesOfStates(const SimulationPlan& plan)
{
    return static_cast<double>(plan.levels.size()) * static_cast<double>(plan.particles)
           * plan.mixture->dimension() * static_cast<double>(sizeof(double));
}

Status trainFor(const SimulationPlan& plan,
                int lane,
                WorkerPool& pool,
                const std::stop_token& stop,
                const RunModels& models)
{
    if (!plan.error)
        return success();
    const auto ready = plan.error->prepare(*plan.mixture, pool, stop, models.progress);
    if (ready || stop.stop_requested())
        return ready;
    return Error{"lanes." + std::to_string(lane) + ".error", ready.error().message};
}

} // namespace

PreparedStudy::PreparedStudy(const StudyKind& kind, Session session, std::vector<Sweep> sweeps)
    : m_kind(&kind)
    , m_session(std::move(session))
    , m_sweeps(std::move(sweeps))
{
}

Result<PreparedStudy>
PreparedStudy::create(const StudyKind& kind, const Session& session, std::vector<Sweep> sweeps)
{
    if (sweeps.empty()) {
        auto own = kind.defaultSweeps(session);
        if (!own)
            return own.error();
        sweeps = std::move(own).value();
    }
    for (const Sweep& sweep : sweeps)
        if (sweep.key == kPlayHeadKey && !kind.info.followsPlayHead)
            return Error{sweep.key,
                         "study " + kind.info.id
                             + " measures whole runs, which the play-head does not change"};
    PreparedStudy study(kind, session, std::move(sweeps));
    const auto rows = countRows(session, study.m_sweeps);
    if (!rows)
        return rows.error();
    study.m_rows = *rows;
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    study.m_mixture = std::make_shared<const GaussianMixture>(std::move(mixture).value());
    if (auto planned = study.planCells(); !planned)
        return planned.error();
    return study;
}

Status PreparedStudy::planCells()
{
    const auto idle = findIdleSweeps();
    for (std::size_t row = 0; row < m_rows; ++row) {
        const auto at = sessionAt(m_session, m_sweeps, row);
        if (!at)
            return at.error();
        const auto mixture = mixtureAt(*at);
        if (!mixture)
            return mixture.error();
        for (int lane = 0; lane < lanes(); ++lane) {
            if (const auto known = cellBefore(row, lane, *at, idle)) {
                m_cellOf.push_back(*known);
                continue;
            }
            const auto plan = planLane(*at, lane, *mixture);
            if (!plan)
                return plan.error();
            m_largest = std::max(m_largest, bytesOfStates(*plan));
            m_cellOf.push_back(m_cells.size());
            m_cells.push_back({row, lane});
        }
        if (m_tape)
            continue;
        auto tape = sessionTape(*at);
        if (!tape)
            return tape.error();
        m_tape = std::move(tape).value();
    }
    return success();
}

/// [sweep][lane]: whether the first step of the sweep leaves the lane as it is, so that it is worth
/// a look whether the others do.
std::vector<std::vector<bool>> PreparedStudy::findIdleSweeps() const
{
    std::vector<std::vector<bool>> idle(m_sweeps.size(),
                                        std::vector<bool>(static_cast<std::size_t>(lanes())));
    for (std::size_t i = 0; i < m_sweeps.size(); ++i) {
        const auto along = rowsAlong(m_sweeps, i, 0);
        if (along.size() < 2)
            continue;
        const auto before = sessionAt(m_session, m_sweeps, along[0]);
        const auto after = sessionAt(m_session, m_sweeps, along[1]);
        for (int lane = 0; before && after && lane < lanes(); ++lane)
            idle[i][static_cast<std::size_t>(lane)] =
                isUnchanged(m_kind->info, *before, *after, lane);
    }
    return idle;
}

/// The cell of an earlier row that a sweep leaves to this lane, if there is one.
std::optional<std::size_t> PreparedStudy::cellBefore(
    std::size_t row, int lane, const Session& at, const std::vector<std::vector<bool>>& idle) const
{
    for (std::size_t i = 0; i < m_sweeps.size(); ++i) {
        if (!idle[i][static_cast<std::size_t>(lane)])
            continue;
        const std::size_t first = rowsAlong(m_sweeps, i, row).front();
        if (first == row)
            continue;
        const auto before = sessionAt(m_session, m_sweeps, first);
        if (before && isUnchanged(m_kind->info, *before, at, lane))
            return cellOf(first, lane);
    }
    return std::nullopt;
}

std::size_t PreparedStudy::cellOf(std::size_t row, int lane) const
{
    return m_cellOf[row * m_session.lanes.size() + static_cast<std::size_t>(lane)];
}

unsigned PreparedStudy::abreast(unsigned threads) const
{
    const double fit = m_largest > 0 ? kStatesAtATime / m_largest : 1;
    const double wanted = static_cast<double>(std::min<std::size_t>(threads, m_cells.size()));
    return static_cast<unsigned>(std::clamp(fit, 1., std::max(wanted, 1.)));
}

/// The data of a row: the session's own, unless a parameter of the study changed them.
Result<std::shared_ptr<const GaussianMixture>> PreparedStudy::mixtureAt(const Session& at) const
{
    if (at.data == m_session.data)
        return m_mixture;
    auto mixture = GaussianMixture::create(*at.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    return std::make_shared<const GaussianMixture>(std::move(mixture).value());
}

Result<Measurement> PreparedStudy::measure(std::size_t cell,
                                           WorkerPool& pool,
                                           std::stop_token stop,
                                           const RunModels& models,
                                           StudyCache& cache) const
{
    const auto [row, lane] = m_cells[cell];
    try {
        const Session at = sessionAt(m_session, m_sweeps, row).value(); // planned once already
        auto plan = planLane(at, lane, mixtureAt(at).value(), models.library);
        if (!plan)
            return plan.error();
        plan->tape = m_tape;
        if (auto ready = trainFor(*plan, lane, pool, stop, models); !ready)
            return ready.error();
        return m_kind->measure({at, lane, *plan, cache}, pool, std::move(stop));
    } catch (const std::bad_alloc&) {
        return Error{"", "there is not enough memory"};
    } catch (const std::exception& exception) {
        return Error{"", exception.what()};
    }
}

void measureCells(const PreparedStudy& study,
                  WorkerPool& pool,
                  const std::function<std::optional<std::size_t>()>& next,
                  const std::function<void(std::size_t cell, Result<Measurement>)>& take,
                  const std::stop_token& stop,
                  const RunModels& models)
{
    StudyCache cache;
    std::mutex hearing;
    RunModels shared = models;
    if (!shared.library)
        shared.library = std::make_shared<ModelLibrary>();
    if (models.progress)
        shared.progress = [&](double share) {
            const std::lock_guard lock(hearing);
            models.progress(share);
        };
    // Threads that find no cell of their own help with the blocks of the others' runs.
    pool.parallelFor(study.abreast(pool.threadCount()), [&](std::size_t) {
        while (!stop.stop_requested()) {
            const auto cell = next();
            if (!cell)
                return;
            auto measured = study.measure(*cell, pool, stop, shared, cache);
            if (!stop.stop_requested())
                take(*cell, std::move(measured));
        }
    });
}

} // namespace scorefield
