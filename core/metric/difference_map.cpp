// SPDX-License-Identifier: GPL-3.0-or-later
// Differences of posterior means, cell by cell: between lanes, and between a lane and the exact
// score.
#include "core/metric/map_cells.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-11; // of a mean's size: lanes of one field differ by that much

/// The same noise level in another process; alpha = 0 and sigma = 1 stand for pure noise where the
/// process only comes near it.
Result<PathCoefficients> sameNoise(const GuidedOde& ode, double sigmaTilde)
{
    const PathCoefficients level = ode.process->at(ode.process->timeAt(sigmaTilde));
    const bool usable = std::isfinite(level.alpha) && std::isfinite(level.sigma)
                        && std::isfinite(level.dAlpha) && std::isfinite(level.dSigma)
                        && std::hypot(level.alpha, level.sigma) > 0;
    if (usable)
        return level;
    if (!std::isfinite(sigmaTilde) && (!ode.guidance || ode.guidance->isLinear()))
        return PathCoefficients{level.t, 0, 1};
    return Error{"lane", "the lane compared with has no level of this noise; move the play-head"};
}

std::unique_ptr<ScoreField<double>> learnedField(const MapSubject& subject)
{
    const auto& guidance = subject.ode.guidance;
    return makeLearnedField<double>({subject.ode.mixture, guidance ? guidance : makeUnguided(), {}},
                                    subject.error.get());
}

Status checkTrained(const MapSubject& subject)
{
    if (!subject.error || subject.error->isPrepared(*subject.ode.mixture))
        return success();
    return Error{"error", "the model of this lane is not trained yet"};
}

/// The middles of `count` cells. [n,d]
Block<double> placesOf(const MapSubject& subject,
                       const PlaneGrid& grid,
                       double alpha,
                       std::size_t first,
                       std::size_t count)
{
    Block<double> x(static_cast<Eigen::Index>(count), subject.origin.size());
    Eigen::VectorXd place;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        placeOf(subject, grid, alpha, first + static_cast<std::size_t>(i), place);
        x.row(i) = place.transpose();
    }
    return x;
}

/// Row by row, 0 where it is rounding.
void distances(const Block<double>& a, const Block<double>& b, float* values)
{
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
        const double distance = (a.row(i) - b.row(i)).matrix().norm();
        const double size = a.row(i).matrix().norm() + b.row(i).matrix().norm();
        const bool isRounding = distance <= kRounding * size;
        values[i] = static_cast<float>(!std::isfinite(distance) ? kNaN : isRounding ? 0 : distance);
    }
}

} // namespace

Result<FieldMap> differenceMap(const MapSubject& subject,
                               const PathCoefficients& level,
                               const MapSubject& other,
                               const PlaneGrid& wanted,
                               WorkerPool& pool,
                               std::stop_token stop)
{
    const auto otherLevel = sameNoise(other.ode, level.sigmaTilde());
    if (!otherLevel)
        return otherLevel.error();
    for (const MapSubject* one : {&subject, &other})
        if (auto trained = checkTrained(*one); !trained)
            return trained.error();
    const auto field = learnedField(subject), otherField = learnedField(other);
    const PlaneGrid grid = gridFor(subject, wanted);
    // Equal x/alpha at equal sigma~ is equal x/sqrt(alpha^2 + sigma^2), which is there at alpha =
    // 0.
    const double ratio =
        std::hypot(otherLevel->alpha, otherLevel->sigma) / std::hypot(level.alpha, level.sigma);
    return inBlocks(grid, pool, stop, [&](std::size_t first, std::size_t count, float* values) {
        if (level.sigma <= 0)
            return;
        Block<double> x = placesOf(subject, grid, level.alpha, first, count);
        Block<double> mean(x.rows(), x.cols()), otherMean(x.rows(), x.cols());
        field->denoise(level, x, mean);
        x *= ratio;
        otherField->denoise(*otherLevel, x, otherMean);
        distances(mean, otherMean, values);
    });
}

Result<FieldMap> errorMap(const MapSubject& subject,
                          const PathCoefficients& level,
                          const PlaneGrid& wanted,
                          WorkerPool& pool,
                          std::stop_token stop)
{
    if (auto trained = checkTrained(subject); !trained)
        return trained.error();
    MapSubject exact = subject;
    exact.error = nullptr;
    const auto field = learnedField(subject), exactField = learnedField(exact);
    const PlaneGrid grid = gridFor(subject, wanted);
    return inBlocks(grid, pool, stop, [&](std::size_t first, std::size_t count, float* values) {
        if (level.sigma <= 0)
            return;
        const Block<double> x = placesOf(subject, grid, level.alpha, first, count);
        Block<double> mean(x.rows(), x.cols()), exactMean(x.rows(), x.cols());
        field->denoise(level, x, mean);
        exactField->denoise(level, x, exactMean);
        distances(mean, exactMean, values);
    });
}

} // namespace scorefield
