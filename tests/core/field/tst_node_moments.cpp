// SPDX-License-Identifier: GPL-3.0-or-later
// One Gaussian in place of many: it changes no posterior mean by more than its node says, and what
// the node says of the sum of its components bounds it.
#include "core/field/component_tree.h"
#include "core/field/node_moments.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::VectorXd;

namespace {

constexpr double kAlpha = .8, kTolerance = 1e-5;

/// Six components about a place, a far one that makes responsibilities matter, and the Gaussian of
/// the six.
template <int D>
struct Crowd {
    MixtureSpec spec = randomMixture(31, D, 7, D, .03), merged;
    std::vector<RowSource<D>> sources;
    NodeMoments<D> node;

    explicit Crowd(double spread) : node((fill(spread), sources), 0, 6)
    {
        merged = spec;
        merged.components.resize(1);
        auto& one = merged.components.front();
        one.weight = std::exp(node.gaussian.logWeight);
        one.mean = Eigen::Map<const Eigen::Matrix<double, D, 1>>(node.gaussian.mean);
        Eigen::Matrix<double, D, D> Q;
        for (int i = 0; i < D; ++i)
            for (int a = 0; a < D; ++a)
                Q(i, a) = node.gaussian.Q[i][a];
        const Eigen::Map<const Eigen::Matrix<double, D, 1>> l(node.gaussian.l);
        one.covariance = Q * l.asDiagonal() * Q.transpose();
        merged.components.push_back(spec.components.back());
        merged.components.back().weight = std::exp(sources.back().logWeight);
    }

