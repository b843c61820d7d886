// SPDX-License-Identifier: GPL-3.0-or-later
// Ridges in the plane against closed forms (theory of ridges, section 12).
#include "core/geometry/ridge.h"
#include "tests/support/compare.h"
#include "tests/support/ridges.h"

#include <QTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

constexpr PlaneBox kBox{-4, -4, 8, 8};

std::shared_ptr<const GaussianMixture> thirteenPoints()
{
    std::vector<VectorXd> points;
    for (int i = 0; i < 13; ++i) {
        const double x = -3 + .5 * i;
        points.push_back(Vector2d(x, 1.2 * std::sin(1.1 * x)));
    }
    return pointsMixture(points);
}

/// Every vertex is on the ridge and keeps the thresholds (the ends to the bisection's 1e-8).
void verifyOnRidge(const Ridge& ridge, const std::shared_ptr<const GaussianMixture>& mixture)
{
    const RidgeField field(mixture, ridge.request.noise);
    const double variance = ridge.request.noise * ridge.request.noise;
    for (const RidgeLine& line : ridge.lines) {
        QVERIFY(line.places.rows() >= 2);
        for (Eigen::Index i = 0; i < line.places.rows(); ++i) {
            const Eigenframe frame = field.frame(line.points.row(i).transpose());
            QVERIFY(std::abs(frame.vectors.col(1).dot(frame.score)) * variance
                    <= 1e-9 * field.scale());
            QVERIFY(frame.kappa(1) <= -ridge.request.thresholds.beta + 1e-7);
            QVERIFY(frame.kappa(0) - frame.kappa(1) >= ridge.request.thresholds.gamma - 1e-7);
            COMPARE_CLOSE(line.kappa1(i), frame.kappa(0), 1e-9, 1e-9);
            COMPARE_CLOSE(line.kappa2(i), frame.kappa(1), 1e-9, 1e-9);
        }
    }
}

/// The largest turn between neighbouring stretches of a line, in rad.
double largestTurn(const RidgeLine& line)
{
    double largest = 0;
    for (Eigen::Index i = 1; i + 1 < line.places.rows(); ++i) {
        const Vector2d a = (line.places.row(i) - line.places.row(i - 1)).transpose();
        const Vector2d b = (line.places.row(i + 1) - line.places.row(i)).transpose();
        largest = std::max(largest, std::acos(std::clamp(a.dot(b) / a.norm() / b.norm(), -1., 1.)));
    }
    return largest;
}

/// The radius of the ridge of a ring of radius rho: r = rho I_1(r rho/S)/I_0(r rho/S), by its
/// integral over the ring.
double ringRadius(double rho, double S)
{
    double r = rho;
    for (int iteration = 0; iteration < 2000; ++iteration) {
        double first = 0, zeroth = 0;
        constexpr int n = 2000;
        for (int i = 0; i < n; ++i) {
            const double cosine = std::cos(std::numbers::pi * (i + .5) / n);
            const double weight = std::exp(r * rho / S * (cosine - 1));
            first += cosine * weight;
            zeroth += weight;
        }
        r = rho * first / zeroth;
    }
    return r;
}

} // namespace

class TestRidge : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void singleGaussian();
    void roundGaussianHasNone();
    void twoGaussians_data();
    void twoGaussians();
    void ring_data();
    void ring();
    void parabola_data();
    void parabola();
    void triangle_data();
    void triangle();
    void thirteenPoints_data();
    void thirteenPoints();
    void polygonCentre();
    void doesNotDependOnTheProcess();
    void turnsWithTheData();
    void randomMixtures_data();
    void randomMixtures();
    void threads();
    void stopsAndOneDimension();
};

void TestRidge::singleGaussian()
{
    const auto mixture = shared(referenceM4());
    // kappa_2 = -sigma~^2/(0.09 + sigma~^2), at 0.5 below -0.3; at 0.1 not.
    QVERIFY(planeRidge(mixture, .1, kBox).lines.empty());
    const Ridge ridge = planeRidge(mixture, .5, kBox);
    QCOMPARE(ridge.lines.size(), 1U);
    QVERIFY(ridge.ends.empty()); // it leaves the box
    verifyOnRidge(ridge, mixture);
    const Vector2d axis(std::cos(.7), std::sin(.7)), centre(.8, -.5);
    for (const auto& row : ridge.lines[0].places.rowwise()) {
        const Vector2d offset = row.transpose() - centre;
        COMPARE_CLOSE(axis(0) * offset(1) - axis(1) * offset(0), 0, 0, 1e-11);
    }
    // The chord of the box along the axis through the centre: it leaves by x = -4 … 4 or y = 4.
    const double length = (4 - .8) / axis(0) + (4 + .8) / axis(0);
    const double top = (4 + .5) / axis(1), bottom = (4 - .5) / axis(1);
    COMPARE_CLOSE(
        ridge.length,
        std::min(length, std::min((4 - .8) / axis(0), top) + std::min((4 + .8) / axis(0), bottom)),
        0,
        .01); // vertices on the border slide along the ridge
    QCOMPARE(countOf(ridge, CriticalKind::Mode), 1);
    QCOMPARE(ridge.critical.size(), 1U);
}

