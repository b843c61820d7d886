// SPDX-License-Identifier: GPL-3.0-or-later
// The studies of stochasticity, dimension, straightness and score error: against closed forms of
// single Gaussians, and on sessions of every sort.
#include "core/field/error_strength.h"
#include "core/metric/prior_forgetting.h"
#include "core/metric/score_distance.h"
#include "core/mixture/other_dimension.h"
#include "core/session/lane_plan.h"
#include "tests/support/convergence.h"
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"
#include "tests/support/studies.h"

#include <Eigen/Eigenvalues>

#include <QtTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MixtureSpec gaussian(int dimension, double mean, double variance)
{
    return isotropicMixture({Eigen::VectorXd::Constant(dimension, mean)}, variance);
}

/// The study with sweeps written as on the command line, its own parameters included.
Result<Table>
run(const std::string& id, const Session& session, const std::vector<std::string>& texts)
{
    const StudyKind& study = **findStudy(id);
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts) {
        const auto sweep = parseSweep(session, text, study.own);
        if (!sweep)
            return sweep.error();
        sweeps.push_back(*sweep);
    }
    WorkerPool pool(2);
    return runStudy(study, session, sweeps, pool);
}

const std::vector<double>& valuesOf(const Table& table, const std::string& id, int lane = 0)
{
    const Column* const column = table.find("lanes." + std::to_string(lane) + "." + id);
    if (column == nullptr)
        qFatal("no column %s", id.c_str());
    return column->values;
}

const std::vector<double>& errorsOf(const Table& table, const std::string& id)
{
    return table.find("lanes.0." + id)->errors;
}

double slopeOf(const Table& table, const std::string& id, const std::string& over)
{
    for (const SlopeFit& fit : table.slopes)
        if (fit.column == "lanes.0." + id && fit.over.ends_with(over))
            return fit.slope;
    return std::numeric_limits<double>::quiet_NaN();
}

std::string notes(const Table& table)
{
    std::string all;
    for (const std::string& note : table.notes)
        all += note + "\n";
    return all;
}

/// What the linear reverse dynamics of stochasticity eta makes of a displacement, d log Y/dt = f +
/// (1 + eta^2)/2 g^2/v, by Simpson's rule from `from` down to `to`.
double contraction(const ForwardProcess& p, double from, double to, double variance, double eta)
{
    const auto rate = [&](double t) {
        const PathCoefficients at = p.at(t);
        const double v = at.alpha * at.alpha * variance + at.sigma * at.sigma;
        return at.drift() + (1 + eta * eta) / 2 * at.diffusionSquared() / v;
    };
    constexpr int kSteps = 20000;
    const double h = (to - from) / kSteps;
    double sum = 0;
    for (int k = 0; k < kSteps; ++k) {
        const double t = from + k * h;
        sum += h / 6 * (rate(t) + 4 * rate(t + h / 2) + rate(t + h));
    }
    return std::exp(sum);
}

} // namespace

