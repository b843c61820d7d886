// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_arrows.h"

#include "core/field/score_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr int kMostAcross = 200;       // arrows along one side: no picture has room for more
constexpr std::size_t kBlock = 64;     // places a thread takes at a time
constexpr double kReferenceShare = .9; // of the vectors are no longer than the reference
constexpr double kRounding = 1e-11;    // of the size of what was subtracted

using Field = std::unique_ptr<ScoreField<double>>;

struct Fields {
    Field own;   ///< null where it is not needed
    Field exact; ///< of the guided exact score, for its means or to compare with
};

std::shared_ptr<const GuidanceRule> ruleOf(const SimulationPlan& plan)
{
    return plan.guidance ? plan.guidance : makeUnguided();
}

Result<Fields> fieldsFor(ArrowField wanted, const SimulationPlan& plan)
{
    const ErrorFacts facts{plan.mixture, ruleOf(plan), plan.levels};
    if (wanted != ArrowField::Guidance && plan.error && !plan.error->isPrepared(*plan.mixture))
        return Error{"error", "the model of this lane is not trained yet"};
    Fields fields;
    if (wanted == ArrowField::Guidance) {
        const auto target = facts.guidance->target();
        if (!target)
            return Error{"guidance", "nothing is guided here: choose a guidance rule"};
        if (plan.mixture->classWeight(*target) <= 0)
            return Error{"target", "the target has no component in the mixture"};
    } else if (wanted == ArrowField::Error && !plan.error) {
        return Error{"error", "this lane has the exact score; choose a score error for it"};
    }
    if (wanted != ArrowField::Guidance)
        fields.own = makeLearnedField<double>(facts, plan.error.get());
    if (wanted == ArrowField::Guidance || wanted == ArrowField::Error)
        fields.exact = makeLearnedField<double>(facts, nullptr);
    if (wanted == ArrowField::Guidance && fields.exact->means() == nullptr)
        return Error{"guidance", "this rule has no two means to compare"};
    return fields;
}

/// The vectors at x [n,d], [n,d].
Block<double> vectorsAt(ArrowField wanted,
                        const Fields& fields,
                        const PathCoefficients& level,
                        const Block<double>& x)
{
    const double perScore = level.alpha / (level.sigma * level.sigma);
    if (wanted == ArrowField::Guidance) {
        MeanSource::Means means;
        fields.exact->means()->split(level, x, means);
        return perScore * means.difference;
    }
    Block<double> mean(x.rows(), x.cols());
    fields.own->denoise(level, x, mean);
    if (wanted == ArrowField::Score)
        return (level.alpha * mean - x) / (level.sigma * level.sigma);
    if (wanted == ArrowField::Velocity)
        return -(level.dAlpha * mean + level.dSigma / level.sigma * (x - level.alpha * mean));
    Block<double> exact(x.rows(), x.cols());
    fields.exact->denoise(level, x, exact);
    Block<double> difference = mean - exact;
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        if (difference.row(i).matrix().norm()
            <= kRounding * (mean.row(i).matrix().norm() + exact.row(i).matrix().norm()))
            difference.row(i).setZero();
    return perScore * difference;
}

/// The points of the plane in the coordinates of the level. [n,d]
Block<double> pointsOf(const ViewPlane& plane,
                       const ArrowGrid& grid,
                       double alpha,
                       std::size_t first,
                       std::size_t count)
{
    Block<double> x(static_cast<Eigen::Index>(count), plane.origin.size());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const Eigen::Vector2d at = grid.place(first + static_cast<std::size_t>(i));
        Eigen::VectorXd point = alpha * plane.origin + plane.axes.col(0) * at[0];
        if (plane.axes.cols() > 1)
            point += plane.axes.col(1) * at[1];
        x.row(i) = point.transpose().array();
    }
    return x;
}

