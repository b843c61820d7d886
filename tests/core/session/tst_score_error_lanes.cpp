// SPDX-License-Identifier: GPL-3.0-or-later
// Lanes with an imperfect score: what follows it, and what says why not.
#include "core/session/lane_maps.h"
#include "core/session/parameter_table.h"
#include "core/session/run_analysis.h"
#include "core/session/session_json.h"
#include "tests/support/score_errors.h"

#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// VP | RF on the three modes, the first lane with this error.
Session sessionWith(const std::string& error, const Settings& settings = {})
{
    Session session = defaultSession();
    session.particles.count = 60;
    for (Lane& lane : session.lanes) {
        lane.grid = choose(gridKinds(), "karras", {{"steps", 12}});
        lane.guidance = choose(guidanceKinds(), "none");
    }
    Choice& choice = session.lanes[0].error;
    choice = makeChoice(errorKindOf(error).info);
    for (const auto& [key, value] : settings)
        choice.values.set(key, value);
    return session;
}

void guide(Lane& lane)
{
    lane.guidance = choose(guidanceKinds(), "cfg", {{"w", 3}, {"target", 1}});
}

std::shared_ptr<const RunProduct> runOf(const Session& session)
{
    WorkerPool pool(2);
    const auto run = runSession(session, pool);
    if (!run)
        qFatal("%s", run.error().sentence().c_str()); // a mistake in the test
    return *run;
}

LaneMaps mapsOf(const RunProduct& run, MapQuantity quantity, double step = 6, double mapLane = 2)
{
    WorkerPool pool(2);
    ViewSpec view = run.session.view;
    view.mapQuantity = static_cast<double>(quantity);
    view.mapLane = mapLane;
    const PlaneGrid grid{-4, -3, 8, 6, 12, 9};
    return computeLaneMaps(
        run, view, std::vector<MapWindow>(run.lanes.size(), MapWindow{grid, step}), pool);
}

bool isTrained(const ScoreErrorKind& kind, const GaussianMixture& mixture)
{
    const auto error = kind.make(makeChoice(kind.info));
    return error && !error->isPrepared(mixture);
}

/// One Gaussian N(0, variance I) in the plane.
SharedValue<MixtureSpec> oneGaussian(double variance)
{
    SharedValue<MixtureSpec> data;
    data = isotropicMixture({Eigen::Vector2d::Zero()}, variance);
    return data;
}

} // namespace

