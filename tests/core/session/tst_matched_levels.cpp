// SPDX-License-Identifier: GPL-3.0-or-later
// What lanes share with the first: every combination of the five switches on several pairs.
#include "core/session/lane_plan.h"
#include "core/session/matched_levels.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/compare.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;

class TestMatchedLevels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCombination_data();
    void everyCombination();
    void sharingAllEndsAlike_data();
    void sharingAllEndsAlike();
    void theSpacingIsOfTheFirstLanesRule();
    void listsKeepTheirShape();
    void pureNoiseStaysWhereTheRangeIsOwn();
    void refusalsNameTheKey();
    void samplerAndPrior();
    void oneLaneSharesNothing();
    void onlyWhatDiffersRunsAgain();
    void switchesAreKeptInFiles();
    void controlsSayWhyTheyHaveNoEffect();
};

namespace {

Session pairOf(const QStringList& first, const QStringList& second)
{
    Session session = defaultSession();
    session.lanes = {defaultLane("vp"), defaultLane("rf")};
    session.particles.count = 40;
    session.view.matchNoise = 1;
    for (int lane = 0; lane < 2; ++lane) {
        const QStringList& parts = lane == 0 ? first : second;
        const char* families[] = {"process", "grid", "sampler"};
        for (int i = 0; i < parts.size(); ++i)
            if (!setVariantText(session, lane, families[i], parts[i].toStdString()))
                qFatal("a mistake in the test: %s", qPrintable(parts[i]));
    }
    return session;
}

MatchSpec combination(int bits)
{
    const auto bit = [bits](int i) { return bits >> i & 1 ? 1.0 : 0.0; };
    return {bit(0), bit(1), bit(2), bit(3), bit(4)};
}

std::shared_ptr<const GaussianMixture> mixtureOf(const Session& session)
{
    return std::make_shared<const GaussianMixture>(*GaussianMixture::create(*session.data));
}

std::vector<double> noiseOf(const Session& session, int lane)
{
    const auto levels = laneLevels(session, lane);
    if (!levels)
        qFatal("%s", levels.error().sentence().c_str());
    std::vector<double> noise;
    for (const PathCoefficients& level : *levels)
        noise.push_back(level.sigmaTilde());
    return noise;
}

double lastPositive(const std::vector<double>& noise)
{
    return noise.back() > 0 ? noise.back() : noise[noise.size() - 2];
}

/// Data that ended, x/alpha, in double.
Eigen::ArrayXXd endsOf(const SimulationPlan& given)
{
    SimulationPlan plan = given;
    plan.keepOnlyEnd = true;
    WorkerPool pool(1);
    const auto run = simulate<double>(plan, pool);
    if (run.outcome.kind != Outcome::Kind::Completed)
        qFatal("%s", run.outcome.message.c_str());
    Eigen::ArrayXXd ends(static_cast<Eigen::Index>(run.trajectories.particles),
                         run.trajectories.dimension);
    for (int c = 0; c < run.trajectories.dimension; ++c) {
        const auto x = run.trajectories.coordinate(run.trajectories.steps, c);
        ends.col(c) = Eigen::Map<const Eigen::ArrayXd>(x.data(), ends.rows());
    }
    return ends / plan.levels.back().alpha;
}

} // namespace

