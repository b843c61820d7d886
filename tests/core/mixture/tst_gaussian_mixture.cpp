// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/gaussian_mixture.h"
#include "tests/support/compare.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <functional>
#include <limits>

using namespace scorefield;
using namespace scorefield::test;

namespace {

using Break = std::function<void(MixtureSpec&)>;

const double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

ImageDecoder image(int width, int height, int dimension)
{
    return {width,
            height,
            0,
            1,
            Eigen::VectorXd::Zero(width * height),
            Eigen::MatrixXd::Zero(width * height, dimension)};
}

double largestDifference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b)
{
    return (a - b).cwiseAbs().maxCoeff();
}

} // namespace
Q_DECLARE_METATYPE(Break)

class TestGaussianMixture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesWhatIsNoMixture_data()
    {
        QTest::addColumn<Break>("change");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words"); // that the sentence must hold
        const auto row =
            [](const char* name, const Break& change, const char* path, const char* words) {
                QTest::newRow(name)
                    << change << QString::fromUtf8(path) << QString::fromUtf8(words);
            };
        row(
            "dimension 0", [](MixtureSpec& s) { s.dimension = 0; }, "/dimension", "1 to 64");
        row(
            "dimension 65", [](MixtureSpec& s) { s.dimension = 65; }, "/dimension", "1 to 64");
        row(
            "no component",
            [](MixtureSpec& s) { s.components.clear(); },
            "/components",
            "1 to 4096");
        row(
            "too many components",
            [](MixtureSpec& s) { s.components.assign(4097, s.components[0]); },
            "/components",
            "4097");
        row(
            "NaN weight",
            [](MixtureSpec& s) { s.components[1].weight = kNaN; },
            "/components/1/weight",
            "nan");
        row(
            "infinite weight",
            [](MixtureSpec& s) { s.components[1].weight = kInfinity; },
            "/components/1/weight",
            "inf");
        row(
            "negative weight",
            [](MixtureSpec& s) { s.components[2].weight = -0.25; },
            "/components/2/weight",
            "-0.25");
        row(
            "weights sum to 0",
            [](MixtureSpec& s) {
                for (auto& component : s.components)
                    component.weight = 0;
            },
            "/components",
            "sum to 0");
        row(
            "mean of another size",
            [](MixtureSpec& s) { s.components[1].mean.resize(3); },
            "/components/1/mean",
            "dimension is 2");
        row(
            "infinite mean",
            [](MixtureSpec& s) { s.components[1].mean(1) = kInfinity; },
            "/components/1/mean/1",
            "inf");
        row(
            "mean too large to square",
            [](MixtureSpec& s) { s.components[1].mean(0) = 1e200; },
            "/components/1/mean/0",
            "1e+200");
        row(
            "covariance of another size",
            [](MixtureSpec& s) { s.components[0].covariance = Eigen::MatrixXd::Identity(3, 3); },
            "/components/0/covariance",
            "2 × 2");
        row(
            "NaN covariance",
            [](MixtureSpec& s) { s.components[0].covariance(0, 1) = kNaN; },
            "/components/0/covariance",
            "nan");
        row(
            "asymmetric covariance",
            [](MixtureSpec& s) { s.components[2].covariance(0, 1) = 0.1; },
            "/components/2/covariance",
            "not symmetric");
        row(
            "indefinite covariance",
            [](MixtureSpec& s) { s.components[2].covariance << 1, 2, 2, 1; },
            "/components/2/covariance",
            "eigenvalue is -1");
        row(
            "negative variance",
            [](MixtureSpec& s) { s.components[1].covariance = -Eigen::MatrixXd::Identity(2, 2); },
            "/components/1/covariance",
            "positive semi-definite");
        row(
            "negative variance of a component without weight",
            [](MixtureSpec& s) {
                s.components[1].weight = 0;
                s.components[1].covariance = -Eigen::MatrixXd::Identity(2, 2);
            },
            "/components/1/covariance",
            "positive semi-definite");
        row(
            "negative class",
            [](MixtureSpec& s) { s.components[1].classLabel = -1; },
            "/components/1/class",
            "0 to 4095");
        row(
            "too many coordinate names",
            [](MixtureSpec& s) {
                s.coordinateNames = {"a", "b", "c"};
            },
            "/coordinates",
            "3 coordinate names");
        row(
            "image mean",
            [](MixtureSpec& s) {
                s.image = image(2, 2, 2);
                s.image->mean.resize(3);
            },
            "/image/mean",
            "one per pixel");
        row(
            "image axes", [](MixtureSpec& s) { s.image = image(2, 2, 3); }, "/image/axes", "4 × 2");
        row(
            "image without range",
            [](MixtureSpec& s) {
                s.image = image(2, 2, 2);
                s.image->high = 0;
            },
            "/image",
            "different");
    }

    void refusesWhatIsNoMixture()
    {
        QFETCH(Break, change);
        QFETCH(QString, path);
        QFETCH(QString, words);
        MixtureSpec spec = referenceM1();
        QVERIFY(GaussianMixture::create(spec).ok());
        change(spec);
        const auto created = GaussianMixture::create(spec);
        QVERIFY(!created.ok());
        const auto message = QString::fromStdString(created.error().message);
        QCOMPARE(QString::fromStdString(created.error().path), path);
        QVERIFY2(message.contains(words), qPrintable(message));
        QVERIFY2(message.endsWith(QLatin1Char('.')) && !message.contains(QLatin1Char('\n')),
                 qPrintable(message));
    }

    void factorisesEveryCovariance_data()
    {
        QTest::addColumn<int>("dimension");
        QTest::addColumn<int>("rank");
        for (const auto& [d, rank] :
             {std::pair{1, 1}, {2, 2}, {3, 3}, {3, 1}, {8, 8}, {8, 3}, {64, 5}})
            QTest::addRow("d=%d rank=%d", d, rank) << d << rank;
    }

    void factorisesEveryCovariance()
    {
        QFETCH(int, dimension);
        QFETCH(int, rank);
        const MixtureSpec spec = randomMixture(5, dimension, 4, rank);
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY2(mixture.ok(), mixture ? "" : mixture.error().message.c_str());
        QCOMPARE(mixture->dimension(), dimension);
        QCOMPARE(mixture->componentCount(), 4);
        double total = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const auto& component = mixture->components()[k];
            const auto& Q = component.eigenvectors;
            const Eigen::VectorXd& l = component.eigenvalues;
            total += component.weight;
            COMPARE_CLOSE(
                component.weight, static_cast<double>(k + 1) / 10, 1e-15, 0); // one rounding
            COMPARE_CLOSE(component.logWeight, std::log(component.weight), 1e-15, 0);
            // An eigen-solver is backward stable: a few eps of the norm.
            QVERIFY(
                largestDifference(Q * l.asDiagonal() * Q.transpose(), spec.components[k].covariance)
                < 1e-13 * spec.components[k].covariance.norm());
            QVERIFY(largestDifference(Q.transpose() * Q,
                                      Eigen::MatrixXd::Identity(dimension, dimension))
                    < 1e-13);
            for (Eigen::Index i = 0; i < dimension; ++i) {
                QVERIFY(l(i) >= (i == 0 ? 0 : l(i - 1)));
                QCOMPARE(l(i) == 0, i < dimension - rank); // exactly the missing directions
            }
        }
        COMPARE_CLOSE(total, 1, 1e-15, 0);
    }

    void diagonalCovariancesAreExact()
    {
        MixtureSpec spec;
        spec.dimension = 3;
        spec.components.push_back(
            {2, Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(0.3, 1e-18, 0.1).asDiagonal(), 0});
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY(mixture.ok());
        QVERIFY(mixture->components()[0].eigenvalues == Eigen::Vector3d(1e-18, 0.1, 0.3));
        QCOMPARE(mixture->components()[0].eigenvectors.col(0),
                 Eigen::VectorXd(Eigen::Vector3d(0, 1, 0)));
        QCOMPARE(mixture->components()[0].weight, 1.0);
    }

    void acceptsSingularAndZeroCovariances()
    {
        MixtureSpec spec = referenceM1();
        spec.components[0].covariance.setZero();
        spec.components[1].covariance << 1, 2, 2, 4;
        // What hand-rounded decimals of a singular matrix do: slightly negative, taken as 0.
        spec.components[2].covariance << 1, 2, 2, 4 - 1e-11;
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY2(mixture.ok(), mixture ? "" : mixture.error().message.c_str());
        QVERIFY(mixture->components()[0].eigenvalues.isZero(0));
        QCOMPARE(mixture->components()[1].eigenvalues(0), 0.0);
        QCOMPARE(mixture->components()[2].eigenvalues(0), 0.0);
        COMPARE_CLOSE(mixture->components()[1].eigenvalues(1), 5, 1e-15, 0);
    }

    void dropsComponentsOfWeightZeroButKeepsTheirClass()
    {
        MixtureSpec spec = referenceM1();
        spec.components[2].weight = 0;
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY(mixture.ok());
        QCOMPARE(mixture->componentCount(), 2);
        QCOMPARE(mixture->classCount(), 3);
        QCOMPARE(mixture->classWeight(2), 0.0);
        QVERIFY(mixture->classMembers(2).empty());
        const auto conditional = mixture->conditional(2);
        QVERIFY(!conditional.ok());
        QVERIFY(conditional.error().message.find("Class 2") != std::string::npos);
    }

    void conditionalIsTheClassAlone()
    {
        const auto mixture = GaussianMixture::create(
            randomMixture(3, 2, 5, 2)); // weights 1…5 of 15, classes 0 1 0 1 0
        QVERIFY(mixture.ok());
        COMPARE_CLOSE(mixture->classWeight(1), 6.0 / 15, 1e-15, 0);
        QCOMPARE(mixture->classMembers(1), (std::vector<int>{1, 3}));
        const auto conditional = mixture->conditional(1);
        QVERIFY(conditional.ok());
        QCOMPARE(conditional->componentCount(), 2);
        COMPARE_CLOSE(conditional->components()[0].weight, 2.0 / 6, 1e-15, 0);
        COMPARE_CLOSE(conditional->components()[1].weight, 4.0 / 6, 1e-15, 0);
        QCOMPARE(conditional->components()[1].mean, mixture->components()[3].mean);
        QCOMPARE(conditional->classMembers(1), (std::vector<int>{0, 1}));
    }

    void projectionIsTheMarginal()
    {
        const MixtureSpec spec = randomMixture(8, 5, 3, 2);
        const auto mixture = GaussianMixture::create(spec);
        QVERIFY(mixture.ok());
        Eigen::MatrixXd axes =
            Eigen::MatrixXd::Zero(5, 2); // two orthonormal directions that are no coordinate axes
        axes.col(0) << 0.6, 0, 0.8, 0, 0;
        axes.col(1) << 0, 1 / std::sqrt(2.0), 0, 0, -1 / std::sqrt(2.0);
        const Eigen::VectorXd origin = randomPoint(2, 5, 1);
        const GaussianMixture marginal = mixture->projected(axes, origin);
        QCOMPARE(marginal.dimension(), 2);
        for (std::size_t k = 0; k < 3; ++k) {
            const auto& component = marginal.components()[k];
            const auto& Q = component.eigenvectors;
            const Eigen::MatrixXd expected =
                axes.transpose() * spec.components[k].covariance * axes;
            QVERIFY(
                largestDifference(Q * component.eigenvalues.asDiagonal() * Q.transpose(), expected)
                < 1e-13 * spec.components[k].covariance.norm());
            QVERIFY(largestDifference(component.mean,
                                      axes.transpose() * (spec.components[k].mean - origin))
                    < 1e-13);
            QCOMPARE(component.classLabel, spec.components[k].classLabel);
            QCOMPARE(component.weight, mixture->components()[k].weight);
        }
    }

    void momentsOfTheWholeMixture()
    {
        const auto mixture = GaussianMixture::create(referenceM1());
        QVERIFY(mixture.ok());
        QVERIFY(mixture->mean().isZero(1e-15));
        // Law of total variance: 0.25 within, 2/3 · 16 between along x.
        const Eigen::Matrix2d expected = Eigen::Vector2d(0.25 + 32.0 / 3, 0.25).asDiagonal();
        QVERIFY(largestDifference(mixture->covariance(), expected) < 1e-14);
        COMPARE_CLOSE(mixture->scale(), std::sqrt(0.25 + 32.0 / 3), 1e-14, 0);
        MixtureSpec point = isotropicMixture({Eigen::Vector2d(3, 4)}, 0);
        QCOMPARE(GaussianMixture::create(point)->scale(), 1.0);
    }

    void samplesHaveTheLawOfTheMixture_data()
    {
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("sigma");
        QTest::newRow("clean") << 1.0 << 0.0;
        QTest::newRow("noised") << 0.6 << 0.8;
    }

    void samplesHaveTheLawOfTheMixture()
    {
        QFETCH(double, alpha);
        QFETCH(double, sigma);
        const int n = 40000;
        const auto mixture = GaussianMixture::create(randomMixture(11, 3, 3, 2));
        QVERIFY(mixture.ok());
        std::vector<int> componentOf;
        const Eigen::MatrixXd points =
            mixture->sample(17, Stream::Data, n, alpha, sigma, &componentOf);
        const Eigen::VectorXd mean = points.rowwise().mean();
        const Eigen::MatrixXd centred = points.colwise() - mean;
        const Eigen::MatrixXd covariance = centred * centred.transpose() / (n - 1);
        const Eigen::MatrixXd expected =
            alpha * alpha * mixture->covariance() + sigma * sigma * Eigen::MatrixXd::Identity(3, 3);
        for (int i = 0; i < 3; ++i) {
            const double error = std::sqrt(expected(i, i) / n);
            COMPARE_CLOSE(
                mean(i), alpha * mixture->mean()(i), 0, 5 * error); // five standard errors
            for (int j = 0; j < 3; ++j) {
                // Standard error of a covariance from the fourth moments of the sample itself.
                const Eigen::ArrayXd products = centred.row(i).array() * centred.row(j).array();
                const double deviation =
                    std::sqrt((products - products.mean()).square().mean() / n);
                COMPARE_CLOSE(covariance(i, j), expected(i, j), 0, 5 * deviation);
            }
        }
        for (int k = 0; k < 3; ++k) {
            const double p = mixture->components()[static_cast<std::size_t>(k)].weight;
            const auto count =
                static_cast<double>(std::count(componentOf.begin(), componentOf.end(), k));
            COMPARE_CLOSE(count / n, p, 0, 5 * std::sqrt(p * (1 - p) / n));
        }
    }

    void firstSamplesStayWhenMoreAreDrawn()
    {
        const auto mixture = GaussianMixture::create(referenceM1());
        QVERIFY(mixture.ok());
        const Eigen::MatrixXd few = mixture->sample(1, Stream::Data, 10);
        const Eigen::MatrixXd many = mixture->sample(1, Stream::Data, 1000);
        QVERIFY(few == many.leftCols(10));
        QVERIFY(few != mixture->sample(2, Stream::Data, 10));
        QVERIFY(few != mixture->sample(1, Stream::Prior, 10));
    }
};

QTEST_APPLESS_MAIN(TestGaussianMixture)
#include "tst_gaussian_mixture.moc"