void TestRidge::roundGaussianHasNone()
{
    MixtureSpec spec = referenceM1();
    spec.components.resize(1);
    for (const double gamma : {1e-6, .2}) {
        const Ridge ridge = planeRidge(shared(spec), .7, kBox, {.3, gamma});
        QVERIFY(ridge.lines.empty() && ridge.ends.empty() && ridge.length == 0);
        QVERIFY(!ridge.plainFrameFails);
    }
}

void TestRidge::twoGaussians_data()
{
    QTest::addColumn<double>("noise");
    QTest::addColumn<double>("variance");
    for (const double noise : {.03, .1, .3, 1., 2., 2.9, 3.3})
        QTest::addRow("points %g", noise) << noise << 0.;
    QTest::addRow("broad") << .8 << .5;
    QTest::addRow("none") << 12. << 0.;
}

void TestRidge::twoGaussians()
{
    QFETCH(double, noise);
    QFETCH(double, variance);
    const auto mixture = pointsMixture({Vector2d(-3, 0), Vector2d(3, 0)}, variance);
    const Ridge ridge = planeRidge(mixture, noise, {-6, -5, 12, 10});
    // lambda_1 - lambda_2 = m^2/S^2 sech^2(m x/S) >= gamma/sigma~^2 on y = 0.
    const double S = variance + noise * noise, m = 3, g = .2 / (noise * noise);
    if (m * m / (S * S) < g) {
        QVERIFY(ridge.lines.empty());
        return;
    }
    const double half = S / m * std::acosh(m / (S * std::sqrt(g)));
    QCOMPARE(ridge.lines.size(), 1U);
    QCOMPARE(ridge.components, 1);
    QCOMPARE(ridge.ends.size(), 2U);
    COMPARE_CLOSE(ridge.length, 2 * half, 1e-6, 0); // ends to 1e-8 of the thresholds
    for (const Vector2d& end : ridge.ends)
        COMPARE_CLOSE(std::abs(end(0)), half, 1e-6, 0);
    QVERIFY(ridge.lines[0].places.col(1).cwiseAbs().maxCoeff() < 1e-11);
    const double expected = -noise * noise / S;
    QVERIFY((ridge.lines[0].kappa2 - expected).abs().maxCoeff() < 1e-9);
    QCOMPARE(countOf(ridge, CriticalKind::Mode), m * m > S ? 2 : 1);
    QCOMPARE(countOf(ridge, CriticalKind::Saddle), m * m > S ? 1 : 0);
    QVERIFY(largestTurn(ridge.lines[0]) < 1e-6);
}

void TestRidge::ring_data()
{
    QTest::addColumn<int>("points");
    QTest::addColumn<double>("noise");
    QTest::addColumn<double>("smallest");
    QTest::addColumn<double>("largest");
    // The continuous ring: enough points that they cannot be told from it.
    QTest::addRow("0.3") << 96 << .3 << 1.977107 << 1.977107;
    QTest::addRow("0.6") << 96 << .6 << 1.902920 << 1.902920;
    QTest::addRow("1.0") << 96 << 1. << 1.662924 << 1.662924;
    QTest::addRow("24 points 0.6") << 24 << .6 << 1.902920 << 1.902920;
    QTest::addRow("24 points 0.3") << 24 << .3 << 1.97622 << 1.97800;
}

