// SPDX-License-Identifier: GPL-3.0-or-later
// The studies of sampling error: their terms against closed forms, their slopes, and sessions of
// every kind.
#include "core/metric/run_density.h"
#include "core/session/lane_plan.h"
#include "core/study/error_terms.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"
#include "tests/support/studies.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// The rows of a study of this session, swept as text or as the study itself would.
Result<Table>
table(const std::string& id, const Session& session, const std::vector<std::string>& texts = {})
{
    const StudyKind& kind = **findStudy(id);
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts) {
        auto sweep = parseSweep(session, text, kind.own);
        if (!sweep)
            return sweep.error();
        sweeps.push_back(std::move(*sweep));
    }
    WorkerPool pool(2);
    return runStudy(kind, session, sweeps, pool);
}

const std::vector<double>& column(const Table& table, const std::string& id)
{
    static const std::vector<double> none;
    const Column* const found = table.find(id);
    return found != nullptr ? found->values : none;
}

/// The slope that the study fitted to a column over its sweep; NaN without one.
double slope(const Table& table, const std::string& id, const std::string& over)
{
    for (const SlopeFit& fit : table.slopes)
        if (fit.column == id && fit.over == over)
            return fit.slope;
    return std::nan("");
}

/// VP, EDM and RF over one-dimensional data with a mean, or without.
Session threeLanes(MixtureSpec data, double particles)
{
    Session session = oneLane(std::move(data), particles, {});
    session.lanes = {defaultLane("vp"), defaultLane("ve-edm"), defaultLane("rf")};
    for (int lane = 0; lane < 3; ++lane) {
        if (!setVariantText(session, lane, "grid", "power:steps=12")
            || !setVariantText(session, lane, "sampler", "ddim"))
            std::abort(); // a mistake in the test
    }
    return session;
}

MixtureSpec centredPair()
{
    MixtureSpec spec = gaussian1d(-.5, 1);
    spec.components.push_back(gaussian1d(.5, 1).components[0]);
    return spec;
}

} // namespace

