// SPDX-License-Identifier: GPL-3.0-or-later
// Guidance rules with guides, gradients, expectations and memory, against the readable oracle
// NoisedMixture and values worked out by hand.
#include "core/field/weaker_mixture.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guidance.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Block<double>
oracle(const GaussianMixture& mixture, const PathCoefficients& level, const Block<double>& x)
{
    const NoisedMixture law(mixture, level.alpha, level.sigma);
    Block<double> result(x.rows(), x.cols());
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        result.row(i) = law.denoised(x.row(i).transpose().matrix()).transpose().array();
    return result;
}

Block<double> guidedMeans(const std::string& id,
                          const Settings& settings,
                          const std::shared_ptr<const GaussianMixture>& mixture,
                          const std::vector<PathCoefficients>& levels,
                          const PathCoefficients& level,
                          const Block<double>& x)
{
    return denoised(*makeExactField<double>(mixture, rule(id, settings), levels), level, x);
}

GaussianMixture gaussian(const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance)
{
    MixtureSpec spec;
    spec.dimension = static_cast<int>(mean.size());
    spec.components = {{1, mean, covariance, 0}};
    return GaussianMixture::create(spec).value();
}

/// Rounding of a few operations on what stands here.
double rounding(const Block<double>& expected, const Block<double>& x)
{
    return 1e-12 * (1 + expected.abs().maxCoeff() + x.abs().maxCoeff());
}

} // namespace

