// SPDX-License-Identifier: GPL-3.0-or-later
// Grids of the user: a list of noise levels as it is, and a curve drawn through control points.
#include "core/process/grid_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

Result<std::vector<double>> givenTimes(const ForwardProcess& process, const Choice& grid)
{
    std::vector<double> levels;
    for (const CurvePoint& point : grid.points)
        levels.push_back(point.y);
    const bool toData = levels.back() == 0;
    if (toData)
        levels.pop_back();
    auto times = timesAtNoise(process, levels);
    if (!times)
        return Error{"levels", times.error().message};
    if (toData)
        times->push_back(0);
    return times;
}

Result<std::vector<double>> drawnTimes(const ForwardProcess& process, const Choice& grid)
{
    const auto curve = MonotoneCurve::create(grid.points);
    if (!curve)
        return Error{"points", curve.error().message};
    const double top = grid.points.front().y, bottom = grid.points.back().y;
    return timesOnNoiseCurve(process, grid.values, [&](double p, double high, double low) {
        const double place = (curve->value(p) - bottom) / (top - bottom);
        return low * std::pow(high / low, std::clamp(place, 0.0, 1.0));
    });
}

} // namespace

GridKind levelsGrid()
{
    PointsInfo points;
    points.key = "levels";
    points.list = true;
    points.xLabel = "k";
    points.yLabel = "σ̃";
    points.quantity = PathQuantity::NoiseLevel;
    points.xMaximum = 1000;
    points.yMaximum = 1e6;
    points.endsFixed = false;
    points.most = 1001;
    for (const double level : {80., 40., 20., 10., 5., 2., 1., 0.5, 0.2, 0.1, 0.05, 0.02, 0.})
        points.defaultPoints.push_back({static_cast<double>(points.defaultPoints.size()), level});
    points.help = "Noise levels σ̃ = σ/α, falling; a last 0 returns the posterior mean. They are "
                  "taken as they are, whatever T and δ are, as far as the process has such levels.";
    GridKind kind{};
    kind.info = {"levels",
                 "Given levels",
                 "σ̃₀ > σ̃₁ > … > σ̃_K ≥ 0",
                 "A list of noise levels, for a schedule of your own or from a file; its length "
                 "gives the number of steps, and T and δ have no effect.",
                 "As given",
                 {},
                 kCustomGridGroup,
                 points};
    kind.times = givenTimes;
    return kind;
}

GridKind curveGrid()
{
    PointsInfo points;
    points.xLabel = "k/K";
    points.yLabel = "place between log σ̃_δ and log σ̃_T";
    points.quantity = PathQuantity::NoiseShare;
    points.defaultPoints = {{0, 1}, {0.3, 0.75}, {0.7, 0.35}, {1, 0}};
    points.help =
        "Where in log σ̃ the run is after a fraction k/K of its steps: the highest point is "
        "T, the lowest δ. A monotone cubic curve runs through the points; the straight "
        "line is the grid uniform in log-SNR.";
    GridKind kind{};
    kind.info = {"curve",
                 "Drawn curve",
                 "log σ̃_k = log σ̃_δ + c(k/K)(log σ̃_T − log σ̃_δ)",
                 "A curve to drag: steep where steps are large, flat where they are small. It runs "
                 "from T to δ whatever the process.",
                 "Curve: Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17",
                 {stepsParameter(), finalParameter(), sigmaMaxParameter()},
                 kCustomGridGroup,
                 points};
    kind.times = drawnTimes;
    return kind;
}

} // namespace scorefield
