// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the end points approach the solution of the equation as steps are added: the same
// particles, noise and equation, so that nothing but the grid and the sampler is measured.
#include "core/metric/converged.h"
#include "core/metric/readouts.h"
#include "core/session/lane_plan.h"
#include "core/study/step_sweep.h"
#include "core/study/study.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

/// The columns, in the order of Measurement::estimates.
enum Quantity : std::size_t {
    RmsError,
    RmsOrder,
    RmsFloor,
    MedianError,
    OtherBasin,
    Evaluations,
    QuantityCount
};

std::vector<QuantityInfo> quantities()
{
    std::vector<QuantityInfo> all(QuantityCount);
    all[RmsError] = {"error",
                     "RMS error of the end points",
                     "data units",
                     ColumnRole::Measured,
                     "",
                     true,
                     true,
                     "Root mean square distance to the end points of the converged solution.",
                     true};
    all[RmsOrder] = {"error.order",
                     "Declared order",
                     "data units",
                     ColumnRole::Curve,
                     "error",
                     false,
                     true,
                     "K^(−order) of the sampler's declared order, through the most steps at which "
                     "the error is above its floor; for noise-free runs."};
    all[RmsFloor] = {"error.floor",
                     "Error of the converged solution",
                     "data units",
                     ColumnRole::Floor,
                     "error",
                     false,
                     true,
                     "How far the converged solution itself is from the limit: its difference to "
                     "one with half the steps, extrapolated (Richardson)."};
    all[MedianError] = {"median_error",
                        "Median error of the end points",
                        "data units",
                        ColumnRole::Measured,
                        "",
                        true,
                        true,
                        "Unlike the mean it is not ruled by the few that ended in another basin.",
                        true};
    all[OtherBasin] = {"other_basin",
                       "Share in another basin",
                       "",
                       ColumnRole::Measured,
                       "",
                       true,
                       false,
                       "End points whose likeliest component is not that of the converged one."};
    all[Evaluations] = {"evaluations",
                        "Evaluations of the field",
                        "per particle",
                        ColumnRole::Measured,
                        "",
                        false,
                        true,
                        "What the run cost; on average where the steps are adaptive."};
    return all;
}

Result<std::vector<Sweep>> defaultSweeps(const Session& session)
{
    return stepSweep(session, "10", "320", 6);
}

using Ends = BasicTrajectories<double>;

/// |x - y|^2 of every particle at the last states of two runs.
Eigen::ArrayXd squaredDistances(const Ends& a, const Ends& b)
{
    Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(a.particles));
    for (int c = 0; c < a.dimension; ++c) {
        const auto x = a.coordinate(a.steps, c), y = b.coordinate(b.steps, c);
        squares += (Eigen::Map<const Eigen::ArrayXd>(x.data(), squares.size())
                    - Eigen::Map<const Eigen::ArrayXd>(y.data(), squares.size()))
                       .square();
    }
    return squares;
}

StudyValue rootMean(const Eigen::ArrayXd& squares)
{
    const auto n = static_cast<double>(squares.size());
    const double mean = squares.mean(), root = std::sqrt(mean);
    if (n < 2 || root == 0)
        return {root, 0};
    const double variance = (squares - mean).square().sum() / (n - 1);
    return {root, std::sqrt(variance / n) / (2 * root)};
}

/// With half the distance between the order statistics sqrt(n)/2 to either side as its standard
/// error.
StudyValue median(const Eigen::ArrayXd& squares)
{
    std::vector<double> sorted(squares.begin(), squares.end());
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    const auto at = [&](double rank) {
        return std::sqrt(sorted[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1))]);
    };
    const double middle = std::floor(n / 2), side = std::sqrt(n) / 2;
    return {at(middle), (at(middle + side) - at(middle - side)) / 2};
}

std::vector<int> componentsOf(const Ends& run, const SimulationPlan& plan, WorkerPool& pool)
{
    Trajectories ends;
    ends.steps = 0;
    ends.dimension = run.dimension;
    ends.particles = run.particles;
    ends.values.resize(run.particles * static_cast<std::size_t>(run.dimension));
    for (int c = 0; c < run.dimension; ++c) {
        const auto x = run.coordinate(run.steps, c);
        std::transform(x.begin(), x.end(), ends.coordinate(0, c).begin(), [](double value) {
            return static_cast<float>(value);
        });
    }
    return endComponents(*plan.mixture, plan.levels.back(), ends, pool);
}

