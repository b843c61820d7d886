// SPDX-License-Identifier: GPL-3.0-or-later
// Processes drawn by hand: what the points say, in each relation, and which points are refused.
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

class TestCustomProcess : public QObject {
    Q_OBJECT

    static Choice custom(const std::string& id,
                         double relation,
                         std::vector<CurvePoint> points,
                         double horizon = 1)
    {
        Choice choice = choose(processKinds(), id, {{"relation", relation}, {"horizon", horizon}});
        choice.points = std::move(points);
        return choice;
    }

private Q_SLOTS:
    void pointsLieOnThePath_data()
    {
        QTest::addColumn<int>("relation");
        QTest::addColumn<double>("horizon");
        QTest::newRow("vp") << 0 << 1.0;
        QTest::newRow("rf") << 1 << 1.0;
        QTest::newRow("ve") << 2 << 1.0;
        QTest::newRow("vp, long") << 0 << 40.0;
    }
    void pointsLieOnThePath()
    {
        QFETCH(int, relation);
        QFETCH(double, horizon);
        const std::vector<CurvePoint> points{{0, 6}, {0.1, 2}, {0.4, 1}, {1, -4}};
        const auto p = makeProcess(custom("custom", relation, points, horizon)).value();
        for (const CurvePoint& point : points) {
            const auto c = p->at(point.x * horizon);
            COMPARE_CLOSE(c.lambda(), point.y, 1e-14, 1e-14);
            const double total = relation == 0   ? std::hypot(c.alpha, c.sigma)
                                 : relation == 1 ? c.alpha + c.sigma
                                                 : c.alpha;
            COMPARE_CLOSE(total, 1, 1e-15, 0);
            COMPARE_CLOSE(p->timeAt(std::exp(-point.y)), point.x * horizon, 1e-14, 1e-14 * horizon);
        }
        QCOMPARE(p->dataLevel().sigma, 0.0);
        QCOMPARE(p->dataLevel().alpha, 1.0);
    }

    void coefficientsGiveTheOther()
    {
        const std::vector<CurvePoint> falling{{0, 1}, {0.5, 0.6}, {1, 0}};
        const auto circle = makeProcess(custom("custom-alpha", 0, falling)).value();
        COMPARE_CLOSE(circle->at(0.5).sigma, 0.8, 1e-15, 0);
        const auto line = makeProcess(custom("custom-alpha", 1, falling)).value();
        COMPARE_CLOSE(line->at(0.5).sigma, 0.4, 1e-15, 0);
        const std::vector<CurvePoint> rising{{0, 0.001}, {0.5, 0.75}, {1, 80}};
        const auto sigma = [&](double relation) {
            return makeProcess(custom("custom-sigma", relation, rising)).value()->at(0.5);
        };
        for (const double relation : {0.0, 1.0, 2.0})
            COMPARE_CLOSE(sigma(relation).sigmaTilde(), 0.75, 1e-15, 0);
        COMPARE_CLOSE(sigma(0).alpha, 0.8, 1e-15, 0);
        COMPARE_CLOSE(sigma(1).alpha, 1 / 1.75, 1e-15, 0);
        QCOMPARE(sigma(2).alpha, 1.0);
    }

    void straightAlphaIsRectifiedFlow()
    {
        const auto p = makeProcess(custom("custom-alpha", 1, {{0, 1}, {0.3, 0.7}, {1, 0}})).value();
        const auto rf = process("rf");
        for (const double t : {1e-9, 1e-3, 0.2, 0.999999, 1.0}) {
            COMPARE_CLOSE(
                p->at(t).sigmaTilde(), rf->at(t).sigmaTilde(), 1e-9, 0); // 1 - t at 1 - 1e-6
            COMPARE_CLOSE(p->at(t).sigma, t, 1e-15, 0);
            COMPARE_CLOSE(p->at(t).dAlpha, -1, 1e-14, 0);
        }
    }

    void badPointsAreRefusedByName_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("relation");
        QTest::addColumn<QString>("points");
        QTest::addColumn<QString>("expected");
        QTest::newRow("rising") << "custom" << 0 << "0:5,0.5:1,0.7:2,1:-5"
                                << "point 2 is 2, must be below";
        QTest::newRow("one point") << "custom" << 0 << "0:5"
                                   << "has 1 points";
        QTest::newRow("ends") << "custom" << 0 << "0.1:5,1:-5"
                              << "must begin at t/T = 0";
        QTest::newRow("alpha above 1") << "custom-alpha" << 0 << "0:1.2,1:0"
                                       << "point 0 has α = 1.2";
        QTest::newRow("falling sigma") << "custom-sigma" << 2 << "0:2,1:1"
                                       << "point 1 is 1, must be above";
    }
    void badPointsAreRefusedByName()
    {
        QFETCH(QString, kind);
        QFETCH(int, relation);
        QFETCH(QString, points);
        QFETCH(QString, expected);
        std::vector<CurvePoint> given;
        for (const QString& item : points.split(QLatin1Char(',')))
            given.push_back({item.section(QLatin1Char(':'), 0, 0).toDouble(),
                             item.section(QLatin1Char(':'), 1).toDouble()});
        const auto made = makeProcess(custom(kind.toStdString(), relation, given));
        QVERIFY(!made);
        QCOMPARE(made.error().path, std::string("points"));
        QVERIFY2(QString::fromStdString(made.error().message).contains(expected),
                 made.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestCustomProcess)
#include "tst_custom_process.moc"
