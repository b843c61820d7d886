// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/one_step_flow.h"

#include "core/metric/one_step_map.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr std::size_t kBlock = 128;   // points a thread takes at a time
constexpr double kShare = .2;         // of the distance to where the flow changes, for one step
constexpr double kLongest = .05;      // of the angle: w(level) may change within more
constexpr double kNarrowest = 1e-4;   // of the data's scale: what no picture resolves
constexpr double kNearData = 1e-3;    // of the narrowest deviation stands for sigma = 0
constexpr double kHarmlessWeight = 3; // larger ones make the flow as much faster
constexpr int kWeightLevels = 64;     // at which the weight is asked

struct Scales {
    double narrowest, widest; ///< deviations of a component and of the data with their mean
};

Scales scalesOf(const GaussianMixture& mixture)
{
    double least = std::numeric_limits<double>::infinity(), most = 0;
    for (const auto& component : mixture.components()) {
        least = std::min(least, component.eigenvalues.minCoeff());
        most = std::max(most, component.eigenvalues.maxCoeff() + component.mean.squaredNorm());
    }
    const double widest = std::sqrt(std::max(most, 1e-300));
    return {std::max(std::sqrt(std::max(least, 0.)), kNarrowest * widest), widest};
}

double largestWeight(const GuidedOde& ode, double from, double to)
{
    if (!ode.guidance || !ode.guidance->target())
        return 1;
    double most = 1;
    for (int i = 0; i < kWeightLevels; ++i) {
        const double theta = from + (i + .5) / kWeightLevels * (to - from);
        const double w = ode.guidance->weight(
            {ode.process->timeAt(std::tan(theta)), std::cos(theta), std::sin(theta)});
        most = std::max(most, std::abs(w));
    }
    return most;
}

/// From `from` down to `to`, in steps as long as the flow allows there.
std::vector<double>
stepAngles(double from, double to, const Scales& scales, double weight, double fineness)
{
    const double quarter = std::numbers::pi / 2,
                 share = kShare / (fineness * std::max(1., weight / kHarmlessWeight));
    std::vector<double> angles{from};
    while (angles.back() > to) {
        const double theta = angles.back();
        const double change = std::min(std::hypot(scales.narrowest, theta),
                                       std::hypot(1 / scales.widest, quarter - theta));
        const double next = theta - std::min(kLongest / fineness, share * change);
        angles.push_back(next > to ? next : to);
    }
    return angles;
}

} // namespace

Result<OneStepFlow> OneStepFlow::create(const GuidedOde& ode, double fineness)
{
    if (auto status = checkOneStepMap(ode); !status)
        return status.error();
    const Scales scales = scalesOf(*ode.mixture);
    const double from = std::atan2(ode.noise.sigma, ode.noise.alpha),
                 to = std::max(std::min(from, kNearData * scales.narrowest),
                               std::atan2(ode.data.sigma, ode.data.alpha));
    OneStepFlow flow;
    flow.m_from = std::hypot(ode.noise.alpha, ode.noise.sigma);
    flow.m_to = std::hypot(ode.data.alpha, ode.data.sigma);
    const auto ends = stepAngles(from, to, scales, largestWeight(ode, from, to), fineness);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (i > 0)
            flow.m_angles.push_back((ends[i - 1] + ends[i]) / 2);
        flow.m_angles.push_back(ends[i]);
    }
    for (const double theta : flow.m_angles) {
        const double c = std::cos(theta), s = std::sin(theta);
        flow.m_levels.push_back({ode.process->timeAt(std::tan(theta)), c, s, -s, c});
    }
    flow.m_field = makeExactField<double>(
        ode.mixture, ode.guidance ? ode.guidance : makeUnguided(), flow.m_levels);
    return flow;
}

/// z = x/sqrt(alpha^2 + sigma^2) [n,d] by dz/dtheta = cos eps - sin D.
void OneStepFlow::follow(Block<double>& z) const
{
    Block<double> mean(z.rows(), z.cols()), point = z, sum = z;
    std::array<Block<double>, 4> slopes;
    const auto slopeAt = [&](std::size_t at, const Block<double>& x, Block<double>& slope) {
        const PathCoefficients& level = m_levels[at];
        m_field->denoise(level, x, mean);
        // cos (x - cos D)/sin - sin D = (cos x - D)/sin.
        slope = (level.alpha * x - mean) / level.sigma;
    };
    for (std::size_t at = 0; at + 2 < m_levels.size(); at += 2) {
        const double h = m_angles[at + 2] - m_angles[at];
        slopeAt(at, z, slopes[0]);
        point = z + h / 2 * slopes[0];
        slopeAt(at + 1, point, slopes[1]);
        point = z + h / 2 * slopes[1];
        slopeAt(at + 1, point, slopes[2]);
        point = z + h * slopes[2];
        slopeAt(at + 2, point, slopes[3]);
        z += h / 6 * (slopes[0] + 2 * slopes[1] + 2 * slopes[2] + slopes[3]);
    }
}

Eigen::MatrixXd
OneStepFlow::ends(const Eigen::MatrixXd& points, WorkerPool& pool, std::stop_token stop) const
{
    const auto count = static_cast<std::size_t>(points.cols());
    Eigen::MatrixXd result = Eigen::MatrixXd::Constant(
        points.rows(), points.cols(), std::numeric_limits<double>::quiet_NaN());
    pool.parallelFor((count + kBlock - 1) / kBlock, [&](std::size_t block) {
        if (stop.stop_requested())
            return;
        const auto first = static_cast<Eigen::Index>(block * kBlock),
                   some = std::min(static_cast<Eigen::Index>(kBlock), points.cols() - first);
        Block<double> z = points.middleCols(first, some).transpose().array() / m_from;
        follow(z);
        result.middleCols(first, some) = (m_to * z).matrix().transpose();
    });
    return result;
}

} // namespace scorefield
