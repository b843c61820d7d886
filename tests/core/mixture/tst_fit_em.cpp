// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/data_set.h"
#include "core/mixture/fit.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

std::string dataFile(const char* name)
{
    return std::string(SCOREFIELD_SOURCE_DIR) + "/resources/data/" + name;
}

Eigen::MatrixXd oldFaithful()
{
    const auto data = readDataSet(dataFile("old-faithful.csv"));
    return data ? data->points : Eigen::MatrixXd();
}

/// weights [K], means [K,d], covariances [K,d,d] from one reference folder; slice `iteration` of
/// arrays with one more axis.
MixtureSpec
referenceSpec(const std::string& folder, const std::string& suffix, std::size_t slice = 0)
{
    const NpyArray weights = referenceArray(folder + "/weights" + suffix + ".npy");
    const NpyArray means = referenceArray(folder + "/means" + suffix + ".npy");
    const NpyArray covariances = referenceArray(folder + "/covs" + suffix + ".npy");
    if (weights.shape.empty())
        qFatal("reference %s is missing", folder.c_str());
    const std::size_t K = weights.shape.back(), d = means.shape.back();
    MixtureSpec spec;
    spec.dimension = static_cast<int>(d);
    const auto size = static_cast<Eigen::Index>(d);
    for (std::size_t k = 0; k < K; ++k) {
        const std::size_t at = slice * K + k;
        spec.components.push_back(
            {weights.values[at],
             Eigen::Map<const Eigen::VectorXd>(&means.values[at * d], size),
             Eigen::Map<const Eigen::MatrixXd>(&covariances.values[at * d * d], size, size),
             static_cast<int>(k)});
    }
    return spec;
}

void compareMixtures(const MixtureSpec& actual, const MixtureSpec& expected, double tolerance)
{
    QCOMPARE(actual.components.size(), expected.components.size());
    for (std::size_t k = 0; k < expected.components.size(); ++k) {
        const ComponentSpec& a = actual.components[k];
        const ComponentSpec& e = expected.components[k];
        COMPARE_CLOSE(a.weight, e.weight, tolerance, 0);
        QVERIFY((a.mean - e.mean).norm() <= tolerance * e.mean.norm());
        QVERIFY((a.covariance - e.covariance).norm() <= tolerance * e.covariance.norm());
    }
}

/// Well-separated, so that EM from any sensible start must find it.
Eigen::MatrixXd threeClouds(int n)
{
    MixtureSpec spec = isotropicMixture(
        {Eigen::Vector2d(-5, 0), Eigen::Vector2d(0, 6), Eigen::Vector2d(5, 0)}, 0.5);
    spec.components[1].covariance << 2, 0.8, 0.8, 1;
    spec.components[1].weight = 2;
    return GaussianMixture::create(spec)->sample(3, Stream::Data, n).transpose();
}

FitOptions withComponents(int components)
{
    FitOptions options;
    options.components = components;
    return options;
}

} // namespace

