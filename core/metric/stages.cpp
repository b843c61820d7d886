// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/stages.h"

#include "core/metric/converged.h"
#include "core/metric/mean_distances.h"
#include "core/metric/stage_law.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBlock = 128;     ///< particles; a block's states of 1000 levels fit a cache
constexpr double kMostStates = 2e6;     ///< that are kept, 21 bytes each
constexpr double kMostTerms = 2.5e8;    ///< component evaluations in the plane: about a second
constexpr double kMostOffsets = 120000; ///< frames in more dimensions: about a second
constexpr double kFewest = 100;         ///< particles that are followed at least
constexpr int kFewOnRidge = 10;         ///< too few for quartiles
/// Of alignment: the theory's .3 sigma~ and 1.5.
constexpr double kAlignedNoise = .3, kAlignedFactor = 1.5;
constexpr double kMemorised = 1. / 3;

std::size_t affordable(const SimulationPlan& plan, const Trajectories& run)
{
    const double states = run.steps + 1;
    const double terms = states * plan.mixture->componentCount() * (plan.error ? 8 : 4);
    double most = std::min(kMostStates / states, kMostTerms / terms);
    if (run.dimension > 2)
        most = std::min(most, kMostOffsets / (3 * states));
    return static_cast<std::size_t>(std::max(most, kFewest));
}

/// What does not depend on the particle.
struct Setting {
    const SimulationPlan& plan;
    const Trajectories& run;
    const RidgeMotionReader& reader;
    MeanDistances means;
    double reach;            ///< modeReach
    int needed;              ///< statesToReach
    std::size_t first, last; ///< levels with a ridge
};

/// One particle of a block: its row of the motion, and where its results go.
class Follower {
public:
    Follower(const Setting& setting, const RidgeMotion& motion, Stages& result)
        : m_setting(setting)
        , m_motion(motion)
        , m_result(result)
    {
    }

    void follow(Eigen::Index row, std::size_t index)
    {
        m_row = row;
        m_ledger = {};
        findStages();
        measure(index);
        findEnd(index);
        m_result.ledgers[index] = m_ledger;
    }

private:
    double at(const RidgeMotion::Values& values, std::size_t level) const
    {
        return values(m_row, static_cast<Eigen::Index>(level));
    }
    double noise(std::size_t level) const { return m_setting.reader.noise()[level]; }
    bool isVisible(std::size_t level) const
    {
        return at(m_motion.gap, level) >= m_result.thresholds.gamma;
    }
    bool isValid(std::size_t level) const
    {
        return isVisible(level) && at(m_motion.kappa2, level) <= -m_result.thresholds.beta
               && std::abs(at(m_motion.distance, level)) <= kNearRidge * noise(level);
    }

    void findStages()
    {
        int run = 0;
        for (std::size_t k = m_setting.first; k <= m_setting.last && m_ledger.reach < 0; ++k) {
            run = isValid(k) ? run + 1 : 0;
            if (run == m_setting.needed)
                m_ledger.reach = static_cast<int>(k) - run + 1;
        }
        if (m_ledger.reach < 0)
            return;
        std::size_t gone = m_setting.last + 1;
        while (!isVisible(gone - 1)) // the reach itself is visible
            --gone;
        if (gone <= m_setting.last)
            m_ledger.exit = static_cast<int>(gone);
        double across = 0, along = 0;
        for (auto k = static_cast<std::size_t>(m_ledger.reach); k < gone; ++k) {
            const double error = std::abs(at(m_motion.normalError, k));
            const bool isClose = std::abs(at(m_motion.distance, k))
                                 <= kAlignedFactor * std::max(error, kAlignedNoise * noise(k));
            const bool isAlong =
                static_cast<int>(k) >= m_ledger.reach + m_setting.needed && across < along;
            if (isClose || isAlong) {
                m_ledger.slide = static_cast<int>(k);
                return;
            }
            add(across, at(m_motion.across, k));
            add(along, at(m_motion.along, k));
        }
    }

    static void add(double& sum, double term)
    {
        if (std::isfinite(term))
            sum += term;
    }

    Stage stageAt(std::size_t level) const
    {
        const int k = static_cast<int>(level);
        if (m_ledger.reach < 0 || k < m_ledger.reach)
            return Stage::Reach;
        if (m_ledger.exit >= 0 && k >= m_ledger.exit)
            return Stage::Exit;
        return m_ledger.slide >= 0 && k >= m_ledger.slide ? Stage::Slide : Stage::Align;
    }

