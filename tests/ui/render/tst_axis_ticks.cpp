// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/axis_ticks.h"
#include "ui/render/typeset.h"

#include <QStringList>
#include <QTest>

#include <cmath>

using namespace scorefield::render;

class AxisTicksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labels_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<int>("most");
        QTest::addColumn<QString>("labels");
        QTest::newRow("integers") << -4.7 << 4.7 << 5 << QStringLiteral("−4 −2 0 2 4");
        QTest::newRow("edges") << 0.0 << 1.0 << 5 << QStringLiteral("0 0.2 0.4 0.6 0.8 1.0");
        QTest::newRow("tenths") << -0.11 << 0.25 << 4 << QStringLiteral("−0.1 0 0.1 0.2");
        QTest::newRow("thousands") << 100.0 << 3900.0 << 4 << QStringLiteral("1000 2000 3000");
        QTest::newRow("large") << 0.0 << 2.2e6 << 3 << QStringLiteral("0 10⁶ 2·10⁶");
        QTest::newRow("small") << 0.0 << 2.2e-6 << 3 << QStringLiteral("0 10⁻⁶ 2·10⁻⁶");
    }

    void labels()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(int, most);
        QFETCH(QString, labels);
        QStringList actual;
        for (const auto& tick : axisTicks(low, high, most))
            actual << tick.label;
        QCOMPARE(actual.join(' '), labels);
    }

    void labelsTellNeighboursApart()
    {
        for (const double centre : {0.0, 3.3, 12345.678, -1e6})
            for (const double span : {1e-3, 0.7, 20.0, 3e5}) {
                const auto ticks = axisTicks(centre - span / 2, centre + span / 2, 8);
                for (std::size_t i = 1; i < ticks.size(); ++i)
                    QVERIFY2(ticks[i].label != ticks[i - 1].label, qPrintable(ticks[i].label));
                QVERIFY(ticks.size() <= 9);
                QVERIFY(ticks.size() >= 2);
            }
    }

    void noTicksWithoutASpan()
    {
        QVERIFY(axisTicks(1, 1, 5).empty());
        QVERIFY(axisTicks(0, std::nan(""), 5).empty());
        QVERIFY(axisTicks(1e18, 1e18 + 1000, 5).size() < 20);
    }

    void numbersAreTypeset()
    {
        QCOMPARE(prettyNumber(-0.25), QStringLiteral("−0.25"));
        QCOMPARE(prettyNumber(1.2e-7, 2), QStringLiteral("1.2·10⁻⁷"));
        QCOMPARE(prettyNumber(INFINITY), QStringLiteral("∞"));
        QCOMPARE(prettyNumber(NAN), QStringLiteral("–"));
    }
};

QTEST_APPLESS_MAIN(AxisTicksTest)
#include "tst_axis_ticks.moc"