class TestFitEm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsScikitLearnStepByStep()
    {
        const std::string folder = "em/faithful_k2";
        const Eigen::MatrixXd points = asMatrix(referenceArray(folder + "/X.npy"));
        const NpyArray logLikelihood = referenceArray(folder + "/loglik_mean.npy");
        QCOMPARE(points.rows(), 272);
        FitOptions options;
        options.start = referenceSpec(folder, "_init");
        options.tolerance = 0;
        options.maxIterations = 100;
        const auto fit = fitMixture(points, options);
        QVERIFY2(fit.ok(), fit ? "" : fit.error().sentence().c_str());
        QCOMPARE(fit->iterations, 100);
        QCOMPARE(fit->meanLogLikelihood.size(), logLikelihood.size());
        for (std::size_t i = 0; i < logLikelihood.size(); ++i)
            COMPARE_CLOSE(fit->meanLogLikelihood[i],
                          logLikelihood.values[i],
                          0,
                          1e-9); // tolerance of the reference
        compareMixtures(fit->mixture, referenceSpec(folder, ""), 1e-8);
        COMPARE_CLOSE(fit->totalLogLikelihood, -1130.2639601930891, 0, 1e-6);

        for (int iterations = 1; iterations <= 3; ++iterations) {
            options.maxIterations = iterations;
            const auto early = fitMixture(points, options);
            QVERIFY(early.ok());
            compareMixtures(
                early->mixture,
                referenceSpec(folder, "_iter", static_cast<std::size_t>(iterations) - 1),
                1e-8);
        }
    }

    void densityOfTheFitIsTheReferences()
    {
        const std::string folder = "em/faithful_k2";
        const Eigen::MatrixXd points = asMatrix(referenceArray(folder + "/X.npy"));
        const NpyArray logDensity = referenceArray(folder + "/logpdf.npy");
        const NpyArray resp = referenceArray(folder + "/resp_first50.npy");
        const auto mixture = GaussianMixture::create(referenceSpec(folder, ""));
        QVERIFY(mixture.ok());
        QCOMPARE(logDensity.size(), std::size_t{272});
        QCOMPARE(resp.size(), std::size_t{100});
        const NoisedMixture law(*mixture, 1, 0);
        for (std::size_t i = 0; i < 272; ++i) {
            const Eigen::VectorXd x = points.row(static_cast<Eigen::Index>(i));
            COMPARE_CLOSE(law.logDensity(x), logDensity.values[i], 1e-10, 0);
            if (i < 50)
                COMPARE_CLOSE(law.responsibilities(x)(0), resp.values[2 * i], 1e-9, 1e-12);
        }
    }

    void reachesTheOptimumOfMclust()
    {
        const std::string folder = "em/faithful_k2_mclust";
        FitOptions options;
        options.start = referenceSpec("em/faithful_k2", "_init");
        options.covarianceFloor = 0; // as mclust
        options.tolerance = 1e-15;
        const auto fit = fitMixture(asMatrix(referenceArray(folder + "/X.npy")), options);
        QVERIFY2(fit.ok(), fit ? "" : fit.error().sentence().c_str());
        QVERIFY(fit->converged);
        COMPARE_CLOSE(
            fit->totalLogLikelihood, -1130.26396018474, 0, 1e-6); // tolerance of the reference
        compareMixtures(fit->mixture,
                        referenceSpec(folder, ""),
                        1e-5); // flat optimum: square root of that of the likelihood
    }

    void oldFaithfulFromAnySeed_data()
    {
        QTest::addColumn<int>("seed");
        for (const int seed : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
            QTest::addRow("seed %d", seed) << seed;
    }

    void oldFaithfulFromAnySeed()
    {
        QFETCH(int, seed);
        FitOptions options = withComponents(2);
        options.seed = static_cast<std::uint64_t>(seed);
        const auto fit = fitMixture(oldFaithful(), options);
        QVERIFY2(fit.ok(), fit ? "" : fit.error().sentence().c_str());
        QVERIFY(fit->converged);
        COMPARE_CLOSE(fit->totalLogLikelihood, -1130.26396, 0, 1e-4);
    }

    void likelihoodNeverFalls_data()
    {
        QTest::addColumn<int>("components");
        QTest::addColumn<int>("seed");
        for (const int components : {1, 2, 3, 5, 8})
            for (const int seed : {0, 4})
                QTest::addRow("K=%d seed=%d", components, seed) << components << seed;
    }

    void likelihoodNeverFalls()
    {
        QFETCH(int, components);
        QFETCH(int, seed);
        FitOptions options = withComponents(components);
        options.seed = static_cast<std::uint64_t>(seed);
        options.maxIterations = 200;
        const auto fit = fitMixture(oldFaithful(), options);
        QVERIFY2(fit.ok(), fit ? "" : fit.error().sentence().c_str());
        QCOMPARE(fit->meanLogLikelihood.size(), static_cast<std::size_t>(fit->iterations) + 1);
        for (std::size_t i = 1; i < fit->meanLogLikelihood.size(); ++i)
            // The floor of 1e-6 moves the M-step off the maximum, so tiny losses are possible.
            QVERIFY(fit->meanLogLikelihood[i] >= fit->meanLogLikelihood[i - 1] - 1e-9);
        COMPARE_CLOSE(fit->totalLogLikelihood, 272 * fit->meanLogLikelihood.back(), 1e-14, 0);
        QVERIFY(GaussianMixture::create(fit->mixture).ok());
        double total = 0;
        for (std::size_t k = 0; k < fit->mixture.components.size(); ++k) {
            total += fit->mixture.components[k].weight;
            QCOMPARE(fit->mixture.components[k].classLabel, static_cast<int>(k));
        }
        COMPARE_CLOSE(total, 1, 1e-13, 0);
    }

    void oneComponentIsTheSampleMoments()
    {
        const Eigen::MatrixXd points = oldFaithful();
        const auto fit = fitMixture(points, withComponents(1));
        QVERIFY(fit.ok());
        const Eigen::VectorXd mean = points.colwise().mean();
        const Eigen::MatrixXd centred = points.rowwise() - mean.transpose();
        Eigen::MatrixXd covariance = centred.transpose() * centred / 272.0;
        covariance.diagonal().array() += 1e-6;
        QVERIFY((fit->mixture.components[0].mean - mean).norm() < 1e-12 * mean.norm());
        QVERIFY((fit->mixture.components[0].covariance - covariance).norm()
                < 1e-12 * covariance.norm());
    }

    void recoversAKnownMixture()
    {
        const auto fit = fitMixture(threeClouds(4000), withComponents(3));
        QVERIFY(fit.ok());
        QVERIFY(fit->converged);
        auto components = fit->mixture.components;
        std::sort(components.begin(), components.end(), [](const auto& a, const auto& b) {
            return a.mean(0) < b.mean(0);
        });
        // About 1000, 2000 and 1000 points each: five standard errors of mean, weight and variance.
        COMPARE_CLOSE(components[0].mean(0), -5, 0, 5 * std::sqrt(0.5 / 1000));
        COMPARE_CLOSE(components[1].mean(1), 6, 0, 5 * std::sqrt(1.0 / 2000));
        COMPARE_CLOSE(components[1].weight, 2.0 / (2 + 2.0 / 3), 0, 5 * std::sqrt(0.25 / 4000));
        COMPARE_CLOSE(components[1].covariance(0, 0), 2, 0, 5 * 2 * std::sqrt(2.0 / 2000));
        COMPARE_CLOSE(components[1].covariance(0, 1), 0.8, 0, 5 * std::sqrt((2 + 0.64) / 2000));
    }

    void isAFunctionOfTheSeed()
    {
        const Eigen::MatrixXd points = oldFaithful();
        const auto first = fitMixture(points, withComponents(4)),
                   again = fitMixture(points, withComponents(4));
        QVERIFY(first.ok() && again.ok());
        QVERIFY(first->mixture == again->mixture);
    }

    void unitsDoNotMatter()
    {
        const Eigen::MatrixXd points = oldFaithful();
        Eigen::MatrixXd scaled = points;
        scaled.col(0) *= 3600; // the same durations in 1/60 s
        FitOptions options = withComponents(2);
        options.covarianceFloor = 0; // the floor is in the data's units
        const auto fit = fitMixture(points, options), other = fitMixture(scaled, options);
        QVERIFY(fit.ok() && other.ok());
        COMPARE_CLOSE(
            other->totalLogLikelihood, fit->totalLogLikelihood - 272 * std::log(3600.0), 1e-10, 0);
    }

    void survivesDegenerateData_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("components");
        QTest::newRow("constant column") << 0 << 2;
        QTest::newRow("on a line") << 1 << 3;
        QTest::newRow("duplicates, one component each") << 2 << 4;
        QTest::newRow("outliers") << 3 << 3;
        QTest::newRow("far from the origin") << 4 << 3;
    }

    void survivesDegenerateData()
    {
        QFETCH(int, kind);
        QFETCH(int, components);
        Eigen::MatrixXd points = threeClouds(200);
        if (kind == 0)
            points.col(1).setConstant(3);
        else if (kind == 1)
            points.col(1) = 2 * points.col(0);
        else if (kind == 2)
            for (Eigen::Index i = 0; i < points.rows(); ++i)
                points.row(i) << static_cast<double>(i % 2), static_cast<double>(i / 2 % 2);
        else if (kind == 3)
            points.row(7) << 1e6, -1e6;
        else
            points.array() += 1e5;
        const auto fit = fitMixture(points, withComponents(components));
        QVERIFY2(fit.ok(), fit ? "" : fit.error().sentence().c_str());
        const auto mixture = GaussianMixture::create(fit->mixture);
        QVERIFY2(mixture.ok(), mixture ? "" : mixture.error().sentence().c_str());
        QVERIFY(std::isfinite(fit->totalLogLikelihood));
    }

    void refusesWhatCannotBeFitted_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        QTest::newRow("more components than distinct points") << 0 << "components"
                                                              << "2 distinct points";
        QTest::newRow("no component") << 1 << "components"
                                      << "1 to 4096";
        QTest::newRow("NaN") << 2 << "points"
                             << "Point 3";
        QTest::newRow("negative floor") << 3 << "covariance_floor"
                                        << "at least 0";
        QTest::newRow("singular without floor") << 4 << "covariance_floor"
                                                << "covariance floor above 0";
        QTest::newRow("start of another dimension") << 5 << "start/dimension"
                                                    << "dimension 3";
        QTest::newRow("start that is no mixture") << 6 << "start/components/0/weight"
                                                  << "weight";
        QTest::newRow("a component that dies") << 7 << "components"
                                               << "Component 1 lost all its points";
        QTest::newRow("too many coordinates") << 8 << "points"
                                              << "65 coordinates";
        QTest::newRow("cancelled") << 9 << ""
                                   << "cancelled";
    }

    void refusesWhatCannotBeFitted()
    {
        QFETCH(int, kind);
        QFETCH(QString, path);
        QFETCH(QString, words);
        Eigen::MatrixXd points = threeClouds(50);
        FitOptions options = withComponents(3);
        std::stop_source stop;
        switch (kind) {
        case 0:
            points = Eigen::MatrixXd::Ones(50, 2);
            points(7, 1) = 2;
            break;
        case 1:
            options.components = 0;
            break;
        case 2:
            points(3, 1) = std::nan("");
            break;
        case 3:
            options.covarianceFloor = -1;
            break;
        case 4:
            points.col(1).setZero();
            options.covarianceFloor = 0;
            break;
        case 5:
            options.start = randomMixture(1, 3, 2, 3);
            break;
        case 6:
            options.start = referenceM1();
            options.start->components[0].weight = -1;
            break;
        case 7:
            options.start = isotropicMixture({Eigen::Vector2d(0, 0), Eigen::Vector2d(1e4, 0)}, 1);
            break;
        case 8:
            points = Eigen::MatrixXd::Random(5, 65);
            break;
        default:
            stop.request_stop();
            options.stop = stop.get_token();
        }
        const auto fit = fitMixture(points, options);
        QVERIFY(!fit.ok());
        QCOMPARE(QString::fromStdString(fit.error().path), path);
        QVERIFY2(QString::fromStdString(fit.error().message).contains(words),
                 fit.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestFitEm)
#include "tst_fit_em.moc"
