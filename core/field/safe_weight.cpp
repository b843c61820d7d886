// SPDX-License-Identifier: GPL-3.0-or-later
// On a line X = mu_c + t u everything is a polynomial of t: the log-weights of the components have
// degree 2 and their posterior means degree 1, so a point costs one exponential per component
// whatever the dimension.
#include "core/field/safe_weight.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace scorefield {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kRadii = 40;       // of the first scan
constexpr int kRefinements = 24; // golden section: 1e-5 of the bracket, quadratic in the value

/// Squares and products of the rotated offsets of one component, [d] each.
struct Projection {
    Eigen::ArrayXd square, product, along; // a^2, a b, b^2; a = Q^T (mu_c - mu), b = Q^T u
    double offset;                         // u^T (mu - mu_c)
    bool member;
};

struct Line {
    int centre = 0;
    Eigen::VectorXd u;
    double length = 0;                            // to the other mean; 0: same place
    double forward = kInfinity, back = kInfinity; // where another mean of the class is nearer
    std::vector<Projection> projections;
};

/// The components along a line at one level: log-weight a0 - a1 t - a2 t^2, mean m0 + m1 t.
struct Slice {
    double a0, a1, a2, m0, m1;
    bool member;
};

/// <Delta, u> = (1 - p(c|X)) <D_c - D_o, u> at t.
double push(const std::vector<Slice>& slices, double t)
{
    double maxima[2] = {-kInfinity, -kInfinity}, totals[2] = {0, 0}, sums[2] = {0, 0};
    for (const Slice& slice : slices) {
        const int group = slice.member ? 0 : 1;
        const double a = slice.a0 - t * (slice.a1 + t * slice.a2);
        const double mean = slice.m0 + t * slice.m1;
        if (a <= maxima[group]) {
            const double weight = std::exp(a - maxima[group]);
            totals[group] += weight;
            sums[group] += weight * mean;
        } else {
            const double keep = std::exp(maxima[group] - a);
            totals[group] = totals[group] * keep + 1;
            sums[group] = sums[group] * keep + mean;
            maxima[group] = a;
        }
    }
    // Not 1 - p(c|X): the class may have all the weight but a rounding.
    const double odds = std::exp(maxima[0] - maxima[1]) * totals[0] / totals[1];
    return (sums[0] / totals[0] - sums[1] / totals[1]) / (1 + odds);
}

class Lines {
public:
    Lines(const GaussianMixture& mixture, int target) : m_mixture(mixture)
    {
        struct Pair {
            double distance;
            int centre, other;
        };
        std::vector<Pair> pairs;
        m_isMember.resize(static_cast<std::size_t>(mixture.componentCount()));
        for (const int k : mixture.classMembers(target))
            m_isMember[static_cast<std::size_t>(k)] = true;
        for (int k = 0; k < mixture.componentCount(); ++k)
            for (int j = 0; j < mixture.componentCount(); ++j)
                if (isMember(k) && !isMember(j))
                    pairs.push_back({(mean(j) - mean(k)).norm(), k, j});
        std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
            return a.distance < b.distance;
        });
        const auto most = static_cast<std::size_t>(
            std::clamp(4096 / std::max(1, mixture.componentCount()), 4, 32));
        const std::size_t count = std::min(most, pairs.size());
        for (std::size_t i = 0; i < count; ++i) {
            // Near and far ones: which of them matters changes with the noise.
            const Pair& pair = pairs[count > 1 ? i * (pairs.size() - 1) / (count - 1) : 0];
            add(pair.centre, pair.other);
        }
    }

    /// rho/((1 - r) M), the least over the lines.
    double slack(const PathCoefficients& from, const PathCoefficients& to) const
    {
        const double sigma = from.sigmaTilde(), r = to.sigmaTilde() / sigma;
        if (!std::isfinite(sigma))
            return kInfinity;
        double strongest = 0; // M/rho
        for (const Line& line : m_lines) {
            const auto slices = slicesOf(line, sigma);
            const double gain = slices[static_cast<std::size_t>(line.centre)].m1;
            const double rho = r + (1 - r) * gain;
            const Reach reach = reachOf(line, slices, sigma);
            for (const double side : {1., -1.}) {
                const double end = std::min(reach.end, side > 0 ? line.forward : line.back);
                const double worth = 0.7 * strongest * rho;
                strongest =
                    std::max(strongest, steepest(slices, side, {reach.begin, end}, worth) / rho);
            }
        }
        return strongest > 0 ? 1 / ((1 - r) * strongest) : kInfinity;
    }