    void measure(std::size_t index)
    {
        const std::size_t count = m_result.count;
        double accumulated = 0;
        for (std::size_t k = 0; k < m_result.levelCount; ++k) {
            const Stage stage = stageAt(k);
            const std::size_t to = k * count + index;
            m_result.stages[to] = static_cast<std::uint8_t>(stage);
            m_result.distance[to] = static_cast<float>(at(m_motion.distance, k));
            m_result.normalError[to] = static_cast<float>(at(m_motion.normalError, k));
            m_result.kappa2[to] = static_cast<float>(at(m_motion.kappa2, k));
            m_result.speed[to] = static_cast<float>(at(m_motion.speed, k));
            m_result.accumulated[to] = static_cast<float>(
                m_ledger.reach >= 0 && static_cast<int>(k) >= m_ledger.reach ? accumulated
                                                                             : kNothing);
            if (k < m_setting.first || k >= m_setting.last)
                continue;
            const double step = std::log(noise(k) / noise(k + 1)); // > 0: nu falls
            const auto s = static_cast<std::size_t>(stage);
            m_ledger.duration[s] += step;
            add(m_ledger.across[s], at(m_motion.across, k));
            add(m_ledger.along[s], at(m_motion.along, k));
            if (stage == Stage::Align || stage == Stage::Slide)
                add(accumulated, -(at(m_motion.rate, k) + at(m_motion.rate, k + 1)) / 2 * step);
        }
        m_ledger.accumulated = accumulated;
        m_ledger.distance = at(m_motion.distance, m_setting.last);
        m_ledger.normalError = at(m_motion.normalError, m_setting.last);
        m_ledger.tangentError = at(m_motion.tangentError, m_setting.last);
    }

    Eigen::VectorXd place(std::size_t level, std::size_t particle) const
    {
        Eigen::VectorXd x(m_setting.run.dimension);
        for (int c = 0; c < m_setting.run.dimension; ++c)
            x(c) = m_setting.run.coordinate(static_cast<int>(level), c)[particle]
                   / m_setting.plan.levels[level].alpha;
        return x;
    }

    void findEnd(std::size_t index)
    {
        const std::size_t particle = index * m_result.stride, end = m_result.levelCount - 1;
        const Eigen::VectorXd x = place(end, particle);
        const auto nearest = m_setting.means.nearest(x);
        m_ledger.nearest = nearest.first;
        m_ledger.nearestDistance = std::sqrt(nearest.squared);
        m_ledger.memorised = nearest.squared < kMemorised * kMemorised * nearest.nextSquared
                             && std::isfinite(nearest.nextSquared);
        const double left = std::max(noise(m_setting.last), 0.0);
        const double around = noise(end) > 0 ? left : 0;
        if (m_ledger.nearestDistance <= m_setting.reach
            || m_setting.means.isInside(x, std::max(around, 1e-6 * m_setting.reach)))
            m_ledger.ending = Ending::NearMode;
        else if (std::abs(m_ledger.distance) <= std::max(kNearRidge * left, m_setting.reach))
            m_ledger.ending = Ending::BetweenModes;
        m_ledger.lastChange = noise(m_setting.first);
        for (std::size_t k = m_setting.last + 1; k-- > m_setting.first;)
            if (m_setting.means.nearest(place(k, particle)).first != nearest.first) {
                m_ledger.lastChange = noise(k);
                break;
            }
    }

    const Setting& m_setting;
    const RidgeMotion& m_motion;
    Stages& m_result;
    Eigen::Index m_row = 0;
    StageLedger m_ledger;
};

/// Linear between order statistics; NaN without values. Reorders them.
double quantile(std::vector<float>& values, double share)
{
    if (values.empty())
        return kNothing;
    const double place = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::ptrdiff_t>(place);
    std::nth_element(values.begin(), values.begin() + low, values.end());
    const double below = values[static_cast<std::size_t>(low)];
    if (static_cast<std::size_t>(low) + 1 == values.size())
        return below;
    const double above = *std::min_element(values.begin() + low + 1, values.end());
    return below + (place - static_cast<double>(low)) * (above - below);
}

std::array<double, 3> quartiles(std::vector<float>& values)
{
    if (values.size() < kFewOnRidge)
        return {kNothing, kNothing, kNothing};
    return {quantile(values, .25), quantile(values, .5), quantile(values, .75)};
}

StageLevel summarise(const Stages& all, const Setting& setting, std::size_t k)
{
    StageLevel level;
    level.noise = setting.reader.noise()[k];
    level.law = level.normalError = kNothing;
    std::vector<float> distances, accumulated;
    double errors = 0;
    for (std::size_t j = 0; j < all.count; ++j) {
        const std::size_t at = k * all.count + j;
        const Stage stage = all.stage(k, j);
        level.shares[static_cast<std::size_t>(stage)] += 1 / static_cast<double>(all.count);
        if (std::isfinite(all.accumulated[at]))
            accumulated.push_back(all.accumulated[at]);
        if ((stage != Stage::Align && stage != Stage::Slide) || !std::isfinite(all.distance[at]))
            continue;
        distances.push_back(std::abs(all.distance[at]));
        errors += std::abs(all.normalError[at]);
    }
    level.onRidge = static_cast<int>(distances.size());
    level.distance = quartiles(distances);
    level.accumulated = quartiles(accumulated);
    if (level.onRidge >= kFewOnRidge)
        level.normalError = errors / level.onRidge;
    return level;
}

