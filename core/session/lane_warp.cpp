// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_warp.h"

#include "core/metric/one_step_flow.h"
#include "core/metric/plan_ode.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kBulk = 3;       // deviations of q_t around its components that the grid covers
constexpr int kFirstPieces = 24;  // of each line, before it is refined
constexpr int kMostRounds = 24;   // of halving: to where doubles end
constexpr double kBend = .35;     // pixels that a point may lie off the chord of its neighbours
constexpr double kLongest = 24;   // pixels of a piece that seems straight
constexpr double kShortest = .75; // pixels of a piece that is not cut again

/// A rectangle of the plane.
struct Box {
    Eigen::Array2d low, high;
};

/// Where most of q_t is, the same for every camera.
Box bulkOf(const GaussianMixture& plane, const PathCoefficients& level)
{
    Box box{Eigen::Array2d::Constant(std::numeric_limits<double>::infinity()), {}};
    box.high = -box.low;
    for (const auto& component : plane.components()) {
        const Eigen::MatrixXd covariance = component.eigenvectors
                                           * component.eigenvalues.asDiagonal()
                                           * component.eigenvectors.transpose();
        for (Eigen::Index i = 0; i < plane.dimension(); ++i) {
            const double mean = level.alpha * component.mean(i),
                         reach = kBulk
                                 * std::sqrt(level.alpha * level.alpha * covariance(i, i)
                                             + level.sigma * level.sigma);
            box.low(i) = std::min(box.low(i), mean - reach);
            box.high(i) = std::max(box.high(i), mean + reach);
        }
    }
    if (plane.dimension() == 1)
        box.low(1) = box.high(1) = 0;
    return box;
}

/// The flow of points of the plane, and back to it.
class PlaneFlow {
public:
    PlaneFlow(const OneStepFlow& flow, const ViewPlane& plane, double alphaFrom, double alphaTo)
        : m_flow(flow)
        , m_plane(plane)
        , m_alphaFrom(alphaFrom)
        , m_alphaTo(alphaTo)
    {
    }

    std::vector<Eigen::Vector2d> images(const std::vector<Eigen::Vector2d>& places,
                                        WorkerPool& pool,
                                        const std::stop_token& stop) const
    {
        const auto count = static_cast<Eigen::Index>(places.size()), m = m_plane.axes.cols();
        Eigen::MatrixXd y(m, count);
        for (Eigen::Index i = 0; i < count; ++i)
            y.col(i) = places[static_cast<std::size_t>(i)].head(m);
        const Eigen::MatrixXd x = (m_plane.axes * y).colwise() + m_alphaFrom * m_plane.origin;
        const Eigen::MatrixXd ends =
            m_plane.axes.transpose()
            * (m_flow.ends(x, pool, stop).colwise() - m_alphaTo * m_plane.origin);
        std::vector<Eigen::Vector2d> images(places.size(), Eigen::Vector2d::Zero());
        for (Eigen::Index i = 0; i < count; ++i)
            images[static_cast<std::size_t>(i)].head(m) = ends.col(i);
        return images;
    }

private:
    const OneStepFlow& m_flow;
    const ViewPlane& m_plane;
    double m_alphaFrom, m_alphaTo;
};

/// A line while it is being refined: shares of the way along it, and where they went.
struct Strand {
    WarpLine line;
    std::vector<double> shares;
    std::vector<Eigen::Vector2d> images;
};

std::vector<Strand> gridLines(const Box& box, int wanted, bool isLine, double& spacing)
{
    const Eigen::Array2d size = box.high - box.low, middle = (box.low + box.high) / 2;
    spacing = size.maxCoeff() / wanted;
    std::vector<Strand> strands;
    const auto add = [&](const Eigen::Vector2d& from, const Eigen::Vector2d& to, int pieces) {
        Strand strand;
        strand.line = {from, to, {}};
        for (int i = 0; i <= pieces; ++i)
            strand.shares.push_back(static_cast<double>(i) / pieces);
        strands.push_back(std::move(strand));
    };
    for (int axis = 0; axis < (isLine ? 1 : 2); ++axis) {
        // Whole cells around the middle, both ways.
        const int half = static_cast<int>(std::ceil(size(axis) / (2 * spacing) - 1e-9)),
                  across = static_cast<int>(std::ceil(size(1 - axis) / (2 * spacing) - 1e-9));
        for (int i = -half; i <= half; ++i) {
            Eigen::Vector2d from, to;
            from(axis) = to(axis) = middle(axis) + i * spacing;
            from(1 - axis) = middle(1 - axis) - across * spacing;
            to(1 - axis) = middle(1 - axis) + across * spacing;
            if (isLine)
                from(1) = to(1) = 0;
            add(from, to, isLine ? 1 : kFirstPieces);
        }
    }
    return strands;
}

Eigen::Vector2d placeOn(const WarpLine& line, double share)
{
    return line.from + share * (line.to - line.from);
}

/// Which pieces of a strand are to be halved: their first points.
std::vector<std::size_t> roughPieces(const Strand& strand, double pixel)
{
    const auto& points = strand.images;
    std::vector<bool> isRough(points.size(), false);
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        isRough[i] = (points[i + 1] - points[i]).norm() > kLongest * pixel;
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const Eigen::Vector2d chord = points[i + 1] - points[i - 1],
                              off = points[i] - points[i - 1];
        const double length = chord.norm(),
                     along = length > 0 ? std::clamp(off.dot(chord) / length, 0., length) : 0;
        const double bend = length > 0 ? (off - along * chord / length).norm() : off.norm();
        if (bend > kBend * pixel)
            isRough[i - 1] = isRough[i] = true;
    }
    std::vector<std::size_t> pieces;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const bool canBeCut = (points[i + 1] - points[i]).norm() > kShortest * pixel
                              && strand.shares[i + 1] - strand.shares[i] > 1e-14; // of doubles
        if (isRough[i] && canBeCut)
            pieces.push_back(i);
    }
    return pieces;
}