void TestRidge::ring()
{
    QFETCH(int, points);
    QFETCH(double, noise);
    QFETCH(double, smallest);
    QFETCH(double, largest);
    const auto mixture = pointsMixture(circlePoints(points, 2));
    const Ridge ridge = planeRidge(mixture, noise, {-3, -3, 6, 6}, {.3, .05});
    QCOMPARE(ridge.lines.size(), 1U);
    QVERIFY(ridge.lines[0].closed && ridge.ends.empty());
    verifyOnRidge(ridge, mixture);
    const VectorXd radii = ridge.lines[0].places.rowwise().norm();
    const double tolerance = points == 24 && noise == .3 ? 1e-5 : 1e-6; // as many digits as stated
    COMPARE_CLOSE(radii.minCoeff(), smallest, 0, tolerance);
    COMPARE_CLOSE(radii.maxCoeff(), largest, 0, tolerance);
    if (smallest == largest) {
        COMPARE_CLOSE(radii.mean(), ringRadius(2, noise * noise), 0, 1e-6);
        // The length of a polygon with these vertices falls short by its sagittas.
        COMPARE_CLOSE(ridge.length, 2 * std::numbers::pi * smallest, 1e-3, 0);
        QVERIFY(largestTurn(ridge.lines[0]) < .08);
    }
}

void TestRidge::parabola_data()
{
    QTest::addColumn<double>("noise");
    QTest::addColumn<double>("offset");
    QTest::addRow("0.1") << .1 << .004997;
    QTest::addRow("0.2") << .2 << .019958;
    QTest::addRow("0.3") << .3 << .044702;
}

void TestRidge::parabola()
{
    QFETCH(double, noise);
    QFETCH(double, offset);
    // Evenly in arc length, s = (x sqrt(1 + x^2) + asinh x)/2.
    const auto arc = [](double x) { return (x * std::sqrt(1 + x * x) + std::asinh(x)) / 2; };
    std::vector<VectorXd> points;
    for (int i = 0; i <= 800; ++i) {
        const double s = arc(2.) * (i / 400. - 1);
        double x = 0;
        for (int k = 0; k < 60; ++k)
            x -= (arc(x) - s) / std::sqrt(1 + x * x);
        points.push_back(Vector2d(x, x * x / 2));
    }
    const RidgeField field(pointsMixture(points), noise);
    const auto apex = correctOntoRidge(field, Vector2d(0, noise * noise / 2), noise);
    QVERIFY(apex);
    COMPARE_CLOSE((*apex)(0), 0, 0, 1e-9);
    // The theory's points are spaced a little otherwise: its third digit is what counts.
    COMPARE_CLOSE((*apex)(1), offset, 0, 2e-5);
    // By symmetry the score points along y there, so y is the mean of x^2/2 under the posterior of
    // the continuous curve, of arc length sqrt(1 + x^2) dx.
    double y = offset;
    for (int iteration = 0; iteration < 200; ++iteration) {
        double weights = 0, sum = 0;
        for (int i = 0; i <= 4000; ++i) {
            const double x = i / 1000. - 2, square = x * x / 2;
            const double distance = x * x + (y - square) * (y - square);
            const double weight = std::sqrt(1 + x * x) * std::exp(-distance / (2 * noise * noise));
            weights += weight;
            sum += weight * square;
        }
        y = sum / weights;
    }
    COMPARE_CLOSE((*apex)(1), y, 0, 1e-8);
}

void TestRidge::triangle_data()
{
    QTest::addColumn<double>("noise");
    QTest::addColumn<int>("modes");
    for (const auto& [noise, modes] :
         {std::pair{.3, 3}, {.7, 3}, {.7071, 3}, {.715, 4}, {.72, 4}, {.73, 4}, {.74, 1}})
        QTest::addRow("%g", noise) << noise << modes;
}

void TestRidge::triangle()
{
    QFETCH(double, noise);
    QFETCH(int, modes);
    const auto mixture = pointsMixture(circlePoints(3, 1, std::numbers::pi / 2));
    for (const int resolution : {96, 97}) { // the centre on a node and inside a cell
        const Ridge ridge = planeRidge(mixture, noise, {-2, -2, 4, 4}, {}, resolution);
        QCOMPARE(countOf(ridge, CriticalKind::Mode), modes);
        // Poincaré–Hopf: the score points inwards on a large circle.
        QCOMPARE(modes + countOf(ridge, CriticalKind::Minimum)
                     - countOf(ridge, CriticalKind::Saddle),
                 1);
        QVERIFY(std::any_of(ridge.umbilics.begin(), ridge.umbilics.end(), [](const auto& u) {
            return u.norm() < 1e-6;
        }));
        QVERIFY(!ridge.lines.empty() && ridge.lines.size() % 3 == 0);
        verifyOnRidge(ridge, mixture);
        QVERIFY(!ridgeOffset(RidgeField(mixture, noise), Vector2d(0, 0))
                || RidgeField(mixture, noise).frame(Vector2d(0, 0)).logGap(0) < -13);
    }
}

