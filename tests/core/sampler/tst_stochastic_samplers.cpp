// SPDX-License-Identifier: GPL-3.0-or-later
// What the stochastic samplers are to each other and at their limits: equal methods in other words,
// equal noise levels on other processes, laws of their own, any stochasticity.
#include "core/metric/one_step_map.h"
#include "core/sampler/own_levels.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

class TestStochasticSamplers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// DDPM and Euler ancestral are DDIM(1) and DDIM(eta) in other words, particle by particle.
    void ancestralMethodsAreDdim()
    {
        WorkerPool pool(1);
        for (const std::string id : {"vp", "ve-edm", "rf"}) {
            const auto p = id == "rf" ? process("rf") : shortProcess(id); // also from pure noise
            auto plan = makePlan(
                makeMixture(randomMixture(5, 3, 4, 3)), levelsOn(*p, "uniform", 25, 1), "ddim", 1);
            plan.process = p;
            plan.particles = 60;
            const Eigen::MatrixXd ddim = statesAt(simulate<double>(plan, pool).trajectories);
            plan.sampler = choose(samplerKinds(), "ddpm");
            QVERIFY(largestDifference(statesAt(simulate<double>(plan, pool).trajectories), ddim)
                    < 1e-11);
            for (const double eta : {0.3, 1.0, 4.0, 10.0}) { // beyond about 1 the noise is capped
                plan.eta = eta;
                plan.sampler = choose(samplerKinds(), "ddim");
                const Eigen::MatrixXd expected =
                    statesAt(simulate<double>(plan, pool).trajectories);
                plan.sampler = choose(samplerKinds(), "ancestral-euler");
                QVERIFY(
                    largestDifference(statesAt(simulate<double>(plan, pool).trajectories), expected)
                    < 1e-11);
            }
        }
    }

    /// At equal sigma~ the methods in x/alpha take the same steps on every process (O4).
    void methodsInScaledStatesDependOnNoiseLevelsOnly_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const char* id : {"ddim",
                               "ddpm",
                               "ancestral-euler",
                               "ancestral-dpm2",
                               "renoise",
                               "consistency",
                               "exponential",
                               "dpmpp-sde",
                               "dpmpp-2m-sde",
                               "dpmpp-3m-sde",
                               "dpmpp-2s",
                               "langevin"})
            QTest::newRow(id) << id;
    }
    void methodsInScaledStatesDependOnNoiseLevelsOnly()
    {
        QFETCH(QString, sampler);
        std::vector<double> noise;
        for (int k = 0; k <= 20; ++k)
            noise.push_back(50 * std::pow(0.02 / 50, k / 20.0));
        noise.push_back(0);
        const auto mixture = makeMixture(randomMixture(8, 2, 4, 2));
        WorkerPool pool(1);
        Eigen::MatrixXd first;
        for (const char* id : {"ve-edm", "vp", "rf"}) {
            const auto p = process(id);
            auto plan =
                makePlan(mixture, levelsAtNoise(*p, noise).value(), sampler.toStdString(), 0.8);
            plan.process = p;
            SimulationInputs inputs;
            inputs.start = Eigen::MatrixXd(40, 2);
            for (int i = 0; i < 40; ++i)
                for (int c = 0; c < 2; ++c)
                    (*inputs.start)(i, c) = 50 * plan.levels[0].alpha * testNormal(6, i, c);
            const Eigen::MatrixXd end =
                statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
            if (first.size() == 0)
                first = end;
            QVERIFY2(largestDifference(end, first) < 1e-9, id); // rounding, along flows that spread
        }
    }

    /// Re-noising with the posterior mean forgets: V' = (alpha' k)^2 V + sigma'^2 with the gain k
    /// of D. In the end it holds less than the data's variance, as its help says.
    void renoisingHasTheLawOfItsRecursion()
    {
        const auto p = process("rf");
        const auto plan =
            makePlan(makeMixture(gaussian1d()), levelsOn(*p, "uniform", 30), "renoise");
        double mean = 0, variance = 1;
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &from = plan.levels[k], &to = plan.levels[k + 1];
            const double gain = from.alpha * kVariance
                                / (from.alpha * from.alpha * kVariance + from.sigma * from.sigma);
            mean = to.alpha * (kMean + gain * (mean - from.alpha * kMean));
            variance = std::pow(to.alpha * gain, 2) * variance + to.sigma * to.sigma;
        }
        const Law law = lawOfLinearRun(plan);
        COMPARE_CLOSE(law.mean, mean, 1e-10, 0);
        COMPARE_CLOSE(law.variance, variance, 1e-10, 0);
        QVERIFY(law.variance < 0.9 * kVariance);
    }

    /// One step is the exact one-step map, also to sigma = 0 and from pure noise.
    void consistencyInOneStepIsTheMap_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("final");
        for (const char* id : {"vp", "ve-edm", "rf"})
            for (const double final : {0., 1.})
                QTest::addRow("%s, final %g", id, final) << id << final;
    }
    void consistencyInOneStepIsTheMap()
    {
        QFETCH(QString, id);
        QFETCH(double, final);
        const auto p = process(id.toStdString());
        auto plan = makePlan(makeMixture(randomMixture(8, 2, 4, 2)),
                             levelsOn(*p, "karras", 1, final),
                             "consistency",
                             0,
                             p);
        plan.levels = {plan.levels.front(), plan.levels.back()};
        plan.sampler.values.set("inner_steps", 64);
        plan.particles = 200;
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool).trajectories;
        GuidedOde ode;
        ode.mixture = plan.mixture;
        ode.process = p;
        ode.noise = plan.levels.front();
        ode.data = plan.levels.back();
        const auto image = oneStepMap(ode, statesAt(run, 0).transpose(), pool);
        QVERIFY(image);
        const Eigen::MatrixXd off = statesAt(run) - image->ends.transpose();
        // Sixty-four steps of fourth order; where the map stretches, so do their errors.
        for (Eigen::Index i = 0; i < off.rows(); ++i)
            QVERIFY2(off.row(i).norm() < 1e-3 * (1 + image->stretch(i) * plan.levels.front().sigma),
                     qPrintable(QString::number(off.row(i).norm())));
    }

    /// With the exact map every step leaves the law of its level: a Gaussian stays the Gaussian.
    void consistencyKeepsTheLaw()
    {
        const auto p = process("vp");
        auto plan =
            makePlan(makeMixture(gaussian1d()), levelsOn(*p, "karras", 4, 1), "consistency", 0, p);
        const PathCoefficients &first = plan.levels.front(), &last = plan.levels.back();
        const auto variance = [](const PathCoefficients& at) {
            return at.alpha * at.alpha * kVariance + at.sigma * at.sigma;
        };
        // The prior is wrong by this much; every new level forgets most of it.
        double mean = 0, spread = first.sigma * first.sigma;
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &from = plan.levels[k], &to = plan.levels[k + 1];
            const double gain = std::sqrt(variance(last) / variance(from));
            mean = last.alpha * kMean + gain * (mean - from.alpha * kMean);
            spread *= gain * gain;
            if (k + 2 == plan.levels.size())
                break;
            const double ratio = to.alpha / last.alpha;
            mean *= ratio;
            spread = ratio * ratio * spread + to.sigma * to.sigma - std::pow(ratio * last.sigma, 2);
        }
        const Law law = lawOfLinearRun(plan);
        COMPARE_CLOSE(law.mean, mean, 1e-4, 0); // sixteen inner steps
        COMPARE_CLOSE(law.variance, spread, 1e-4, 0);
        COMPARE_CLOSE(law.variance, variance(last), 1e-2, 0);
    }

    /// The corrector alone, at one level: x + e s + sqrt(2e) z of N(0, v) with e = 2 (snr
    /// E|z|/E|s|)^2 = 2 snr^2 v^2/V settles at V = v (1 + snr^2).
    void langevinStepsSettleAtTheirOwnLaw()
    {
        const double snr = 0.5;
        const auto p = process("ve-edm", {{"horizon", 2}, {"stop", 0.5}});
        std::vector<double> levels;
        for (int k = 0; k <= 60; ++k)
            levels.push_back(1 - 1e-9 * k); // predictor steps too short to matter
        auto plan = makePlan(
            makeMixture(gaussian1d(0, kVariance)), levelsAtNoise(*p, levels).value(), "langevin");
        plan.sampler.values.set("snr", snr);
        plan.process = p;
        SimulationInputs inputs;
        const int n = 10000;
        inputs.start = Eigen::MatrixXd::Constant(n, 1, 3.0); // far from the law
        WorkerPool pool(1);
        const Eigen::ArrayXd x =
            statesAt(simulate<double>(plan, pool, {}, inputs).trajectories).col(0).array();
        const double variance = (1 + kVariance) * (1 + snr * snr); // 5 standard errors
        COMPARE_CLOSE(x.mean(), 0, 0, 5 * std::sqrt(variance / n));
        COMPARE_CLOSE(x.square().mean(), variance, 5 * std::sqrt(2.0 / n), 0);
    }

    /// Any stochasticity that a lane allows, any number of steps: finite, but for the explicit
    /// methods in the process's own time, whose steps are unstable at large eta.
    void everyEtaStaysFinite_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const auto& kind : samplerKinds())
            if (kind.drawsPerStep > 0 && kind.info.id != "euler-maruyama"
                && kind.info.id != "heun-sde")
                QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }
    void everyEtaStaysFinite()
    {
        QFETCH(QString, sampler);
        WorkerPool pool(1);
        for (const std::string id : {"vp", "ve-edm", "rf"})
            for (const int K : {1, 2, 3, 30})
                for (const double final : {0.0, 1.0})
                    for (const double eta : {0.0, 0.7, 3.0, 10.0}) {
                        const auto p = process(id);
                        auto plan = makePlan(makeMixture(referenceM1()),
                                             levelsOn(*p, "karras", K, final),
                                             sampler.toStdString(),
                                             eta);
                        plan.levels = withOwnLevels(plan.sampler, *p, plan.levels).value();
                        plan.process = p;
                        plan.particles = 20;
                        const auto run = simulate<float>(plan, pool);
                        QVERIFY2(run.outcome.kind == Outcome::Kind::Completed,
                                 run.outcome.message.c_str());
                        // Nor thrown far: the data reach 6. Extrapolation through several steps is
                        // explicit, hence unstable at large eta.
                        const double reach = statesAt(run.trajectories).cwiseAbs().maxCoeff();
                        if (final == 1 && K == 30 && (eta < 1 || !sampler.endsWith("m-sde")))
                            QVERIFY2(reach < 12, qPrintable(QString::number(reach)));
                    }
    }
};

QTEST_APPLESS_MAIN(TestStochasticSamplers)
#include "tst_stochastic_samplers.moc"
