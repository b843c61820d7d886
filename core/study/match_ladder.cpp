// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_plan.h"
#include "core/study/matched_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace scorefield {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Rung {
    double MatchSpec::*part;
    const char* key;
};
constexpr std::array<Rung, kMatchRungs> kRungs{{{nullptr, ""},
                                                {&MatchSpec::grid, "view.match.grid"},
                                                {&MatchSpec::sampler, "view.match.sampler"},
                                                {&MatchSpec::steps, "view.match.steps"},
                                                {&MatchSpec::prior, "view.match.prior"},
                                                {&MatchSpec::range, "view.match.range"}}};

constexpr MatchSpec kAllMatched{1, 1, 1, 1, 1};

/// Where the particles of a lane end, in x/alpha [n,d].
using Ends = Eigen::ArrayXXd;

/// Keeps the ends of lanes that run the same on several rungs.
class Climber {
public:
    Climber(std::size_t particles,
            WorkerPool& pool,
            std::stop_token stop,
            std::shared_ptr<ModelLibrary> models)
        : m_particles(particles)
        , m_pool(pool)
        , m_stop(std::move(stop))
        , m_models(std::move(models))
    {
    }

    Result<Estimate> gap(const Session& session, int lane)
    {
        const auto first = endsOf(session, 0);
        if (!first)
            return first.error();
        const auto other = endsOf(session, lane);
        if (!other)
            return other.error();
        return rootMean((**first - **other).square().rowwise().sum());
    }

private:
    struct Known {
        Session session;
        int lane;
        std::shared_ptr<const Ends> ends;
    };

    static Estimate rootMean(const Eigen::ArrayXd& squares)
    {
        const auto n = static_cast<double>(squares.size());
        const double mean = squares.mean(), root = std::sqrt(mean);
        if (n < 2 || root == 0)
            return {root, 0};
        const double variance = (squares - mean).square().sum() / (n - 1);
        return {root, std::sqrt(variance / n) / (2 * root)};
    }

    Result<std::shared_ptr<const Ends>> endsOf(const Session& session, int lane)
    {
        for (const Known& known : m_known)
            if (known.lane == lane && runsAlike(known.session, session, lane))
                return known.ends;
        auto ends = run(session, lane);
        if (!ends)
            return ends.error();
        m_known.push_back({session, lane, *ends});
        return ends;
    }

    Result<std::shared_ptr<const Ends>> run(const Session& session, int lane)
    {
        const std::string key = "lanes." + std::to_string(lane);
        if (!m_mixture) {
            auto mixture = GaussianMixture::create(*session.data);
            if (!mixture)
                return Error{"/data" + mixture.error().path, mixture.error().message};
            m_mixture = std::make_shared<const GaussianMixture>(std::move(mixture).value());
        }
        auto plan = planLane(session, lane, m_mixture, m_models);
        if (!plan)
            return plan.error();
        const auto tape = sessionTape(session);
        if (!tape)
            return tape.error();
        plan->tape = *tape;
        plan->keepOnlyEnd = true;
        if (m_particles > 0)
            plan->particles = std::min(plan->particles, m_particles);
        if (plan->error)
            if (const auto ready = plan->error->prepare(*m_mixture, m_pool, m_stop); !ready)
                return Error{key + ".error", ready.error().message};
        const auto result = simulate<double>(*plan, m_pool, m_stop);
        if (m_stop.stop_requested() || result.outcome.kind == Outcome::Kind::Cancelled)
            return Error{"", "cancelled"};
        if (result.outcome.kind != Outcome::Kind::Completed)
            return Error{key, result.outcome.message};
        const auto& states = result.trajectories;
        auto ends =
            std::make_shared<Ends>(static_cast<Eigen::Index>(states.particles), states.dimension);
        for (int c = 0; c < states.dimension; ++c) {
            const auto x = states.coordinate(states.steps, c);
            ends->col(c) = Eigen::Map<const Eigen::ArrayXd>(x.data(), ends->rows());
        }
        *ends /= plan->levels.back().alpha;
        return std::shared_ptr<const Ends>(std::move(ends));
    }

    std::size_t m_particles;
    WorkerPool& m_pool;
    std::stop_token m_stop;
    std::shared_ptr<ModelLibrary> m_models;
    std::shared_ptr<const GaussianMixture> m_mixture;
    std::vector<Known> m_known;
};

Status checkLanes(const Session& session, int lane)
{
    const int lanes = static_cast<int>(session.lanes.size());
    if (lanes < 2)
        return Error{"lanes", "is a single lane; a comparison needs two"};
    if (lane < 1 || lane >= lanes)
        return Error{"lanes",
                     "has no lane " + std::to_string(lane + 1) + " to compare with lane 1"};
    return success();
}

} // namespace

double MatchSpec::*partOf(MatchRung rung)
{
    return kRungs[static_cast<std::size_t>(rung)].part;
}

std::string keyOf(MatchRung rung)
{
    return kRungs[static_cast<std::size_t>(rung)].key;
}

Session atRung(Session session, MatchRung rung)
{
    session.view.matchNoise = 1;
    session.view.match = kAllMatched;
    for (int below = 1; below <= static_cast<int>(rung); ++below)
        session.view.match.*partOf(static_cast<MatchRung>(below)) = 0;
    return session;
}

Session onlyUnmatched(Session session, MatchRung rung)
{
    session.view.matchNoise = 1;
    session.view.match = kAllMatched;
    if (const auto part = partOf(rung))
        session.view.match.*part = 0;
    if (rung == MatchRung::Range)
        session.view.match.prior = 0;
    return session;
}

Result<Estimate> laneGap(const Session& session,
                         int lane,
                         std::size_t particles,
                         WorkerPool& pool,
                         std::stop_token stop,
                         const std::shared_ptr<ModelLibrary>& models)
{
    if (auto valid = checkLanes(session, lane); !valid)
        return valid.error();
    return Climber(particles, pool, std::move(stop), models).gap(session, lane);
}

Result<MatchLadder> climbLadder(const Session& session,
                                int lane,
                                std::size_t particles,
                                WorkerPool& pool,
                                std::stop_token stop,
                                const std::shared_ptr<ModelLibrary>& models)
{
    if (auto valid = checkLanes(session, lane); !valid)
        return valid.error();
    Climber climber(particles, pool, stop, models);
    MatchLadder ladder;
    ladder.lane = lane;
    const auto count = static_cast<std::size_t>(session.particles.count);
    ladder.particles = particles > 0 ? std::min(particles, count) : count;
    const auto gapOf = [&](const Session& at) {
        const auto gap = climber.gap(at, lane);
        if (!gap && ladder.note.empty())
            ladder.note = gap.error().sentence();
        return gap ? *gap : Estimate{kNone, kNone};
    };
    double below = 0;
    for (int i = 0; i < kMatchRungs && !stop.stop_requested(); ++i) {
        const auto rung = static_cast<MatchRung>(i);
        LadderStep& step = ladder.steps[static_cast<std::size_t>(i)];
        step.gap = gapOf(atRung(session, rung));
        step.contribution = step.gap.value - below;
        below = step.gap.value;
        step.alone =
            gapOf(onlyUnmatched(session, rung)).value - (i > 0 ? ladder.steps[0].gap.value : 0);
    }
    if (stop.stop_requested())
        return Error{"", "cancelled"};
    return ladder;
}

} // namespace scorefield
