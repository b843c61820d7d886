// SPDX-License-Identifier: GPL-3.0-or-later
// The random-feature network: its integrals, its closed-form training, and the field it gives.
#include "core/field/feature_gram.h"
#include "core/field/model_library.h"
#include "core/field/random_feature_field.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/score_errors.h"

#include <QtTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::test;

namespace {

using Mixture = std::shared_ptr<const GaussianMixture>;
using Model = ModelLibrary::Model;

constexpr double kTrained = std::numeric_limits<double>::infinity();

/// Small enough for a test: seconds of training become milliseconds.
RandomFeatureSpec smallSpec(int width = 24, bool scoreWeighted = true)
{
    RandomFeatureSpec spec;
    spec.width = width;
    spec.scoreWeighted = scoreWeighted;
    spec.frequencies = 4;
    spec.horizon = 4;
    return spec;
}

Model trained(const Mixture& mixture, const RandomFeatureSpec& spec, unsigned threads = 1)
{
    WorkerPool pool(threads);
    return RandomFeatureModel::train(spec, mixture, pool).value();
}

Mixture twoPoints(double angle = 0)
{
    Eigen::Matrix2d points;
    points << 3 * std::cos(angle), -3 * std::cos(angle), 3 * std::sin(angle), -3 * std::sin(angle);
    return diracs(points);
}

Mixture threePoints()
{
    Eigen::MatrixXd points(2, 3);
    points << 0, 5, 0, 0, 0, 5;
    return diracs(points);
}

/// Two components of different shape, one tilted, and a point.
Mixture shapes()
{
    MixtureSpec spec;
    spec.dimension = 2;
    Eigen::Matrix2d tilted;
    tilted << .5, .3, .3, .4;
    spec.components.push_back({.5, Eigen::Vector2d(1, -1), tilted, 0});
    spec.components.push_back({.3, Eigen::Vector2d(-2, .5), .1 * Eigen::Matrix2d::Identity(), 0});
    spec.components.push_back({.2, Eigen::Vector2d(0, 2), Eigen::Matrix2d::Zero(), 1});
    return makeMixture(spec);
}

/// U and V of the model.
Eigen::MatrixXd gramOf(const RandomFeatureModel& model)
{
    const auto& Q = model.eigenvectors();
    return Q * model.eigenvalues().asDiagonal() * Q.transpose();
}
Eigen::MatrixXd targetsOf(const RandomFeatureModel& model)
{
    return model.targets() * model.eigenvectors().transpose();
}

} // namespace

