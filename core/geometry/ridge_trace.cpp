// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/ridge_trace.h"

#include "core/base/linear_algebra.h"
#include "core/geometry/ridge_projection.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace scorefield {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

struct Place {
    VectorXd x, tangent; ///< tangent along the walk
    double kappa1 = 0, kappa2 = 0, logGap = 0;
    bool ridgelike = false, plainFrameFails = false;
};

/// The end of a walk: where the thresholds were lost, at the start again, on a line found before,
/// or out of sight.
enum class WalkEnd { Thresholds, Closed, Met, Left };

class Tracer {
public:
    Tracer(const RidgeSubject& subject,
           const RidgeField& field,
           const RidgeRequest& request,
           const std::stop_token& stop);

    /// On the ridge next to x; nothing if Newton's steps go further than `reach`.
    std::optional<Place> placeAt(const VectorXd& x, double reach) const;
    void addLine(const Place& seed, Ridge& ridge);
    double step() const { return m_step; }

private:
    WalkEnd walk(const Place& seed, double sign, std::vector<Place>& places) const;
    std::optional<Place> next(const Place& from, double& step) const;
    Place lastKept(Place kept, Place lost) const;
    bool inSight(const VectorXd& x) const;
    int lineNear(const VectorXd& x, double reach, const std::vector<RidgeLine>& lines) const;

    const RidgeSubject& m_subject;
    const RidgeField& m_field;
    const RidgeRequest& m_request;
    const std::stop_token& m_stop;
    VectorXd m_centre;
    double m_step, m_horizon;
    const std::vector<RidgeLine>* m_known = nullptr;
    mutable int m_met = -1; ///< the line that the last walk met
};

Tracer::Tracer(const RidgeSubject& subject,
               const RidgeField& field,
               const RidgeRequest& request,
               const std::stop_token& stop)
    : m_subject(subject)
    , m_field(field)
    , m_request(request)
    , m_stop(stop)
    , m_centre(subject.mixture->mean())
{
    // The ridge bends within the width of the components; lines are drawn over the box.
    const double across = std::max(request.box.width, request.box.height);
    m_step = std::min(across / 100, field.noise() / 2);
    m_horizon = across + 4 * field.scale();
}

std::optional<Place> Tracer::placeAt(const VectorXd& x, double reach) const
{
    const auto corrected = correctOntoRidge(m_field, x, reach);
    if (!corrected)
        return std::nullopt;
    const auto offset = ridgeOffset(m_field, *corrected);
    if (!offset)
        return std::nullopt;
    const Eigenframe& frame = offset->frame;
    return Place{*corrected,
                 offset->tangent,
                 frame.kappa(0),
                 frame.kappa(1),
                 frame.logGap(0),
                 isRidgelike(frame, m_request.thresholds),
                 frame.plainFrameFails};
}

bool Tracer::inSight(const VectorXd& x) const
{
    const Eigen::Vector2d place = m_subject.axes.transpose() * (x - m_subject.origin);
    const PlaneBox& box = m_request.box;
    return place(0) >= box.left && place(0) <= box.left + box.width && place(1) >= box.bottom
           && place(1) <= box.bottom + box.height && (x - m_centre).norm() <= m_horizon;
}

/// The place one step on along the tangent; the step shrinks until the tangent turns by less than
/// ten degrees, and grows again where it hardly turns.
std::optional<Place> Tracer::next(const Place& from, double& step) const
{
    constexpr double most = .985, little = .9986; // cosines of 10 and 3 degrees
    for (; step > 1e-4 * m_step; step /= 2) {
        auto place = placeAt(from.x + step * from.tangent, step);
        if (!place)
            continue;
        double turn = place->tangent.dot(from.tangent);
        if (turn < 0) {
            place->tangent = -place->tangent;
            turn = -turn;
        }
        if (turn < most || (place->x - from.x).dot(from.tangent) <= 0)
            continue;
        if (turn > little)
            step = std::min(1.5 * step, m_step);
        return place;
    }
    return std::nullopt;
}

/// Halves until the thresholds are lost within 1e-9 of a step.
Place Tracer::lastKept(Place kept, Place lost) const
{
    const double length = (lost.x - kept.x).norm();
    while ((lost.x - kept.x).norm() > 1e-9 * length) {
        auto middle = placeAt((kept.x + lost.x) / 2, length);
        if (!middle)
            break;
        if (middle->tangent.dot(kept.tangent) < 0)
            middle->tangent = -middle->tangent;
        (middle->ridgelike ? kept : lost) = std::move(*middle);
    }
    return kept;
}