void TestMatchedLevels::everyCombination_data()
{
    QTest::addColumn<QStringList>("first");
    QTest::addColumn<QStringList>("second");
    const auto row = [](const char* name, const QStringList& first, const QStringList& second) {
        QTest::newRow(name) << first << second;
    };
    row("vp, rf", {"vp:horizon=8", "karras:steps=12", "ddim"}, {"rf", "uniform:steps=9", "heun"});
    row("rf, vp", {"rf", "uniform:steps=9", "euler"}, {"vp:horizon=8", "log-snr:steps=14", "ddim"});
    row("rf, ve",
        {"rf", "karras:steps=9,final=denoise", "ddim"},
        {"ve-edm", "power:steps=20,a=3", "dpmpp-2m"});
    row("rf, trig",
        {"rf", "cosine:steps=10", "heun"},
        {"trigonometric", "rf-shift:steps=7,shift=3", "ddim"});
    row("list, rf", {"ve-edm", "levels", "ddim"}, {"rf", "karras:steps=8,final=denoise", "euler"});
    row("vp, list", {"vp:horizon=8", "uniform:steps=30", "ddim"}, {"ve-edm", "levels", "heun"});
    row("diffusers, karras",
        {"vp-linear", "diffusers:steps=10,spacing=leading", "ddim"},
        {"ve-edm", "karras:steps=18", "heun"});
    row("rf, diffusers",
        {"rf", "uniform:steps=8", "ddim"},
        {"vp-linear", "diffusers:steps=13", "ddim"});
    row("edm-iddpm, rf",
        {"ve-edm", "edm-iddpm:steps=12", "heun"},
        {"rf", "rf-shift:steps=10,ends=published", "euler"});
    row("edm-vp, drift",
        {"vp-linear", "edm-vp:steps=12", "ddim"},
        {"sub-vp", "kdiff-vp:steps=9,ends=lane,final=stop", "ddim"});
    row("own levels",
        {"vp:horizon=8", "karras:steps=10", "dpm-fast"},
        {"rf", "karras:steps=7", "ddim"});
    row("one step",
        {"rf", "karras:steps=1", "ddim"},
        {"vp:horizon=8", "uniform:steps=6,final=denoise", "ddim"});
    row("one last step",
        {"vp:horizon=8", "uniform:steps=1,final=denoise", "ddim"},
        {"rf", "karras:steps=1,final=denoise", "ddim"});
    row("drawn",
        {"ou:horizon=4", "curve:steps=11", "ddim"},
        {"rf", "exponential:steps=16", "ddim"});
}

void TestMatchedLevels::everyCombination()
{
    QFETCH(QStringList, first);
    QFETCH(QStringList, second);
    Session session = pairOf(first, second);
    Session alone = session;
    alone.view.matchNoise = 0;
    const auto ownFirst = noiseOf(alone, 0), own = noiseOf(alone, 1);
    const auto mixture = mixtureOf(session);
    for (int bits = 0; bits < 32; ++bits) {
        session.view.match = combination(bits);
        const MatchSpec& match = session.view.match;
        const auto lent = noiseOf(session, 0), noise = noiseOf(session, 1);
        const QByteArray where = "combination " + QByteArray::number(bits);
        for (std::size_t k = 1; k < noise.size(); ++k)
            QVERIFY2(noise[k] < noise[k - 1], where);
        QVERIFY2(noise.size() == (match.steps != 0 ? lent : own).size(), where);
        const bool all = match.grid != 0 && match.steps != 0 && match.range != 0;
        if (all)
            for (std::size_t k = 0; k < noise.size(); ++k)
                QVERIFY2(test::isClose(noise[k], lent[k], 1e-10, 0), where);
        if (match.grid + match.steps + match.range == 0)
            QVERIFY2(noise == own && lent == ownFirst, where);
        const std::vector<double>& ranged = match.range != 0 ? lent : own;
        QVERIFY2(test::isClose(noise.front(), ranged.front(), 1e-9, 0), where);
        QVERIFY2((noise.back() == 0) == (ranged.back() == 0), where);
        if (noise.size() > 2 && ranged.size() > 2)
            QVERIFY2(test::isClose(lastPositive(noise), lastPositive(ranged), 1e-9, 0), where);
        const auto plan = planLane(session, 1, mixture);
        QVERIFY2(plan.ok(), plan ? "" : plan.error().sentence().c_str());
        QVERIFY2(plan->sampler.kind == session.lanes[match.sampler != 0 ? 0 : 1].sampler.kind,
                 where);
        QVERIFY2((plan->prior == Prior::Exact) == (match.prior != 0), where);
        QVERIFY2(endsOf(*plan).allFinite(), where);
    }
}

void TestMatchedLevels::sharingAllEndsAlike_data()
{
    QTest::addColumn<QString>("process");
    QTest::addColumn<QString>("sampler");
    for (const char* process :
         {"ve-edm", "ve-smld", "rf", "ou", "vp-linear", "sub-vp", "trigonometric"})
        for (const char* sampler : {"ddim", "ddim:eta=0.7", "dpmpp-2m", "exponential"})
            QTest::addRow("%s %s", process, sampler) << process << sampler;
}

