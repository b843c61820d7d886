// SPDX-License-Identifier: GPL-3.0-or-later
// The monotone curve of Fritsch and Carlson: through its points, monotone, smooth, with an exact
// inverse; and its control points as text.
#include "core/base/parameter.h"
#include "tests/support/compare.h"

#include <QTest>

#include <cstdint>
#include <random>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Random strictly monotone points; steps span three decades, so that some slopes must be limited.
std::vector<CurvePoint> randomPoints(std::uint32_t seed, bool rising)
{
    std::mt19937 bits(seed);
    const auto uniform = [&] { return bits() / 4294967296.0; };
    const auto count = 2 + bits() % 9;
    std::vector<CurvePoint> points{{uniform() - 0.5, 4 * uniform() - 2}};
    while (points.size() < count) {
        const double step = std::pow(10, -3 * uniform());
        points.push_back({points.back().x + std::pow(10, -3 * uniform()),
                          points.back().y + (rising ? step : -step)});
    }
    return points;
}

} // namespace

class TestCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomCurves_data()
    {
        QTest::addColumn<int>("seed");
        QTest::addColumn<bool>("rising");
        for (int seed = 0; seed < 20; ++seed)
            QTest::addRow("%d", seed) << seed << (seed % 2 == 0);
    }
    void randomCurves()
    {
        QFETCH(int, seed);
        QFETCH(bool, rising);
        const auto points = randomPoints(static_cast<std::uint32_t>(seed), rising);
        const auto curve = MonotoneCurve::create(points).value();
        const double left = points.front().x, width = points.back().x - left;
        const double height = std::abs(points.back().y - points.front().y);
        for (const CurvePoint& point : points)
            COMPARE_CLOSE(curve.value(point.x), point.y, 0, 1e-15 * (1 + std::abs(point.y)));
        double last = curve.value(left - 0.3 * width);
        for (int i = -299; i < 1300; ++i) {
            const double x = left + width * i / 1000;
            const double y = curve.value(x);
            QVERIFY(rising ? y > last : y < last);
            QVERIFY(rising ? curve.derivative(x) >= 0 : curve.derivative(x) <= 0);
            // to rounding of y, also where the curve is so flat that x is not determined to
            // rounding
            COMPARE_CLOSE(curve.value(curve.inverse(y)), y, 4e-16, 4e-16 * (height + std::abs(y)));
            last = y;
        }
    }

    void slopesAreContinuousAndTheDerivative()
    {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const auto points = randomPoints(seed, true);
            const auto curve = MonotoneCurve::create(points).value();
            for (std::size_t i = 0; i + 1 < points.size(); ++i) {
                const double width = points[i + 1].x - points[i].x;
                const double scale = (points[i + 1].y - points[i].y) / width;
                // A cubic piece: its slope changes by at most 18 secants over the piece.
                const double tiny = 1e-9 * width;
                COMPARE_CLOSE(
                    curve.derivative(points[i].x + tiny), curve.slopes()[i], 0, 1e-6 * scale);
                COMPARE_CLOSE(curve.derivative(points[i + 1].x - tiny),
                              curve.slopes()[i + 1],
                              0,
                              1e-6 * scale);
                // Central differences are exact for a cubic up to h^2 y'''/6.
                const double x = points[i].x + 0.37 * width, h = 1e-5 * width;
                COMPARE_CLOSE(curve.derivative(x),
                              (curve.value(x + h) - curve.value(x - h)) / (2 * h),
                              1e-7,
                              1e-7 * scale);
            }
        }
    }

    void straightLinesAreExact()
    {
        const auto curve = MonotoneCurve::create({{0, 3}, {0.25, 2.5}, {0.5, 2}, {1, 1}}).value();
        for (double x = -1; x <= 2; x += 0.0625) {
            COMPARE_CLOSE(curve.value(x), 3 - 2 * x, 0, 2e-15);
            COMPARE_CLOSE(curve.derivative(x), -2, 4e-15, 0);
            COMPARE_CLOSE(curve.inverse(3 - 2 * x), x, 0, 2e-15);
        }
    }

    void slopesStayInTheCircleOfRadiusThree()
    {
        // Steep, then flat: the three-point slope at the middle would overshoot.
        const auto curve = MonotoneCurve::create({{0, 0}, {1, 10}, {2, 10.01}, {3, 30}}).value();
        const auto& points = curve.points();
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            const double secant = (points[i + 1].y - points[i].y) / (points[i + 1].x - points[i].x);
            QVERIFY(std::hypot(curve.slopes()[i], curve.slopes()[i + 1])
                    <= 3 * secant * (1 + 1e-15));
        }
    }

    void badPointsAreNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("one") << "0:1"
                             << "2 to 32";
        QTest::newRow("out of range") << "0:1,0.5:9,1:0"
                                      << "point 1 has y = 9";
        QTest::newRow("x goes back") << "0:1,0.6:0.7,0.5:0.5,1:0"
                                     << "point 2 is at x = 0.5";
        QTest::newRow("y rises") << "0:1,0.5:0.2,1:0.3"
                                 << "point 2 is 0.3, must be below";
        QTest::newRow("ends") << "0:1,0.5:0.2"
                              << "must begin at x = 0 and end at 1";
        QTest::newRow("words") << "0:1,half,1:0"
                               << "has 'half'";
    }
    void badPointsAreNamed()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        PointsInfo info;
        info.xLabel = "x";
        info.yLabel = "y";
        const auto parsed = info.parse(text.toStdString());
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().path, info.key);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(expected),
                 parsed.error().message.c_str());
        const auto good = info.parse("0:1,0.25:0.1,1:0").value();
        QCOMPARE(info.format(good), std::string("0:1,0.25:0.1,1:0"));
    }

    void curvesRefuseWhatTheyCannotHold()
    {
        QVERIFY(!MonotoneCurve::create({{0, 1}}));
        QVERIFY(!MonotoneCurve::create({{0, 1}, {1, 1}}));
        QVERIFY(!MonotoneCurve::create({{0, 1}, {0, 2}}));
        QVERIFY(!MonotoneCurve::create({{0, 1}, {1, std::nan("")}}));
        const auto turned = MonotoneCurve::create({{0, 1}, {1, 2}, {2, 1.5}});
        QVERIFY(!turned);
        QVERIFY(QString::fromStdString(turned.error().message).contains("point 2"));
    }
};

QTEST_APPLESS_MAIN(TestCurve)
#include "tst_curve.moc"
