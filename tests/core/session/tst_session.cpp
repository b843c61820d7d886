// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"
#include "core/session/session.h"
#include "tests/support/sessions.h"

#include <QtTest>

using namespace scorefield;

class TestSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDefaultIsWhatTheWindowPromises();
    void nothingChangesNothing();
    void everyParameterInvalidatesWhatItDeclares();
    void lanesAreToldApart();
    void matchedLanesFollowTheFirst();
    void dataAndLaneCount();
    void theViewPlaneBelongsToTheRun();
};

void TestSession::theDefaultIsWhatTheWindowPromises()
{
    const Session session = defaultSession();
    QVERIFY(checkSession(session).ok());
    QCOMPARE(session.lanes.size(), std::size_t{2});
    QCOMPARE(session.lanes[0].process.kind, std::string("vp"));
    QCOMPARE(session.lanes[1].process.kind, std::string("rf"));
    QCOMPARE(session.data->components.size(), std::size_t{3});
    QCOMPARE(session.data->className(1), std::string("centre"));
    QCOMPARE(session.lanes[0].guidance.values.at("target"), 1.0);
    QCOMPARE(session.particles.count, 5000.0);
    QCOMPARE(session.timeline.playing, 1.0);
    // What the table calls the default is what a new window shows.
    for (const ParameterEntry& row : parameterEntries())
        if (row.pattern.find('*') == std::string::npos)
            QCOMPARE(*parameterValue(session, row.pattern), row.descriptor.defaultValue);
}

void TestSession::nothingChangesNothing()
{
    for (unsigned seed = 0; seed < 4; ++seed) {
        const Changes changes = diff(test::randomSession(seed), test::randomSession(seed));
        QVERIFY(!changes.anything && !changes.anySimulation() && !changes.style && !changes.data);
    }
}

void TestSession::everyParameterInvalidatesWhatItDeclares()
{
    Session before = defaultSession();
    QVERIFY(setVariantText(before, 1, "sampler", "ddim").ok()); // so that sharing it matters
    for (const std::string& key : parameterKeys(before)) {
        before.view.matchNoise = key.starts_with("view.match.") ? 1 : 0; // else nothing is shared
        const auto row = describe(before, key);
        const double old = *parameterValue(before, key);
        const double other = old == row->minimum ? row->maximum : row->minimum;
        Session after = before;
        QVERIFY2(setParameter(after, key, other).ok(), key.c_str());
        const Changes changes = diff(before, after);
        QVERIFY2(changes.anything, key.c_str());
        QVERIFY2(changes.anySimulation() == (row->invalidates == Invalidates::Simulation),
                 key.c_str());
        QVERIFY2(changes.timeline == (key.rfind("timeline.", 0) == 0), key.c_str());
        QVERIFY2(!changes.data && !changes.info && !changes.laneCount, key.c_str());
        if (key.rfind("lanes.1.", 0) == 0)
            QVERIFY2(!changes.simulation[0], key.c_str());
    }
}

void TestSession::lanesAreToldApart()
{
    const Session before = defaultSession();
    Session after = before;
    after.lanes[1].eta = 1;
    const Changes changes = diff(before, after);
    QVERIFY(!changes.simulation[0] && changes.simulation[1] && !changes.style);
    after = before;
    after.lanes[0].camera.span = 3;
    QVERIFY(diff(before, after).style && !diff(before, after).anySimulation());
}

void TestSession::matchedLanesFollowTheFirst()
{
    Session before = defaultSession();
    before.view.matchNoise = 1;
    Session after = before;
    after.lanes[0].grid.values.set("rho", 5);
    QVERIFY(diff(before, after).simulation[1]);
    before.view.matchNoise = after.view.matchNoise = 0;
    QVERIFY(!diff(before, after).simulation[1]);
    after = before;
    after.view.matchNoise = 1;
    QVERIFY(!diff(before, after).simulation[0] && diff(before, after).simulation[1]);
}

void TestSession::dataAndLaneCount()
{
    const Session before = defaultSession();
    Session after = before;
    after.data.edit([](MixtureSpec& data) { data.components[0].weight = 2; });
    QVERIFY(diff(before, after).data && diff(before, after).simulation[0]
            && diff(before, after).simulation[1]);
    after = before;
    after.lanes.push_back(after.lanes[0]);
    const Changes added = diff(before, after);
    QVERIFY(added.laneCount && !added.simulation[0] && !added.simulation[1] && added.simulation[2]);
    QVERIFY(diff(after, before).laneCount && !diff(after, before).anySimulation());
    after = before;
    after.info.title = "Another";
    QVERIFY(diff(before, after).info && !diff(before, after).style
            && !diff(before, after).anySimulation());
}

void TestSession::theViewPlaneBelongsToTheRun()
{
    Session before = defaultSession();
    std::mt19937 random(3);
    before.data = test::randomMixture(3, 3, random);
    Session after = before;
    after.view.projection = 1;
    QVERIFY(diff(before, after).anySimulation());
}

QTEST_APPLESS_MAIN(TestSession)
#include "tst_session.moc"
