// SPDX-License-Identifier: GPL-3.0-or-later
// G8: what stopping at delta costs, as a Wasserstein distance. The divergences of the prior are in
// tst_golden_density.cpp.
#include "core/metric/guided_density.h"
#include "tests/support/compare.h"
#include "tests/support/guided.h"

#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

class TestGoldenDistances : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stoppingEarly_data() // G8: W2^2(q_0, q_delta) of §9 for N(mean, deviation^2)
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("stop");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("deviation");
        QTest::addColumn<double>("expected");
        QTest::addColumn<double>("tolerance"); // of what §9 prints, or of the next order in delta
        QTest::newRow("vp nearly singular") << "vp" << 1e-3 << 0. << 1e-3 << 9.5e-4 << .02;
        // "2.0e-2 against delta^2 = 1e-2": a point at distance 1, of which RF moves a tenth.
        QTest::newRow("rf nearly singular") << "rf" << .1 << 1. << 1e-3 << 2.0e-2 << .02;
        // Leading orders of (sqrt(alpha^2 l + sigma^2) - sqrt l)^2 + (1 - alpha)^2 m^2.
        QTest::newRow("vp is delta^2") << "vp" << 1e-3 << 2. << 1. << 4 * 1e-6 / 4 << .01;
        QTest::newRow("edm is delta^4")
            << "ve-edm" << .02 << 2. << 1. << std::pow(.02, 4) / 4 << .01;
        QTest::newRow("rf is delta^2 E x^2") << "rf" << .01 << 2. << 1. << 1e-4 * 5 << .01;
    }

    /// The flow of one dimension keeps the order of points, so its pairs are the optimal coupling.
    void stoppingEarly()
    {
        QFETCH(QString, id);
        QFETCH(double, stop);
        QFETCH(double, mean);
        QFETCH(double, deviation);
        QFETCH(double, expected);
        QFETCH(double, tolerance);
        const auto path = process(id.toStdString());
        GuidedOde ode;
        ode.mixture = lineOfModes({mean}, {deviation});
        ode.process = path;
        ode.noise = path->at(stop);
        ode.data = path->at(0);
        ode.tolerance = 1e-11; // of places that differ by 1e-4
        // The trapezoidal rule is exact to rounding for smooth functions of a normal variable.
        const Eigen::RowVectorXd z = Eigen::RowVectorXd::LinSpaced(201, -7, 7);
        Eigen::RowVectorXd weight = (-z.array().square() / 2).exp().matrix();
        weight /= weight.sum();
        const double spread =
            std::sqrt(std::pow(ode.noise.alpha * deviation, 2) + ode.noise.sigma * ode.noise.sigma);
        WorkerPool pool(2);
        const auto pairs =
            followGuidedOde(ode, ((spread * z).array() + ode.noise.alpha * mean).matrix(), pool);
        QVERIFY2(pairs.ok(), pairs ? "" : pairs.error().message.c_str());
        const double squared = (pairs->noise - pairs->data).cwiseAbs2().row(0).dot(weight);
        COMPARE_CLOSE(squared, expected, tolerance, 0);
        COMPARE_CLOSE(squared,
                      std::pow(spread - deviation, 2) + std::pow((1 - ode.noise.alpha) * mean, 2),
                      1e-5,
                      0); // the closed form
    }
};

QTEST_GUILESS_MAIN(TestGoldenDistances)
#include "tst_golden_distances.moc"
