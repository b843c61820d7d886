// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/one_step_map.h"

#include "core/base/linear_algebra.h"
#include "core/metric/dormand_prince.h"
#include "core/metric/guided_flow.h"
#include "core/mixture/noised_mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

namespace scorefield {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBlock = 16;   // points a thread takes at a time
constexpr std::size_t kClimbers = 6; // candidates from which the largest stretch is sought
constexpr int kMostRounds = 60;      // of climbing: along a curved ridge it is slow, and enough
constexpr double kRise = 1.005;      // times as high is worth another step of the same length
constexpr double kFinest = 1e-5;     // of the spacing: where climbing ends

double radius(const PathCoefficients& level)
{
    return std::hypot(level.alpha, level.sigma);
}

double angle(const PathCoefficients& level)
{
    return std::atan2(level.sigma, level.alpha);
}

std::size_t blocksOf(Eigen::Index points)
{
    return (static_cast<std::size_t>(points) + kBlock - 1) / kBlock;
}

/// The position of one path, and behind it, column by column, its derivative by where it began.
class Linearised {
public:
    Linearised(const GuidedFlow& flow, double tolerance, bool withJacobian)
        : m_flow(flow)
        , m_tolerance(tolerance)
        , m_withJacobian(withJacobian)
        , m_y(flow.dimension())
        , m_dy(flow.dimension())
    {
    }

    void rate(double theta, const Eigen::VectorXd& state, Eigen::VectorXd& rate)
    {
        const Eigen::Index d = m_y.size();
        m_y = state.head(d);
        if (!m_withJacobian) {
            m_flow.velocity(theta, m_y, m_dy, m_scratch);
            rate = m_dy;
            return;
        }
        m_flow.linearised(theta, m_y, m_dy, m_slope, m_scratch);
        rate.head(d) = m_dy;
        Eigen::Map<Eigen::MatrixXd>(rate.data() + d, d, d).noalias() =
            m_slope * Eigen::Map<const Eigen::MatrixXd>(state.data() + d, d, d);
    }
    double error(const Eigen::VectorXd& difference, const Eigen::VectorXd& state) const
    {
        const Eigen::Index d = m_y.size();
        double relative =
            difference.head(d).cwiseAbs().maxCoeff() / (1 + state.head(d).cwiseAbs().maxCoeff());
        if (m_withJacobian) // relative to itself: it may shrink and grow by many decades
            relative += difference.tail(d * d).cwiseAbs().maxCoeff()
                        / state.tail(d * d).cwiseAbs().maxCoeff();
        return relative / m_tolerance; // of a sum: a NaN stays one
    }

private:
    const GuidedFlow& m_flow;
    double m_tolerance;
    bool m_withJacobian;
    GuidedFlow::Scratch m_scratch;
    Eigen::VectorXd m_y, m_dy;
    Eigen::MatrixXd m_slope;
};

double largestSingularValue(const Eigen::MatrixXd& J)
{
    if (J.size() == 1)
        return std::abs(J(0, 0));
    if (J.rows() == 2) { // |J|_2 = (|z| + |w|) of the conformal and anticonformal parts
        const double a = J(0, 0), b = J(0, 1), c = J(1, 0), e = J(1, 1);
        return (std::hypot(a + e, c - b) + std::hypot(a - e, b + c)) / 2;
    }
    const Eigen::MatrixXd squared = J.transpose() * J;
    return std::sqrt(std::max(0., symmetricEigenvalues(squared).maxCoeff()));
}

Status checkLevels(const GuidedOde& ode)
{
    if (!(angle(ode.noise) >= angle(ode.data)))
        return Error{"levels",
                     "must run from more noise to less: σ̃ = "
                         + std::to_string(ode.noise.sigmaTilde()) + " is below "
                         + std::to_string(ode.data.sigmaTilde())};
    for (const auto& component : ode.mixture->components())
        if (ode.data.sigma <= 0 && component.eigenvalues.minCoeff() <= 0)
            return Error{"levels",
                         "the run ends at σ = 0, where the flow to singular covariances has no "
                         "derivative; stop at a positive noise level"};
    return success();
}

/// Ends, and their stretch if there is room for it.
Status followAll(const GuidedOde& ode,
                 const Eigen::MatrixXd& points,
                 WorkerPool& pool,
                 const std::stop_token& stop,
                 Eigen::MatrixXd& ends,
                 Eigen::VectorXd* stretch)
{
    if (points.rows() != ode.mixture->dimension())
        return Error{"points",
                     "have " + std::to_string(points.rows()) + " coordinates, but the mixture has "
                         + std::to_string(ode.mixture->dimension())};
    if (auto status = checkLevels(ode); !status)
        return status;
    const auto flow = GuidedFlow::create(*ode.mixture, ode.guidance.get(), *ode.process);
    if (!flow)
        return flow.error();
    const Eigen::Index n = points.cols(), d = points.rows();
    const bool withJacobian = stretch != nullptr;
    const double from = angle(ode.noise), to = angle(ode.data), shrink = 1 / radius(ode.noise),
                 grow = radius(ode.data);
    // Without a weight nothing hides between the solver's steps.
    const bool isGuided = ode.guidance && ode.guidance->target();
    const double longestStep = isGuided ? ode.longestStep : std::numbers::pi / 2;
    ends.setConstant(d, n, kNaN);
    if (withJacobian)
        stretch->setConstant(n, kNaN);
    pool.parallelFor(blocksOf(n), [&](std::size_t block) {
        const Eigen::Index size = withJacobian ? d + d * d : d;
        DormandPrince<Linearised> solver(
            Linearised(*flow, ode.tolerance, withJacobian), size, longestStep);
        Eigen::VectorXd state(size);
        const auto begin = static_cast<Eigen::Index>(block * kBlock);
        for (Eigen::Index i = begin; i < std::min(n, begin + Eigen::Index(kBlock)); ++i) {
            if (stop.stop_requested())
                return;
            state.head(d) = points.col(i) * shrink;
            Eigen::Map<Eigen::MatrixXd> J(state.data() + d, withJacobian ? d : 0, d);
            J.setIdentity();
            if (!state.allFinite() || !solver.follow(from, to, state))
                continue;
            ends.col(i) = state.head(d) * grow;
            if (withJacobian)
                (*stretch)(i) = largestSingularValue(J) * (grow * shrink);
        }
    });
    return success();
}

/// The places around every climber, [d, climbers * 2d].
Eigen::MatrixXd neighbours(const std::vector<StretchPeak>& climbers, double reach)
{
    const Eigen::Index d = climbers.front().at.size();
    Eigen::MatrixXd places(d, static_cast<Eigen::Index>(climbers.size()) * 2 * d);
    Eigen::Index column = 0;
    for (const StretchPeak& climber : climbers)
        for (Eigen::Index i = 0; i < d; ++i)
            for (const double sign : {-1., 1.}) {
                places.col(column) = climber.at;
                places(i, column++) += sign * reach;
            }
    return places;
}

} // namespace