/// The line with a stretch within `reach` of x; -1: none.
int Tracer::lineNear(const VectorXd& x, double reach, const std::vector<RidgeLine>& lines) const
{
    for (std::size_t l = 0; l < lines.size(); ++l) {
        const MatrixXd& points = lines[l].points;
        const Index count = points.rows();
        for (Index i = 0; i + (lines[l].closed ? 0 : 1) < count; ++i) {
            const VectorXd a = points.row(i).transpose();
            const VectorXd along = points.row((i + 1) % count).transpose() - a;
            const double t = std::clamp((x - a).dot(along) / along.squaredNorm(), 0.0, 1.0);
            if ((x - a - t * along).squaredNorm() <= reach * reach)
                return static_cast<int>(l);
        }
    }
    return -1;
}

WalkEnd Tracer::walk(const Place& seed, double sign, std::vector<Place>& places) const
{
    constexpr std::size_t most = 20000; // places: no line is that long
    Place current = seed;
    current.tangent *= sign;
    double step = m_step, walked = 0;
    while (places.size() < most && !m_stop.stop_requested()) {
        auto place = next(current, step);
        if (!place)
            return WalkEnd::Left;
        if (!place->ridgelike) {
            places.push_back(lastKept(current, *place));
            return WalkEnd::Thresholds;
        }
        walked += (place->x - current.x).norm();
        const VectorXd home = seed.x - current.x, along = place->x - current.x;
        const double t = home.dot(along) / along.squaredNorm();
        if (walked > 3 * m_step && t > 0 && t <= 1
            && (home - t * along).norm() < .1 * m_step) // the chord misses by its sagitta only
            return WalkEnd::Closed;
        m_met = m_known ? lineNear(place->x, .05 * m_step, *m_known) : -1;
        places.push_back(*place);
        if (m_met >= 0)
            return WalkEnd::Met;
        if (!inSight(place->x))
            return WalkEnd::Left;
        current = std::move(*place);
    }
    return WalkEnd::Left;
}

void Tracer::addLine(const Place& seed, Ridge& ridge)
{
    if (!seed.ridgelike || !inSight(seed.x) || lineNear(seed.x, .3 * m_step, ridge.lines) >= 0)
        return;
    m_known = &ridge.lines;
    RidgeLine line;
    line.component = static_cast<int>(ridge.lines.size());
    std::vector<Place> forward, places;
    const auto note = [&](WalkEnd end, const std::vector<Place>& walked) {
        if (end == WalkEnd::Met) {
            const int other = ridge.lines[static_cast<std::size_t>(m_met)].component;
            for (RidgeLine& known : ridge.lines)
                if (known.component == other)
                    known.component = line.component;
        } else if (end == WalkEnd::Thresholds) {
            ridge.ends.push_back(m_subject.axes.transpose() * (walked.back().x - m_subject.origin));
        }
    };
    const WalkEnd first = walk(seed, 1, forward);
    note(first, forward);
    line.closed = first == WalkEnd::Closed;
    if (!line.closed)
        note(walk(seed, -1, places), places);
    std::reverse(places.begin(), places.end());
    places.push_back(seed);
    places.insert(places.end(), forward.begin(), forward.end());
    if (places.size() < 2)
        return;
    const auto count = static_cast<Index>(places.size());
    line.points.resize(count, seed.x.size());
    line.kappa1.resize(count);
    line.kappa2.resize(count);
    line.logGap.resize(count);
    for (Index i = 0; i < count; ++i) {
        const Place& place = places[static_cast<std::size_t>(i)];
        line.points.row(i) = place.x.transpose();
        line.kappa1(i) = place.kappa1;
        line.kappa2(i) = place.kappa2;
        line.logGap(i) = place.logGap;
        ridge.plainFrameFails = ridge.plainFrameFails || place.plainFrameFails;
    }
    line.places = (line.points.rowwise() - m_subject.origin.transpose()) * m_subject.axes;
    ridge.lines.push_back(std::move(line));
}

/// Means (at most so many) and exact draws.
MatrixXd seedsOf(const GaussianMixture& mixture, double noise)
{
    constexpr std::size_t mostMeans = 64;
    constexpr int draws = 64;
    const auto& components = mixture.components();
    const std::size_t stride = (components.size() + mostMeans - 1) / mostMeans;
    std::vector<VectorXd> seeds;
    for (std::size_t k = 0; k < components.size(); k += stride)
        seeds.push_back(components[k].mean);
    const MatrixXd drawn = mixture.sample(1, Stream::Data, draws, 1, noise);
    MatrixXd all(static_cast<Index>(seeds.size()) + draws, mixture.dimension());
    for (std::size_t k = 0; k < seeds.size(); ++k)
        all.row(static_cast<Index>(k)) = seeds[k].transpose();
    all.bottomRows(draws) = drawn.transpose();
    return all;
}