void TestRidge::thirteenPoints_data()
{
    QTest::addColumn<double>("noise");
    QTest::addColumn<int>("components");
    QTest::addColumn<double>("length");
    QTest::addRow("0.2") << .2 << 6 << 0.;
    QTest::addRow("0.3") << .3 << 1 << 8.25;
    QTest::addRow("0.5") << .5 << 1 << 9.40;
    QTest::addRow("0.8") << .8 << 1 << 10.63;
}

void TestRidge::thirteenPoints()
{
    QFETCH(double, noise);
    QFETCH(int, components);
    QFETCH(double, length);
    const auto mixture = ::thirteenPoints();
    const Ridge ridge = planeRidge(mixture, noise, kBox, {.3, .05});
    QCOMPARE(ridge.components, components);
    verifyOnRidge(ridge, mixture);
    // The stated lengths end at the last whole cell, ours where the thresholds do: up to a cell of
    // 8/128 more at each of two ends.
    if (length > 0)
        COMPARE_CLOSE(ridge.length, length + .04, 0, .08);
    for (const RidgeLine& line : ridge.lines)
        QVERIFY(largestTurn(line) < .13);
}

void TestRidge::polygonCentre()
{
    // The centre of K points of radius R loses stability at R^2 = 2 S; of two points at m^2 = S.
    for (const int points : {4, 5, 6}) {
        const auto mixture = pointsMixture(circlePoints(points, 1));
        for (const auto& [noise, isMode] :
             {std::pair{std::sqrt(.5) * .999, false}, {std::sqrt(.5) * 1.001, true}}) {
            const Eigenframe frame = RidgeField(mixture, noise).frame(Vector2d(0, 0));
            QCOMPARE(frame.kappa(0) < 0, isMode);
        }
    }
    const auto pair = pointsMixture({Vector2d(-1, 0), Vector2d(1, 0)});
    QCOMPARE(countOf(planeRidge(pair, .999, kBox), CriticalKind::Mode), 2);
    QCOMPARE(countOf(planeRidge(pair, 1.001, kBox), CriticalKind::Mode), 1);
}

void TestRidge::doesNotDependOnTheProcess()
{
    // x_t = alpha x_0 + sigma eps as data of its own: alpha mu, alpha^2 Sigma, noise sigma.
    const double alpha = .6, noise = .5;
    MixtureSpec spec = randomMixture(4, 2, 6, 2, 1.5), scaled = spec;
    for (ComponentSpec& component : scaled.components) {
        component.mean *= alpha;
        component.covariance *= alpha * alpha;
    }
    const Ridge ve = planeRidge(shared(spec), noise, kBox);
    const Ridge vp = planeRidge(shared(scaled), alpha * noise, {-2.4, -2.4, 4.8, 4.8});
    QVERIFY(!ve.lines.empty());
    QCOMPARE(vp.lines.size(), ve.lines.size());
    COMPARE_CLOSE(vp.length, alpha * ve.length, 1e-9, 0);
    for (std::size_t l = 0; l < ve.lines.size(); ++l) {
        QCOMPARE(vp.lines[l].places.rows(), ve.lines[l].places.rows());
        QVERIFY((vp.lines[l].places - alpha * ve.lines[l].places).cwiseAbs().maxCoeff() < 1e-8);
        QVERIFY((vp.lines[l].kappa1 - ve.lines[l].kappa1).abs().maxCoeff() < 1e-6);
    }
}

void TestRidge::turnsWithTheData()
{
    // Turned, shifted and mirrored data in a box that holds all of the ridge.
    const double angle = .83;
    Eigen::Matrix2d Q;
    Q << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
    const Eigen::Matrix2d mirror = Vector2d(1, -1).asDiagonal();
    const Vector2d shift(.37, -.22);
    const MixtureSpec spec = randomMixture(8, 2, 9, 0, 1); // of points: the gap ends all lines
    const Ridge plain = planeRidge(shared(spec), .4, {-9, -9, 18, 18}, {.3, .3}, 256);
    QVERIFY(!plain.lines.empty());
    for (const Eigen::Matrix2d& turn : {Eigen::Matrix2d(Q), Eigen::Matrix2d(Q * mirror)}) {
        MixtureSpec turned = spec;
        for (ComponentSpec& component : turned.components) {
            component.mean = turn * component.mean + shift;
            component.covariance = turn * component.covariance * turn.transpose();
            component.covariance =
                ((component.covariance + component.covariance.transpose()) / 2).eval();
        }
        const Ridge ridge = planeRidge(shared(turned), .4, {-9, -9, 18, 18}, {.3, .3}, 256);
        QCOMPARE(ridge.components, plain.components);
        COMPARE_CLOSE(ridge.length, plain.length, 2e-3, 0); // other vertices, other sagittas
        QCOMPARE(ridge.ends.size(), plain.ends.size());
        for (const Vector2d& end : plain.ends) { // each end has its image
            double nearest = 1;
            for (const Vector2d& other : ridge.ends)
                nearest = std::min(nearest, (other - turn * end - shift).norm());
            QVERIFY(nearest < 1e-6);
        }
        QCOMPARE(ridge.critical.size(), plain.critical.size());
    }
}