class TestScoreErrorLanes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSessionKeepsItsErrors_data()
    {
        QTest::addColumn<QString>("id");
        for (const ScoreErrorKind& kind : scoreErrorKinds())
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
    }
    void aSessionKeepsItsErrors()
    {
        QFETCH(QString, id);
        for (std::uint32_t seed = 0; seed < 3; ++seed) {
            Session session = defaultSession();
            session.lanes[1].error = randomChoice(errorKindOf(id.toStdString()).info, seed);
            // Only the first lane's data fit piecewise-linear smoothing, and so on: plans tell.
            const auto read = sessionFromJson(sessionToJson(session));
            if (!checkSession(session)) {
                QVERIFY(!read);
                continue;
            }
            QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
            QVERIFY(read->lanes == session.lanes);
        }
    }

    void everySamplerFollowsEveryError_data() { aSessionKeepsItsErrors_data(); }
    void everySamplerFollowsEveryError()
    {
        QFETCH(QString, id);
        Session session = sessionWith(id.toStdString());
        session.data.edit([](MixtureSpec& data) { // on a line, for those that need one
            for (ComponentSpec& component : data.components)
                component.mean(1) = component.mean(0) / 2;
        });
        const auto mixture = makeMixture(*session.data);
        if (isTrained(errorKindOf(id.toStdString()), *mixture))
            QSKIP("trained models are tested where they are trained");
        Lane& lane = session.lanes[0];
        lane.grid.values.set("steps", 6);
        if (lane.error.values.contains("nodes"))
            lane.error.values.set("nodes", 16);
        WorkerPool pool(2);
        for (const SamplerKind& sampler : samplerKinds()) {
            lane.sampler = makeChoice(sampler.info);
            auto plan = planLane(session, 0, mixture);
            if (!plan) // a method with other needs
                continue;
            plan->particles = 20;
            const auto run = simulate<float>(*plan, pool);
            QVERIFY2(run.outcome.kind == Outcome::Kind::Completed
                         || run.outcome.kind == Outcome::Kind::Refused,
                     (sampler.info.id + ": " + run.outcome.message).c_str());
        }
    }

    void guidanceIsOffWhereTheModelKnowsNoClasses()
    {
        Session session = sessionWith("gaussian");
        guide(session.lanes[0]);
        const auto mixture = makeMixture(*session.data);
        QVERIFY(!planLane(session, 0, mixture)->guidance->target());
        for (const char* key : {"lanes.0.guidance.kind", "lanes.0.guidance.w"}) {
            const auto reason = whyDisabled(session, key);
            QVERIFY2(reason && reason->find("knows no classes") != std::string::npos, key);
        }
        QVERIFY(!whyDisabled(session, "lanes.1.guidance.kind"));
        session.lanes[0].error = makeChoice(errorKindOf("gain").info);
        QVERIFY(!whyDisabled(session, "lanes.0.guidance.w"));
        QCOMPARE(*planLane(session, 0, mixture)->guidance->target(), 1);
    }

    void rowsWithoutEffectSayWhy()
    {
        const auto reason = [](const std::string& kind, const Settings& settings, const char* row) {
            return whyDisabled(sessionWith(kind, settings), std::string("lanes.0.error.") + row);
        };
        QVERIFY(reason("score-smoothing", {{"width", 0}}, "nodes"));
        QVERIFY(!reason("score-smoothing", {}, "nodes"));
        QVERIFY(reason("constant", {{"x", 0}, {"y", 0}}, "part"));
        QVERIFY(!reason("constant", {}, "part"));
        QVERIFY(reason("noise", {{"amplitude", 0}}, "seed"));
        QVERIFY(!reason("noise", {}, "seed"));
    }

    void whatCannotBeMadeIsRefusedWithItsKey()
    {
        Session session = sessionWith("piecewise-linear");
        QVERIFY(checkSession(session).ok()); // the three modes are on one line
        session.data.edit([](MixtureSpec& data) { data.components[0].mean(1) += 1; });
        const auto status = checkSession(session);
        QVERIFY(!status);
        QCOMPARE(status.error().path, std::string("lanes.0.error"));
        QVERIFY(status.error().message.find("on one line") != std::string::npos);
    }

    void theErrorHasAMap()
    {
        const auto run = runOf(sessionWith("constant", {{"x", .3}, {"y", -.4}}));
        const auto maps = mapsOf(*run, MapQuantity::Error);
        QVERIFY(maps.lanes[0].field.has_value());
        for (const float value : maps.lanes[0].field->values)
            COMPARE_CLOSE(double(value), .5, 1e-6, 0); // floats of |e|
        QVERIFY(!maps.lanes[1].field.has_value());
        QVERIFY(maps.lanes[1].note.find("exact score") != std::string::npos);
        QVERIFY(dependsOnLevel(MapQuantity::Error));
    }

    void differencesFollowTheError()
    {
        const auto run = runOf(sessionWith("constant", {{"x", .3}, {"y", -.4}}));
        const auto maps = mapsOf(*run, MapQuantity::Difference);
        QVERIFY(maps.lanes[0].field.has_value());
        for (const float value : maps.lanes[0].field->values)
            COMPARE_CLOSE(double(value), .5, 1e-6, 0);
    }

    void otherMapsFollowTheModelOrSayWhyNot()
    {
        Session session = sessionWith("gain");
        guide(session.lanes[0]);
        const auto run = runOf(session);
        for (const MapQuantity quantity : {MapQuantity::Output, MapQuantity::Penalty}) {
            const LaneMap map = mapsOf(*run, quantity).lanes[0];
            QVERIFY(!map.field && map.note.find("closed form") != std::string::npos);
        }
        for (const MapQuantity quantity :
             {MapQuantity::Guidance, MapQuantity::Curvature, MapQuantity::Tilt}) {
            const LaneMap map = mapsOf(*run, quantity).lanes[0];
            QVERIFY(map.field && map.note.find("of the exact score") != std::string::npos);
        }
        // A blurred mixture is a mixture: its lane is that of blurred data.
        Session smooth = sessionWith("density-smoothing", {{"width", .6}});
        Session blurred = smooth;
        blurred.lanes[0].error = {"none", {}};
        blurred.data.edit([](MixtureSpec& data) {
            for (ComponentSpec& component : data.components)
                component.covariance.diagonal().array() += .36;
        });
        for (Session* each : {&smooth, &blurred})
            guide(each->lanes[0]);
        const auto ofError = runOf(smooth), ofData = runOf(blurred);
        for (const MapQuantity quantity : {MapQuantity::Guidance,
                                           MapQuantity::Curvature,
                                           MapQuantity::Output,
                                           MapQuantity::Penalty,
                                           MapQuantity::Tilt}) {
            const LaneMap actual = mapsOf(*ofError, quantity).lanes[0],
                          expected = mapsOf(*ofData, quantity).lanes[0];
            QVERIFY2(actual.field && expected.field, actual.note.c_str());
            QCOMPARE(actual.field->values.size(), expected.field->values.size());
            for (std::size_t i = 0; i < expected.field->values.size(); ++i)
                COMPARE_CLOSE(double(actual.field->values[i]),
                              double(expected.field->values[i]),
                              1e-3, // the ODE's own steps, in log-density
                              1e-3);
        }
    }

    /// Data N(0, l I), model N(0, (l + w^2) I): the ODE from exact-enough noise ends in the model,
    /// KL = sum over two coordinates of (r - 1 - log r)/2, r = (l + w^2)/l.
    void entropyIsOfTheModelAndComparesWithTheData()
    {
        const double l = .5, w = .6;
        Session session = sessionWith("density-smoothing", {{"width", w}});
        session.lanes.resize(1);
        session.data = oneGaussian(l);
        session.lanes[0].process = choose(processKinds(), "ve-edm");
        session.lanes[0].grid = choose(gridKinds(), "karras", {{"steps", 20}});
        session.particles.count = 2000;
        const auto run = runOf(session);
        AnalysisRequest request;
        request.entropy = true;
        WorkerPool pool(2);
        const auto analysis = analyseRun(run, request, pool);
        const auto& entropy = analysis->lanes[0].entropy;
        QVERIFY2(entropy.value != nullptr, entropy.note.c_str());
        const double r = (l + w * w) / l;
        COMPARE_CLOSE(entropy.value->kl.value,
                      r - 1 - std::log(r),
                      0,
                      5 * entropy.value->kl.error + 1e-3); // draws, and the finite first level
        session.lanes[0].error = makeChoice(errorKindOf("noise").info);
        const auto imperfect = analyseRun(runOf(session), request, pool);
        QVERIFY(imperfect->lanes[0].entropy.note.find("closed form") != std::string::npos);
        session.lanes[0].error = makeChoice(errorKindOf("density-smoothing").info);
        session.lanes[0].prior = 1;
        const auto exactPrior = analyseRun(runOf(session), request, pool);
        QVERIFY(exactPrior->lanes[0].entropy.note.find("law of the data") != std::string::npos);
    }

    /// Twin and converged solution are runs of their own, with the lane's score.
    void comparisonsHaveTheSameScore()
    {
        Session session = sessionWith("constant", {{"x", .3}, {"y", -.4}});
        guide(session.lanes[0]);
        session.view.particleColor = kColorByError;
        session.lanes[0].grid.values.set("steps", 200);
        session.lanes[0].sampler = choose(samplerKinds(), "rk4");
        const auto run = runOf(session);
        QVERIFY2(run->lanes[0]->converged != nullptr, run->lanes[0]->convergedNote.c_str());
        // 200 steps of RK4 are near the solution; without the error ends lie .5 apart.
        QVERIFY(run->lanes[0]->converged->medianDistance < .01);
    }
};

QTEST_APPLESS_MAIN(TestScoreErrorLanes)
#include "tst_score_error_lanes.moc"
