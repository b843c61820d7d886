// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/scale_space.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield {

namespace {

/// The share of exact draws of q~ that see a ridge: the same draws at every level.
double validShare(const RidgeSubject& subject,
                  double noise,
                  const RidgeThresholds& thresholds,
                  WorkerPool& pool)
{
    constexpr int draws = 256; // a standard error of 0.03
    constexpr double near = 1.5;
    const RidgeField field(subject.mixture, noise);
    const Eigen::MatrixXd x = subject.mixture->sample(1, Stream::Data, draws, 1, noise);
    std::array<char, draws> sees{};
    constexpr int block = 16;
    pool.parallelFor(draws / block, [&](std::size_t b) {
        for (std::size_t i = b * block; i < (b + 1) * block; ++i) {
            const auto offset = ridgeOffset(field, x.col(static_cast<Eigen::Index>(i)));
            sees[i] = offset && isRidgelike(offset->frame, thresholds)
                      && std::abs(offset->distance) <= near * noise;
        }
    });
    return static_cast<double>(std::count(sees.begin(), sees.end(), 1)) / draws;
}

class Strip {
public:
    Strip(const RidgeSubject& subject,
          const ScaleSpaceRequest& request,
          WorkerPool& pool,
          std::stop_token stop)
        : m_subject(subject)
        , m_request(request)
        , m_pool(pool)
        , m_stop(std::move(stop))
    {
    }

    ScaleSpaceLevel level(double noise, bool withDraws) const;
    bool stopped() const { return m_stop.stop_requested(); }
    /// The noise where counts change, to a thousandth; several changes between two levels are found
    /// one by one as long as they are further apart and do not cancel.
    void addEvents(const ScaleSpaceLevel& coarse,
                   const ScaleSpaceLevel& fine,
                   std::vector<ScaleSpaceEvent>& events) const;

private:
    const RidgeSubject& m_subject;
    const ScaleSpaceRequest& m_request;
    WorkerPool& m_pool;
    std::stop_token m_stop;
};

ScaleSpaceLevel Strip::level(double noise, bool withDraws) const
{
    const Ridge ridge =
        findRidge(m_subject,
                  {noise, m_request.thresholds, m_request.box, m_request.resolution},
                  m_pool,
                  m_stop);
    ScaleSpaceLevel level;
    level.noise = noise;
    for (const CriticalPoint& point : ridge.critical) {
        level.modes += point.kind == CriticalKind::Mode;
        level.saddles += point.kind == CriticalKind::Saddle;
    }
    level.components = ridge.components;
    level.ends = static_cast<int>(ridge.ends.size());
    level.length = ridge.length;
    if (withDraws && !stopped())
        level.valid = validShare(m_subject, noise, m_request.thresholds, m_pool);
    return level;
}

ScaleSpaceEvent::Kind kindOf(bool modes, int before, int after)
{
    using Kind = ScaleSpaceEvent::Kind;
    if (modes)
        return after > before ? Kind::ModesBorn : Kind::ModesMerged;
    if (before == 0)
        return Kind::RidgesBorn;
    if (after == 0)
        return Kind::RidgesLost;
    return after > before ? Kind::RidgesSplit : Kind::RidgesMerged;
}

void Strip::addEvents(const ScaleSpaceLevel& coarse,
                      const ScaleSpaceLevel& fine,
                      std::vector<ScaleSpaceEvent>& events) const
{
    const auto counts = {&ScaleSpaceLevel::modes, &ScaleSpaceLevel::components};
    const auto differs = [&](int ScaleSpaceLevel::*count) { return coarse.*count != fine.*count; };
    if (stopped() || std::none_of(counts.begin(), counts.end(), differs))
        return;
    const double between = std::sqrt(coarse.noise * fine.noise);
    if (coarse.noise / fine.noise < 1.001) {
        for (const auto count : counts)
            if (differs(count))
                events.push_back(
                    {kindOf(count == &ScaleSpaceLevel::modes, coarse.*count, fine.*count),
                     between,
                     coarse.*count,
                     fine.*count});
        return;
    }
    const ScaleSpaceLevel middle = level(between, false);
    addEvents(coarse, middle, events);
    addEvents(middle, fine, events);
}

/// The longest run of levels of which each has at least half of its draws near a ridge.
void findWindow(ScaleSpace& space)
{
    double longest = 0;
    for (std::size_t i = 0; i < space.levels.size();) {
        std::size_t end = i;
        while (end < space.levels.size() && space.levels[end].valid >= .5)
            ++end;
        if (end > i) {
            const double high = space.levels[i].noise, low = space.levels[end - 1].noise;
            if (space.windowHigh == 0 || high / low > longest) {
                space.windowHigh = high;
                space.windowLow = low;
                longest = high / low;
            }
        }
        i = end + 1;
    }
}

/// 0 … count - 1, so that every beginning covers the axis evenly: first and last, then by halves.
std::vector<int> spreadOrder(int count)
{
    std::vector<int> order{0};
    if (count > 1)
        order.push_back(count - 1);
    std::vector<bool> taken(static_cast<std::size_t>(count), false);
    taken.front() = taken.back() = true;
    for (int parts = 2; static_cast<int>(order.size()) < count; parts *= 2)
        for (int i = 1; i < parts; ++i) {
            const int index =
                static_cast<int>(std::lround(static_cast<double>(i) * (count - 1) / parts));
            if (!taken[static_cast<std::size_t>(index)]) {
                taken[static_cast<std::size_t>(index)] = true;
                order.push_back(index);
            }
        }
    return order;
}

bool falling(const ScaleSpaceLevel& a, const ScaleSpaceLevel& b)
{
    return a.noise > b.noise;
}

} // namespace

std::string ScaleSpaceEvent::text() const
{
    const bool modes = kind == Kind::ModesBorn || kind == Kind::ModesMerged;
    const char* what = modes ? (after == 1 ? " mode" : " modes")
                             : (after == 1 ? " ridge component" : " ridge components");
    return std::to_string(before) + " → " + std::to_string(after) + what;
}

ScaleSpace scaleSpace(const RidgeSubject& subject,
                      const ScaleSpaceRequest& request,
                      WorkerPool& pool,
                      std::stop_token stop,
                      const std::function<void(const ScaleSpace&)>& partial)
{
    ScaleSpace space;
    space.thresholds = request.thresholds;
    const Strip strip(subject, request, pool, stop);
    const int count = std::max(request.levels, 2);
    const double ratio = std::log(request.lowest / request.highest) / (count - 1);
    std::size_t heard = 0;
    for (const int index : spreadOrder(count)) {
        const auto level = strip.level(request.highest * std::exp(ratio * index), true);
        if (strip.stopped())
            return space;
        space.levels.insert(
            std::upper_bound(space.levels.begin(), space.levels.end(), level, falling), level);
        if (partial && space.levels.size() >= heard + 8) { // often enough to be seen growing
            heard = space.levels.size();
            findWindow(space);
            partial(space);
        }
    }
    findWindow(space);
    for (std::size_t i = 0; i + 1 < space.levels.size(); ++i) {
        const std::size_t known = space.events.size();
        strip.addEvents(space.levels[i], space.levels[i + 1], space.events);
        if (strip.stopped())
            return space;
        if (partial && space.events.size() > known)
            partial(space);
    }
    space.complete = true;
    if (partial)
        partial(space);
    return space;
}

} // namespace scorefield