void TestRidge::randomMixtures_data()
{
    QTest::addColumn<int>("components");
    QTest::addColumn<int>("rank");
    QTest::addColumn<double>("noise");
    for (const double noise : {.1, .3, .8}) {
        QTest::addRow("points %g", noise) << 25 << 0 << noise;
        QTest::addRow("full %g", 3 * noise) << 6 << 2 << 3 * noise;
        QTest::addRow("singular %g", noise) << 6 << 1 << noise;
    }
}

void TestRidge::randomMixtures()
{
    QFETCH(int, components);
    QFETCH(int, rank);
    QFETCH(double, noise);
    const auto mixture = shared(randomMixture(6, 2, components, rank, 1.5));
    const PlaneBox box{-9, -9, 18, 18};
    const Ridge ridge = planeRidge(mixture, noise, box, {}, 256);
    QVERIFY(!ridge.lines.empty());
    verifyOnRidge(ridge, mixture);
    QCOMPARE(countOf(ridge, CriticalKind::Mode) + countOf(ridge, CriticalKind::Minimum)
                 - countOf(ridge, CriticalKind::Saddle),
             1);
    // Nothing is lost: places that Newton's steps lead to lie on a line.
    const RidgeField field(mixture, noise);
    const Eigen::MatrixXd draws = mixture->sample(1, Stream::Data, 200, 1, noise);
    const double cell = box.width / 256;
    for (Eigen::Index i = 0; i < draws.cols(); ++i) {
        const auto x = correctOntoRidge(field, draws.col(i), noise);
        if (!x || !isRidgelike(field.frame(*x), ridge.request.thresholds)
            || x->cwiseAbs().maxCoeff() > 8.9)
            continue;
        double nearest = box.width;
        for (const RidgeLine& line : ridge.lines)
            nearest = std::min(
                nearest, (line.places.rowwise() - x->transpose()).rowwise().norm().minCoeff());
        QVERIFY2(nearest <= 1.5 * cell, qPrintable(QString::number(nearest)));
    }
}

void TestRidge::threads()
{
    const auto mixture = shared(randomMixture(6, 2, 20, 0, 1.5));
    const Ridge one = planeRidge(mixture, .3, kBox, {}, 128, 1);
    const Ridge three = planeRidge(mixture, .3, kBox, {}, 128, 3);
    QVERIFY(!one.lines.empty());
    QCOMPARE(one.lines.size(), three.lines.size());
    for (std::size_t l = 0; l < one.lines.size(); ++l) {
        QVERIFY(one.lines[l].places == three.lines[l].places);
        QVERIFY((one.lines[l].logGap == three.lines[l].logGap).all());
    }
    QVERIFY(one.ends == three.ends && one.umbilics == three.umbilics);
    QCOMPARE(one.critical.size(), three.critical.size());
}

void TestRidge::stopsAndOneDimension()
{
    WorkerPool pool(2);
    std::stop_source stop;
    stop.request_stop();
    RidgeRequest request;
    request.box = kBox;
    const RidgeSubject subject{
        shared(referenceM1()), Eigen::Matrix2d::Identity(), Vector2d::Zero()};
    QVERIFY(!findRidge(subject, request, pool).lines.empty());
    QVERIFY(findRidge(subject, request, pool, stop.get_token()).lines.empty());
    const RidgeSubject line{
        shared(randomMixture(1, 1, 3, 1)), Eigen::MatrixXd::Zero(1, 2), VectorXd::Zero(1)};
    QVERIFY(findRidge(line, request, pool).lines.empty());
}

QTEST_APPLESS_MAIN(TestRidge)
#include "tst_ridge.moc"