/// Newton's steps to where the score vanishes.
std::optional<VectorXd> zeroOfScore(const RidgeField& field, VectorXd x, double reach)
{
    const VectorXd start = x;
    for (int step = 0; step < 30; ++step) {
        const Eigenframe frame = field.frame(x);
        const VectorXd move = -solveLinear(frame.hessian, frame.score);
        if (!move.allFinite())
            return std::nullopt;
        x += move;
        if ((x - start).norm() > reach)
            return std::nullopt;
        if (move.norm() <= 1e-12 * field.scale())
            return x;
    }
    return std::nullopt;
}

CriticalKind kindOf(const Eigenframe& frame)
{
    if (frame.kappa(0) <= 0)
        return CriticalKind::Mode;
    return frame.kappa.minCoeff() > 0 ? CriticalKind::Minimum : CriticalKind::Saddle;
}

} // namespace

std::vector<CriticalPoint> tracedCriticalPoints(const RidgeSubject& subject,
                                                const RidgeField& field,
                                                const std::vector<RidgeLine>& lines,
                                                WorkerPool& pool,
                                                const std::stop_token& stop)
{
    const auto& components = subject.mixture->components();
    MatrixXd means(static_cast<Index>(components.size()), field.dimension());
    for (std::size_t k = 0; k < components.size(); ++k)
        means.row(static_cast<Index>(k)) = components[k].mean.transpose();
    ProjectionOptions toModes;
    toModes.dimension = 0;
    toModes.tolerance = 1e-6; // Newton's steps do the rest
    toModes.steps = 100;      // the lines find modes that lie on a flat ridge
    const auto modes = projectOntoRidge(field, means, toModes, pool, stop);
    std::vector<std::optional<VectorXd>> found;
    if (modes)
        for (Index i = 0; i < modes->points.rows() && !stop.stop_requested(); ++i)
            found.push_back(
                zeroOfScore(field, modes->points.row(i).transpose(), field.noise() / 10));
    for (const RidgeLine& line : lines) {
        double before = 0;
        for (Index i = 0; i + 1 < line.points.rows() && !stop.stop_requested(); ++i) {
            const VectorXd x = line.points.row(i).transpose();
            const VectorXd along = line.points.row(i + 1).transpose() - x;
            const double rising = field.frame(x).score.dot(along);
            if (i > 0 && rising * before < 0)
                found.push_back(zeroOfScore(field, x, 2 * along.norm()));
            before = rising;
        }
    }
    std::vector<CriticalPoint> critical;
    for (const auto& point : found) {
        if (!point)
            continue;
        const bool known = std::any_of(critical.begin(), critical.end(), [&](const auto& c) {
            return (c.point - *point).norm() <= 1e-6 * field.scale();
        });
        if (known)
            continue;
        const Eigenframe frame = field.frame(*point);
        if (frame.kappa.cwiseAbs().minCoeff() < 1e-6) // rounding: a whole curve of zeros
            continue;
        critical.push_back({subject.axes.transpose() * (*point - subject.origin),
                            *point,
                            kindOf(frame),
                            frame.logDensity});
    }
    return critical;
}

Ridge traceRidge(const RidgeSubject& subject,
                 const RidgeRequest& request,
                 WorkerPool& pool,
                 const std::stop_token& stop)
{
    Ridge ridge;
    ridge.request = request;
    const RidgeField field(subject.mixture, request.noise);
    ProjectionOptions near;
    near.tolerance = 1e-4; // Newton's steps do the rest
    near.steps = 300;
    const auto seeds =
        projectOntoRidge(field, seedsOf(*subject.mixture, request.noise), near, pool, stop);
    if (!seeds || stop.stop_requested())
        return ridge;
    Tracer tracer(subject, field, request, stop);
    for (Index i = 0; i < seeds->points.rows() && !stop.stop_requested(); ++i)
        if (const auto seed = tracer.placeAt(seeds->points.row(i).transpose(), request.noise))
            tracer.addLine(*seed, ridge);
    ridge.critical = tracedCriticalPoints(subject, field, ridge.lines, pool, stop);
    std::vector<int> numbers;
    for (const RidgeLine& line : ridge.lines) {
        ridge.length += line.length();
        numbers.push_back(line.component);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (RidgeLine& line : ridge.lines)
        line.component = static_cast<int>(
            std::lower_bound(numbers.begin(), numbers.end(), line.component) - numbers.begin());
    ridge.components = static_cast<int>(numbers.size());
    return ridge;
}

} // namespace scorefield
