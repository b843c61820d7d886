// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mixtures.h"
#include "ui/render/contour_lines.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace scorefield;
using namespace scorefield::render;

namespace {

const QRectF kPlot(20, 30, 400, 300);
const Camera kCamera{0, 0, 10}; // 30 px a unit

MixtureSpec gaussian(double angle, double first, double second)
{
    MixtureSpec spec;
    Eigen::Matrix2d turn;
    turn << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
    const Eigen::Matrix2d covariance =
        turn * Eigen::Vector2d(first * first, second * second).asDiagonal() * turn.transpose();
    spec.dimension = 2;
    ComponentSpec component;
    component.weight = 1;
    component.mean = Eigen::Vector2d(.4, -.3);
    component.covariance = covariance;
    spec.components.push_back(component);
    return spec;
}

/// Points along the curves.
QPolygonF samplesOf(const QPainterPath& path)
{
    QPolygonF points;
    for (const QPolygonF& polygon : path.toSubpathPolygons(QTransform::fromScale(16, 16)))
        for (const QPointF& p : polygon)
            points << p / 16;
    return points;
}

double areaOf(const QPolygonF& polygon)
{
    double sum = 0;
    for (qsizetype i = 0; i < polygon.size(); ++i) {
        const QPointF a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        sum += a.x() * b.y() - a.y() * b.x();
    }
    return std::abs(sum) / 2;
}

} // namespace

class ContourLinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesOfAGaussianAreEllipses_data()
    {
        QTest::addColumn<double>("angle");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        QTest::addColumn<double>("tolerance"); // pixels
        // Curves leave points by 1/50 pixel at most and those are on the level to 1e-4; as much
        // again for places between the points, and for the sagitta of a chord.
        QTest::newRow("round") << 0. << 1. << 1. << .06;
        QTest::newRow("turned") << .7 << 1.4 << .5 << .06;
        // 1.5 px: its tips are sharper than a tenth of a pixel, and cut off within a grid cell.
        QTest::newRow("thin") << -.3 << 1.2 << .05 << 1.2;
        QTest::newRow("small") << 1.1 << .06 << .04 << .06;
    }

    void linesOfAGaussianAreEllipses()
    {
        QFETCH(double, angle);
        QFETCH(double, first);
        QFETCH(double, second);
        QFETCH(double, tolerance);
        const auto mixture = GaussianMixture::create(gaussian(angle, first, second)).value();
        const PlaneDensity density(mixture, 1, 0);
        const ViewTransform transform(kCamera, kPlot);
        // Mass m of a Gaussian in the plane lies within r = sqrt(-2 log(1 - m)).
        for (const double mass : {.5, .8, .95}) {
            const double r = std::sqrt(-2 * std::log1p(-mass));
            const double level = density.logDensity({.4, -.3}) - .5 * r * r;
            const auto lines = contourLines(density, transform, {kPlot}, {level});
            QCOMPARE(lines.size(), 1U);
            QVERIFY(lines[0].closed);
            const QPainterPath path = smoothPath(lines, kPlot);
            // Distance to the ellipse in pixels, to first order: (|z| - r)/|grad |z||.
            double farthest = 0;
            const double c = std::cos(angle), s = std::sin(angle);
            for (const QPointF& pixel : samplesOf(path)) {
                const QPointF x = transform.toData(pixel) - QPointF(.4, -.3);
                const double z1 = (c * x.x() + s * x.y()) / first,
                             z2 = (-s * x.x() + c * x.y()) / second;
                const double slope = std::hypot(z1 / first, z2 / second) / std::hypot(z1, z2);
                farthest = std::max(
                    farthest, std::abs(std::hypot(z1, z2) - r) / slope * transform.pixelsPerUnit());
            }
            QVERIFY2(farthest < tolerance, qPrintable(QString::number(farthest)));
            // An ellipse of r standard deviations has the area pi r^2 s1 s2, hence its mass.
            const double area = areaOf(samplesOf(path)) / std::pow(transform.pixelsPerUnit(), 2);
            const double inside = -std::expm1(-area / (2 * std::numbers::pi * first * second));
            QVERIFY2(std::abs(inside - mass) < .01 * (second < .1 ? 2 : 1),
                     qPrintable(QString::number(inside)));
            QVERIFY2(path.elementCount() < 3 * 40 + 2, // few curves
                     qPrintable(QString::number(path.elementCount())));
        }
    }

    void placesAreOnTheLevel()
    {
        const auto mixture = GaussianMixture::create(test::referenceM4()).value();
        const PlaneDensity density(mixture, .8, .3);
        const ViewTransform transform(kCamera, kPlot);
        const auto levels = density.regionThresholds({.5, .8, .95, .99});
        std::size_t places = 0;
        for (const double level : levels)
            for (const auto& line : contourLines(density, transform, {kPlot}, {level}))
                for (std::size_t i = 0; i < line.points.size(); ++i, ++places) {
                    const QPointF at = line.points[i];
                    const double step = .01;
                    const auto log = [&](QPointF p) {
                        return density.logDensity(transform.toData(p));
                    };
                    const QPointF slope(
                        (log(at + QPointF(step, 0)) - log(at - QPointF(step, 0))) / (2 * step),
                        (log(at + QPointF(0, step)) - log(at - QPointF(0, step))) / (2 * step));
                    const double steepness = std::hypot(slope.x(), slope.y());
                    if (steepness < 1e-3)
                        continue; // flat: its place is not well defined
                    QVERIFY(std::abs(log(at) - level) / steepness < 2e-3); // pixels
                    // Directions are across the gradient: 1e-2 is what differences of 0.01 px see.
                    const double across = QPointF::dotProduct(line.directions[i], slope);
                    QVERIFY(std::abs(across) / steepness < .01);
                }
        QVERIFY(places > 200);
    }

    void linesEndAtTheBox()
    {
        const auto mixture = GaussianMixture::create(gaussian(.3, 3, 1.2)).value();
        const PlaneDensity density(mixture, 1, 0);
        const ViewTransform transform({2, 0, 4}, kPlot); // of which much is outside
        const auto levels = density.regionThresholds({.5, .8, .95});
        const auto lines = contourLines(density, transform, {kPlot}, levels);
        int ends = 0;
        for (const auto& line : lines) {
            if (line.closed)
                continue;
            for (const QPointF p : {line.points.front(), line.points.back()}) {
                const double off = std::min({std::abs(p.x() - kPlot.left()),
                                             std::abs(p.x() - kPlot.right()),
                                             std::abs(p.y() - kPlot.top()),
                                             std::abs(p.y() - kPlot.bottom())});
                QVERIFY(off < 1e-9);
                ++ends;
            }
        }
        QVERIFY(ends >= 4);
        QVERIFY(kPlot.adjusted(-1e-9, -1e-9, 1e-9, 1e-9)
                    .contains(smoothPath(lines, kPlot).controlPointRect()));
    }

    void inOneDimensionTheyAreUpright()
    {
        MixtureSpec spec;
        spec.dimension = 1;
        spec.components = {{1, Eigen::VectorXd::Constant(1, .5), Eigen::MatrixXd::Identity(1, 1)}};
        const PlaneDensity density(GaussianMixture::create(spec).value(), 1, 0);
        const ViewTransform transform(kCamera, kPlot);
        const double level = density.logDensity({.5, 0}) - .5 * 1.5 * 1.5;
        const auto lines = contourLines(density, transform, {kPlot}, {level});
        QCOMPARE(lines.size(), 2U);
        for (const auto& line : lines) {
            QCOMPARE(line.points.size(), 2U);
            const QPointF a = transform.toData(line.points[0]),
                          b = transform.toData(line.points[1]);
            QVERIFY(std::abs(std::abs(a.x() - .5) - 1.5) < 1e-4);
            QVERIFY(std::abs(a.x() - b.x()) < 1e-9);
            QVERIFY(std::abs(std::abs(line.points[0].y() - line.points[1].y()) - kPlot.height())
                    < 1e-9);
        }
    }

    void twoHillsMeetAtTheirSaddle()
    {
        // Two equal hills: above their saddle's level two lines, below it one.
        const auto mixture =
            GaussianMixture::create(
                isotropicMixture({Eigen::Vector2d(-1.5, .01), Eigen::Vector2d(1.5, -.01)}, .6))
                .value();
        const PlaneDensity density(mixture, 1, 0);
        const ViewTransform transform(kCamera, kPlot);
        const double saddle = density.logDensity({0, 0});
        QCOMPARE(contourLines(density, transform, {kPlot}, {saddle + 1e-3}).size(), 2U);
        QCOMPARE(contourLines(density, transform, {kPlot}, {saddle - 1e-3}).size(), 1U);
        // At the level itself whatever happens is closed and inside.
        for (const auto& line : contourLines(density, transform, {kPlot}, {saddle}))
            QVERIFY(line.closed);
    }

    void manyComponentsAreDrawnInTime()
    {
        // A grid as fine as that of one component would take a thousand times as long.
        const auto mixture = GaussianMixture::create(test::randomMixture(5, 2, 1500, 2)).value();
        const PlaneDensity density(mixture, .6, .5);
        const ViewTransform transform({0, 0, 12}, kPlot);
        const auto lines =
            contourLines(density, transform, {kPlot}, density.regionThresholds({.5, .8, .95, .99}));
        QVERIFY(!lines.empty());
        for (const auto& line : lines)
            QCOMPARE(line.points.size(), line.directions.size());
    }
};

QTEST_APPLESS_MAIN(ContourLinesTest)
#include "tst_contour_lines.moc"
