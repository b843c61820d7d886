// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/law_distance.h"

#include "core/metric/law_density.h"
#include "core/metric/law_mass.h"
#include "core/metric/neighbours.h"
#include "core/metric/projected_law.h"
#include "core/metric/root_estimate.h"
#include "core/metric/transport.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Draws that the quantiles of the law are made of: several for each particle, so that the law's
/// own noise is small beside that of the particles.
constexpr std::size_t kMostDraws = std::size_t{1} << 17U;
/// Coordinates that all pairs of neighbours may compare: 0.1 s or so.
constexpr double kMostComparisons = 2e8;
constexpr Eigen::Index kFewestPoints = 64; ///< points that make an estimate worth its name

std::string countText(Eigen::Index count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

} // namespace

/// Floors are measured on demand, once.
struct LawMeter::Private {
    std::shared_ptr<const GaussianMixture> mixture;
    PathCoefficients level;
    std::size_t particles;
    std::uint64_t seed;
    LawDensity density;
    ProjectedLaw projections;
    Eigen::MatrixXd twin;   ///< exact draws that no quantile was made of [particles,d]
    Eigen::MatrixXd others; ///< as many more, for neighbours and assignment
    std::optional<LawMass> mass;
    mutable std::once_flag transportOnce, exactOnce, divergenceOnce, energyOnce, modesOnce;
    mutable double transportFloor = 0, exactFloor = 0, divergenceFloor = 0, energyFloor = 0,
                   modesFloor = 0;