class TestRandomFeatures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hermiteNodesIntegratePolynomials()
    {
        const NormalNodes nodes = gaussHermiteNodes(2, 6);
        COMPARE_CLOSE(nodes.weights.sum(), 1, 1e-13, 0);
        const auto moment = [&](int i, int j) {
            return (nodes.weights.array() * nodes.points.col(0).array().pow(i)
                    * nodes.points.col(1).array().pow(j))
                .sum();
        };
        COMPARE_CLOSE(moment(4, 2), 3, 1e-12, 0);    // E x^4 E y^2
        COMPARE_CLOSE(moment(10, 0), 945, 1e-12, 0); // 9!!: exact to degree 11
        COMPARE_CLOSE(moment(3, 2), 0, 0, 1e-12);
    }

    void timesIntegrateTheWeight()
    {
        // int 1/(1 - e^-2t)^2 dt: with u = e^2t, 1/2 [log(u - 1) - 1/(u - 1)].
        const auto primitive = [](double t) {
            return (std::log(std::expm1(2 * t)) - 1 / std::expm1(2 * t)) / 2;
        };
        RandomFeatureSpec spec;
        double sum = 0, plain = 0;
        for (const TimeNode& node : trainingTimes(spec))
            sum += node.weight;
        spec.scoreWeighted = false;
        for (const TimeNode& node : trainingTimes(spec))
            plain += node.weight;
        // Trapezoids on 40 logarithmic nodes: h^2/12 with h = .1 is 8e-4 of the integral.
        COMPARE_CLOSE(sum, primitive(spec.horizon) - primitive(kFirstTrainedTime), 2e-3, 0);
        COMPARE_CLOSE(plain, spec.horizon - kFirstTrainedTime, 1e-5, 0);
    }

    /// The integrals against a plain sum with a finer quadrature, straight from the definition and
    /// with the points themselves as targets, not their posterior mean.
    void integralsMatchAFinerQuadrature()
    {
        const auto mixture = shapes();
        const auto spec = smallSpec(10, false); // w = 1: 1/sigma^4 is all at the first nodes
        const auto model = trained(mixture, spec);
        const RandomFeatures& features = model->features();
        const NormalNodes nodes = gaussHermiteNodes(2, 40);
        Eigen::MatrixXd U = Eigen::MatrixXd::Zero(10, 10), V = Eigen::MatrixXd::Zero(2, 10);
        for (const TimeNode& time : trainingTimes(spec)) {
            const double alpha = std::exp(-time.t), sigma = std::sqrt(1 - alpha * alpha);
            for (const auto& component : mixture->components()) {
                const Eigen::MatrixXd& Q = component.eigenvectors;
                const Eigen::VectorXd variance =
                    (alpha * alpha * component.eigenvalues.array() + sigma * sigma).matrix();
                const Eigen::MatrixXd z =
                    nodes.points * variance.cwiseSqrt().asDiagonal() * Q.transpose();
                const Eigen::MatrixXd x = z.rowwise() + alpha * component.mean.transpose();
                // alpha E[x_0 | x_t, component], the regression of x_0 on x_t.
                const Eigen::VectorXd gain =
                    alpha * alpha * component.eigenvalues.cwiseQuotient(variance);
                const Eigen::MatrixXd target = (z * Q * gain.asDiagonal() * Q.transpose()).rowwise()
                                               + alpha * component.mean.transpose();
                const Eigen::MatrixXd phi = features.at(time.t, x);
                const Eigen::VectorXd weight = time.weight * component.weight * nodes.weights;
                U += phi.transpose() * weight.asDiagonal() * phi / 10;
                V += target.transpose() * weight.asDiagonal() * phi / 10;
            }
        }
        // 10 x 10 nodes across the kinks of the features: a few 1e-3 of the whole.
        QVERIFY2((gramOf(*model) - U).norm() < 3e-3 * U.norm(),
                 qPrintable(QString::number((gramOf(*model) - U).norm() / U.norm())));
        QVERIFY2((targetsOf(*model) - V).norm() < 5e-3 * V.norm(),
                 qPrintable(QString::number((targetsOf(*model) - V).norm() / V.norm())));
    }

    void trainingStartsAtItsStart()
    {
        const auto model = trained(shapes(), smallSpec());
        // Eigenvectors are orthonormal to rounding.
        QVERIFY((model->weights(0) - model->features().start).norm() < 1e-12);
    }

    /// A_0 is a part of the start alone: the flow is affine in it.
    void startsOfAnyScale()
    {
        const auto model = trained(shapes(), smallSpec());
        QVERIFY((model->weights(0, 2.5) - 2.5 * model->features().start).norm() < 1e-12);
        const Eigen::MatrixXd none = model->weights(4, 0);
        QVERIFY((model->weights(4, 3) - none - 3 * (model->weights(4) - none)).norm() < 1e-12);
        QCOMPARE(model->weights(kTrained, 3), model->weights(kTrained));
        QVERIFY(model->loss(0, 0).total.sum() < model->loss(0, 3).total.sum());
    }

    void trainingEndsWhereTheGradientVanishes()
    {
        for (const bool scoreWeighted : {false, true}) {
            const auto model = trained(threePoints(), smallSpec(24, scoreWeighted));
            const Eigen::MatrixXd gradient =
                (model->weights(kTrained) * gramOf(*model) - targetsOf(*model))
                * model->eigenvectors();
            const auto kept = model->eigenvectors().cols() - model->keptFrom();
            // Rounding of U relative to its largest eigenvalue.
            QVERIFY(gradient.rightCols(kept).norm()
                    < 1e-12 * model->eigenvalues().maxCoeff() * model->weights(kTrained).norm());
            QVERIFY((model->weights(1e9) - model->weights(kTrained)).norm() < 1e-6);
        }
    }

    void closedFormIsGradientDescentInSmallSteps()
    {
        const auto model = trained(shapes(), smallSpec(16));
        const Eigen::MatrixXd U = gramOf(*model), V = targetsOf(*model);
        QCOMPARE(model->keptFrom(), 0); // every direction learns, as in the descent
        Eigen::MatrixXd A = model->features().start;
        const int steps = 20000;
        const double tau = 3, step = tau / steps;
        // Midpoint steps of dA/dtau = -2 (A U - V): error ~ (2 lambda step)^2 lambda tau/3.
        for (int i = 0; i < steps; ++i) {
            const Eigen::MatrixXd half = A - step * (A * U - V);
            A -= 2 * step * (half * U - V);
        }
        const double rate = 2 * model->eigenvalues().maxCoeff() * step;
        QVERIFY(rate < .1); // the descent is stable and fine
        COMPARE_CLOSE((A - model->weights(tau)).norm(), 0, 0, 1e-3 * A.norm());
        QVERIFY((model->weights(tau) - model->features().start).norm() > .1); // and has moved
    }

    void lossFallsAndStaysAboveTheIrreducible()
    {
        for (const auto& mixture : {shapes(), threePoints()})
            for (const bool scoreWeighted : {false, true}) {
                const auto model = trained(mixture, smallSpec(24, scoreWeighted));
                Eigen::VectorXd before = model->loss(0).total;
                for (const double tau : {.01, .1, 1., 10., 100., 1e3, 1e4, 1e5, kTrained}) {
                    const TrainingLoss loss = model->loss(tau);
                    for (int c = 0; c < 2; ++c) {
                        QVERIFY(loss.total[c] <= before[c] * (1 + 1e-12)); // rounding
                        QVERIFY(loss.total[c] >= loss.irreducible[c]);
                    }
                    before = loss.total;
                }
                QVERIFY(before.sum() < .6 * model->loss(0).total.sum());
            }
    }

    /// The spectral formula of the loss against the sum it stands for, at the same nodes.
    void lossIsTheMeanSquaredError()
    {
        const auto mixture = threePoints();
        const auto spec = smallSpec(12, false);
        const auto model = trained(mixture, spec);
        const Eigen::MatrixXd weights = model->weights(5);
        const NormalNodes nodes = trainingNodes(*mixture, spec.seed, 0);
        const auto exact = makeExactField<double>(mixture, unguided(), {});
        Eigen::Vector2d excess = Eigen::Vector2d::Zero();
        for (const TimeNode& time : trainingTimes(spec)) {
            const double alpha = std::exp(-time.t), sigma = std::sqrt(1 - alpha * alpha);
            for (const auto& component : mixture->components()) {
                const Eigen::MatrixXd x =
                    (sigma * nodes.points).rowwise() + alpha * component.mean.transpose();
                Block<double> denoised(x.rows(), 2);
                exact->denoise({time.t, alpha, sigma, 0, 0}, x.array(), denoised);
                const Eigen::MatrixXd error =
                    model->mean(weights, time.t, x) - alpha * denoised.matrix();
                excess += time.weight * component.weight
                          * (error.cwiseAbs2().transpose() * nodes.weights);
            }
        }
        const TrainingLoss loss = model->loss(5);
        COMPARE_CLOSE((loss.total - loss.irreducible - excess).norm(), 0, 0, 1e-9 * excess.norm());
    }

    /// Theory 3 (i): the rows of V lie in the line of the data, so the trained network never leaves
    /// it.
    void collinearDataHaveNoNormalBias()
    {
        for (const double angle : {0., .7}) {
            const auto model = trained(twoPoints(angle), smallSpec(48));
            const Eigen::Vector2d normal(-std::sin(angle), std::cos(angle));
            const Eigen::MatrixXd x = Eigen::MatrixXd::Random(50, 2) * 4;
            for (const double t : {1e-3, .1, 1., 3.}) {
                const Eigen::MatrixXd mean = model->mean(model->weights(kTrained), t, x);
                QVERIFY((mean * normal).cwiseAbs().maxCoeff() < 1e-12);
                QVERIFY(mean.cwiseAbs().maxCoeff() > .1);
                QVERIFY((model->mean(model->weights(1), t, x) * normal).cwiseAbs().maxCoeff()
                        > 1e-3); // what is left while it trains
            }
        }
    }

    void sameOnAnyNumberOfThreads()
    {
        const auto one = trained(shapes(), smallSpec(72), 1);
        const auto three = trained(shapes(), smallSpec(72), 3);
        QCOMPARE(one->eigenvalues(), three->eigenvalues());
        QCOMPARE(one->weights(7), three->weights(7));
    }

    /// D of the network in any process, from m of the OU clock by hand.
    void fieldIsTheSameInEveryProcess()
    {
        const auto model = trained(threePoints(), smallSpec(32));
        const Eigen::Vector2d scaled(1.3, -.4); // x/alpha
        for (const double noise : {.1, .7, 5.}) {
            const double t = std::log1p(noise * noise) / 2;
            const Eigen::Vector2d expected =
                std::exp(t)
                * model->mean(model->weights(3), t, std::exp(-t) * scaled.transpose()).transpose();
            for (const double alpha : {1., .25}) {
                const PathCoefficients level{1, alpha, alpha * noise, 0, 0};
                const Block<double> x = alpha * scaled.transpose().array();
                for (const auto& levels : {std::vector<PathCoefficients>{}, {level}}) {
                    Block<double> mean(1, 2);
                    makeRandomFeatureField<double>(model, model->weights(3), levels)
                        ->denoise(level, x, mean);
                    COMPARE_CLOSE((mean.matrix().transpose() - expected).norm(), 0, 0, 1e-12);
                    Block<float> rounded(1, 2);
                    makeRandomFeatureField<float>(model, model->weights(3), levels)
                        ->denoise(level, x.cast<float>(), rounded);
                    // 32 terms of order 1, to float precision.
                    COMPARE_CLOSE((rounded.cast<double>() - mean).matrix().norm(), 0, 0, 2e-5);
                }
            }
        }
    }

    void timeIsClampedOutsideTheTraining()
    {
        const auto model = trained(threePoints(), smallSpec(32));
        const NetworkPlace low = networkPlace(*model, veLevel(1e-3));
        COMPARE_CLOSE(low.t, kFirstTrainedTime, 1e-15, 0);
        COMPARE_CLOSE(low.inScale * low.outScale, 1, 1e-15, 0);
        const NetworkPlace pure = networkPlace(*model, {1, 0, 2, 0, 0});
        COMPARE_CLOSE(pure.t, 4, 1e-15, 0);
        COMPARE_CLOSE(pure.inScale, .5, 1e-15, 0);
        COMPARE_CLOSE(pure.outScale, std::exp(4), 1e-15, 0);
        const Eigen::Vector2d x(.3, 9);
        const auto field = makeRandomFeatureField<double>(model, model->weights(3), {});
        QVERIFY(meanAt(*field, {1, 0, 2, 0, 0}, x).allFinite());
        QCOMPARE(meanAt(*field, {0, .5, 0, 0, 0}, x), Eigen::VectorXd(2 * x)); // no noise
    }

    void otherDimensionsTrainToo()
    {
        for (const int d : {1, 3, 5}) {
            const auto mixture = diracs(2 * Eigen::MatrixXd::Identity(d, d));
            const auto model = trained(mixture, smallSpec(32));
            const auto start = model->loss(0), end = model->loss(kTrained);
            QVERIFY(end.total.sum() < .5 * start.total.sum());
            QVERIFY((end.total - end.irreducible).minCoeff() >= 0);
            const auto field = makeRandomFeatureField<double>(model, model->weights(kTrained), {});
            QVERIFY(meanAt(*field, veLevel(1), Eigen::VectorXd::Ones(d)).allFinite());
        }
    }

    void progressIsToldAndStopsAreHeard()
    {
        WorkerPool pool(1);
        std::vector<double> told;
        std::stop_source source;
        const auto stopped = RandomFeatureModel::train(
            smallSpec(), threePoints(), pool, source.get_token(), [&](double share) {
                told.push_back(share);
                if (share > .3)
                    source.request_stop();
            });
        QVERIFY(!stopped.ok());
        QVERIFY(told.back() < .35);
        QVERIFY(std::is_sorted(told.begin(), told.end()));
    }

    void tooManyComponentsAreRefused()
    {
        WorkerPool pool(1);
        const auto mixture = diracs(Eigen::MatrixXd::Random(2, kMostTrainedComponents + 1));
        const auto refused = RandomFeatureModel::train(smallSpec(), mixture, pool);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().message.find("1001 components") != std::string::npos);
        QVERIFY(!scoreError("random-features")->check(*mixture).ok());
    }
};

QTEST_GUILESS_MAIN(TestRandomFeatures)
#include "tst_random_features.moc"
