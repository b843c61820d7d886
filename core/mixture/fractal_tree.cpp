// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/fractal_tree.h"

#include "core/base/philox.h"

#include <array>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr std::uint64_t kSeed = 2406; // of the irregularities
constexpr double kRadians = std::numbers::pi / 180;

/// How many Gaussians a branch of each generation has, and which share of the tree's mass all
/// branches of the generation have together: twigs are many, so they keep a fair part.
constexpr std::array<int, 6> kPieces{12, 9, 7, 5, 3, 2};
constexpr std::array<double, 6> kMass{.22, .2, .18, .16, .13, .11};

constexpr double kTrunkLength = .6, kTrunkWidth = .12; // before the trees are scaled
constexpr double kTrunkAngle = 45 * kRadians;
/// Of the next generation; widths shrink to the next, lengths by what kind of branch it is.
constexpr double kLeaderLength = .78, kShootLength = .72, kNarrowing = .62;
constexpr double kShootAngle = 58 * kRadians;
constexpr double kLowShoot = .45, kHighShoot = .8; // places along the branch

/// A circular arc.
struct Branch {
    Eigen::Vector2d start;
    double angle, length, width, bend;

    double heading(double s) const { return angle + bend * s; }
    Eigen::Vector2d at(double s) const
    {
        const double radius = length / bend, end = heading(s);
        return start
               + radius
                     * Eigen::Vector2d(std::sin(end) - std::sin(angle),
                                       std::cos(angle) - std::cos(end));
    }
};

/// Uniform in (-1, 1).
double irregularity(std::uint32_t branch, std::uint32_t which)
{
    return 2 * philoxUniform(kSeed, Stream::Data, branch, 0, which) - 1;
}

/// A branch bends by 10 to 30 degrees, to the left or to the right.
double bendOf(std::uint32_t branch, double side)
{
    return side * (20 + 10 * irregularity(branch, 0)) * kRadians;
}

Branch grow(const Branch& parent, double s, double turn, double length, std::uint32_t number)
{
    const double side = turn < 0 ? -1 : 1;
    return {parent.at(s),
            parent.heading(s) + turn + 6 * kRadians * irregularity(number, 1),
            parent.length * length * (1 + .12 * irregularity(number, 2)),
            parent.width * kNarrowing,
            bendOf(number, -side)};
}

void addPieces(const Branch& branch, int pieces, double mass, MixtureSpec& spec)
{
    for (int i = 0; i < pieces; ++i) {
        const double s = (i + .5) / pieces, direction = branch.heading(s);
        const Eigen::Vector2d along(std::cos(direction), std::sin(direction));
        const Eigen::Vector2d across(-along(1), along(0));
        const double reach = .45 * branch.length / pieces; // neighbours overlap
        const double width = branch.width * (1 - .35 * s);
        ComponentSpec component;
        component.weight = mass / pieces;
        component.mean = branch.at(s);
        component.covariance = reach * reach * along * along.transpose()
                               + width * width / 4 * across * across.transpose();
        spec.components.push_back(component);
    }
}

void addTree(MixtureSpec& spec)
{
    std::uint32_t number = 0;
    std::vector<Branch> generation{
        {Eigen::Vector2d::Zero(), kTrunkAngle, kTrunkLength, kTrunkWidth, bendOf(0, 1)}};
    for (std::size_t level = 0; level < kPieces.size(); ++level) {
        double length = 0;
        for (const Branch& branch : generation)
            length += branch.length;
        std::vector<Branch> next;
        for (const Branch& branch : generation) {
            addPieces(branch, kPieces[level], kMass[level] * branch.length / length, spec);
            const double side = branch.bend < 0 ? -1 : 1;
            next.push_back(grow(branch, 1, 0, kLeaderLength, ++number));
            next.push_back(grow(branch, kLowShoot, side * kShootAngle, kShootLength, ++number));
            next.push_back(grow(branch, kHighShoot, -side * kShootAngle, kShootLength, ++number));
        }
        generation = std::move(next);
    }
}

} // namespace

MixtureSpec fractalTree()
{
    MixtureSpec spec;
    spec.classNames = {"this tree", "the other tree"};
    addTree(spec);
    const std::size_t count = spec.components.size();
    for (std::size_t k = 0; k < count; ++k) {
        ComponentSpec other = spec.components[k];
        other.mean = -other.mean;
        other.classLabel = 1;
        spec.components.push_back(std::move(other));
    }
    double weight = 0;
    Eigen::Vector2d second = Eigen::Vector2d::Zero(); // moments about the mean, which is 0
    for (const ComponentSpec& component : spec.components) {
        weight += component.weight;
        second += component.weight * (component.covariance.diagonal() + component.mean.cwiseAbs2());
    }
    const Eigen::DiagonalMatrix<double, 2> scale(
        (.5 * (second / weight).cwiseSqrt().cwiseInverse()).eval());
    for (ComponentSpec& component : spec.components) {
        component.weight /= weight;
        component.mean = scale * component.mean;
        component.covariance = scale * component.covariance * scale;
    }
    return spec;
}

} // namespace scorefield