class TestFurtherStudies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// O1 of the theory, against the equation itself.
    void whatIsLeftOfAStart_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::newRow("vp") << "vp" << 5. << .01;
        QTest::newRow("ou") << "ou" << 2. << .01;
        QTest::newRow("ve-edm") << "ve-edm" << 10. << .02;
        QTest::newRow("rf") << "rf" << .95 << .02;
        QTest::newRow("trigonometric") << "trigonometric" << .9 << .02;
    }
    void whatIsLeftOfAStart()
    {
        QFETCH(QString, id);
        QFETCH(double, from);
        QFETCH(double, to);
        const auto p = process(id.toStdString());
        for (const double variance : {.3, 2.})
            for (const double eta : {0., .5, 1., 2.}) {
                const double exact = contraction(*p, from, to, variance, eta),
                             formula = forgettingFactor(variance, p->at(from), p->at(to), eta);
                QVERIFY2(std::abs(formula / exact - 1) < 1e-6,
                         qPrintable(QStringLiteral("%1 %2 %3").arg(eta).arg(formula).arg(exact)));
            }
    }
    void goldenVariancesOfTheOracle()
    {
        // G1 of the theory at w = 1: VP-seed, T = 5, N(., .3), var_0 = v_0 + Phi^2 (1 - v_T).
        const auto vp = process("vp", {{"horizon", 5}});
        const PathCoefficients first = vp->at(5), last{0, 1, 0};
        const double whole = first.alpha * first.alpha * .3 + first.sigma * first.sigma;
        for (const auto& [eta, meant] :
             {std::pair{0., .301422}, std::pair{.5, .300302}, std::pair{1., .300003}}) {
            const double factor = forgettingFactor(.3, first, last, eta);
            QVERIFY(std::abs(.3 + factor * factor * (1 - whole) - meant) < 5e-7); // their digits
        }
        // Pure noise is forgotten by any noise, and by none without.
        const auto rf = process("rf");
        QCOMPARE(forgettingFactor(.3, rf->at(1), rf->at(.1), .5), 0.);
        QVERIFY(forgettingFactor(.3, rf->at(1), rf->at(.1), 0) > 0);
        // Several components: root mean square over them and their axes.
        const auto one = makeMixture(referenceM4());
        const double a = forgettingFactor(2.25, first, last, 1),
                     b = forgettingFactor(.09, first, last, 1);
        QVERIFY(std::abs(rootMeanForgetting(*one, first, last, 1) - std::sqrt((a * a + b * b) / 2))
                < 1e-12);
    }

    void noiseForgetsTheStartOfOneGaussian()
    {
        Session session = test::oneLane(gaussian(2, 1, .5),
                                        100,
                                        {{"sampler", "exponential"},
                                         {"process", "vp:horizon=4,stop=0.05"},
                                         {"grid", "karras:steps=1000,final=stop"},
                                         {"guidance", "none"}});
        const auto table = run("stochasticity", session, {"lanes.0.eta=0:1.5:4"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& measured = valuesOf(*table, "forgetting");
        const auto& exact = valuesOf(*table, "forgetting.gaussian");
        for (std::size_t row = 0; row < 4; ++row) {
            // Of the exponential integrator on 1000 steps, first order.
            QVERIFY2(std::abs(measured[row] / exact[row] - 1) < 2e-2,
                     qPrintable(QStringLiteral("%1 %2").arg(measured[row]).arg(exact[row])));
            QVERIFY(std::abs(valuesOf(*table, "typical_forgetting")[row] / exact[row] - 1) < 2e-2);
            QVERIFY(row == 0 || measured[row] < measured[row - 1] / 1.2);
        }
        QVERIFY(std::isnan(valuesOf(*table, "steps")[0])); // the ODE
        QVERIFY(notes(*table).find("infinite") != std::string::npos);
    }

    void theGirsanovConstantIsLeastAtOne()
    {
        const Session session = test::oneLane(
            referenceM1(), 400, {{"sampler", "euler-maruyama"}, {"guidance", "none"}});
        const auto table = run("stochasticity", session, {"lanes.0.eta=0.25:2:8"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        const auto& eta = table->columns[0].values;
        const auto& steps = valuesOf(*table, "steps");
        const auto& curve = valuesOf(*table, "steps.constant");
        for (std::size_t row = 0; row < eta.size(); ++row) {
            const double e = eta[row] * eta[row];
            QVERIFY(std::abs(steps[row] / steps[3] - (1 + e) * (1 + e) / (4 * e)) < 1e-9);
            // Other pairs.
            QVERIFY(std::abs(curve[row] / steps[row] - 1)
                    < 5 * errorsOf(*table, "steps")[row] / steps[row]);
            QVERIFY(steps[row] >= steps[3]); // eta = 1
            // More is allowed than happens; the estimate is of the other direction.
            QVERIFY(valuesOf(*table, "kl")[row] < 2 * valuesOf(*table, "kl.chain")[row]);
            QVERIFY(valuesOf(*table, "kl.exact")[row] > 0);
        }
    }

    void aSamplerWithoutEtaIsReplacedAndSaysSo()
    {
        Session session = test::oneLane(referenceM1(), 300, {{"sampler", "heun"}});
        const auto table = run("stochasticity", session, {"lanes.0.eta=0:1:2"});
        QVERIFY(table.ok());
        QVERIFY(notes(*table).find("has no η, so the exponential integrator") != std::string::npos);
        QVERIFY(valuesOf(*table, "forgetting")[1] < valuesOf(*table, "forgetting")[0]);
    }

    void dataInOtherDimensions()
    {
        const MixtureSpec spec = randomMixture(3, 3, 4, 3);
        const auto own = makeMixture(spec);
        const MixtureSpec more = inDimension(spec, 7).value();
        const auto wide = makeMixture(more);
        QVERIFY((wide->mean().head(3) - own->mean()).norm() < 1e-12);
        QVERIFY(wide->mean().tail(4).isZero());
        double within = 0;
        for (const auto& component : own->components())
            within += component.weight * component.eigenvalues.mean();
        const Eigen::MatrixXd covariance = wide->covariance();
        QVERIFY((covariance.topLeftCorner(3, 3) - own->covariance()).norm() < 1e-12);
        QVERIFY(
            (covariance.bottomRightCorner(4, 4) - within * Eigen::MatrixXd::Identity(4, 4)).norm()
            < 1e-12);
        QVERIFY(covariance.topRightCorner(3, 4).isZero(1e-12));
        // Fewer: the largest variances.
        const auto narrow = makeMixture(inDimension(spec, 2).value());
        const Eigen::VectorXd all =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(own->covariance()).eigenvalues();
        const Eigen::MatrixXd left = narrow->covariance();
        QVERIFY(std::abs(left(0, 0) - all(2)) < 1e-9 && std::abs(left(1, 1) - all(1)) < 1e-9);
        QVERIFY(std::abs(left(0, 1)) < 1e-9);
        QVERIFY(inDimension(spec, 3).value() == spec);
    }

    /// Isotropic Gaussians: every dimension does the same, so W2 grows as sqrt(d) and KL as d.
    void errorsOfOneGaussianScaleExactly()
    {
        const Session session = test::oneLane(gaussian(1, .6, .25),
                                              50,
                                              {{"sampler", "euler"},
                                               {"process", "vp:horizon=3,stop=0.01"},
                                               {"grid", "uniform:steps=20,final=stop"},
                                               {"guidance", "none"}});
        // From its own dimension on only the first axis has a mean: take a centred one for laws.
        Session centred = session;
        centred.data = gaussian(1, 0, .25);
        const auto table = run("dimension", centred, {"study.dimension=1:64:7:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QVERIFY2(table->notes.empty(), notes(*table).c_str());
        QVERIFY(std::abs(slopeOf(*table, "w2", "study.dimension") - .5) < 1e-6);
        QVERIFY(std::abs(slopeOf(*table, "kl", "study.dimension") - 1) < 1e-6);
        QVERIFY(std::abs(slopeOf(*table, "prior", "study.dimension") - 1) < 1e-6);
        // The pairs of each dimension are other draws.
        QVERIFY(std::abs(slopeOf(*table, "steps", "study.dimension") - 1) < .05);
        // In one dimension by hand: Euler's map of the variance.
        const auto plan = planLane(centred, 0, makeMixture(*centred.data)).value();
        double map = 1;
        for (std::size_t k = 0; k + 1 < plan.levels.size(); ++k) {
            const PathCoefficients &at = plan.levels[k], &to = plan.levels[k + 1];
            const double v = at.alpha * at.alpha * .25 + at.sigma * at.sigma;
            map *= 1 + (to.t - at.t) * (at.drift() + at.diffusionSquared() / (2 * v));
        }
        const PathCoefficients& end = plan.levels.back();
        const double meant = std::sqrt(end.alpha * end.alpha * .25 + end.sigma * end.sigma),
                     sampled = std::abs(map) * plan.levels.front().sigma;
        QVERIFY(std::abs(valuesOf(*table, "w2")[0] - std::abs(sampled - meant)) < 1e-9);
        const double ratio = std::pow(sampled / meant, 2);
        QVERIFY(std::abs(valuesOf(*table, "kl")[0] - (ratio - 1 - std::log(ratio)) / 2) < 1e-9);
        for (std::size_t row = 0; row < 7; ++row) {
            QVERIFY(valuesOf(*table, "prior")[row] <= valuesOf(*table, "prior.bound")[row]);
            QVERIFY(std::abs(valuesOf(*table, "w2_per_dimension")[row] - valuesOf(*table, "w2")[0])
                    < 1e-9);
            QVERIFY(valuesOf(*table, "steps")[row]
                    <= valuesOf(*table, "steps.linear")[row] * (1 + 1e-12));
            const double d = table->columns[0].values[row];
            QVERIFY(std::abs(valuesOf(*table, "steps.linear")[row]
                             - d * valuesOf(*table, "steps.linear")[0])
                    < 1e-9 * d);
        }
        // With a mean on one axis alone the prior's term is no power of the dimension.
        const auto shifted = run("dimension", session, {"study.dimension=1:64:2:log"});
        QVERIFY(shifted.ok());
        QVERIFY(valuesOf(*shifted, "prior")[1] < 64 * valuesOf(*shifted, "prior")[0]);
    }

    void dimensionsOfAMixture()
    {
        const Session session =
            test::oneLane(referenceM1(), 300, {{"guidance", "none"}, {"grid", "karras:steps=10"}});
        const auto table = run("dimension", session, {"study.dimension=2:8:3:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->columns[0].current[0], 2.);
        for (std::size_t row = 0; row < 3; ++row) {
            QVERIFY(valuesOf(*table, "w2")[row] > 0 && valuesOf(*table, "kl")[row] > 0);
            QVERIFY(valuesOf(*table, "w2.exact")[row] > 0);
            QVERIFY(errorsOf(*table, "kl")[row] > 0);
        }
        QVERIFY(!run("dimension", session, {"study.dimension=2:65:2"}).ok());
    }

    void pathsAreStraightInACoordinate()
    {
        // N(0, I): VP does not move, RF bends by (2 - pi/2) and x/alpha is the same for both.
        Session session = test::oneLane(
            gaussian(2, 0, 1),
            500,
            {{"sampler", "heun"}, {"process", "vp:horizon=5,stop=0.001"}, {"guidance", "none"}});
        session.lanes.push_back(session.lanes[0]);
        QVERIFY(setVariantText(session, 1, "process", "rf:stop=0.001").ok());
        const auto table = run("straightness", session, {"lanes.*.grid.steps=20:320:3:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QVERIFY(valuesOf(*table, "straightness", 0)[2] < 1e-6);
        const double exact = 2 - std::numbers::pi / 2;
        const Column& rf = *table->find("lanes.1.straightness");
        const Column& flow = *table->find("lanes.1.straightness.flow");
        // Of N(0, I) in the plane; stopped at .001 it is half a per cent less.
        QVERIFY(std::abs(rf.values[2] - 2 * exact) < 5 * rf.errors[2] + .01 * 2 * exact);
        QVERIFY(rf.values[0] < rf.values[1] && rf.values[1] < rf.values[2]);
        // 400 of the 500 paths.
        QVERIFY(std::abs(flow.values[2] - rf.values[2]) < 5 * rf.errors[2]);
        QVERIFY(valuesOf(*table, "bend.rectified", 0)[2] > .1);
        // Between the same noise levels all processes have the same paths in x/alpha.
        session.view.matchNoise = 1;
        const auto matched = run("straightness", session, {"lanes.0.grid.steps=80:80:1"});
        QVERIFY(matched.ok());
        for (const char* id : {"bend", "excess", "length", "straightness"}) {
            const double a = valuesOf(*matched, std::string(id) + ".scaled", 0)[0],
                         b = valuesOf(*matched, std::string(id) + ".scaled", 1)[0];
            // Heun in native time of either process.
            QVERIFY2(std::abs(a / b - 1) < .02,
                     qPrintable(QStringLiteral("%1: %2 %3").arg(id).arg(a).arg(b)));
        }
    }

    void everyScoreErrorHasAStrengthOrSaysWhyNot()
    {
        for (const ScoreErrorKind& kind : scoreErrorKinds()) {
            if (kind.info.id == "none")
                continue;
            Session session = test::oneLane(referenceM1(), 50, {{"error", kind.info.id}});
            const auto scaled = scaledError(session.lanes[0].error, 0);
            if (strengthParameters(kind.info.id).empty()) {
                QVERIFY(!scaled.ok());
                QVERIFY(!run("score-error", session, {"study.score_error=0.5:1:2"}).ok());
                continue;
            }
            QVERIFY2(scaled.ok(), kind.info.id.c_str());
            session.lanes[0].error = *scaled;
            const auto mixture = makeMixture(*session.data);
            WorkerPool pool(1);
            const auto none =
                scoreDistance(planLane(session, 0, mixture).value(), 500, pool).value();
            QVERIFY2(none.kl.value < 1e-12, kind.info.id.c_str());
            session.lanes[0].error = makeChoice(kind.info);
            const auto some =
                scoreDistance(planLane(session, 0, mixture).value(), 500, pool).value();
            QVERIFY2(some.kl.value > 1e-6, kind.info.id.c_str());
        }
    }

    void scoreDistancesInClosedForm()
    {
        // A constant error e of the mean: int |e|^2/s^2 dlog s = |e|^2/2 (1/low^2 - 1/high^2); a
        // gain g of N(0, I): g^2 d int s^2/(1 + s^2) dlog s, for E|D - x~|^2 = d s^4/(1 + s^2).
        const auto distance = [](const char* error, const char* lane) {
            const Session session = test::oneLane(
                gaussian(2, 0, 1), 50, {{"error", error}, {"process", lane}, {"guidance", "none"}});
            WorkerPool pool(2);
            return scoreDistance(
                       planLane(session, 0, makeMixture(*session.data)).value(), 20000, pool)
                .value();
        };
        for (const char* lane : {"ve-edm:horizon=20,stop=0.1", "vp:horizon=4,stop=0.05"}) {
            const ScoreDistance constant = distance("constant:x=0.3,y=0.4", lane);
            QVERIFY(!constant.cut);
            const double low = constant.low, high = constant.high;
            const double exact = .25 / 2 * (1 / low / low - 1 / high / high);
            QVERIFY2(std::abs(constant.kl.value / exact - 1) < 1e-5, // quadrature; no draws in it
                     qPrintable(QString::number(constant.kl.value / exact)));
            const ScoreDistance gain = distance("gain:gain=0.2", lane);
            const double meant = .04 * 2 * .5 * std::log((1 + high * high) / (1 + low * low));
            QVERIFY2(std::abs(gain.kl.value - meant) < 5 * gain.kl.error && gain.kl.error > 0,
                     qPrintable(QStringLiteral("%1 %2").arg(gain.kl.value).arg(meant)));
        }
        QVERIFY(distance("gain:gain=0.2", "rf").cut);
    }

    /// A shift of the score of one Gaussian shifts the samples: W2 is linear and KL quadratic in
    /// it.
    void samplingErrorsFollowTheScoreError()
    {
        const Session session = test::oneLane(gaussian(2, 0, 1),
                                              4000,
                                              {{"sampler", "euler-maruyama"},
                                               {"process", "vp:horizon=6,stop=0.02"},
                                               {"grid", "karras:steps=200,final=stop"},
                                               {"error", "constant:x=0.5,y=0.5"},
                                               {"guidance", "none"}});
        Session noisy = session;
        noisy.lanes[0].eta = 1;
        const auto table = run("score-error", noisy, {"study.score_error=0.25:1:3:log"});
        QVERIFY2(table.ok(), table ? "" : table.error().sentence().c_str());
        QCOMPARE(table->over, std::string("score_error"));
        const auto& epsilon = valuesOf(*table, "score_error");
        QVERIFY(std::abs(epsilon[2] / epsilon[0] - 4) < 1e-6);
        QVERIFY2(std::abs(slopeOf(*table, "w2", "score_error") - 1) < .15,
                 qPrintable(QString::number(slopeOf(*table, "w2", "score_error"))));
        QVERIFY2(std::abs(slopeOf(*table, "kl", "score_error") - 2) < .3,
                 qPrintable(QString::number(slopeOf(*table, "kl", "score_error"))));
        for (std::size_t row = 0; row < 3; ++row) {
            QVERIFY(valuesOf(*table, "kl")[row] < valuesOf(*table, "kl.bound")[row]);
            QVERIFY(std::abs(valuesOf(*table, "kl.score")[row] - epsilon[row] * epsilon[row])
                    < 1e-9);
            QVERIFY(valuesOf(*table, "w2.exact_score")[row] < valuesOf(*table, "w2")[row]);
        }
        // The ODE has no bound, and says so; a lane without an error gets one.
        Session plain = session;
        QVERIFY(setVariantText(plain, 0, "sampler", "heun").ok());
        QVERIFY(setVariantText(plain, 0, "error", "none").ok());
        plain.particles.count = 300;
        const auto usual = run("score-error", plain, {"study.score_error=0:1:2"});
        QVERIFY(usual.ok());
        QVERIFY(std::isnan(valuesOf(*usual, "kl.bound")[1]));
        QVERIFY(notes(*usual).find("needs η > 0") != std::string::npos);
        QCOMPARE(valuesOf(*usual, "score_error")[0], 0.);
        QVERIFY(valuesOf(*usual, "score_error")[1] > 0);
        QCOMPARE(valuesOf(*usual, "kl")[0], valuesOf(*usual, "kl.exact_score")[0]);
    }

    /// One and three dimensions, guidance, noise of a Brownian path, singular data, rules that
    /// exchange particles: a table comes, or a sentence.
    void anySessionHasEveryStudy_data()
    {
        QTest::addColumn<QString>("sort");
        for (const char* sort :
             {"line", "space", "guided", "coupled", "points", "brownian", "denoise", "adaptive"})
            QTest::newRow(sort) << sort;
    }
    void anySessionHasEveryStudy()
    {
        QFETCH(QString, sort);
        const bool isLine = sort == QStringLiteral("line"),
                   isSpace = sort == QStringLiteral("space");
        MixtureSpec data =
            isLine ? isotropicMixture(
                {Eigen::VectorXd::Constant(1, -1), Eigen::VectorXd::Constant(1, 1)}, .1)
            : isSpace ? randomMixture(5, 3, 3, 3)
                      : referenceM1();
        if (sort == QStringLiteral("points"))
            for (ComponentSpec& component : data.components)
                component.covariance.setZero();
        Session session = test::oneLane(data, 100, {{"grid", "karras:steps=8"}});
        const auto set = [&](const char* family, const char* text) {
            QVERIFY(setVariantText(session, 0, family, text).ok());
        };
        if (sort == QStringLiteral("guided"))
            set("guidance", "cfg:w=4,target=1");
        else if (sort == QStringLiteral("coupled"))
            set("guidance", "feynman-kac:w=3,target=1");
        else
            set("guidance", "none");
        if (sort == QStringLiteral("denoise"))
            set("grid", "karras:steps=8,final=denoise");
        if (sort == QStringLiteral("adaptive"))
            set("sampler", "rk45");
        if (sort == QStringLiteral("brownian")) {
            set("sampler", "ddim:eta=1");
            QVERIFY(setParameterText(session, "particles.noise", "brownian").ok());
        }
        for (const auto& [id, sweep] :
             {std::pair{"stochasticity", "lanes.0.eta=0:1:2"},
              std::pair{"dimension", "study.dimension=1:4:2:log"},
              std::pair{"straightness", "lanes.0.grid.steps=6:8:2"},
              std::pair{"score-error", "study.score_error=0.1:1:2:log"}}) {
            const auto table = run(id, session, {sweep});
            if (!table) {
                QVERIFY2(!table.error().message.empty(), id);
                qInfo("%s: %s", id, table.error().sentence().c_str());
                continue;
            }
            // Something of it is measured, or a note says why not.
            bool measured = false;
            for (const Column& column : table->columns)
                for (const double value : column.values)
                    measured =
                        measured || (column.role == ColumnRole::Measured && std::isfinite(value));
            QVERIFY2(measured || !table->notes.empty(), id);
        }
    }
};

QTEST_APPLESS_MAIN(TestFurtherStudies)
#include "tst_further_studies.moc"
