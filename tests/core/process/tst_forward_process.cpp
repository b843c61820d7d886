// SPDX-License-Identifier: GPL-3.0-or-later
// What every process must satisfy, and the bounds of its parameters.
#include "tests/support/runs.h"
#include "tests/support/variants.h"

#include <QtTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::test;

class TestForwardProcess : public QObject {
    Q_OBJECT

    /// Every process with its default values and with random ones.
    static void everyProcess()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("seed");
        for (const auto& kind : processKinds())
            for (int seed = 0; seed < 8; ++seed)
                QTest::addRow("%s %d", kind.info.id.c_str(), seed)
                    << QString::fromStdString(kind.info.id) << seed;
    }

    /// The process of the row; null where its random values are refused, with a sentence and a key.
    static std::shared_ptr<const ForwardProcess> processOfRow()
    {
        const std::string id = QTest::currentDataTag();
        const auto space = id.find(' ');
        for (const auto& kind : processKinds()) {
            if (kind.info.id != id.substr(0, space))
                continue;
            const int seed = std::stoi(id.substr(space));
            const auto made =
                makeProcess(randomChoice(kind.info, static_cast<std::uint32_t>(seed)));
            if (made)
                return *made;
            if (seed == 0 || made.error().path.empty() || made.error().message.size() < 20)
                qFatal("%s", made.error().sentence().c_str());
        }
        return nullptr;
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
    void derivativesAgreeWithFiniteDifferences_data() { everyProcess(); }
    void derivativesAgreeWithFiniteDifferences()
    {
        const auto p = processOfRow();
        if (!p)
            return;
        for (const double t : times(*p)) {
            // fourth order: rounding 1e-16/3e-5 relative to the value, truncation below 1e-9 even
            // where a logarithm has the slope 300/t
            const double h = 3e-5 * t;
            const auto difference = [&](auto value) {
                return (8 * (value(t + h) - value(t - h)) - (value(t + 2 * h) - value(t - 2 * h)))
                       / (12 * h);
            };
            const auto c = p->at(t);
            const double dAlpha = difference([&](double s) { return p->at(s).alpha; });
            const double dSigma = difference([&](double s) { return p->at(s).sigma; });
            COMPARE_CLOSE(c.dAlpha, dAlpha, 1e-8, 4e-11 * c.alpha / t);
            COMPARE_CLOSE(c.dSigma, dSigma, 1e-8, 4e-11 * (1 + std::abs(c.lambda())) * c.sigma / t);
            // f = alpha'/alpha; g^2 = (sigma^2)' - 2 f sigma^2 = -2 sigma^2 lambda', whose two
            // terms cancel where the total variance stays the same
            const double f = difference([&](double s) { return std::log(p->at(s).alpha); });
            COMPARE_CLOSE(c.drift(), f, 1e-8, 4e-11 * (1 + std::abs(std::log(c.alpha))) / t);
            const double variance = c.sigma * c.sigma;
            const double terms =
                variance / t + c.sigma * std::abs(c.dSigma) + variance * std::abs(f);
            const double dVariance =
                difference([&](double s) { return p->at(s).sigma * p->at(s).sigma; });
            COMPARE_CLOSE(c.diffusionSquared(), dVariance - 2 * f * variance, 1e-8, 1e-9 * terms);
            const double dLambda = difference([&](double s) { return p->at(s).lambda(); });
            COMPARE_CLOSE(c.diffusionSquared(),
                          -2 * variance * dLambda,
                          1e-8,
                          4e-11 * (1 + std::abs(c.lambda())) * terms);
            QVERIFY(c.diffusionSquared() >= -1e-12 * terms);
        }
    }

    void signalFadesAndNoiseLevelRises_data() { everyProcess(); }
    void signalFadesAndNoiseLevelRises()
    {
        const auto p = processOfRow();
        if (!p)
            return;
        QVERIFY(p->stop() > 0 && p->stop() < p->horizon());
        double last = p->at(0).sigmaTilde();
        QVERIFY(last >= 0);
        for (int i = 400; i >= 0; --i) {
            const double t = i == 0 ? p->horizon()
                                    : p->horizon() * std::pow(p->stop() / p->horizon(), i / 400.0);
            const auto c = p->at(t);
            QCOMPARE(c.t, t);
            QVERIFY(c.alpha >= 0 && c.alpha <= 1 && c.sigma > 0);
            QVERIFY(std::isfinite(c.dAlpha) && std::isfinite(c.dSigma));
            QVERIFY2(c.sigmaTilde() > last, qPrintable(QString::number(t)));
            last = c.sigmaTilde();
        }
        const auto data = p->dataLevel();
        QCOMPARE(data.t, 0.0);
        QCOMPARE(data.sigma, 0.0);
        QCOMPARE(data.alpha, 1.0);
    }

    void nothingCancelsNearTheData_data() { everyProcess(); }
    void nothingCancelsNearTheData()
    {
        // Down to t = 1e-6 delta, sigma~ keeps its relative precision: neighbouring times differ in
        // it by their own ratio to a power, which a cancelling formula would scatter.
        const auto p = processOfRow();
        if (!p || p->at(0).sigma > 0)
            return;
        const double step = 1.001;
        double last = 0;
        for (double t = 1e-6 * p->stop(); t < p->stop(); t *= 10) {
            const double power =
                std::log(p->at(t * step).sigmaTilde() / p->at(t).sigmaTilde()) / std::log(step);
            QVERIFY2(power > 0.2 && power < 4, qPrintable(QString::number(power)));
            const double nearer =
                std::log(p->at(t * step * step).sigmaTilde() / p->at(t * step).sigmaTilde())
                / std::log(step);
            COMPARE_CLOSE(nearer, power, 1e-2, 0); // 1e-3 apart; a scatter of 1e-5 would show
            QVERIFY(p->at(t).sigmaTilde() > last);
            last = p->at(t).sigmaTilde();
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

    void timeAtInvertsTheNoiseLevel_data() { everyProcess(); }
    void timeAtInvertsTheNoiseLevel()
    {
        const auto p = processOfRow();
        if (!p)
            return;
        // In both directions to rounding, amplified by how flat or steep log sigma~ is in t.
        const auto slope = [&](double t) {
            const auto c = p->at(t);
            return c.dSigma / c.sigma - c.dAlpha / c.alpha;
        };
        for (const double t : times(*p))
            COMPARE_CLOSE(p->timeAt(p->at(t).sigmaTilde()),
                          t,
                          1e-13,
                          1e-14 * (1 + std::abs(p->at(t).lambda())) / slope(t));
        const double top = p->at(p->horizon()).sigmaTilde();
        for (const double level : {1e-4, 0.003, 0.03, 1.0, 7.0, 140.0}) {
            const double t = p->timeAt(level);
            if (level > top || !(t > 0))
                continue;
            COMPARE_CLOSE(p->at(t).sigmaTilde(), level, 1e-13 + 4e-16 * t * slope(t), 0);
        }
        if (p->at(0).sigma == 0)
            QCOMPARE(p->timeAt(0), 0.0);
        else
            QVERIFY(p->timeAt(0) < 0); // no such level
        // Pure noise: never, or where nothing of the data is left.
        const double end = p->timeAt(std::numeric_limits<double>::infinity());
        QVERIFY(std::isinf(end) || p->at(end).alpha <= 1e-15);
    }

    void pureNoiseIsRegular()
    {
        for (const char* id : {"rf", "trigonometric", "custom-alpha"}) {
            const auto p = process(id);
            const auto c = p->at(p->horizon());
            QCOMPARE(c.alpha, 0.0);
            QVERIFY(std::abs(c.sigma - 1) < 1e-15);
            QVERIFY(std::isinf(c.sigmaTilde()) && std::isfinite(c.dAlpha)
                    && std::isfinite(c.dSigma));
            QCOMPARE(p->timeAt(std::numeric_limits<double>::infinity()), p->horizon());
        }
    }

    void namedPathsAreRelated()
    {
        // OU is VP in half the time; EDM's ablation contains vp-linear, ve-smld and ve-edm; drifted
        // VE with a vast tau is EDM's path.
        for (const double t : {1e-3, 0.1, 0.7, 1.0}) {
            COMPARE_CLOSE(
                process("ou")->at(t).sigmaTilde(), process("vp")->at(2 * t).sigmaTilde(), 1e-14, 0);
            const auto ablation = [&](double schedule, double scaling) {
                return process("edm-ablation", {{"schedule", schedule}, {"scaling", scaling}})
                    ->at(t);
            };
            const auto linear = process("vp-linear")->at(t);
            COMPARE_CLOSE(ablation(0, 0).alpha, linear.alpha, 1e-14, 0);
            COMPARE_CLOSE(ablation(0, 0).sigma, linear.sigma, 1e-14, 0);
            COMPARE_CLOSE(ablation(0, 0).dAlpha, linear.dAlpha, 1e-13, 0);
            COMPARE_CLOSE(ablation(0, 0).dSigma, linear.dSigma, 1e-13, 0);
            COMPARE_CLOSE(ablation(0, 1).sigma, linear.sigmaTilde(), 1e-14, 0);
            QCOMPARE(ablation(1, 1).sigma, process("ve-smld")->at(t).sigma);
            QCOMPARE(ablation(2, 1).sigma, process("ve-edm")->at(t).sigma);
            COMPARE_CLOSE(process("ve-drift", {{"tau", 1e4}})->at(t).sigma, t, 1e-7, 0);
        }
        // sub-VP: the mean of vp-linear, its variance squared
        const auto sub = process("sub-vp")->at(0.3), linear = process("vp-linear")->at(0.3);
        COMPARE_CLOSE(sub.alpha, linear.alpha, 1e-15, 0);
        COMPARE_CLOSE(sub.sigma, linear.sigma * linear.sigma, 1e-14, 0);
        // The cosine schedule as published, and its clip.
        const auto cosine = process("vp-cosine");
        const auto published = [](double t) {
            const double c = std::cos((t + 0.008) / 1.008 * std::acos(-1.0) / 2);
            return c * c;
        };
        COMPARE_CLOSE(cosine->at(0.4).alpha, std::sqrt(published(0.4) / published(0)), 1e-14, 0);
        COMPARE_CLOSE(cosine->at(cosine->horizon()).lambda(), -5.1, 1e-12, 0);
        COMPARE_CLOSE(cosine->horizon(), 0.9961, 1e-4, 0);
        COMPARE_CLOSE(process("ve-geometric")->at(1).sigma, 50, 1e-14, 0);
        COMPARE_CLOSE(process("ve-geometric")->at(0).sigma, 0.01, 1e-15, 0);
        // Aggressive drift: B = t^3/3 and tau = T^2.
        const auto aggressive = process("ve-drift", {{"rate", 1}, {"horizon", 10}});
        COMPARE_CLOSE(aggressive->at(3).alpha, std::exp(-9.0 / 100), 1e-14, 0);
        COMPARE_CLOSE(aggressive->at(3).diffusionSquared(), 18, 1e-12, 0);
    }

    void ratesFittedToTheEndsAreEdms()
    {
        // ablation_sampler with sigma_max = 80, sigma_min = 0.002 and the VP schedule: T = 1, delta
        // = eps.
        const auto p = process("edm-ablation", {{"betas", 1}});
        COMPARE_CLOSE(p->horizon(), 1, 1e-13, 0);
        COMPARE_CLOSE(p->stop(), 1e-3, 1e-10, 0); // log1p(sigma^2)/eps loses three digits
        COMPARE_CLOSE(p->at(1).sigmaTilde(), 80, 1e-12, 0);
        const Choice impossible =
            choose(processKinds(), "edm-ablation", {{"betas", 1}, {"stop", 1}, {"horizon", 2}});
        const auto made = makeProcess(impossible);
        QVERIFY(!made);
        QCOMPARE(made.error().path, std::string("epsilon_s"));
    }

    void driftThatLeavesNothingIsRefused()
    {
        const auto made = makeProcess(
            choose(processKinds(), "ve-drift", {{"rate", 1}, {"horizon", 1000}, {"tau", 1}}));
        QVERIFY(!made);
        QCOMPARE(made.error().path, std::string("tau"));
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

    void everyParameterIsDescribed_data()
    {
        QTest::addColumn<QString>("id");
        for (const auto& kind : processKinds())
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }
    void everyParameterIsDescribed()
    {
        QFETCH(QString, id);
        for (const auto& kind : processKinds()) {
            if (kind.info.id != id.toStdString())
                continue;
            const Choice defaults = makeChoice(kind.info);
            QVERIFY(defaults.values.contains("horizon") && defaults.values.contains("stop"));
            QVERIFY(makeProcess(defaults));
            QVERIFY(!kind.info.group.empty() && !kind.info.formula.empty()
                    && !kind.info.source.empty());
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