    VectorXd mean() const { return merged.components.front().mean; }
    /// With another weight of the far one, against the six together: as it is and as it is merged.
    double largestChange(double farWeight, double sigma, const VectorXd& x) const
    {
        MixtureSpec exact = spec, near = merged;
        double six = 0;
        for (std::size_t k = 0; k < 6; ++k)
            six += exact.components[k].weight;
        exact.components.back().weight = farWeight * six;
        near.components[1].weight = farWeight * near.components[0].weight;
        const auto a = makeMixture(exact), b = makeMixture(near);
        return (NoisedMixture(*a, kAlpha, sigma).denoised(x)
                - NoisedMixture(*b, kAlpha, sigma).denoised(x))
            .norm();
    }

private:
    void fill(double spread)
    {
        for (auto& component : spec.components)
            component.covariance = .04 * Eigen::MatrixXd::Identity(D, D)
                                   + spread * spread * .01 * component.covariance;
        spec.components.back().mean *= 60;
        const auto mixture = makeMixture(spec);
        for (const auto& component : mixture->components())
            sources.emplace_back(component);
    }
};

template <int D>
VectorXd placeAt(const VectorXd& centre, double distance, int i)
{
    const VectorXd direction = randomPoint(static_cast<std::uint64_t>(40 + i), D, 1);
    return centre + distance / direction.norm() * direction;
}

template <int D>
void standsUpToItsReach(double spread)
{
    const Crowd<D> crowd(spread);
    const double extent = dataExtent(*makeMixture(crowd.spec));
    const double weight = crowd.merged.components[1].weight / crowd.merged.components[0].weight;
    int reached = 0;
    for (const double sigma : {.3, 2.0, 10.0, 60.0}) {
        const double reach = crowd.node.reach(kAlpha, sigma, extent, kTolerance);
        if (reach < 0)
            continue;
        ++reached;
        double worst = 0;
        for (int i = 0; i < 40; ++i) {
            const double distance = std::min(reach, 12 * sigma) * (i % 4 + 1) / 4;
            worst = std::max(
                worst,
                crowd.largestChange(weight, sigma, placeAt<D>(kAlpha * crowd.mean(), distance, i)));
        }
        QVERIFY2(worst <= kTolerance, qPrintable(QString::number(worst)));
    }
    QVERIFY(reached >= 2);
}

/// log2 of what a component weighs at x against what all six weigh, per unit of weight.
double farBits(const MixtureSpec& spec, double sigma, const VectorXd& x)
{
    MixtureSpec six = spec, far = spec;
    six.components.pop_back();
    far.components.erase(far.components.begin(), far.components.end() - 1);
    const auto a = makeMixture(six), b = makeMixture(far);
    return (NoisedMixture(*b, kAlpha, sigma).logDensity(x)
            - NoisedMixture(*a, kAlpha, sigma).logDensity(x))
           / std::log(2);
}

template <int D>
void standsByItsShare(double spread)
{
    const Crowd<D> crowd(spread);
    const double extent = 2 * crowd.spec.components.back().mean.norm(); // more than in any of them
    int asked = 0;
    for (const double sigma : {.2, .3, .6, 1.2, 2.0, 10.0}) {
        const auto share = crowd.node.share(kAlpha, sigma, extent, kTolerance);
        for (int i = 0; i < 60; ++i) {
            const double distance = std::min(share.far, 7 * sigma) * (i % 12 + 1) / 12;
            if (distance <= 0)
                continue;
            const double bits = share.need + share.slope * distance * distance;
            if (bits <= 1 || bits > 60)
                continue;
            const VectorXd x = placeAt<D>(kAlpha * crowd.mean(), distance, i);
            const double weight =
                std::exp2(std::log2(std::exp2(bits) - 1) - farBits(crowd.spec, sigma, x));
            if (!(weight > 1e-100 && weight < 1e100))
                continue;
            ++asked;
            const double change = crowd.largestChange(weight, sigma, x);
            const double allowed = kTolerance * std::exp2(-bits / 4) / 32;
            QVERIFY2(change <= allowed,
                     qPrintable(QStringLiteral("%1 > %2").arg(change).arg(allowed)));
        }
    }
    QVERIFY(asked >= 30);
}

/// What the root of a tree says of the sum of all components, against that sum in double.
template <int D>
void boundsHold(const MixtureSpec& spec)
{
    const auto mixture = makeMixture(spec);
    const auto tree = ComponentTree::create(*mixture, orderComponents(*mixture, *makeUnguided()));
    using At = TreeNodeLayout<D>;
    double largest = mixture->components().front().logWeight;
    for (const auto& component : mixture->components())
        largest = std::max(largest, component.logWeight);
    for (const double sigma : {1e-3, .03, .3, .9}) {
        ComponentTree::Level level;
        tree->fill({0, kAlpha, sigma, 0, 1}, level);
        if (!level.centred)
            continue;
        const float* root = level.memberNodes.data();
        const NoisedMixture noised(*mixture, kAlpha, sigma);
        for (int i = 0; i < 50; ++i) {
            VectorXd x = randomPoint(static_cast<std::uint64_t>(i), D, 1.5);
            if (i == 0) // where the lower bound is nearest
                x = Eigen::Map<const Eigen::Matrix<float, D, 1>>(root).template cast<double>();
            // constants of rows are those of densities but for this
            const double sum = (noised.logDensity(x) - largest
                                + D * std::log(sigma * std::sqrt(2 * std::numbers::pi)))
                               / std::log(2);
            double centre = 0, box = 0;
            for (int a = 0; a < D; ++a) {
                const double y = std::abs(x(a) - static_cast<double>(root[a]));
                centre += y * y;
                box += std::pow(std::max(0., y - static_cast<double>(root[At::kHalf + a])), 2);
            }
            const auto at = [&](int place) { return static_cast<double>(root[place]); };
            QVERIFY(at(At::kLeast) - at(At::kFall) * centre <= sum);
            QVERIFY(at(At::kBound) - at(At::kDecay) * box >= sum);
            if (i == 0 && sigma == .9) // and they say something
                QVERIFY(at(At::kBound) - at(At::kLeast) < 12);
        }
    }
}

} // namespace

class TestNodeMoments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Up to its reach, whatever else there is.
    void aGaussianStandsForItsComponents()
    {
        for (const double spread : {0.0, .02, .3}) {
            standsUpToItsReach<2>(spread);
            standsUpToItsReach<3>(spread);
        }
    }

    /// Farther where others weigh so much more.
    void aGaussianStandsByItsShare()
    {
        for (const double spread : {0.0, .02, .3}) {
            standsByItsShare<2>(spread);
            standsByItsShare<3>(spread);
        }
    }

    void boundsOfTheSumHold()
    {
        boundsHold<2>(randomMixture(9, 2, 60, 0, .8)); // points
        boundsHold<2>(randomMixture(5, 2, 60, 2, .8));
        boundsHold<3>(randomMixture(6, 3, 60, 3, .8));
        MixtureSpec uneven = randomMixture(7, 2, 60, 2, .8);
        for (int k = 0; k < 60; ++k) {
            auto& component = uneven.components[static_cast<std::size_t>(k)];
            component.weight = std::pow(10, testNormal(8, k, 0));
            component.covariance *= std::pow(10, testNormal(8, k, 1) - 1);
        }
        boundsHold<2>(uneven);
    }
};

QTEST_APPLESS_MAIN(TestNodeMoments)
#include "tst_node_moments.moc"
