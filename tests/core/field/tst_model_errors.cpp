// SPDX-License-Identifier: GPL-3.0-or-later
// Constant and linear errors, coarser and local models against closed forms (theory 2, 4, 5, 9).
#include "core/base/worker_pool.h"
#include "core/field/weaker_mixture.h"
#include "tests/support/score_errors.h"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include <QtTest>

#include <cmath>
#include <set>
#include <utility>

using namespace scorefield;
using namespace scorefield::test;

class TestModelErrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// delta(sigma) = e_perp + (delta_0 - e_perp) sigma/sigma_0 where kappa_2 = -1, for two points
    /// on the x axis; the tangential part changes nothing there.
    void normalErrorIsTheFinalOffset()
    {
        const auto mixture = twoPoints(3, 2);
        Eigen::MatrixXd starts(4, 2);
        starts << 1.2, .9, -.4, -2, 2.9, 0, -5, .3;
        const Settings arrow = {{"x", .5}, {"y", -.35}};
        const auto with = [&](double part) {
            Settings settings = arrow;
            settings.push_back({"part", part});
            return scoreError("constant", settings);
        };
        const double from = 2, to = .01;
        const Eigen::MatrixXd exact = flow(mixture, nullptr, starts, from, to),
                              whole = flow(mixture, with(0), starts, from, to),
                              normal = flow(mixture, with(1), starts, from, to),
                              tangential = flow(mixture, with(2), starts, from, to);
        for (Eigen::Index i = 0; i < starts.rows(); ++i) {
            const double offset = -.35 + (starts(i, 1) + .35) * to / from;
            COMPARE_CLOSE(whole(i, 1), offset, 1e-9, 1e-9); // RK4 of a linear equation
            COMPARE_CLOSE(normal(i, 1), offset, 1e-9, 1e-9);
            COMPARE_CLOSE(normal(i, 0), exact(i, 0), 1e-9, 1e-9);
            COMPARE_CLOSE(tangential(i, 1), exact(i, 1), 1e-9, 1e-9);
            COMPARE_CLOSE(tangential(i, 0), whole(i, 0), 1e-9, 1e-9);
        }
    }

    /// The parts are those of the ridge's own frame: across and along a turned line.
    void partsTurnWithTheRidge()
    {
        const Eigen::Vector2d u = Eigen::Vector2d(2, 1).normalized(), e(.3, .8);
        Eigen::MatrixXd points(2, 2);
        points << u * -3, u * 3;
        const auto mixture = diracs(points);
        const auto exact = makeExactField<double>(mixture, unguided(), {});
        for (const double part : {1., 2.}) {
            const auto field = learned(
                mixture, scoreError("constant", {{"x", e.x()}, {"y", e.y()}, {"part", part}}));
            // Also where a frame in doubles would fail: gap 10^-1950 at sigma = .0447.
            for (const double noise : {.0447, .5, 1.5}) {
                const Eigen::Vector2d x(1.1, .4);
                const Eigen::Vector2d change =
                    meanAt(*field, veLevel(noise), x) - meanAt(*exact, veLevel(noise), x);
                const Eigen::Vector2d along = u * u.dot(e);
                QVERIFY((change - (part == 2 ? along : Eigen::Vector2d(e - along))).norm() < 1e-9);
            }
        }
    }

    /// x = mu + (Sigma + sigma^2)^(1/2) (Sigma + sigma_T^2)^(-1/2) (x_T - mu).
    void gaussianScoreHasAClosedForm()
    {
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2));
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(
            Eigen::Matrix2d(mixture->covariance()));
        const Eigen::Vector2d mu = mixture->mean();
        Eigen::MatrixXd starts(3, 2);
        starts << 10, -4, 0, 0, -7, 6;
        const double from = 8, to = .05;
        const Eigen::MatrixXd ends = flow(mixture, scoreError("gaussian"), starts, from, to);
        const Eigen::Vector2d shrink = ((solver.eigenvalues().array() + to * to)
                                        / (solver.eigenvalues().array() + from * from))
                                           .sqrt();
        const Eigen::Matrix2d map =
            solver.eigenvectors() * shrink.asDiagonal() * solver.eigenvectors().transpose();
        for (Eigen::Index i = 0; i < 3; ++i) {
            const Eigen::Vector2d expected = mu + map * (starts.row(i).transpose() - mu);
            QVERIFY((ends.row(i).transpose() - expected).norm() < 1e-7); // 400 steps of RK4
        }
    }

    /// One Gaussian N(0, l): dx/dlog sigma = (1 + eps) sigma^2/(l + sigma^2) x.
    void gainChangesThePowerOfTheNoise()
    {
        MixtureSpec spec = isotropicMixture({Eigen::VectorXd::Zero(1)}, 1.5);
        const auto ends =
            flow(makeMixture(spec), scoreError("gain", {{"gain", .4}}), column({3.}), 5, .1);
        COMPARE_CLOSE(ends(0, 0), 3 * std::pow((1.5 + .01) / (1.5 + 25), .7), 1e-7, 0);
    }

    /// One point at 0: s = -x/((1 + eps) sigma)^2, so x ~ sigma^(1/(1 + eps)^2).
    void lagChangesThePowerOfTheNoise()
    {
        const auto ends = flow(diracs(Eigen::MatrixXd::Zero(1, 1)),
                               scoreError("lag", {{"lag", .5}}),
                               column({3.}),
                               5,
                               .1);
        COMPARE_CLOSE(ends(0, 0), 3 * std::pow(.1 / 5, 1 / 2.25), 1e-7, 0);
    }

    /// The law of an isotropic Gaussian turns into itself: each particle by c for each e-fold.
    void rotationTurnsByItsRate()
    {
        const Eigen::Vector2d centre(2, -1);
        const auto mixture = makeMixture(isotropicMixture({centre}, .7));
        Eigen::MatrixXd starts(1, 2);
        starts << 5, 3;
        const double c = .3, from = 4, to = .2;
        const Eigen::MatrixXd turned = flow(
                                  mixture, scoreError("rotation", {{"turn", c}}), starts, from, to),
                              exact = flow(mixture, nullptr, starts, from, to);
        const double angle = c * std::log(from / to);
        const Eigen::Vector2d expected =
            centre + Eigen::Rotation2Dd(angle) * (exact.row(0).transpose() - centre);
        QVERIFY((turned.row(0).transpose() - expected).norm() < 1e-7);
    }

    /// Over seeds, the field has variance A^2 and correlation e^(-r^2/2l^2), at every noise level.
    void noiseIsAFieldOfGivenSizeAndLength()
    {
        const auto mixture = makeMixture(referenceM4());
        const auto exact = makeExactField<double>(mixture, unguided(), {});
        const double A = .4, length = 1.5, r = 1.2;
        const int seeds = 4000;
        double sum = 0, square = 0, product = 0;
        const Eigen::Vector2d x(.7, -2), y = x + Eigen::Vector2d(r, 0);
        for (int seed = 0; seed < seeds; ++seed) {
            const auto field = learned(
                mixture,
                scoreError("noise", {{"amplitude", A}, {"length", length}, {"seed", seed}}));
            const auto at = [&](const Eigen::Vector2d& place) {
                return (meanAt(*field, veLevel(.8), place) - meanAt(*exact, veLevel(.8), place))(0);
            };
            const double e = at(x);
            if (seed == 0)
                COMPARE_CLOSE((meanAt(*field, veLevel(30), x) - meanAt(*exact, veLevel(30), x))(0),
                              e,
                              0,
                              1e-12);
            sum += e;
            square += e * e;
            product += e * at(y);
        }
        const double variance = A * A, n = seeds; // standard errors of normals, five of them
        QVERIFY(std::abs(sum / n) < 5 * A / std::sqrt(n));
        COMPARE_CLOSE(square / n, variance, 0, 5 * variance * std::sqrt(2.1 / n));
        COMPARE_CLOSE(product / n,
                      variance * std::exp(-r * r / (2 * length * length)),
                      0,
                      5 * variance * std::sqrt(2.1 / n));
    }

    /// The unconditional law is that of the merged mixture; classes keep their shares.
    void coarseMixtureKeepsClasses()
    {
        const auto mixture = makeMixture(randomMixture(11, 2, 7, 2, 3, 3));
        const auto merged = std::make_shared<const GaussianMixture>(mergedMixture(*mixture, 3));
        const auto error = scoreError("coarse", {{"groups", 3}});
        const auto field = learned(mixture, error);
        const auto expected = makeExactField<double>(merged, unguided(), {});
        for (const double noise : {.2, 2.}) {
            const Block<double> x = points(*mixture, veLevel(noise));
            QVERIFY((denoised(*field, veLevel(noise), x) - denoised(*expected, veLevel(noise), x))
                        .abs()
                        .maxCoeff()
                    < 1e-10);
        }
        for (int label = 0; label < 3; ++label)
            COMPARE_CLOSE(
                error->model(*mixture)->classWeight(label), mixture->classWeight(label), 1e-12, 0);
    }

    void modelsKeepTheSetsOfClasses()
    {
        MixtureSpec spec = randomMixture(11, 2, 6, 2, 3, 3);
        spec.sets = {{"a", {0, 2}}, {"b", {1}}};
        const auto mixture = makeMixture(spec);
        for (const auto& [id, settings] :
             {std::pair<std::string, Settings>{"coarse", {{"groups", 2}}},
              {"density-smoothing", {{"width", .4}}}})
            for (int set = 0; set < 2; ++set)
                COMPARE_CLOSE(
                    scoreError(id, settings)->model(*mixture)->classWeight(kFirstSetTarget + set),
                    mixture->classWeight(kFirstSetTarget + set),
                    1e-12,
                    0);
    }

    /// Two-pixel pictures: n points make n_1 x n_2 with one-pixel patches; pooled patches see one
    /// set of values, so both pixels have n_1 + n_2 of them, mirror images included.
    void localMachinesCombinePixels()
    {
        const auto pictures = diracs((Eigen::MatrixXd(2, 3) << -3, 0, 2, 1, 4, -1).finished());
        const std::vector<double> first = {-3, 0, 2}, second = {1, 4, -1};
        const auto ends = [&](double machine, double width) {
            SimulationPlan plan =
                makePlan(pictures, levelsOn(*process("ve-edm"), "karras", 40), "heun");
            plan.error = scoreError("local", {{"machine", machine}, {"width", width}});
            plan.particles = 3000;
            plan.seed = 4;
            WorkerPool pool(2);
            const Eigen::MatrixXd x = statesAt(simulate<double>(plan, pool).trajectories);
            std::set<std::pair<double, double>> seen;
            int near = 0;
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const double a = std::round(x(i, 0)), b = std::round(x(i, 1));
                near += std::hypot(x(i, 0) - a, x(i, 1) - b) < .02;
                seen.insert({a, b});
            }
            return std::pair(seen, near);
        };
        std::set<std::pair<double, double>> grid, pool, copies;
        for (const double a : first)
            for (const double b : second)
                grid.insert({a, b});
        for (const double a : {-3., 0., 2., 1., 4., -1.})
            for (const double b : {-3., 0., 2., 1., 4., -1.})
                pool.insert({a, b});
        for (int k = 0; k < 3; ++k) {
            const auto i = static_cast<std::size_t>(k);
            copies.insert({first[i], second[i]});
            copies.insert({second[i], first[i]});
        }
        const auto [local, localNear] = ends(0, 1);
        QVERIFY(local == grid);
        const auto [pooled, pooledNear] = ends(1, 1);
        QVERIFY(pooled == pool);
        const auto [mirrored, mirroredNear] = ends(1, 2);
        QVERIFY(mirrored == copies);
        for (const int near : {localNear, pooledNear, mirroredNear})
            QCOMPARE(near, 3000);
    }

    /// One-pixel patches: the exact score of the product of the marginals.
    void localScoreIsThatOfTheProduct()
    {
        const auto mixture = makeMixture(randomMixture(9, 2, 3, 2));
        MixtureSpec product;
        product.dimension = 2;
        for (const auto& a : mixture->components())
            for (const auto& b : mixture->components()) {
                const auto variance = [](const GaussianMixture::Component& of, int i) {
                    return of.eigenvectors.row(i).array().square().matrix().dot(of.eigenvalues);
                };
                product.components.push_back(
                    {a.weight * b.weight,
                     Eigen::Vector2d(a.mean(0), b.mean(1)),
                     Eigen::Vector2d(variance(a, 0), variance(b, 1)).asDiagonal(),
                     0});
            }
        const auto expected = makeExactField<double>(makeMixture(product), unguided(), {});
        const auto field = learned(mixture, scoreError("local", {{"machine", 0}, {"width", 1}}));
        for (const double noise : {.1, .9, 5.}) {
            const Block<double> x = points(*mixture, veLevel(noise));
            QVERIFY((denoised(*field, veLevel(noise), x) - denoised(*expected, veLevel(noise), x))
                        .abs()
                        .maxCoeff()
                    < 1e-10);
        }
    }

    /// A ring of pixels: pooled machines commute with shifts.
    void pooledMachinesAreEquivariant()
    {
        const int d = 5;
        const auto mixture = makeMixture(randomMixture(21, d, 4, 3));
        const auto field = learned(mixture, scoreError("local", {{"machine", 1}, {"width", 3}}));
        const Eigen::VectorXd x = randomPoint(2, d, 2);
        Eigen::VectorXd shifted(d);
        for (int i = 0; i < d; ++i)
            shifted((i + 1) % d) = x(i);
        const Eigen::VectorXd D = meanAt(*field, veLevel(.7), x),
                              ofShifted = meanAt(*field, veLevel(.7), shifted);
        for (int i = 0; i < d; ++i)
            COMPARE_CLOSE(ofShifted((i + 1) % d), D(i), 1e-12, 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestModelErrors)
#include "tst_model_errors.moc"