/// Theory O4: in x/alpha nothing but the noise levels, the start and the sampler decides.
void TestMatchedLevels::sharingAllEndsAlike()
{
    QFETCH(QString, process);
    QFETCH(QString, sampler);
    Session session =
        pairOf({"vp:horizon=8", "karras:steps=25", sampler}, {process, "uniform:steps=7", "heun"});
    session.view.match = {1, 1, 1, 1, 1};
    for (const double prior : {0., 1.}) {
        session.view.match.prior = prior;
        const auto mixture = mixtureOf(session);
        const Eigen::ArrayXXd a = endsOf(*planLane(session, 0, mixture));
        const Eigen::ArrayXXd b = endsOf(*planLane(session, 1, mixture));
        const double gap = (a - b).abs().maxCoeff();
        QVERIFY2(gap < 1e-12, qPrintable(QString::number(gap)));
        QVERIFY(a.abs().maxCoeff() > 1);
    }
}

void TestMatchedLevels::theSpacingIsOfTheFirstLanesRule()
{
    // Uniform in the time of VP, between the ends of the other lane.
    Session session = pairOf({"vp:horizon=8", "uniform:steps=9", "ddim"},
                             {"ve-edm:horizon=20,stop=0.01", "karras:steps=6", "ddim"});
    session.view.match = {1, 0, 0, 0, 0};
    const auto noise = noiseOf(session, 1);
    QCOMPARE(noise.size(), std::size_t{7});
    COMPARE_CLOSE(noise.front(), 20, 1e-14, 0);
    COMPARE_CLOSE(noise.back(), .01, 1e-14, 0);
    const auto timeOf = [](double level) { return std::log1p(level * level); };
    for (std::size_t k = 0; k < noise.size(); ++k)
        COMPARE_CLOSE(timeOf(noise[k]),
                      timeOf(20) + (timeOf(.01) - timeOf(20)) * static_cast<double>(k) / 6,
                      1e-10,
                      1e-12);
    // Its own, between the ends of the first.
    session.view.match = {0, 1, 1, 0, 0};
    const auto own = noiseOf(session, 1);
    const auto lent = noiseOf(session, 0);
    QCOMPARE(own.size(), lent.size());
    const double rho = session.lanes[1].grid.values.at("rho");
    const double top = std::pow(lent.front(), 1 / rho), bottom = std::pow(lent.back(), 1 / rho);
    for (std::size_t k = 0; k < own.size(); ++k)
        COMPARE_CLOSE(
            std::pow(own[k], 1 / rho), top + (bottom - top) * static_cast<double>(k) / 9, 1e-10, 0);
    // The first lane's grid with the own number of steps is that grid, level by level.
    session.view.match = {1, 0, 1, 0, 0};
    const auto fewer = noiseOf(session, 1);
    Session other = session;
    QVERIFY(setParameterText(other, "lanes.0.grid.steps", "6").ok());
    const auto expected = noiseOf(other, 0);
    QCOMPARE(fewer.size(), expected.size());
    for (std::size_t k = 0; k < fewer.size(); ++k)
        COMPARE_CLOSE(fewer[k], expected[k], 1e-12, 0);
}

void TestMatchedLevels::listsKeepTheirShape()
{
    Session session = pairOf({"ve-edm", "levels", "ddim"},
                             {"ve-edm:horizon=40,stop=0.01", "karras:steps=24", "ddim"});
    session.lanes[0].grid.points = {{0, 80}, {1, 8}, {2, 2}, {3, .02}};
    session.view.match = {1, 1, 0, 0, 0};
    const auto noise = noiseOf(session, 1);
    QCOMPARE(noise.size(), std::size_t{4});
    const auto share = [](double level, double first, double last) {
        return std::log(level / last) / std::log(first / last);
    };
    for (std::size_t k = 0; k < 4; ++k)
        COMPARE_CLOSE(share(noise[k], 40, .01),
                      share(session.lanes[0].grid.points[k].y, 80, .02),
                      1e-12,
                      1e-12);
    session.view.match = {1, 0, 1, 0, 0}; // 24 steps: eight in each piece, even in log
    const auto finer = noiseOf(session, 1);
    QCOMPARE(finer.size(), std::size_t{25});
    COMPARE_CLOSE(finer[8], 8, 1e-12, 0);
    COMPARE_CLOSE(finer[4], std::sqrt(80. * 8), 1e-12, 0);
    COMPARE_CLOSE(finer[16], 2, 1e-12, 0);
}