LaneArrowField fieldOfLane(const RunProduct& run,
                           ArrowField wanted,
                           std::size_t lane,
                           const ArrowWindow& window,
                           WorkerPool& pool,
                           const std::stop_token& stop)
{
    LaneArrowField result{window.grid, window.step, {}, 0, {}};
    const LaneProduct& product = *run.lanes[lane];
    const PathCoefficients level = levelAtStep(*product.process, product.plan.levels, window.step);
    if (!(level.sigma > 0) || !std::isfinite(level.sigma)) {
        result.note = "at σ = 0 there is no field to draw arrows of; move the play-head back";
        return result;
    }
    const auto fields = fieldsFor(wanted, product.plan);
    if (!fields) {
        result.note = fields.error().message;
        return result;
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::size_t count = window.grid.size();
    result.vectors.assign(count, Eigen::Vector2d(nan, nan));
    pool.parallelFor((count + kBlock - 1) / kBlock, [&](std::size_t block) {
        if (stop.stop_requested())
            return;
        const std::size_t first = block * kBlock, some = std::min(kBlock, count - first);
        const Block<double> x = pointsOf(run.plane, window.grid, level.alpha, first, some),
                            vectors = vectorsAt(wanted, *fields, level, x);
        for (std::size_t i = 0; i < some; ++i) {
            const Eigen::VectorXd v =
                run.plane.axes.transpose()
                * vectors.row(static_cast<Eigen::Index>(i)).matrix().transpose();
            if (v.allFinite())
                result.vectors[first + i] = {v[0], v.size() > 1 ? v[1] : 0};
        }
    });
    return result;
}

/// The length that this share of the vectors does not exceed; 0 without any.
double quantile(std::vector<double> lengths, double share)
{
    if (lengths.empty())
        return 0;
    const auto at = lengths.begin()
                    + static_cast<std::ptrdiff_t>(share * static_cast<double>(lengths.size() - 1));
    std::nth_element(lengths.begin(), at, lengths.end());
    return *at;
}

} // namespace

ArrowGrid ArrowGrid::inside(
    double left, double bottom, double width, double height, double spacing, int dimension)
{
    ArrowGrid grid;
    grid.spacing = std::max({spacing, width / kMostAcross, height / kMostAcross, 1e-300});
    const auto fit = [&](double low, double length, int& first, int& count) {
        const double from = std::ceil(low / grid.spacing),
                     to = std::floor((low + length) / grid.spacing);
        // A camera so far away that whole numbers end has nothing to point at.
        const bool isNumbered = std::abs(from) < 1e9 && std::abs(to) < 1e9;
        first = isNumbered ? static_cast<int>(from) : 0;
        count = isNumbered ? std::max(0, static_cast<int>(to - from) + 1) : 0;
    };
    fit(left, width, grid.firstColumn, grid.columns);
    if (dimension > 1)
        fit(bottom, height, grid.firstRow, grid.rows);
    else
        grid.rows = bottom <= 0 && bottom + height >= 0 ? 1 : 0;
    return grid;
}

Eigen::Vector2d ArrowGrid::place(std::size_t index) const
{
    const auto across = static_cast<std::size_t>(std::max(columns, 1));
    return {spacing * (firstColumn + static_cast<int>(index % across)),
            spacing * (firstRow + static_cast<int>(index / across))};
}

LaneArrows computeLaneArrows(const RunProduct& run,
                             const ViewSpec& view,
                             const std::vector<ArrowWindow>& windows,
                             WorkerPool& pool,
                             std::stop_token stop)
{
    LaneArrows arrows;
    arrows.field = static_cast<ArrowField>(static_cast<int>(view.arrows.field));
    const std::size_t count = std::min(windows.size(), run.lanes.size());
    for (std::size_t lane = 0; lane < count; ++lane)
        arrows.lanes.push_back(fieldOfLane(run, arrows.field, lane, windows[lane], pool, stop));
    for (std::size_t lane = 0; lane < count; ++lane) {
        std::vector<double> lengths;
        for (std::size_t other = 0; other < count; ++other)
            if (run.session.lanes[other].process == run.session.lanes[lane].process)
                for (const Eigen::Vector2d& v : arrows.lanes[other].vectors)
                    if (v.allFinite() && v.squaredNorm() > 0)
                        lengths.push_back(v.norm());
        arrows.lanes[lane].reference = quantile(std::move(lengths), kReferenceShare);
    }
    return arrows;
}

} // namespace scorefield