class TestGuidanceGuides : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void autoguidanceIsItsFormula_data()
    {
        QTest::addColumn<int>("guide");
        for (int guide = 0; guide < 4; ++guide)
            QTest::addRow("%d", guide) << guide;
    }
    void autoguidanceIsItsFormula()
    {
        QFETCH(int, guide);
        const auto spec = randomMixture(11, 2, 6, 2, 3, 3);
        const auto mixture = makeMixture(spec);
        const auto conditional = mixture->conditional(1).value();
        MixtureSpec weaker; // the guide, from the numbers
        for (auto component : spec.components)
            if (component.classLabel == (guide == 3 ? 2 : 1)) {
                if (guide == 0)
                    component.covariance += 0.49 * Eigen::Matrix2d::Identity();
                weaker.components.push_back(component);
            }
        const GaussianMixture ofGuide = guide == 1
                                            ? gaussian(conditional.mean(), conditional.covariance())
                                        : guide == 2 ? perturbedMixture(conditional, 0.4, 5)
                                                     : GaussianMixture::create(weaker).value();
        const Settings settings = {{"guide", static_cast<double>(guide)},
                                   {"w", 3.5},
                                   {"share", 0.3},
                                   {"blur", 0.7},
                                   {"groups", 1},
                                   {"strength", 0.4},
                                   {"seed", 5},
                                   {"guide_class", 2}};
        const auto levels = someLevels("vp");
        for (const PathCoefficients& level : probes(levels)) {
            const Block<double> x = points(*mixture, level);
            const Block<double> c = oracle(conditional, level, x);
            const double wU = 0.7 * 2.5 + 1, wG = 0.3 * 2.5 + 1;
            const Block<double> expected = c + (wU - 1) * (c - oracle(*mixture, level, x))
                                           + (wG - 1) * (c - oracle(ofGuide, level, x));
            const Block<double> actual =
                guidedMeans("autoguidance", settings, mixture, levels, level, x);
            QVERIFY((actual - expected).abs().maxCoeff() <= rounding(expected, x));
        }
    }

    void weakerMixtures()
    {
        const auto mixture = makeMixture(randomMixture(12, 3, 9, 3, 2, 1));
        for (const int groups : {1, 2, 5, 8}) {
            const GaussianMixture merged = mergedMixture(*mixture, groups);
            QCOMPARE(merged.componentCount(), groups);
            QVERIFY((merged.mean() - mixture->mean()).norm() < 1e-13 * mixture->scale());
            QVERIFY((merged.covariance() - mixture->covariance()).norm()
                    < 1e-12 * mixture->scale() * mixture->scale());
        }
        QCOMPARE(mergedMixture(*mixture, 9).componentCount(), 9);
        const GaussianMixture blurred = blurredMixture(*mixture, 0.5);
        QVERIFY((blurred.covariance() - mixture->covariance() - 0.25 * Eigen::Matrix3d::Identity())
                    .norm()
                < 1e-13 * mixture->scale() * mixture->scale());
        const auto means = [](const GaussianMixture& of) { return of.components()[4].mean; };
        QVERIFY(means(perturbedMixture(*mixture, 0.3, 1))
                == means(perturbedMixture(*mixture, 0.3, 1)));
        QVERIFY(means(perturbedMixture(*mixture, 0.3, 1))
                != means(perturbedMixture(*mixture, 0.3, 2)));
        QVERIFY(means(perturbedMixture(*mixture, 0, 1)) == means(*mixture));
        // Equal means are one group; point masses stay what they are.
        const auto points = makeMixture(isotropicMixture(
            {Eigen::Vector2d(1, 1), Eigen::Vector2d(1, 1), Eigen::Vector2d(1, 1)}, 0));
        QCOMPARE(mergedMixture(*points, 2).componentCount(), 1);
    }

    void aGuideClassNeedsComponents()
    {
        auto plan = makePlan(makeMixture(randomMixture(2, 2, 4, 2)), someLevels("vp"), "ddim");
        plan.particles = 10;
        WorkerPool pool(1);
        plan.guidance = rule("autoguidance", {{"guide", 3}, {"guide_class", 0}});
        QCOMPARE(simulate<double>(plan, pool).outcome.kind, Outcome::Kind::Completed);
        plan.guidance = rule("autoguidance", {{"guide", 3}, {"guide_class", 7}});
        const auto run = simulate<double>(plan, pool);
        QVERIFY(run.outcome.kind != Outcome::Kind::Completed);
        QVERIFY2(run.outcome.message.find("guide class") != std::string::npos,
                 run.outcome.message.c_str());
    }

    void gradientsAreThoseOfTheHessian_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<bool>("exact");
        for (const int d : {2, 3, 5})
            for (const bool exact : {false, true})
                QTest::addRow("%d-D %s", d, exact ? "exact" : "published") << d << exact;
    }
    void gradientsAreThoseOfTheHessian()
    {
        QFETCH(int, dimension);
        QFETCH(bool, exact);
        const auto mixture = makeMixture(randomMixture(13, dimension, 6, dimension));
        const auto conditional = mixture->conditional(1).value();
        const auto levels = someLevels("vp");
        for (const PathCoefficients& level : probes(levels)) {
            const NoisedMixture law(conditional, level.alpha, level.sigma);
            const Block<double> x = points(*mixture, level);
            const Block<double> c = oracle(conditional, level, x);
            const Block<double> difference = c - oracle(*mixture, level, x);
            Block<double> expected = c;
            double gradient = 1;
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const Eigen::MatrixXd J =
                    Eigen::MatrixXd::Identity(dimension, dimension)
                    + level.sigma * level.sigma * law.hessian(x.row(i).transpose().matrix());
                const Eigen::VectorXd delta = difference.row(i).transpose().matrix();
                const Eigen::VectorXd ones = Eigen::VectorXd::Ones(dimension);
                const Eigen::VectorXd turned =
                    exact ? Eigen::VectorXd(J * delta) : (J * ones).cwiseProduct(delta);
                expected.row(i) += 2 * turned.transpose().array();
                gradient = std::max(gradient, J.norm());
            }
            const Block<double> actual = guidedMeans(
                "reg", {{"w", 3}, {"variant", exact ? 1.0 : 0.0}}, mixture, levels, level, x);
            QVERIFY2((actual - expected).abs().maxCoeff() <= gradient * rounding(expected, x),
                     qPrintable(QString::number((actual - expected).abs().maxCoeff())));
            // The same in x/alpha.
            const PathCoefficients scaled{level.sigmaTilde(), 1, level.sigmaTilde(), 0, 1};
            const Block<double> same = guidedMeans("reg",
                                                   {{"w", 3}, {"variant", exact ? 1.0 : 0.0}},
                                                   mixture,
                                                   levels,
                                                   scaled,
                                                   x / level.alpha);
            QVERIFY((same - actual).abs().maxCoeff()
                    <= gradient * rounding(actual, x / level.alpha));
        }
    }

    /// Of a Gaussian class J = alpha^2 l/(alpha^2 l + sigma^2): REG guides less the more noise.
    void gradientOfAGaussianClass()
    {
        auto spec = isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(2, 1)}, 0.4);
        const auto mixture = makeMixture(spec);
        const auto levels = someLevels("ve-edm");
        const PathCoefficients level = noiseAt(levels, 1);
        const double gain = 0.4 / (0.4 + level.sigma * level.sigma);
        Block<double> x(1, 2);
        x << 0.3, -0.2;
        const Block<double> c = guidedMeans("cfg", {{"w", 1}}, mixture, levels, level, x);
        const Block<double> cfg =
            guidedMeans("cfg", {{"w", 1 + 2 * gain}}, mixture, levels, level, x);
        for (const double variant : {0.0, 1.0}) {
            const Block<double> reg =
                guidedMeans("reg", {{"w", 3}, {"variant", variant}}, mixture, levels, level, x);
            QVERIFY((reg - cfg).abs().maxCoeff() < 1e-14);
            QVERIFY((reg - c).abs().maxCoeff() > 1e-2);
        }
    }

    void exactRectifiedGuidanceIsThePower()
    {
        const auto mixture = makeMixture(randomMixture(14, 2, 5, 2));
        const auto conditional = mixture->conditional(1).value();
        const auto levels = someLevels("vp");
        for (const PathCoefficients& level : probes(levels)) {
            const Block<double> x = points(*mixture, level);
            const Block<double> eps =
                (x - level.alpha * oracle(conditional, level, x)) / level.sigma;
            const Block<double> expected = (x - level.sigma * 2.5 * eps) / level.alpha;
            const Block<double> actual =
                guidedMeans("recfg", {{"w", 2.5}}, mixture, levels, level, x);
            QVERIFY((actual - expected).abs().maxCoeff() <= rounding(expected, x / level.alpha));
        }
        // Pure noise of rectified flow: both expectations are 0, and it is plain guidance.
        const auto flow = someLevels("rf");
        QCOMPARE(flow.front().alpha, 0.0);
        const Block<double> x = points(*mixture, flow.front());
        QVERIFY((guidedMeans("recfg", {{"w", 2.5}}, mixture, flow, flow.front(), x)
                 - guidedMeans("cfg", {{"w", 2.5}}, mixture, flow, flow.front(), x))
                    .abs()
                    .maxCoeff()
                < 1e-13);
    }

    /// In the ODE eps = w eps_c takes a Gaussian class from v_T to (v_0/v_T)^{w/2} of its
    /// deviation: X - m = (X_T - m) (v_0/v_T)^{w/2}, v = l + sigma^2.
    void thePowerShrinksTheClass()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(-2, 0.5), Eigen::Vector2d(1, 0)}, 0.3));
        auto plan = makePlan(
            mixture, levelsOn(*process("ve-edm", {{"horizon", 5}}), "karras", 300), "heun");
        plan.guidance = rule("recfg", {{"w", 1.5}});
        plan.particles = 50;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
        const Eigen::MatrixXd start = statesAt(run.trajectories, 0);
        const double largest = plan.levels.front().sigma;
        const double shrink = std::pow(0.3 / (0.3 + largest * largest), 0.75);
        const Eigen::RowVector2d m(1, 0);
        const Eigen::MatrixXd expected = (shrink * (start.rowwise() - m)).rowwise() + m;
        // second order in 300 steps
        QVERIFY2(largestDifference(expected, statesAt(run.trajectories, 300)) < 1e-3,
                 qPrintable(QString::number(
                     largestDifference(expected, statesAt(run.trajectories, 300)))));
    }

    /// The purpose of the rule: eps has mean 0 on the noised class, where plain guidance has not.
    void rectifiedGuidanceHasNoMean()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(-1, 0.5), Eigen::Vector2d(1, 0)}, 0.3));
        const auto levels = someLevels("ve-edm");
        const PathCoefficients level = noiseAt(levels, 1);
        const int n = 20000;
        const Block<double> x = mixture->conditional(1)
                                    ->sample(5, Stream::Data, n, level.alpha, level.sigma)
                                    .transpose()
                                    .array();
        const auto shift = [&](const std::string& id) { // of the first coordinate, in errors
            const Block<double> D = guidedMeans(id, {{"w", 3}}, mixture, levels, level, x);
            const Eigen::ArrayXd eps = (x - D).col(0) / level.sigma;
            const double error = std::sqrt((eps - eps.mean()).square().sum()) / n;
            return std::abs(eps.mean()) / error;
        };
        QVERIFY2(shift("recfg") < 5, qPrintable(QString::number(shift("recfg"))));
        QVERIFY(shift("cfg") > 20);
    }

    /// Estimated as in practice: plain guidance where the noise hides the class, the power below.
    void estimatedRatios()
    {
        const auto mixture =
            makeMixture(isotropicMixture({Eigen::Vector2d(-1, 0.5), Eigen::Vector2d(1, 0)}, 0.3));
        const auto levels = levelsOn(*process("ve-edm", {{"horizon", 500}}), "karras", 12);
        const Settings settings = {{"w", 2}, {"estimate", 1}, {"draws", 500}};
        const auto ratio = [&](const PathCoefficients& level, const Settings& of) {
            const Block<double> x = points(*mixture, level);
            const auto plain = guidedMeans("cfg", {{"w", 2}}, mixture, levels, level, x);
            const auto u = guidedMeans("cfg", {{"w", 0}}, mixture, levels, level, x);
            const auto D = guidedMeans("recfg", of, mixture, levels, level, x);
            return (1 - ((plain - D) / (x / level.alpha - u)).mean());
        };
        QVERIFY(ratio(levels.front(), settings) > 0.9);
        QVERIFY(ratio(noiseAt(levels, 1), settings) < 0.3);
        COMPARE_CLOSE(ratio(noiseAt(levels, 1), {{"w", 2}}), 0, 0, 1e-10);
        // The same draws, the same table; other draws, another one.
        const PathCoefficients level = noiseAt(levels, 3);
        QCOMPARE(ratio(level, settings), ratio(level, settings));
        QVERIFY(ratio(level, settings)
                != ratio(level, {{"w", 2}, {"estimate", 1}, {"draws", 500}, {"seed", 1}}));
    }

    void momentSteeringIsItsFormula()
    {
        const auto mixture = makeMixture(randomMixture(15, 3, 7, 3, 2, 2));
        const auto conditional = mixture->conditional(1).value();
        const GaussianMixture ofClass = gaussian(conditional.mean(), conditional.covariance());
        const GaussianMixture ofAll = gaussian(mixture->mean(), mixture->covariance());
        const auto levels = someLevels("rf");
        int above = 0;
        for (const PathCoefficients& level : probes(levels)) {
            const Block<double> x = points(*mixture, level);
            Block<double> expected = oracle(conditional, level, x);
            if (level.sigmaTilde() > 0.8) {
                expected += 3 * (oracle(ofClass, level, x) - oracle(ofAll, level, x));
                ++above;
            }
            const Block<double> actual = guidedMeans(
                "moment-steering", {{"w", 4}, {"switch", 0.8}}, mixture, levels, level, x);
            QVERIFY((actual - expected).abs().maxCoeff() <= rounding(expected, x));
        }
        QVERIFY(above > 2 && above < static_cast<int>(probes(levels).size()) - 2);
    }

    /// g <- D_c - D_u + beta g over the evaluations of a run, then radius and projection.
    void momentumRemembersEvaluations()
    {
        const auto mixture = makeMixture(randomMixture(16, 2, 5, 2));
        const Settings settings = {
            {"w", 3}, {"momentum", -0.6}, {"radius", 1.5}, {"parallel", 0.25}};
        auto plan = makePlan(mixture, someLevels("ve-edm"), "ddim");
        plan.guidance = rule("apg", settings);
        plan.particles = 30;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool);
        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);
        Block<double> x = statesAt(run.trajectories, 0).array();
        Block<double> g = Block<double>::Zero(x.rows(), 2);
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &from = plan.levels[k], &to = plan.levels[k + 1];
            const Block<double> c = oracle(mixture->conditional(1).value(), from, x);
            g = c - oracle(*mixture, from, x) - 0.6 * g;
            Block<double> D = c;
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                const Eigen::RowVectorXd at = c.row(i).matrix();
                Eigen::RowVectorXd step = g.row(i).matrix();
                step *= std::min(1.0, 1.5 / step.norm());
                const Eigen::RowVectorXd along = step.dot(at) / at.squaredNorm() * at;
                D.row(i) += 2 * (step - 0.75 * along).array();
            }
            x = to.alpha * D + to.sigma / from.sigma * (x - from.alpha * D);
            // rounding grows along a guided path by what the field expands
            QVERIFY(
                largestDifference(x.matrix(), statesAt(run.trajectories, static_cast<int>(k) + 1))
                <= 1e-10 * (mixture->scale() + x.abs().maxCoeff()));
        }
        // What an adaptive sampler rejects must not be remembered.
        plan.sampler = choose(samplerKinds(), "dpm-adaptive");
        const auto refused = simulate<double>(plan, pool);
        QVERIFY(refused.outcome.kind != Outcome::Kind::Completed);
        QVERIFY(refused.outcome.message.find("remembers") != std::string::npos);
        plan.guidance = rule("apg", {{"w", 3}, {"momentum", 0}});
        QCOMPARE(simulate<double>(plan, pool).outcome.kind, Outcome::Kind::Completed);
    }
};

QTEST_APPLESS_MAIN(TestGuidanceGuides)
#include "tst_guidance_guides.moc"