class TestSamplingStudies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// One Gaussian: the law of a noise-free run is known exactly, at every number of steps.
    void errorsOfAGaussianAreItsClosedForm()
    {
        Session session = oneLane(gaussian1d(),
                                  4000,
                                  {{"process", "vp:horizon=2,stop=0.01"},
                                   {"grid", "power:a=2"},
                                   {"sampler", "ddim"},
                                   {"guidance", "none"}});
        const auto found = table("sampling-error", session, {"lanes.0.grid.steps=4:64:5:log"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        for (std::size_t row = 0; row < 5; ++row) {
            const double steps = found->columns[0].values[row];
            QVERIFY(setParameter(session, "lanes.0.grid.steps", steps).ok());
            const auto plan = planLane(session, 0, makeMixture(*session.data)).value();
            const Law end = lawOfLinearRun(plan);
            const PathCoefficients& last = plan.levels.back();
            const double variance = last.alpha * last.alpha * kVariance + last.sigma * last.sigma;
            const double off = end.mean - last.alpha * kMean, ratio = end.variance / variance;
            const double kl = (ratio - 1 - std::log(ratio) + off * off / variance) / 2;
            const Column& measured = *found->find("lanes.0.kl");
            QVERIFY(std::abs(measured.values[row] - kl) < 5 * measured.errors[row]);
            QVERIFY(measured.errors[row] < .2 * kl);
            // W_2 of two Gaussians on a line; the distance is to as many draws, so the floor stays.
            const double w2 =
                std::hypot(end.mean - kMean, std::sqrt(end.variance) - std::sqrt(kVariance));
            const Column& w = *found->find("lanes.0.w2");
            QVERIFY(std::abs(w.values[row] - w2)
                    < 5 * w.errors[row] + 2 * column(*found, "lanes.0.w2.floor")[row]);
            QVERIFY(std::isnan(column(*found, "lanes.0.kl.floor")[row])); // exact: no floor
            QCOMPARE(column(*found, "lanes.0.evaluations")[row], found->columns[0].values[row]);
            // The bound with its hidden constant at 1: D^2/sigma~^2 + D^2 (T/delta)^(1/a)/K.
            const double moment = kMean * kMean + kVariance;
            const double noise = plan.levels.front().sigmaTilde();
            COMPARE_CLOSE(column(*found, "lanes.0.kl.bound")[row],
                          moment / (noise * noise)
                              + moment * std::sqrt(200) / found->columns[0].values[row],
                          1e-9,
                          0);
        }
        // DDIM is of first order: W_2 of the steps falls as 1/K, their KL as 1/K^2.
        COMPARE_CLOSE(slope(*found, "lanes.0.w2.steps", "lanes.0.grid.steps"), -1, 0, .15);
        COMPARE_CLOSE(slope(*found, "lanes.0.kl.steps", "lanes.0.grid.steps"), -2, 0, .3);
        QVERIFY(found->find("lanes.0.kl.bound")->hiddenConstant);
        QCOMPARE(roleName(found->find("lanes.0.kl.steps")->role), std::string("part"));
    }

    /// With noise the divergence is estimated, with a floor, and the chain KL of the steps falls as
    /// 1/K.
    void runsWithNoiseHaveAFloorAndAChain()
    {
        const Session session = oneLane(
            referenceM1(),
            2000,
            {{"process", "vp:horizon=5,stop=0.02"}, {"grid", "power:a=3"}, {"sampler", "ddpm"}});
        const auto found = table("sampling-error", session, {"lanes.0.grid.steps=16:256:3:log"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        for (std::size_t row = 0; row < 3; ++row) {
            QVERIFY(column(*found, "lanes.0.kl.floor")[row] > 0);
            QVERIFY(column(*found, "lanes.0.mode_weights.floor")[row] > 0);
            QVERIFY(column(*found, "lanes.0.kl.steps")[row]
                    > 3 * found->find("lanes.0.kl.steps")->errors[row]);
        }
        COMPARE_CLOSE(slope(*found, "lanes.0.kl.steps", "lanes.0.grid.steps"), -1, 0, .15);
    }

    void theDefaultsAreThreeProcessesTwiceTwelveSteps()
    {
        const Session session = threeLanes(referenceM1(), 500);
        const auto sweeps = (*findStudy("sampling-error"))->defaultSweeps(session);
        QVERIFY(sweeps.ok());
        QCOMPARE(sweeps->size(), std::size_t{2});
        QCOMPARE((*sweeps)[0].values.size(), std::size_t{2});
        QCOMPARE((*sweeps)[1].values.size(), std::size_t{12});
        QVERIFY((*sweeps)[1].logarithmic);
        Session levels = session;
        for (int lane = 0; lane < 3; ++lane)
            QVERIFY(
                setParameterText(levels, "lanes." + std::to_string(lane) + ".grid.kind", "levels")
                    .ok());
        const auto none = (*findStudy("sampling-error"))->defaultSweeps(levels);
        QVERIFY(!none.ok() && none.error().path == "lanes.0.grid.kind");
    }

    /// Prior KL: e^(-T) with a mean, e^(-2T) without, T^(-2) and T^(-4) under EDM: in sigma~ the
    /// second and the fourth power in every process.
    void horizonSlopesAreTheSecondAndTheFourthPower()
    {
        for (const bool hasMean : {true, false}) {
            const Session session = threeLanes(hasMean ? gaussian1d(.6, 1) : centredPair(), 200);
            const auto found = table("horizon", session, {"study.noise=8:64:4:log"});
            QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
            for (int lane = 0; lane < 3; ++lane) {
                const std::string id = "lanes." + std::to_string(lane) + ".";
                // The other term is smaller by 1/sigma~^2 < 1/64.
                COMPARE_CLOSE(
                    slope(*found, id + "prior", "study.noise"), hasMean ? -2 : -4, 0, .03);
                for (std::size_t row = 0; row < 4; ++row) {
                    // At one noise level it is the same number in every process.
                    COMPARE_CLOSE(column(*found, id + "prior")[row],
                                  column(*found, "lanes.0.prior")[row],
                                  1e-6,
                                  1e-13);
                    COMPARE_CLOSE(column(*found, id + "prior")[row],
                                  column(*found, id + "prior.leading")[row],
                                  .05,
                                  0);
                    QVERIFY(column(*found, id + "prior.bound")[row]
                            > column(*found, id + "prior")[row]);
                }
            }
            // Against N(0, 1): the golden coefficients .180 e^(-T) and .0156 e^(-2T) of VP, and
            // nothing for the others.
            for (std::size_t row = 0; row < 4; ++row) {
                const double noise = found->columns[0].values[row];
                const double decay = 1 / (1 + noise * noise); // e^(-T)
                COMPARE_CLOSE(column(*found, "lanes.0.unit_prior")[row],
                              hasMean ? .18 * decay : .015625 * decay * decay,
                              .02,
                              1e-14);
                QVERIFY(std::isnan(column(*found, "lanes.1.unit_prior")[row]));
                QVERIFY(std::isnan(column(*found, "lanes.2.unit_prior")[row]));
            }
        }
    }

    void horizonsThatALaneDoesNotReachAreRefused()
    {
        const Session session = threeLanes(referenceM1(), 50);
        const auto low = table("horizon", session, {"study.noise=0.5:4:2"});
        QVERIFY(!low.ok());
        QVERIFY(low.error().path.ends_with("process.horizon"));
        // T itself, of one lane alone.
        const auto own = table("horizon", session, {"lanes.0.process.horizon=2:8:3"});
        QVERIFY2(own.ok(), own ? "" : own.error().sentence().c_str());
        // D^2/sigma~^2 with sigma~^2 = e^T - 1.
        COMPARE_CLOSE(column(*own, "lanes.0.prior.bound")[0],
                      secondMoment(*makeMixture(*session.data)) / (std::exp(2) - 1),
                      1e-12,
                      0);
    }

    void earlyStopsHaveTheirSlopes()
    {
        const Session session = threeLanes(referenceM1(), 300);
        const auto found =
            table("early-stop",
                  session,
                  {"study.data=as_is:flattened:2", "lanes.*.process.stop=0.001:0.008:4:log"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        QCOMPARE(found->columns[0].words,
                 (std::vector<std::string>{"as_is",
                                           "as_is",
                                           "as_is",
                                           "as_is",
                                           "flattened",
                                           "flattened",
                                           "flattened",
                                           "flattened"}));
        // Fits come in the order of the rows: as it is, then flattened.
        const auto slopes = [&](int lane) {
            std::vector<double> all;
            for (const SlopeFit& fit : found->slopes)
                if (fit.column == "lanes." + std::to_string(lane) + ".stop"
                    && fit.over == "lanes.*.process.stop")
                    all.push_back(fit.slope);
            return all;
        };
        const double expected[3][2] = {{2, 1}, {4, 2}, {2, 2}};
        for (int lane = 0; lane < 3; ++lane) {
            const auto seen = slopes(lane);
            QCOMPARE(seen.size(), std::size_t{2});
            for (std::size_t i = 0; i < 2; ++i)
                // Flat components keep a full-rank direction, whose higher power still shows.
                QVERIFY2(std::abs(seen[i] - expected[lane][i]) < .1,
                         qPrintable(QStringLiteral("lane %1: %2").arg(lane).arg(seen[i])));
            const std::string id = "lanes." + std::to_string(lane) + ".";
            for (std::size_t row = 0; row < found->rows(); ++row) {
                COMPARE_CLOSE(column(*found, id + "stop.closed")[row],
                              column(*found, id + "stop.blur")[row]
                                  + column(*found, id + "stop.shrink")[row],
                              1e-12,
                              0);
                // Modes that far apart: nothing is gained by crossing over.
                COMPARE_CLOSE(column(*found, id + "stop")[row],
                              column(*found, id + "stop.closed")[row],
                              1e-9,
                              0);
            }
        }
        // RF breaks the published bound on data far from the origin; the others keep it.
        QVERIFY(column(*found, "lanes.2.stop")[0] > column(*found, "lanes.2.stop.bound")[0]);
        QVERIFY(column(*found, "lanes.1.stop")[0] < column(*found, "lanes.1.stop.bound")[0]);
    }

    /// Blurred so much that modes touch, matching across components is shorter than the closed
    /// form.
    void overlappingModesAreMatchedAcross()
    {
        MixtureSpec close = isotropicMixture(
            {Eigen::Vector2d(-.3, 0), Eigen::Vector2d(.3, 0), Eigen::Vector2d(0, .4)}, .01);
        const Session session = oneLane(close, 200, {{"process", "vp:horizon=5,stop=0.3"}});
        const auto found = table("early-stop", session, {"lanes.0.process.stop=0.3:0.3:1"});
        QVERIFY(found.ok());
        const Column& stop = *found->find("lanes.0.stop");
        QVERIFY(stop.values[0] < .95 * column(*found, "lanes.0.stop.closed")[0]);
        QVERIFY(stop.errors[0] > 0 && stop.errors[0] < .1 * stop.values[0]);
    }

    void stepSumsFollowTheClosedForm()
    {
        Session session = threeLanes(referenceM1(), 100);
        QVERIFY(setVariantText(session, 0, "grid", "karras:steps=60,final=stop").ok());
        QVERIFY(setVariantText(session, 1, "grid", "uniform:steps=60").ok());
        QVERIFY(setVariantText(session, 2, "grid", "power:steps=60,final=denoise").ok());
        const auto found = table("grid-exponent", session, {"study.exponent=1:16:3:log"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        for (int lane = 0; lane < 3; ++lane) {
            const std::string id = "lanes." + std::to_string(lane) + ".";
            for (std::size_t row = 0; row < 3; ++row) {
                const double sum = column(*found, id + "step_sum")[row];
                const double closed = column(*found, id + "step_sum.closed")[row];
                // To rounding: a denoised grid has its nodes up to the last positive one.
                COMPARE_CLOSE(sum, closed, 1e-10, 0);
                // The steps of t itself: the same for a = 1, and up to O(1/K^2).
                COMPARE_CLOSE(
                    column(*found, id + "step_sum.in_time")[row], sum, row == 0 ? 1e-9 : .15, 0);
                QVERIFY(sum < column(*found, id + "step_sum.bound")[row]);
                QVERIFY(closed >= column(*found, id + "step_sum.limit")[row]);
                // From pure noise the chain is infinite.
                const double chain = column(*found, id + "chain")[row];
                QVERIFY(lane == 2 ? std::isnan(chain) : chain > 0);
            }
        }
        // Uniform noise levels take far larger relative steps than those of rho = 16.
        QVERIFY(column(*found, "lanes.0.chain")[0] > 3 * column(*found, "lanes.0.chain")[2]);
    }

    void everyKindOfSessionIsMeasuredOrSaysWhyNot_data()
    {
        QTest::addColumn<QString>("parts");
        QTest::addColumn<int>("dimension");
        QTest::newRow("3-D") << "sampler heun" << 3;
        QTest::newRow("6-D with noise") << "sampler ddpm" << 6;
        QTest::newRow("guided") << "guidance cfg:w=3,target=1" << 2;
        QTest::newRow("churn") << "sampler edm:churn=20" << 2;
        QTest::newRow("adaptive") << "sampler rk45" << 1;
        QTest::newRow("coupled") << "guidance feynman-kac:w=2,target=1" << 2;
        QTest::newRow("wrong score") << "error gain" << 2;
        QTest::newRow("no exponent") << "grid log-snr:steps=12" << 2;
        QTest::newRow("rf with noise") << "process rf|sampler ddpm" << 2;
        QTest::newRow("ve-geometric") << "process ve-geometric" << 2;
        QTest::newRow("singular data") << "sampler euler|grid karras:final=denoise,steps=12" << 4;
    }

    void everyKindOfSessionIsMeasuredOrSaysWhyNot()
    {
        QFETCH(QString, parts);
        QFETCH(int, dimension);
        Session session = oneLane(randomMixture(6, dimension, 3, dimension == 4 ? 2 : dimension, 1),
                                  400,
                                  {{"process", "vp:horizon=5"}, {"grid", "power:steps=20"}});
        for (const QString& part : parts.split(QLatin1Char('|'))) {
            const auto words = part.split(QLatin1Char(' '));
            const auto set =
                setVariantText(session, 0, words[0].toStdString(), words[1].toStdString());
            QVERIFY2(set.ok(), set ? "" : set.error().sentence().c_str());
        }
        for (const auto& [id, sweep] :
             {std::pair<std::string, std::string>{"sampling-error", "particles.seed=1:1:1"},
              {"horizon", "particles.seed=1:1:1"},
              {"early-stop", "study.data=as_is:flattened:2"},
              {"grid-exponent", "study.exponent=3:3:1"}}) {
            const auto found = table(id, session, {sweep});
            QVERIFY2(found.ok(), found ? "" : (id + ": " + found.error().sentence()).c_str());
            for (const Column& each : found->columns) {
                const bool isMissing = std::isnan(each.values[0]);
                if (isMissing && each.role == ColumnRole::Measured
                    && !each.id.ends_with("unit_prior"))
                    QVERIFY2(!found->notes.empty(), (id + " " + each.id).c_str());
                if (!isMissing && each.role == ColumnRole::Measured)
                    QVERIFY2(each.values[0]
                                 >= -5 * (each.errors.empty() ? 0 : each.errors[0]) - 1e-9,
                             each.id.c_str());
            }
        }
    }

    void rowsAreTheSameByThemselvesAndOnAnyNumberOfThreads()
    {
        Session session = threeLanes(referenceM1(), 300);
        WorkerPool one(1), three(3);
        const StudyKind& kind = **findStudy("sampling-error");
        const auto sweeps =
            std::vector<Sweep>{parseSweep(session, "lanes.*.sampler.kind=ddim:ddpm:2").value(),
                               parseSweep(session, "lanes.*.grid.steps=5:10:2").value()};
        const auto alone = runStudy(kind, session, sweeps, one);
        const auto together = runStudy(kind, session, sweeps, three);
        QVERIFY(alone.ok() && together.ok());
        QCOMPARE(tableToCsv(*alone), tableToCsv(*together));
        const auto last = table("sampling-error",
                                session,
                                {"lanes.*.sampler.kind=ddpm:ddpm:1", "lanes.*.grid.steps=10:10:1"});
        QVERIFY(last.ok());
        for (const Column& each : last->columns) {
            const double expected = alone->find(each.id)->values.back();
            QVERIFY2(isClose(each.values[0], expected, 0, 0), each.id.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestSamplingStudies)
#include "tst_sampling_studies.moc"
