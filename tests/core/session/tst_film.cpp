// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/parameter_table.h"

#include <QtTest>

#include <cmath>

using namespace scorefield;

class TestFilm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void easingsGoFromNoneToAll();
    void framesAndShares();
    void playHeadRestsAndMoves();
    void valuesFollowTheirScale();
    void tracksOfAllLanes();
    void sessionsFollowTheirTracks();
    void tracksAsText_data();
    void tracksAsText();
    void refusedTracks_data();
    void refusedTracks();
};

namespace {

KeyframeTrack track(const std::string& key, std::vector<Keyframe> keys)
{
    return {key, std::move(keys)};
}

double valueOf(const Session& session, const char* key)
{
    return *parameterValue(session, key);
}

} // namespace

void TestFilm::easingsGoFromNoneToAll()
{
    for (std::size_t i = 0; i < easingNames().size(); ++i) {
        const auto easing = static_cast<Easing>(i);
        QCOMPARE(eased(easing, 0), 0.);
        QCOMPARE(eased(easing, 1), 1.);
        QCOMPARE(eased(easing, -3), 0.);
        QCOMPARE(eased(easing, 7), 1.);
        double last = 0;
        for (double u = 0; u <= 1; u += 1. / 64) {
            QVERIFY(eased(easing, u) >= last);
            last = eased(easing, u);
        }
    }
    for (double u = 0; u <= 1; u += 1. / 64) {
        // In and out mirror each other, in-out mirrors itself: exact up to rounding of a cube.
        QVERIFY(std::abs(eased(Easing::In, u) + eased(Easing::Out, 1 - u) - 1) < 1e-15);
        QVERIFY(std::abs(eased(Easing::InOut, u) + eased(Easing::InOut, 1 - u) - 1) < 1e-15);
    }
    QCOMPARE(eased(Easing::InOut, .25), .15625); // 3/16 - 2/64
    QCOMPARE(eased(Easing::In, .5), .125);
    QCOMPARE(eased(Easing::Hold, .999), 0.);
}

void TestFilm::framesAndShares()
{
    VideoSpec spec;
    spec.framesPerSecond = 30;
    spec.seconds = 5;
    QCOMPARE(passFrames(spec), 150);
    QCOMPARE(filmFrames(spec), 150LL);
    QCOMPARE(frameShare(spec, 0), 0.);
    QCOMPARE(frameShare(spec, 149), 1.);
    spec.loops = 3;
    QCOMPARE(filmFrames(spec), 450LL);
    QCOMPARE(frameShare(spec, 150), 0.);
    spec.pingPong = 1;
    QCOMPARE(filmFrames(spec), 900LL);
    for (const int i : {0, 1, 70, 149}) // a reverse shows the same frames from the end
        QCOMPARE(frameShare(spec, 150 + i), frameShare(spec, 149 - i));
    QCOMPARE(frameShare(spec, 300), 0.);
    spec.framesPerSecond = 1;
    spec.seconds = .05;
    QCOMPARE(passFrames(spec), 2); // a film has a start and an end
}

void TestFilm::playHeadRestsAndMoves()
{
    VideoSpec spec;
    spec.seconds = 10;
    spec.holdStart = 2;
    spec.holdEnd = 3;
    spec.from = .25;
    spec.to = .75;
    QCOMPARE(playPosition(spec, 0), .25);
    QCOMPARE(playPosition(spec, .2), .25);
    QCOMPARE(playPosition(spec, .45), .5);
    QCOMPARE(playPosition(spec, .7), .75);
    QCOMPARE(playPosition(spec, 1), .75);
    std::swap(spec.from, spec.to);
    QCOMPARE(playPosition(spec, 1), .25);
    spec.holdEnd = 8; // nothing moves, and nothing divides by zero
    QVERIFY(std::isfinite(playPosition(spec, .2)));
    QCOMPARE(playPosition(spec, 1), .25);
    QVERIFY(checkSpec(spec, 2).ok());
    spec.holdEnd = 8.5;
    QCOMPARE(checkSpec(spec, 2).error().path, std::string("hold_end"));
}

void TestFilm::valuesFollowTheirScale()
{
    const Session session = defaultSession();
    const auto at = [&](const KeyframeTrack& moved, double share) {
        return *trackValue(session, moved, share);
    };
    // Linear, logarithmic, whole, switch.
    const auto eta = track("lanes.0.eta", {{0, .2}, {1, .8}});
    QVERIFY(std::abs(at(eta, .5) - .5) < 1e-15);
    const auto count = track("particles.count", {{.25, 10}, {.75, 1000}});
    QCOMPARE(at(count, 0), 10.);
    QCOMPARE(at(count, .5), 100.);
    QCOMPARE(at(count, 1), 1000.);
    QCOMPARE(at(count, .3), std::round(10 * std::pow(100, .1)));
    const auto ridge = track("view.ridge.visible", {{0, 0}, {.5, 1}});
    QCOMPARE(at(ridge, .49), 0.);
    QCOMPARE(at(ridge, .5), 1.);
    const auto eased =
        track("lanes.0.eta", {{0, 0, Easing::InOut}, {.5, 1, Easing::Hold}, {1, .5}});
    QCOMPARE(at(eased, .125), .15625);
    QCOMPARE(at(eased, .9), 1.);
    QCOMPARE(at(eased, 1), .5);
}