struct Middle {
    std::size_t strand, piece;
};

/// Puts the images of the middles where they belong; middles are in order.
void insertMiddles(std::vector<Strand>& strands,
                   const std::vector<Middle>& middles,
                   const std::vector<Eigen::Vector2d>& images)
{
    std::size_t next = 0;
    while (next < middles.size()) {
        Strand& strand = strands[middles[next].strand];
        const std::size_t which = middles[next].strand;
        std::vector<double> shares;
        std::vector<Eigen::Vector2d> points;
        for (std::size_t i = 0; i < strand.shares.size(); ++i) {
            shares.push_back(strand.shares[i]);
            points.push_back(strand.images[i]);
            if (next < middles.size() && middles[next].strand == which
                && middles[next].piece == i) {
                shares.push_back((strand.shares[i] + strand.shares[i + 1]) / 2);
                points.push_back(images[next++]);
            }
        }
        strand.shares = std::move(shares);
        strand.images = std::move(points);
    }
}

/// False where the points run out before all is smooth.
bool refine(std::vector<Strand>& strands,
            const PlaneFlow& flow,
            double pixel,
            std::size_t most,
            WorkerPool& pool,
            const std::stop_token& stop)
{
    std::size_t points = 0;
    for (const Strand& strand : strands)
        points += strand.shares.size();
    for (int round = 0; round < kMostRounds && !stop.stop_requested(); ++round) {
        std::vector<Middle> middles;
        std::vector<Eigen::Vector2d> places;
        for (std::size_t i = 0; i < strands.size(); ++i)
            for (const std::size_t piece : roughPieces(strands[i], pixel)) {
                const auto& shares = strands[i].shares;
                middles.push_back({i, piece});
                places.push_back(placeOn(strands[i].line, (shares[piece] + shares[piece + 1]) / 2));
            }
        if (middles.empty())
            return true;
        if (points + middles.size() > most)
            return false;
        points += middles.size();
        insertMiddles(strands, middles, flow.images(places, pool, stop));
    }
    return true;
}

/// The level at a share of the angle between two levels of a process.
PathCoefficients levelBetween(const ForwardProcess& process,
                              const PathCoefficients& from,
                              const PathCoefficients& to,
                              double share)
{
    if (share <= 0 || share >= 1)
        return share <= 0 ? from : to;
    const double first = std::atan2(from.sigma, from.alpha), last = std::atan2(to.sigma, to.alpha);
    return process.at(process.timeAt(std::tan(first + share * (last - first))));
}

LaneWarp warpOfLane(const RunProduct& run,
                    const WarpSpec& spec,
                    std::size_t lane,
                    const WarpWindow& window,
                    WorkerPool& pool,
                    const std::stop_token& stop,
                    int most)
{
    LaneWarp warp;
    warp.step = window.step;
    const LaneProduct& product = *run.lanes[lane];
    auto ode = odeOfPlan(product.plan);
    if (!ode) {
        warp.note = ode.error().message;
        return warp;
    }
    ode->process = product.process;
    const PathCoefficients last = ode->data;
    ode->noise = levelAtStep(*product.process, product.plan.levels, window.step);
    ode->data = levelBetween(*product.process, ode->noise, last, spec.share);
    const auto flow = OneStepFlow::create(*ode);
    if (!flow) {
        warp.note = flow.error().message;
        return warp;
    }
    const bool isLine = run.planeMixture->dimension() == 1;
    auto strands = gridLines(
        bulkOf(*run.planeMixture, ode->noise), static_cast<int>(spec.lines), isLine, warp.spacing);
    const PlaneFlow plane(*flow, run.plane, ode->noise.alpha, ode->data.alpha);
    std::vector<Eigen::Vector2d> places;
    for (const Strand& strand : strands)
        for (const double share : strand.shares)
            places.push_back(placeOn(strand.line, share));
    const auto images = plane.images(places, pool, stop);
    std::size_t next = 0;
    for (Strand& strand : strands)
        for (std::size_t i = 0; i < strand.shares.size(); ++i)
            strand.images.push_back(images[next++]);
    if (!isLine)
        warp.isCoarse =
            !refine(strands, plane, window.pixel, static_cast<std::size_t>(most), pool, stop);
    for (Strand& strand : strands) {
        strand.line.warped = std::move(strand.images);
        warp.lines.push_back(std::move(strand.line));
    }
    return warp;
}

} // namespace

LaneWarps computeLaneWarps(const RunProduct& run,
                           const ViewSpec& view,
                           const std::vector<WarpWindow>& windows,
                           WorkerPool& pool,
                           std::stop_token stop,
                           int points)
{
    LaneWarps warps;
    warps.share = view.warp.share;
    warps.wantedLines = static_cast<int>(view.warp.lines);
    for (std::size_t lane = 0; lane < std::min(windows.size(), run.lanes.size()); ++lane)
        warps.lanes.push_back(warpOfLane(run, view.warp, lane, windows[lane], pool, stop, points));
    return warps;
}

} // namespace scorefield