void TestMatchedLevels::pureNoiseStaysWhereTheRangeIsOwn()
{
    Session session = pairOf({"vp:horizon=8", "karras:steps=10", "ddim"},
                             {"rf", "karras:steps=10,sigma_max=50", "ddim"});
    session.view.match = {1, 1, 0, 0, 0};
    const auto rf = noiseOf(session, 1);
    QVERIFY(std::isinf(rf[0]));
    COMPARE_CLOSE(rf[1], 50, 1e-12, 0);
    QCOMPARE(rf.size(), std::size_t{11});
    // The first lane keeps its infinite start unless others share it.
    std::swap(session.lanes[0], session.lanes[1]);
    QVERIFY(std::isinf(noiseOf(session, 0)[0]));
    session.view.match.range = 1;
    COMPARE_CLOSE(noiseOf(session, 0)[0], kLargestMatchedNoise, 1e-12, 0);
    COMPARE_CLOSE(noiseOf(session, 1)[0], kLargestMatchedNoise, 1e-9, 0);
}

void TestMatchedLevels::refusalsNameTheKey()
{
    // The table of iddpm holds fewer levels than the other lane has steps.
    Session session = pairOf({"ve-edm", "edm-iddpm:steps=12,table_size=40", "ddim"},
                             {"ve-edm", "karras:steps=500", "ddim"});
    session.view.match = {1, 0, 1, 0, 0};
    const auto refused = laneLevels(session, 1);
    QVERIFY(!refused);
    QCOMPARE(refused.error().path, std::string("view.match.steps"));
    QVERIFY(refused.error().message.find("lane 2") != std::string::npos);
    // A range of one noise level has no room for steps.
    session = pairOf({"ve-edm:horizon=20", "karras:steps=5", "ddim"}, {"ve-edm", "levels", "ddim"});
    session.lanes[1].grid.points = {{0, 4}, {1, 0}};
    session.view.match = {1, 1, 0, 0, 0};
    const auto narrow = laneLevels(session, 1);
    QVERIFY(!narrow);
    QCOMPARE(narrow.error().path, std::string("view.match.grid"));
    const auto check = checkSession(session);
    QVERIFY(!check && check.error().path == narrow.error().path);
}

void TestMatchedLevels::samplerAndPrior()
{
    Session session =
        pairOf({"vp", "karras:steps=5", "ddim:eta=0.5"}, {"rf", "karras:steps=5", "heun"});
    session.lanes[0].eta = .5;
    session.lanes[1].eta = 2;
    session.view.match = {1, 1, 1, 1, 0};
    const auto mixture = mixtureOf(session);
    QCOMPARE(planLane(session, 1, mixture)->eta, .5);
    QCOMPARE(planLane(session, 1, mixture)->sampler.kind, std::string("ddim"));
    QVERIFY(planLane(session, 0, mixture)->prior == Prior::Gaussian);
    session.view.match.prior = 1;
    for (int lane = 0; lane < 2; ++lane)
        QVERIFY(planLane(session, lane, mixture)->prior == Prior::Exact);
    // An exact start of a guided lane is that of its class; of weight 0 it is that of all.
    QVERIFY(setVariantText(session, 0, "guidance", "cfg:w=0,target=1").ok());
    QVERIFY(setVariantText(session, 1, "guidance", "cfg:w=3,target=1").ok());
    QVERIFY(!planLane(session, 0, mixture)->guidance->target());
    QCOMPARE(planLane(session, 1, mixture)->guidance->target(), std::optional<int>(1));
    session.view.match.prior = 0;
    QVERIFY(planLane(session, 0, mixture)->guidance->target().has_value());
}

void TestMatchedLevels::oneLaneSharesNothing()
{
    Session session = pairOf({"rf", "karras:steps=5", "ddim"}, {"vp", "karras:steps=5", "ddim"});
    session.lanes.pop_back();
    session.view.match = {1, 1, 1, 1, 1};
    QVERIFY(!sharesAnything(session));
    QVERIFY(std::isinf(noiseOf(session, 0)[0]));
    QVERIFY(whyDisabled(session, "view.match.grid").has_value());
}