    Estimate transport(const Eigen::MatrixXd& points, WorkerPool& pool) const
    {
        return rootOf(projections.transportSquared(points, pool));
    }
    Estimate exactTransport(const Eigen::MatrixXd& points) const;
    Estimate divergence(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    Estimate energy(const Eigen::MatrixXd& points, WorkerPool& pool) const
    {
        return rootOf(projections.energySquared(points, pool));
    }
    Estimate modes(const Eigen::MatrixXd& points, WorkerPool& pool) const;
    Eigen::Index neighbourCount() const;
};

LawMeter::LawMeter(std::shared_ptr<const GaussianMixture> mixture,
                   const PathCoefficients& level,
                   std::size_t particles,
                   std::uint64_t seed,
                   WorkerPool& pool)
{
    const std::size_t count = std::max<std::size_t>(1, particles);
    const std::size_t each = std::clamp<std::size_t>(kMostDraws / count, 1, 64);
    // One sequence: first the quantiles' draws, then those of the floors.
    const Eigen::MatrixXd draws =
        mixture
            ->sample(
                seed, Stream::Data, static_cast<int>(count * (each + 2)), level.alpha, level.sigma)
            .transpose();
    const auto n = static_cast<Eigen::Index>(count);
    LawDensity density(*mixture, level.alpha, level.sigma);
    std::optional<LawMass> mass;
    if (density.isRegular() && mixture->dimension() <= 2)
        mass.emplace(*mixture, level.alpha, level.sigma);
    ProjectedLaw projections(draws.topRows(n * static_cast<Eigen::Index>(each)), n, pool);
    // NOLINTNEXTLINE(modernize-make-unique): an aggregate that cannot move
    m_private.reset(new Private{std::move(mixture),
                                level,
                                count,
                                seed,
                                std::move(density),
                                std::move(projections),
                                draws.middleRows(n * static_cast<Eigen::Index>(each), n),
                                draws.bottomRows(n),
                                std::move(mass),
                                {},
                                {},
                                {},
                                {},
                                {}});
}

LawMeter::~LawMeter() = default;

Estimate LawMeter::Private::exactTransport(const Eigen::MatrixXd& points) const
{
    const Eigen::Index n = std::min({points.rows(), others.rows(), kMostAssigned});
    const auto squared =
        scorefield::exactTransport({points.topRows(n), {}}, {others.topRows(n), {}}, 2);
    return squared ? rootOf(*squared) : Estimate{kNaN, 0};
}

Eigen::Index LawMeter::Private::neighbourCount() const
{
    const double d = mixture->dimension();
    return static_cast<Eigen::Index>(
        std::min(static_cast<double>(particles), std::sqrt(kMostComparisons / d)));
}

Estimate LawMeter::Private::divergence(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    if (!density.isRegular() || points.rows() < kFewestPoints || others.rows() < kFewestPoints)
        return {kNaN, 0};
    if (mass)
        return massDivergence(points, *mass, neighbourFor(points.rows()), pool);
    const Eigen::Index n = neighbourCount();
    return neighbourDivergence(points.topRows(std::min(n, points.rows())),
                               others.topRows(std::min(n, others.rows())),
                               kNeighbour,
                               pool);
}

Estimate LawMeter::Private::modes(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    if (points.rows() == 0)
        return {kNaN, 0};
    const double n = static_cast<double>(points.rows());
    const auto& components = mixture->components();
    Eigen::ArrayXd excess(mixture->componentCount());
    for (Eigen::Index k = 0; k < excess.size(); ++k)
        excess(k) = -components[static_cast<std::size_t>(k)].weight;
    const Eigen::ArrayXd weights = -excess;
    for (const int k : density.likeliest(points, pool))
        excess(k) += 1 / n;
    // Each particle adds half the sign of its component's excess.
    const Eigen::ArrayXd shares = excess + weights;
    const double mean = (shares * excess.sign()).sum() / 2;
    const double variance = (shares * excess.sign().square()).sum() / 4 - mean * mean;
    return {excess.abs().sum() / 2, std::sqrt(std::max(0.0, variance) / n)};
}

LawDistance LawMeter::w2(const Eigen::MatrixXd& points, WorkerPool& pool, bool exact) const
{
    const Private& law = *m_private;
    const Eigen::Index directions = law.projections.directionCount();
    if (exact && law.mixture->dimension() > 1) {
        std::call_once(law.exactOnce, [&] { law.exactFloor = law.exactTransport(law.twin).value; });
        const Eigen::Index n = std::min({points.rows(), law.others.rows(), kMostAssigned});
        Estimate estimate = points.rows() == 0 ? Estimate{kNaN, 0} : law.exactTransport(points);
        return {estimate,
                law.exactFloor,
                "exact assignment of " + std::to_string(n) + " particles to as many exact draws"};
    }
    std::call_once(law.transportOnce,
                   [&] { law.transportFloor = law.transport(law.twin, pool).value; });
    return {points.rows() == 0 ? Estimate{kNaN, 0} : law.transport(points, pool),
            law.transportFloor,
            directions == 1 ? "quantiles" : "sliced, " + countText(directions, "direction")};
}

LawDistance LawMeter::kl(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    const Private& law = *m_private;
    std::call_once(law.divergenceOnce, [&] {
        // The bias is taken off: what is left is what chance does to it.
        const Estimate twin = law.divergence(law.twin, pool);
        law.divergenceFloor = std::max(std::abs(twin.value), twin.error);
    });
    return {law.divergence(points, pool),
            law.divergenceFloor,
            law.mass ? "exact masses of boxes to neighbour "
                           + std::to_string(neighbourFor(points.rows()))
                     : countText(kNeighbour, "nearest neighbour") + " of "
                           + std::to_string(law.neighbourCount()) + " particles"};
}

LawDistance LawMeter::energyDistance(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    const Private& law = *m_private;
    const Eigen::Index directions = law.projections.directionCount();
    std::call_once(law.energyOnce, [&] { law.energyFloor = law.energy(law.twin, pool).value; });
    return {points.rows() == 0 ? Estimate{kNaN, 0} : law.energy(points, pool),
            law.energyFloor,
            directions == 1 ? "exact sums"
                            : "sums over projections, " + countText(directions, "direction")};
}

LawDistance LawMeter::modeWeights(const Eigen::MatrixXd& points, WorkerPool& pool) const
{
    const Private& law = *m_private;
    std::call_once(law.modesOnce, [&] { law.modesFloor = law.modes(law.twin, pool).value; });
    return {law.modes(points, pool), law.modesFloor, "shares of the likeliest component"};
}

Eigen::MatrixXd endPoints(const Trajectories& run)
{
    Eigen::MatrixXd points(static_cast<Eigen::Index>(run.particles), run.dimension);
    for (int axis = 0; axis < run.dimension; ++axis) {
        const auto values = run.coordinate(run.steps, axis);
        for (std::size_t i = 0; i < values.size(); ++i)
            points(static_cast<Eigen::Index>(i), axis) = static_cast<double>(values[i]);
    }
    Eigen::Index kept = 0;
    for (Eigen::Index i = 0; i < points.rows(); ++i)
        if (points.row(i).allFinite()) {
            if (kept != i)
                points.row(kept) = points.row(i);
            ++kept;
        }
    points.conservativeResize(kept, run.dimension);
    return points;
}

} // namespace scorefield
