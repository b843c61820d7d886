// SPDX-License-Identifier: GPL-3.0-or-later
// What a run says of itself: where floats would lose digits it computes in double, and where
// guidance makes steps overshoot it tells which.
#include "core/sampler/device_run.h"
#include "core/sampler/float_accuracy.h"
#include "core/sampler/stiffness.h"
#include "core/session/session_json.h"
#include "core/session/session_run.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::test;

namespace {

constexpr double kFloat = std::numeric_limits<float>::epsilon();

/// Two narrow components far from the origin, down to a noise level below their width.
SimulationPlan narrowPlan(const std::string& kind, const std::string& sampler, double noise)
{
    const double far = 5, width = kFloat * far / noise;
    const auto law = process(kind);
    std::vector<PathCoefficients> levels;
    for (int k = 0; k <= 60; ++k)
        levels.push_back(law->at(law->timeAt(40 * std::pow(.7 * width / 40, k / 60.))));
    auto plan = makePlan(
        makeMixture(isotropicMixture({Eigen::Vector2d(far, far / 2), Eigen::Vector2d(4, -far / 3)},
                                     .51 * width * width)),
        levels,
        sampler,
        0,
        law);
    plan.particles = 600;
    plan.seed = 3;
    return plan;
}

SimulationPlan guidedPlan(const std::string& sampler, double w, int steps)
{
    auto plan = makePlan(makeMixture(referenceM1()),
                         levelsOn(*process("vp"), "uniform", steps),
                         sampler,
                         0,
                         process("vp"));
    plan.guidance = guided(w, 1); // the middle one: pushed back from both sides
    plan.particles = 200;
    return plan;
}

} // namespace

class TestRunRemarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void floatsAreOffByTheirRoundingNoise_data()
    {
        QTest::addColumn<QString>("process");
        QTest::addColumn<QString>("sampler");
        for (const char* kind : {"vp", "rf", "ve-edm"})
            for (const char* sampler : {"euler", "heun", "dpmpp-2m"})
                QTest::addRow("%s %s", kind, sampler) << kind << sampler;
    }
    void floatsAreOffByTheirRoundingNoise()
    {
        QFETCH(QString, process);
        QFETCH(QString, sampler);
        WorkerPool pool(2);
        for (const double noise : {.003, .029}) { // of the largest one that floats may have
            const auto plan = narrowPlan(process.toStdString(), sampler.toStdString(), noise);
            QVERIFY(!needsDouble(plan));
            const double off = roundingNoise(plan, kFloat), width = kFloat * 5 / noise;
            QVERIFY(std::abs(off / noise - 1) < .05);
            const Eigen::ArrayXd error = (statesAt(simulate<float>(plan, pool).trajectories)
                                          - statesAt(simulate<double>(plan, pool).trajectories))
                                             .rowwise()
                                             .norm()
                                             .array()
                                         / width;
            // As large as predicted: four of it hold nearly all, a tenth of it only few.
            QVERIFY((error < 4 * off).count() > 588);
            QVERIFY((error < .1 * off).count() < 120);
        }
    }

    void whatFloatsCannotHoldIsComputedInDouble()
    {
        WorkerPool pool(2);
        const auto plan = narrowPlan("vp", "euler", .04);
        QVERIFY(needsDouble(plan));
        const auto fast = simulate<float>(plan, pool);
        const auto reference = simulate<double>(plan, pool);
        QCOMPARE(fast.trajectories.values.size(), reference.trajectories.values.size());
        for (std::size_t i = 0; i < reference.trajectories.values.size(); ++i)
            if (fast.trajectories.values[i]
                != static_cast<float>(std::as_const(reference.trajectories.values)[i]))
                QFAIL("not the rounded number of the run in double");
        QCOMPARE(QString::fromStdString(accuracyRemark(plan)),
                 QStringLiteral("computed in double: floats cannot resolve a width of 1.5e-05 at "
                                "coordinates up to 5"));
        QVERIFY(accuracyRemark(plan, true).empty());
        QVERIFY(!DeviceRun::create(plan).ok()); // a GPU has floats only
        QVERIFY(DeviceRun::create(narrowPlan("vp", "euler", .02)).ok());
    }

    void whatNotEvenDoublesHoldIsSaid()
    {
        auto plan = narrowPlan("ve-edm", "euler", .01);
        plan.mixture = makeMixture(isotropicMixture({Eigen::Vector2d(1e12, 0)}, 1e-10));
        for (const bool isDouble : {false, true})
            QVERIFY(accuracyRemark(plan, isDouble).starts_with("not even doubles resolve"));
        QVERIFY(accuracyRemark(narrowPlan("vp", "euler", .02)).empty());
    }

    void amplificationIsThatOfTheStep_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<double>("eta");
        QTest::newRow("euler") << "euler" << 0.;
        QTest::newRow("euler-maruyama") << "euler-maruyama" << 1.;
        QTest::newRow("ddim") << "ddim" << 0.;
        QTest::newRow("ddim, noisy") << "ddim" << 1.;
    }
    /// Of one Gaussian alpha dD/dx is alpha^2 l/(alpha^2 l + sigma^2) everywhere.
    void amplificationIsThatOfTheStep()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        WorkerPool pool(1);
        const auto law = process("vp");
        const double variance = .3;
        auto plan = makePlan(makeMixture(isotropicMixture({Eigen::Vector2d(1, 2)}, variance)),
                             {law->at(.7 * law->horizon()), law->at(.2 * law->horizon())},
                             sampler.toStdString(),
                             eta,
                             law);
        SimulationInputs inputs;
        inputs.start = Eigen::MatrixXd::Zero(2, 2);
        (*inputs.start)(1, 0) = 1;
        inputs.noise = std::vector<double>(4, .3); // the same for both
        inputs.noiseCalls = 1;
        const auto ends = statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
        const PathCoefficients &from = plan.levels[0], &to = plan.levels[1];
        const double ratio =
            std::abs(ends(1, 0) - ends(0, 0)) / to.alpha * from.alpha; // in X = x/alpha
        const double signal = from.alpha * from.alpha * variance,
                     j = signal / (signal + from.sigma * from.sigma);
        const double found = stepAmplification(plan, 0, j);
        QVERIFY2(std::abs(found - ratio) < 1e-9, qPrintable(QString::number(found - ratio)));
    }

    void largeWeightsAreStiffOnCoarseGrids()
    {
        WorkerPool pool(2);
        const auto stiffness = [&pool](const SimulationPlan& plan) {
            return findStiffness(plan, simulate<float>(plan, pool).trajectories);
        };
        QVERIFY(!stiffness(guidedPlan("ddim", 1, 20)));
        QVERIFY(!stiffness(guidedPlan("ddim", 3, 50)));
        const auto found = stiffness(guidedPlan("ddim", 30, 20));
        QVERIFY(found.has_value());
        QVERIFY(found->step >= 1 && found->step <= 20 && found->overshoot > kOvershoot
                && found->share >= .125);
        const QString sentence = QString::fromStdString(stiffnessRemark(*found, 20));
        QVERIFY(sentence.startsWith(QStringLiteral("stiff: ")));
        QVERIFY(sentence.contains(QStringLiteral("step %1 of 20").arg(found->step)));
        QVERIFY(!stiffness(guidedPlan("ddim", 30, 1000)));       // finer
        QVERIFY(!stiffness(guidedPlan("dpm-adaptive", 30, 20))); // shortens its steps
        auto high = guidedPlan("ddim", 30, 20); // by the direction of guidance alone
        std::vector<Eigen::VectorXd> means;
        for (const int place : {-4, 0, 4})
            means.push_back(Eigen::VectorXd::Unit(12, 5) * place);
        high.mixture = makeMixture(isotropicMixture(means, .25));
        QVERIFY(stiffness(high).has_value());
        high.guidance = guided(1, 0);
        QVERIFY(!stiffness(high));
    }

    void lanesCarryTheirRemarks()
    {
        const auto session = loadSession(std::string(SCOREFIELD_SOURCE_DIR)
                                         + "/resources/sessions/guidance-collapse.scorefield.json");
        QVERIFY(session.ok());
        WorkerPool pool(2);
        const auto run = runSession(*session, pool, {}, nullptr, 200);
        QVERIFY(run.ok());
        const auto& remarks = (*run)->lanes[0]->remarks;
        QCOMPARE(remarks.size(), std::size_t{1});
        QVERIFY(remarks[0].starts_with("stiff: "));
        const std::string& note = (*run)->lanes[0]->stiffnessNote; // of the same, over the lane
        const std::string number = note.substr(7, note.find(" overshoots") - 7);
        QVERIFY2(note.starts_with("stiff: step ") && remarks[0].find(number) != std::string::npos,
                 note.c_str());
    }
};

QTEST_GUILESS_MAIN(TestRunRemarks)
#include "tst_run_remarks.moc"