void TestFilm::tracksOfAllLanes()
{
    Session session = defaultSession();
    const auto weight = track("lanes.*.guidance.w", {{0, 0}, {1, 4}});
    QCOMPARE(trackKeys(session, weight)->size(), std::size_t{2});
    QVERIFY(setParameterText(session, "lanes.1.guidance.kind", "none").ok());
    const auto keys = trackKeys(session, weight);
    QVERIFY(keys.ok());
    QCOMPARE(*keys, std::vector<std::string>{"lanes.0.guidance.w"});
    session.keyframes = {weight};
    const auto moved = sessionAtShare(session, .5);
    QVERIFY(moved.ok());
    QCOMPARE(valueOf(*moved, "lanes.0.guidance.w"), 2.);
}

void TestFilm::sessionsFollowTheirTracks()
{
    Session session = defaultSession();
    session.keyframes = {track("lanes.0.eta", {{0, 0}, {1, 1}})};
    VideoSpec spec;
    spec.holdEnd = 0;
    const auto half = sessionAtShare(session, spec, .5);
    QVERIFY(half.ok());
    QCOMPARE(valueOf(*half, "lanes.0.eta"), .5);
    QCOMPARE(half->timeline.position, .5);
    QCOMPARE(half->timeline.playing, 0.);
    // Only what is animated changes.
    Session expected = session;
    expected.lanes[0].eta = .5;
    expected.timeline.position = .5;
    expected.timeline.playing = 0;
    QVERIFY(*half == expected);
    // A track of the play position has the last word.
    session.keyframes = {track("timeline.position", {{0, 1}, {1, 0}})};
    QCOMPARE(sessionAtShare(session, spec, .25)->timeline.position, .75);
    session.keyframes = {track("lanes.0.nothing", {{0, 0}})};
    QCOMPARE(sessionAtShare(session, .5).error().path, std::string("lanes.0.nothing"));
    session.keyframes = {track("lanes.0.eta", {{0, 0}, {1, 1e9}})};
    QVERIFY(!sessionAtShare(session, .5).ok());
}

void TestFilm::tracksAsText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("keys");
    QTest::addColumn<int>("easing");
    QTest::addColumn<double>("first");
    QTest::addColumn<double>("last");
    QTest::newRow("from to") << "lanes.0.eta=0:1" << 2 << 0 << 0. << 1.;
    QTest::newRow("eased") << "lanes.0.eta=0.25:.75:in-out" << 2 << 3 << .25 << .75;
    QTest::newRow("all lanes") << "lanes.*.guidance.w=1:8:out" << 2 << 2 << 1. << 8.;
    QTest::newRow("list") << "lanes.0.eta=0@0,1@.5,0@1" << 3 << 0 << 0. << 0.;
    QTest::newRow("eased list") << "lanes.0.eta=0@0.1,1@.9:in" << 2 << 1 << 0. << 1.;
    QTest::newRow("switch") << "view.ridge.visible=false:true" << 2 << 0 << 0. << 1.;
    QTest::newRow("choice") << "view.density.scale=log@0,linear@1:hold" << 2 << 4 << 1. << 0.;
}

void TestFilm::tracksAsText()
{
    QFETCH(QString, text);
    QFETCH(int, keys);
    QFETCH(int, easing);
    QFETCH(double, first);
    QFETCH(double, last);
    const Session session = defaultSession();
    const auto parsed = parseTrack(session, text.toStdString());
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().sentence().c_str());
    QCOMPARE(static_cast<int>(parsed->keys.size()), keys);
    QCOMPARE(static_cast<int>(parsed->keys.front().easing), easing);
    QCOMPARE(parsed->keys.front().value, first);
    QCOMPARE(parsed->keys.back().value, last);
    const auto again = parseTrack(session, formatTrack(session, *parsed));
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().sentence().c_str());
    QVERIFY(*again == *parsed);
}

void TestFilm::refusedTracks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part"); // of the sentence
    QTest::newRow("no equals") << "lanes.0.eta"
                               << "KEY=FROM:TO";
    QTest::newRow("unknown key") << "lanes.0.etta=0:1"
                                 << "lanes.0.eta";
    QTest::newRow("one value") << "lanes.0.eta=1"
                               << "FROM:TO";
    QTest::newRow("no number") << "lanes.0.eta=0:one"
                               << "one";
    QTest::newRow("unknown easing") << "lanes.0.eta=0:1:bounce"
                                    << "in-out";
    QTest::newRow("share") << "lanes.0.eta=0@0,1@1.5"
                           << "from 0 to 1";
    QTest::newRow("order") << "lanes.0.eta=0@.5,1@.25"
                           << "ascend";
    QTest::newRow("no share") << "lanes.0.eta=0@0,1"
                              << "VALUE@SHARE";
    QTest::newRow("out of range") << "lanes.0.eta=0:100"
                                  << "eta";
}

void TestFilm::refusedTracks()
{
    QFETCH(QString, text);
    QFETCH(QString, part);
    Session session = defaultSession();
    const auto parsed = parseTrack(session, text.toStdString());
    QVERIFY(!parsed.ok());
    const QString sentence = QString::fromStdString(parsed.error().sentence());
    QVERIFY2(sentence.contains(part), qPrintable(sentence));
}

QTEST_APPLESS_MAIN(TestFilm)
#include "tst_film.moc"