Status checkOneStepMap(const GuidedOde& ode)
{
    if (auto status = checkLevels(ode); !status)
        return status;
    const auto flow = GuidedFlow::create(*ode.mixture, ode.guidance.get(), *ode.process);
    return flow ? success() : Status(flow.error());
}

Eigen::VectorXi likeliestComponents(const GaussianMixture& mixture,
                                    const PathCoefficients& level,
                                    const Eigen::MatrixXd& points,
                                    WorkerPool& pool)
{
    const NoisedMixture law(mixture, level.alpha, level.sigma);
    Eigen::VectorXi components = Eigen::VectorXi::Constant(points.cols(), -1);
    pool.parallelFor(blocksOf(points.cols()), [&](std::size_t block) {
        const auto begin = static_cast<Eigen::Index>(block * kBlock);
        for (Eigen::Index i = begin; i < std::min(points.cols(), begin + Eigen::Index(kBlock));
             ++i) {
            if (!points.col(i).allFinite())
                continue;
            const Eigen::VectorXd shares = law.responsibilities(points.col(i));
            Eigen::Index likeliest = -1;
            if (shares.allFinite())
                shares.maxCoeff(&likeliest);
            components(i) = static_cast<int>(likeliest);
        }
    });
    return components;
}

Result<OneStepImage> oneStepMap(const GuidedOde& ode,
                                const Eigen::MatrixXd& points,
                                WorkerPool& pool,
                                std::stop_token stop)
{
    OneStepImage image;
    if (auto status = followAll(ode, points, pool, stop, image.ends, &image.stretch); !status)
        return status.error();
    image.component = likeliestComponents(*ode.mixture, ode.data, image.ends, pool);
    return image;
}

Result<Eigen::MatrixXd> oneStepEnds(const GuidedOde& ode,
                                    const Eigen::MatrixXd& points,
                                    WorkerPool& pool,
                                    std::stop_token stop)
{
    Eigen::MatrixXd ends;
    if (auto status = followAll(ode, points, pool, stop, ends, nullptr); !status)
        return status.error();
    return ends;
}

Result<StretchPeak> largestStretch(const GuidedOde& ode,
                                   const Eigen::MatrixXd& candidates,
                                   double spacing,
                                   WorkerPool& pool,
                                   std::stop_token stop)
{
    Eigen::MatrixXd ends;
    Eigen::VectorXd stretch;
    if (auto status = followAll(ode, candidates, pool, stop, ends, &stretch); !status)
        return status.error();
    std::vector<Eigen::Index> order;
    for (Eigen::Index i = 0; i < stretch.size(); ++i)
        if (std::isfinite(stretch(i)))
            order.push_back(i);
    if (order.empty())
        return Error{"", "no path of the map could be followed, so it has no largest stretch"};
    const std::size_t count = std::min(kClimbers, order.size());
    std::partial_sort(order.begin(),
                      order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end(),
                      [&](Eigen::Index a, Eigen::Index b) {
                          return stretch(a) != stretch(b) ? stretch(a) > stretch(b) : a < b;
                      });
    std::vector<StretchPeak> climbers;
    for (std::size_t i = 0; i < count; ++i)
        climbers.push_back({stretch(order[i]), candidates.col(order[i])});
    double reach = spacing;
    for (int round = 0; round < kMostRounds && reach > kFinest * spacing && !stop.stop_requested();
         ++round) {
        const Eigen::MatrixXd places = neighbours(climbers, reach);
        if (auto status = followAll(ode, places, pool, stop, ends, &stretch); !status)
            return status.error();
        bool rose = false;
        const Eigen::Index each = places.cols() / static_cast<Eigen::Index>(count);
        for (Eigen::Index place = 0; place < places.cols(); ++place) {
            StretchPeak& climber = climbers[static_cast<std::size_t>(place / each)];
            if (!(stretch(place) > climber.stretch))
                continue;
            rose = rose || stretch(place) > climber.stretch * kRise;
            climber = {stretch(place), places.col(place)};
        }
        if (!rose)
            reach /= 2;
    }
    if (stop.stop_requested())
        return Error{"", "stopped"};
    return *std::max_element(
        climbers.begin(), climbers.end(), [](const StretchPeak& a, const StretchPeak& b) {
            return a.stretch < b.stretch;
        });
}

double twoModeStretch(double mu, double s)
{
    return s * std::exp(mu * mu / (2 * s * s));
}

} // namespace scorefield
