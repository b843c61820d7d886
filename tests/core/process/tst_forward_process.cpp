// SPDX-License-Identifier: GPL-3.0-or-later
// What every process must satisfy, and the bounds of its parameters.
#include "tests/support/runs.h"

#include <QtTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::test;

class TestForwardProcess : public QObject {
    Q_OBJECT

    static void everyKind()
    {
        QTest::addColumn<QString>("id");
        for (const auto& kind : processKinds())
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }

    static std::vector<double> times(const ForwardProcess& process)
    {
        std::vector<double> result;
        for (int i = 1; i < 40; ++i)
            result.push_back(process.horizon()
                             * std::pow(process.stop() / process.horizon(), i / 40.0));
        return result;
    }

private Q_SLOTS:
    void derivativesAgreeWithFiniteDifferences_data() { everyKind(); }
    void derivativesAgreeWithFiniteDifferences()
    {
        QFETCH(QString, id);
        const auto p = process(id.toStdString());
        for (const double t : times(*p)) {
            const double h =
                1e-4
                * t; // fourth order: truncation 1e-16, rounding 1e-16/1e-4 relative to the value
            const auto difference = [&](auto value) {
                return (8 * (value(t + h) - value(t - h)) - (value(t + 2 * h) - value(t - 2 * h)))
                       / (12 * h);
            };
            const auto c = p->at(t);
            const double dAlpha = difference([&](double s) { return p->at(s).alpha; });
            const double dSigma = difference([&](double s) { return p->at(s).sigma; });
            const double dVariance =
                difference([&](double s) { return p->at(s).sigma * p->at(s).sigma; });
            const double f = difference([&](double s) { return std::log(p->at(s).alpha); });
            COMPARE_CLOSE(c.dAlpha, dAlpha, 1e-9, 1e-11 * c.alpha / t);
            COMPARE_CLOSE(c.dSigma, dSigma, 1e-9, 1e-11 * c.sigma / t);
            COMPARE_CLOSE(c.drift(), f, 1e-9, 1e-11 / t);
            // g^2 is a difference of two terms, which cancel for VP at large t
            COMPARE_CLOSE(
                c.diffusionSquared(), dVariance - 2 * f * c.sigma * c.sigma, 1e-9, 1e-11 / t);
            const double dLambda = difference([&](double s) { return p->at(s).lambda(); });
            COMPARE_CLOSE(c.diffusionSquared(), -2 * c.sigma * c.sigma * dLambda, 1e-8, 1e-10 / t);
        }
    }

    void closedForms()
    {
        // g^2 = 1, beta(t), 2t and 2t/(1-t); at small times the noise level has no cancellation.
        for (const double t : {1e-6, 1e-3, 0.1, 0.5, 0.9}) {
            COMPARE_CLOSE(process("vp")->at(t).diffusionSquared(), 1, 1e-13, 0);
            COMPARE_CLOSE(process("vp-linear")->at(t).diffusionSquared(), 0.1 + 19.9 * t, 1e-13, 0);
            COMPARE_CLOSE(process("ve-edm")->at(t).diffusionSquared(), 2 * t, 1e-13, 0);
            COMPARE_CLOSE(process("rf")->at(t).diffusionSquared(), 2 * t / (1 - t), 1e-13, 0);
        }
        COMPARE_CLOSE(process("vp")->at(1e-12).sigma, 1e-6, 1e-11, 0);
        COMPARE_CLOSE(process("vp")->at(2).sigmaTilde(), std::sqrt(std::expm1(2.0)), 1e-14, 0);
        QVERIFY(std::isinf(process("rf")->at(1).sigmaTilde()));
        QVERIFY(std::isinf(process("rf")->at(1).diffusionSquared()));
        QCOMPARE(process("rf")->at(0).sigmaTilde(), 0.0);
    }

    void timeAtInvertsTheNoiseLevel_data() { everyKind(); }
    void timeAtInvertsTheNoiseLevel()
    {
        QFETCH(QString, id);
        const auto p = process(id.toStdString());
        QCOMPARE(p->timeAt(0), 0.0);
        for (const double t : times(*p))
            COMPARE_CLOSE(p->timeAt(p->at(t).sigmaTilde()), t, 1e-12, 0);
        for (const double level : {1e-4, 0.03, 1.0, 7.0, 140.0})
            COMPARE_CLOSE(p->at(p->timeAt(level)).sigmaTilde(), level, 1e-12, 0);
        const double end = p->timeAt(std::numeric_limits<double>::infinity());
        QVERIFY(!std::isnan(end));
        QVERIFY(std::isinf(end) || std::isinf(p->at(end).sigmaTilde()));
    }

    void constantRateIsTheLimitOfTheLinearOne()
    {
        const auto flat = process("vp-linear", {{"beta_min", 5}, {"beta_max", 5}});
        for (const double t : {0.01, 0.3, 1.0}) {
            COMPARE_CLOSE(flat->at(t).alpha, std::exp(-2.5 * t), 1e-14, 0);
            COMPARE_CLOSE(flat->timeAt(flat->at(t).sigmaTilde()), t, 1e-13, 0);
        }
    }

    void parametersAreChecked_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("path");
        QTest::newRow("stop above horizon") << "vp"
                                            << "horizon" << 0.2 << "stop";
        QTest::newRow("horizon too small") << "vp"
                                           << "horizon" << 0.01 << "horizon";
        QTest::newRow("not a number") << "rf"
                                      << "stop" << std::nan("") << "stop";
        QTest::newRow("no such kind") << "vpp"
                                      << "" << 0.0 << "kind";
    }
    void parametersAreChecked()
    {
        QFETCH(QString, kind);
        QFETCH(QString, key);
        QFETCH(double, value);
        QFETCH(QString, path);
        Choice choice = choose(processKinds(), kind == "vpp" ? "vp" : kind.toStdString());
        choice.kind = kind.toStdString();
        if (!key.isEmpty())
            choice.values.set(key.toStdString(), value);
        if (key == "horizon")
            choice.values.set("stop", 0.4);
        const auto result = makeProcess(choice);
        QVERIFY(!result);
        QCOMPARE(QString::fromStdString(result.error().path), path);
        QVERIFY(!result.error().message.empty());
    }

    void everyParameterIsDescribed_data() { everyKind(); }
    void everyParameterIsDescribed()
    {
        QFETCH(QString, id);
        for (const auto& kind : processKinds()) {
            if (kind.info.id != id.toStdString())
                continue;
            const Choice defaults = makeChoice(kind.info);
            QVERIFY(defaults.values.contains("horizon") && defaults.values.contains("stop"));
            QVERIFY(makeProcess(defaults));
            for (const auto& parameter : kind.info.parameters) {
                QVERIFY(!parameter.label.empty() && !parameter.symbol.empty()
                        && !parameter.help.empty());
                QVERIFY(parameter.validate(parameter.defaultValue));
                QVERIFY(parameter.scale == Scale::Linear || parameter.minimum > 0);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestForwardProcess)
#include "tst_forward_process.moc"