/// Every second level of the converged plan, and the last ones as they are.
SimulationPlan halved(const SimulationPlan& fine)
{
    SimulationPlan coarse = fine;
    const std::size_t count = fine.levels.size();
    const std::size_t kept = fine.levels.back().sigma > 0 ? 1 : 2; // a last step onto the mean
    coarse.levels.clear();
    for (std::size_t k = 0; k < count; ++k)
        if (k % 2 == 0 || k + kept >= count)
            coarse.levels.push_back(fine.levels[k]);
    return coarse;
}

Result<Measurement> measure(const StudyPoint& point, WorkerPool& pool, std::stop_token stop)
{
    Measurement measured;
    measured.estimates.resize(QuantityCount);
    std::vector<StudyValue>& estimates = measured.estimates;
    SimulationPlan plan = point.plan;
    plan.keepOnlyEnd = true;
    const auto run = simulate<double>(plan, pool, stop);
    if (run.outcome.kind == Outcome::Kind::Refused)
        return Error{"", run.outcome.message};
    if (run.outcome.kind != Outcome::Kind::Completed) {
        measured.note = run.outcome.message;
        return measured;
    }
    estimates[Evaluations].value = run.evaluations;
    const auto fine = convergedPlan(plan); // keeps keepOnlyEnd
    if (!fine) {
        measured.note = fine.error().message;
        return measured;
    }
    const auto solution = simulate<double>(*fine, pool, stop);
    const auto rough = simulate<double>(halved(*fine), pool, stop);
    for (const auto* result : {&solution, &rough})
        if (result->outcome.kind != Outcome::Kind::Completed) {
            measured.note = "the converged solution: " + result->outcome.message;
            return measured;
        }
    const auto squares = squaredDistances(run.trajectories, solution.trajectories);
    estimates[RmsError] = rootMean(squares);
    estimates[MedianError] = median(squares);
    // Twice the steps leave 1/16 of the error of RK4, and half of that of the SDE's integrator.
    const double ratio = fine->eta > 0 ? 2 : 16;
    estimates[RmsFloor].value =
        rootMean(squaredDistances(rough.trajectories, solution.trajectories)).value / (ratio - 1);
    const auto ended = componentsOf(run.trajectories, plan, pool);
    const auto meant = componentsOf(solution.trajectories, *fine, pool);
    const auto n = static_cast<double>(ended.size());
    double elsewhere = 0;
    for (std::size_t i = 0; i < ended.size(); ++i)
        elsewhere += ended[i] != meant[i] ? 1 : 0;
    const double share = elsewhere / n;
    estimates[OtherBasin] = {share, std::sqrt(share * (1 - share) / n)};
    return measured;
}

/// The declared order of the lane's sampler; 0 where there is none, or where noise decides it.
int orderAt(const Session& session, int lane, const std::shared_ptr<const GaussianMixture>& mixture)
{
    const auto plan = planLane(session, lane, mixture);
    const auto kind = plan ? findSampler(plan->sampler) : Error{};
    return kind && followedEta(*plan) == 0 ? samplerOrder(**kind, plan->sampler.values) : 0;
}

void drawOrder(const Session& session, const std::vector<Sweep>& sweeps, Table& table)
{
    const auto mixture =
        std::make_shared<const GaussianMixture>(GaussianMixture::create(*session.data).value());
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const auto along = sweepOf(
            session, sweeps, (session.view.matchNoise != 0 ? "lanes.0." : prefix) + kStepsKey);
        if (!along)
            continue;
        const std::vector<double>& error = table.find(prefix + "error")->values;
        const std::vector<double>& floor = table.find(prefix + "error.floor")->values;
        std::vector<double>& curve = table.find(prefix + "error.order")->values;
        for (std::size_t row = 0; row < curve.size(); ++row) {
            double anchor = 0, height = 0;
            for (const std::size_t other : rowsAlong(sweeps, *along, row)) {
                const double K = valueAt(sweeps, *along, other);
                if (K > anchor && error[other] > 3 * floor[other]) { // else half of it is floor
                    anchor = K;
                    height = error[other];
                }
            }
            const int order = orderAt(sessionAt(session, sweeps, row).value(), lane, mixture);
            if (anchor > 0 && order > 0)
                curve[row] = height * std::pow(valueAt(sweeps, *along, row) / anchor, -order);
        }
    }
}

} // namespace

StudyKind convergenceOrderStudy()
{
    return {
        {"convergence-order",
         "Order of convergence",
         "Distance of the end points to the solution that ever smaller steps approach, over the "
         "number of steps: the fitted slope against the sampler's declared order.",
         "Karras et al. 2022, arXiv:2206.00364, sec. 3 and fig. 2",
         quantities()},
        defaultSweeps,
        measure,
        drawOrder};
}

} // namespace scorefield