void TestMatchedLevels::onlyWhatDiffersRunsAgain()
{
    const Session before =
        pairOf({"vp", "karras:steps=5", "ddim"}, {"rf", "uniform:steps=7", "heun"});
    const auto lanes = [&before](const auto& change) {
        Session after = before;
        change(after);
        const Changes changes = diff(before, after);
        return QString::number(changes.simulation[0]) + QString::number(changes.simulation[1]);
    };
    QCOMPARE(lanes([](Session& s) { s.lanes[1].grid.values.set("steps", 9); }), "00"); // not used
    QCOMPARE(lanes([](Session& s) { s.lanes[0].grid.values.set("rho", 3); }), "11");
    QCOMPARE(lanes([](Session& s) { s.view.match.grid = 0; }), "01");
    QCOMPARE(lanes([](Session& s) { s.view.match.sampler = 1; }), "01");
    QCOMPARE(lanes([](Session& s) { s.view.match.prior = 1; }), "11");
    QCOMPARE(lanes([](Session& s) { s.view.matchNoise = 0; }), "01");
    QCOMPARE(lanes([](Session& s) { s.lanes[0].sampler.kind = "euler"; }), "10");
    QCOMPARE(lanes([](Session& s) { s.lanes.push_back(s.lanes[1]); }), "00");
    Session own = before;
    own.view.match = {0, 0, 0, 0, 0};
    Session after = own;
    after.lanes[0].grid.values.set("rho", 3);
    QVERIFY(diff(own, after).simulation[0] && !diff(own, after).simulation[1]);
    own.view.match.sampler = 1;
    after = own;
    after.lanes[0].eta = .5;
    QVERIFY(diff(own, after).simulation[0] && diff(own, after).simulation[1]);
    // An infinite start becomes a finite one.
    Session rf = before;
    std::swap(rf.lanes[0], rf.lanes[1]);
    after = rf;
    after.view.match.range = 0;
    QVERIFY(diff(rf, after).simulation[0] && diff(rf, after).simulation[1]);
}

void TestMatchedLevels::switchesAreKeptInFiles()
{
    Session session = pairOf({"vp", "karras:steps=5", "ddim"}, {"rf", "uniform:steps=7", "heun"});
    session.view.match = {0, 1, 0, 1, 1};
    const std::string text = sessionToJson(session);
    const auto again = sessionFromJson(text);
    QVERIFY2(again.ok(), again ? "" : again.error().sentence().c_str());
    QVERIFY(again->view.match == session.view.match);
    // A file of before knows the one switch alone, which meant the levels.
    std::string older = text;
    const auto from = older.find("\"match\"");
    const auto to = older.find('}', from);
    QVERIFY(from != std::string::npos && to != std::string::npos);
    const auto comma = older.rfind(',', from);
    older.erase(comma, to + 1 - comma);
    const auto read = sessionFromJson(older);
    QVERIFY2(read.ok(), read ? "" : read.error().sentence().c_str());
    QVERIFY(read->view.match == MatchSpec{} && read->view.matchNoise == 1);
}

void TestMatchedLevels::controlsSayWhyTheyHaveNoEffect()
{
    Session session = pairOf({"vp", "karras:steps=5", "ddim"}, {"rf", "karras:steps=7", "ddim"});
    const auto disabled = [&](const char* key) { return whyDisabled(session, key).has_value(); };
    session.view.match = {1, 0, 0, 0, 0};
    QVERIFY(disabled("lanes.1.grid.rho") && disabled("lanes.1.grid.kind"));
    QVERIFY(!disabled("lanes.1.grid.steps") && !disabled("lanes.1.grid.sigma_max"));
    QVERIFY(!disabled("lanes.1.process.horizon") && !disabled("lanes.0.grid.rho"));
    session.view.match = {0, 1, 1, 1, 1};
    QVERIFY(disabled("lanes.1.grid.steps") && disabled("lanes.1.grid.final"));
    QVERIFY(disabled("lanes.1.process.stop") && !disabled("lanes.0.process.stop"));
    QVERIFY(disabled("lanes.1.sampler.kind") && disabled("lanes.1.eta"));
    QVERIFY(disabled("lanes.0.prior") && disabled("lanes.1.prior"));
    QVERIFY(!disabled("lanes.1.grid.rho") && !disabled("lanes.0.sampler.kind"));
    QVERIFY(!disabled("view.match.prior"));
    QVERIFY(setVariantText(session, 1, "process", "ve-drift").ok());
    QVERIFY(!disabled("lanes.1.process.horizon")); // its path depends on T
    session.view.matchNoise = 0;
    QVERIFY(disabled("view.match.prior") && !disabled("lanes.1.prior"));
}

QTEST_GUILESS_MAIN(TestMatchedLevels)
#include "tst_matched_levels.moc"