void summariseEnds(Stages& all)
{
    std::vector<float> distances, changes;
    double accumulated = 0, reached = 0;
    for (const StageLedger& ledger : all.ledgers) {
        const double share = 1 / static_cast<double>(all.count);
        all.endings[static_cast<std::size_t>(ledger.ending)] += share;
        all.memorised += ledger.memorised ? share : 0;
        changes.push_back(static_cast<float>(ledger.lastChange));
        if (std::isfinite(ledger.distance))
            distances.push_back(static_cast<float>(std::abs(ledger.distance)));
        if (ledger.reach < 0)
            continue;
        reached += 1;
        accumulated += ledger.accumulated;
    }
    all.reached = reached / static_cast<double>(all.count);
    all.finalDistance = quantile(distances, .5);
    all.lastChange = quantile(changes, .5);
    all.meanAccumulated = reached > 0 ? accumulated / reached : kNothing;
}

Stages
emptyStages(const SimulationPlan& plan, const Trajectories& run, const RidgeThresholds& thresholds)
{
    Stages stages;
    stages.thresholds = thresholds;
    const std::size_t most = affordable(plan, run);
    stages.stride = (run.particles + most - 1) / most;
    stages.count = (run.particles + stages.stride - 1) / stages.stride;
    stages.levelCount = static_cast<std::size_t>(run.steps) + 1;
    const std::size_t states = stages.levelCount * stages.count;
    stages.stages.resize(states);
    for (auto* values : {&stages.distance,
                         &stages.normalError,
                         &stages.accumulated,
                         &stages.kappa2,
                         &stages.speed})
        values->resize(states);
    stages.ledgers.resize(stages.count);
    stages.levels.resize(stages.levelCount);
    stages.eta = followedEta(plan);
    return stages;
}

} // namespace

int statesToReach(int steps)
{
    return std::clamp(steps / 10, 2, 5);
}

Result<Stages> followStages(const SimulationPlan& plan,
                            const Trajectories& run,
                            const RidgeThresholds& thresholds,
                            WorkerPool& pool,
                            std::stop_token stop)
{
    if (run.dimension < 2)
        return Error{"", "data in one dimension have no ridge, so there are no stages"};
    if (run.steps < 1 || run.particles == 0)
        return Error{"", "the run kept no states to follow"};
    const RidgeMotionReader reader(plan, run);
    Setting setting{plan,
                    run,
                    reader,
                    MeanDistances(*plan.mixture),
                    modeReach(*plan.mixture),
                    statesToReach(run.steps),
                    0,
                    reader.noise().size() - 1};
    while (setting.first < setting.last && !reader.hasRidge(setting.first))
        ++setting.first;
    while (setting.last > setting.first && !reader.hasRidge(setting.last))
        --setting.last;
    if (!reader.hasRidge(setting.first))
        return Error{"", "no level of this run has a noise between 0 and infinity"};

    Stages stages = emptyStages(plan, run, thresholds);
    stages.followsExactMean = reader.followsExactMean();
    const std::size_t blocks = (stages.count + kBlock - 1) / kBlock;
    // Shares of particles that see the ridge, counted per block so that threads do not meet.
    std::vector<std::vector<int>> valid(blocks);
    pool.parallelFor(blocks, [&](std::size_t block) {
        if (stop.stop_requested())
            return;
        const std::size_t from = block * kBlock, to = std::min(from + kBlock, stages.count);
        RidgeMotion motion;
        reader.read(
            from * stages.stride, stages.stride, static_cast<Eigen::Index>(to - from), motion);
        Follower follower(setting, motion, stages);
        for (std::size_t j = from; j < to; ++j)
            follower.follow(static_cast<Eigen::Index>(j - from), j);
        for (std::size_t k = 0; k < stages.levelCount; ++k) {
            const auto column = static_cast<Eigen::Index>(k);
            const auto sees = (motion.gap.col(column) >= static_cast<float>(thresholds.gamma))
                              && (motion.kappa2.col(column) <= -static_cast<float>(thresholds.beta))
                              && (motion.distance.col(column).abs()
                                  <= static_cast<float>(kNearRidge * reader.noise()[k]));
            valid[block].push_back(static_cast<int>(sees.count()));
        }
    });
    if (stop.stop_requested())
        return Error{"", "the run was stopped"};
    pool.parallelFor(stages.levelCount, [&](std::size_t k) {
        stages.levels[k] = summarise(stages, setting, k);
        for (const auto& counts : valid)
            stages.levels[k].valid += counts[k] / static_cast<double>(stages.count);
    });
    summariseEnds(stages);
    addLaw(stages, pool);
    return stages;
}

} // namespace scorefield
