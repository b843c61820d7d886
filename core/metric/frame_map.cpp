// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/frame_map.h"

#include "core/geometry/eigenframe.h"

#include <algorithm>
#include <limits>

namespace scorefield {

namespace {

constexpr std::size_t kBlock = 256; // points a thread takes at a time: cancelled within a moment

/// Middles of `count` cells from `first` on, in the plane's x~. [count,2]
Eigen::ArrayXXd placesOf(const PlaneGrid& grid, double alpha, std::size_t first, std::size_t count)
{
    const auto columns = static_cast<std::size_t>(grid.columns);
    Eigen::ArrayXXd places(static_cast<Eigen::Index>(count), 2);
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const auto column = static_cast<double>((first + i) % columns),
                   line = static_cast<double>((first + i) / columns);
        places(row, 0) = (grid.left + (column + .5) * grid.width / grid.columns) / alpha;
        places(row, 1) = (grid.bottom + (line + .5) * grid.height / grid.rows) / alpha;
    }
    return places;
}

double valueOf(const Eigenframe& frame, FrameQuantity quantity)
{
    switch (quantity) {
    case FrameQuantity::Kappa1:
        return frame.kappa[0];
    case FrameQuantity::Kappa2:
        return frame.kappa[1];
    case FrameQuantity::Gap:
        break;
    }
    return frame.logGap[0];
}

const Eigen::ArrayXd& valuesOf(const PlaneFrames& frames, FrameQuantity quantity)
{
    switch (quantity) {
    case FrameQuantity::Kappa1:
        return frames.kappa1;
    case FrameQuantity::Kappa2:
        return frames.kappa2;
    case FrameQuantity::Gap:
        break;
    }
    return frames.logGap;
}

Status check(const MapSubject& subject, const PathCoefficients& level, FrameQuantity quantity)
{
    if (!(level.alpha > 0))
        return Error{"", "at pure noise κ = −1 everywhere"};
    if (!(level.sigma > 0))
        return Error{"", "without noise κ = σ²λ is 0 everywhere"};
    if (subject.axes.rows() == 1 && quantity != FrameQuantity::Kappa1)
        return Error{"", "data of one dimension have one curvature, κ₁"};
    return success();
}

} // namespace

Result<FieldMap> frameMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          FrameQuantity quantity,
                          const PlaneGrid& wanted,
                          WorkerPool& pool,
                          std::stop_token stop)
{
    if (auto possible = check(subject, level, quantity); !possible)
        return possible.error();
    const Eigen::Index d = subject.axes.rows();
    PlaneGrid grid = wanted;
    if (d == 1)
        grid.rows = 1;
    const RidgeField field(subject.ode.mixture, level.sigmaTilde());
    const auto cells = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
    FieldMap map{grid, std::vector<float>(cells, std::numeric_limits<float>::quiet_NaN())};
    pool.parallelFor((cells + kBlock - 1) / kBlock, [&](std::size_t block) {
        if (stop.stop_requested())
            return;
        const std::size_t first = block * kBlock, count = std::min(kBlock, cells - first);
        const Eigen::ArrayXXd places = placesOf(grid, level.alpha, first, count);
        float* values = map.values.data() + first;
        if (d == 2) {
            PlaneFrames frames;
            field.planeFrames(places, frames);
            const Eigen::ArrayXd& found = valuesOf(frames, quantity);
            std::transform(found.begin(), found.end(), values, [](double value) {
                return static_cast<float>(value);
            });
            return;
        }
        for (Eigen::Index i = 0; i < places.rows(); ++i) {
            const Eigen::VectorXd y = places.row(i).head(subject.axes.cols()).transpose();
            values[i] = static_cast<float>(
                valueOf(field.frame(subject.origin + subject.axes * y), quantity));
        }
    });
    return map;
}

} // namespace scorefield