private:
    const Eigen::VectorXd& mean(int k) const
    {
        return m_mixture.components()[static_cast<std::size_t>(k)].mean;
    }

    bool isMember(int k) const { return m_isMember[static_cast<std::size_t>(k)]; }

    void add(int centre, int other)
    {
        const auto& home = m_mixture.components()[static_cast<std::size_t>(centre)];
        Line line;
        line.centre = centre;
        line.u = mean(other) - home.mean;
        line.length = line.u.norm();
        if (line.length > 1e-9 * m_mixture.scale()) // rounding of equal means
            line.u /= line.length;
        else {
            line.length = 0;
            line.u = home.eigenvectors.col(home.eigenvectors.cols() - 1);
        }
        for (int k = 0; k < m_mixture.componentCount(); ++k) {
            if (!isMember(k))
                continue;
            const Eigen::VectorXd to = mean(k) - home.mean;
            const double along = to.dot(line.u);
            if (along > 0)
                line.forward = std::min(line.forward, to.squaredNorm() / (2 * along));
            else if (along < 0)
                line.back = std::min(line.back, to.squaredNorm() / (-2 * along));
        }
        for (int j = 0; j < m_mixture.componentCount(); ++j) {
            const auto& component = m_mixture.components()[static_cast<std::size_t>(j)];
            const Eigen::VectorXd offset = home.mean - component.mean;
            const Eigen::ArrayXd a = component.eigenvectors.transpose() * offset;
            const Eigen::ArrayXd b = component.eigenvectors.transpose() * line.u;
            line.projections.push_back(
                {a.square(), a * b, b.square(), -offset.dot(line.u), isMember(j)});
        }
        m_lines.push_back(std::move(line));
    }

    struct Reach {
        double begin, end; // radii to search between
    };
    /// Classes of equal covariance change places within a few v/L of the middle, v the variance and
    /// L the distance along the line; of unequal ones the wider takes over where the difference of
    /// the quadratic terms does. From 1e-2 of such a width down the push is linear: a relative
    /// error of 1e-5.
    Reach reachOf(const Line& line, const std::vector<Slice>& slices, double sigma) const
    {
        const double v = sigma * sigma + spread(line);
        const double width =
            line.length > 0 ? std::min(v / line.length, std::sqrt(v)) : std::sqrt(v);
        double end = line.length > 0 ? 2 * line.length + 32 * v / line.length : 16 * std::sqrt(v);
        const Slice& home = slices[static_cast<std::size_t>(line.centre)];
        for (const Slice& slice : slices) {
            const double bend = std::abs(slice.a2 - home.a2);
            if (bend > 1e-12 * home.a2) // not the rounding of equal ones
                end = std::max(end, std::sqrt((std::abs(slice.a0 - home.a0) + 16) / bend));
        }
        return {1e-2 * width, std::min(end, 1e6 * width)};
    }

    /// u^T Sigma u of the class along a line.
    double spread(const Line& line) const
    {
        const auto& home = m_mixture.components()[static_cast<std::size_t>(line.centre)];
        const auto& own = line.projections[static_cast<std::size_t>(line.centre)];
        return (own.along * home.eigenvalues.array()).sum();
    }

    std::vector<Slice> slicesOf(const Line& line, double sigma) const
    {
        std::vector<Slice> slices;
        slices.reserve(line.projections.size());
        for (std::size_t j = 0; j < line.projections.size(); ++j) {
            const auto& component = m_mixture.components()[j];
            const Projection& projection = line.projections[j];
            Slice slice{component.logWeight, 0, 0, projection.offset, 0, projection.member};
            for (Eigen::Index i = 0; i < component.eigenvalues.size(); ++i) {
                const double l = component.eigenvalues(i), v = l + sigma * sigma;
                slice.a0 -= (projection.square(i) / v + std::log(v)) / 2;
                slice.a1 += projection.product(i) / v;
                slice.a2 += projection.along(i) / (2 * v);
                slice.m0 += l / v * projection.product(i);
                slice.m1 += l / v * projection.along(i);
            }
            slices.push_back(slice);
        }
        return slices;
    }

    /// sup of -(push(t) - push(0))/t over the radii side t, at least 0; a lower bound for it where
    /// even that is below `worth`.
    static double
    steepest(const std::vector<Slice>& slices, double side, const Reach& reach, double worth)
    {
        const double origin = push(slices, 0);
        const auto secant = [&](double radius) {
            const double t = side * radius;
            return (origin - push(slices, t)) / t;
        };
        const double factor = std::pow(std::min(reach.begin / reach.end, 0.5), 1.0 / (kRadii - 1));
        double best = 0, at = 0, radius = reach.end;
        for (int i = 0; i < kRadii; ++i, radius *= factor)
            if (const double value = secant(radius); value > best) {
                best = value;
                at = radius;
            }
        if (!(best > worth))
            return best;
        double low = at * factor, high = std::min(reach.end, at / factor);
        const double golden = std::numbers::phi - 1;
        double left = high - golden * (high - low), right = low + golden * (high - low);
        double atLeft = secant(left), atRight = secant(right);
        for (int i = 0; i < kRefinements; ++i)
            if (atLeft > atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - golden * (high - low);
                atLeft = secant(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + golden * (high - low);
                atRight = secant(right);
            }
        return std::max({best, atLeft, atRight});
    }

    const GaussianMixture& m_mixture;
    std::vector<bool> m_isMember;
    std::vector<Line> m_lines;
};

} // namespace

std::vector<double>
safeWeights(const GaussianMixture& mixture, int target, std::span<const PathCoefficients> levels)
{
    const Lines lines(mixture, target);
    std::vector<double> weights;
    for (std::size_t k = 0; k + 1 < levels.size(); ++k)
        weights.push_back(1 + lines.slack(levels[k], levels[k + 1]));
    return weights;
}

} // namespace scorefield
