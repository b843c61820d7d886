// SPDX-License-Identifier: GPL-3.0-or-later
// Editing keyframes: they stay sorted, apart and inside the film, whatever a hand does to them.
#include "core/session/film.h"
#include "core/session/keyframe_edit.h"
#include "core/session/parameter_table.h"

#include <QTest>

#include <random>

using namespace scorefield;

namespace {

const std::string kWeight = "lanes.0.guidance.w";

/// Keys at 0.2, 0.5 and 0.9 with the values 1, 2 and 3.
Session threeKeys()
{
    Session session = defaultSession();
    session.keyframes = {{kWeight, {{.2, 1}, {.5, 2, Easing::InOut}, {.9, 3}}}};
    return session;
}

std::vector<double> times(const KeyframeTrack& track)
{
    std::vector<double> times;
    for (const Keyframe& key : track.keys)
        times.push_back(key.at);
    return times;
}

bool isInOrder(const KeyframeTrack& track)
{
    // A thousandth of the gap for the rounding of sums.
    for (std::size_t i = 0; i + 1 < track.keys.size(); ++i)
        if (track.keys[i + 1].at - track.keys[i].at < kKeyGap * .999)
            return false;
    return track.keys.front().at >= 0 && track.keys.back().at <= 1;
}

} // namespace

class TestKeyframeEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void setReplacesOrInserts();
    void setWhereThereIsNoRoom();
    void tracksOfParameters();
    void moveStopsAtNeighboursAndEnds();
    void keysMoveTogether();
    void randomMovesKeepOrder();
    void removingTheLastKeyRemovesTheTrack();
    void easingOfSeveral();
    void previewSkipsWhatCannotBeApplied();
    void previewFollowsTheFirstFilm();
    void animatableKeysAreNumbersWithoutTrack();
};

void TestKeyframeEdit::setReplacesOrInserts()
{
    Session session = threeKeys();
    KeyframeTrack& track = session.keyframes[0];
    QCOMPARE(setKey(track, .5, 7), std::size_t{1});
    QCOMPARE(track.keys[1], (Keyframe{.5, 7, Easing::InOut}));
    QCOMPARE(setKey(track, .7, 4), std::size_t{2});
    // It takes over how its interval is passed.
    QCOMPARE(track.keys[2], (Keyframe{.7, 4, Easing::InOut}));
    QCOMPARE(setKey(track, 0, 5), std::size_t{0});
    QCOMPARE(track.keys[0], (Keyframe{0, 5, Easing::Linear}));
    QCOMPARE(times(track), (std::vector<double>{0, .2, .5, .7, .9}));
    QVERIFY(checkTrack(track).ok());
}

void TestKeyframeEdit::setWhereThereIsNoRoom()
{
    KeyframeTrack track{kWeight, {{.5, 1}, {.5 + 1.2 * kKeyGap, 2}}};
    // Half a gap from both: too near to either for a third key.
    QCOMPARE(setKey(track, .5 + .7 * kKeyGap, 9), std::size_t{1});
    QCOMPARE(track.keys.size(), std::size_t{2});
    QCOMPARE(track.keys[1].value, 9.);
    // Close to one neighbour it is set as far from it as keys must be.
    KeyframeTrack one{kWeight, {{.5, 1}}};
    QCOMPARE(setKey(one, .5 + .8 * kKeyGap, 2), std::size_t{1});
    QVERIFY(isInOrder(one));
}

void TestKeyframeEdit::tracksOfParameters()
{
    Session session = threeKeys();
    QCOMPARE(trackOf(session, kWeight), std::optional<std::size_t>(0));
    QVERIFY(!trackOf(session, "lanes.1.guidance.w"));
    QVERIFY(!trackOf(session, "particles.count"));
    session.keyframes.push_back({"lanes.*.guidance.w", {{0, 1}}});
    QCOMPARE(trackOf(session, kWeight), std::optional<std::size_t>(0)); // its own before all lanes'
    QCOMPARE(trackOf(session, "lanes.1.guidance.w"), std::optional<std::size_t>(1));
    const KeyRef added = setKeyOf(session, "particles.count", .25, 700);
    QCOMPARE(added, (KeyRef{2, 0}));
    QCOMPARE(session.keyframes[2], (KeyframeTrack{"particles.count", {{.25, 700}}}));
    QCOMPARE(setKeyOf(session, "lanes.1.guidance.w", 1, 4), (KeyRef{1, 1}));
}

void TestKeyframeEdit::moveStopsAtNeighboursAndEnds()
{
    Session session = threeKeys();
    QCOMPARE(moveKeys(session, {{0, 1}}, .1), .1);
    QCOMPARE(session.keyframes[0].keys[1].at, .6);
    (void)moveKeys(session, {{0, 1}}, 5);
    QCOMPARE(session.keyframes[0].keys[1].at, .9 - kKeyGap);
    (void)moveKeys(session, {{0, 2}}, 5);
    QCOMPARE(session.keyframes[0].keys[2].at, 1.);
    (void)moveKeys(session, {{0, 0}}, -5);
    QCOMPARE(session.keyframes[0].keys[0].at, 0.);
    QCOMPARE(moveKeys(session, {{7, 0}, {0, 9}}, .1), 0.); // none of these is there
}

void TestKeyframeEdit::keysMoveTogether()
{
    Session session = threeKeys();
    session.keyframes.push_back({"particles.count", {{.4, 100}, {.8, 200}}});
    // All three of the first track and one of the second: what stays is the key at 0.8.
    const std::vector<KeyRef> moved{{0, 0}, {0, 1}, {0, 2}, {1, 0}};
    (void)moveKeys(session, moved, .05);
    // Sums of tenths round: a millionth of a share is the same place.
    const auto isAt = [&](std::size_t track, std::size_t key, double at) {
        return std::abs(session.keyframes[track].keys[key].at - at) < 1e-6;
    };
    QVERIFY(isAt(0, 0, .25) && isAt(0, 1, .55) && isAt(0, 2, .95) && isAt(1, 0, .45));
    // The last key meets the end of the film: all stop with it, their distances stay.
    (void)moveKeys(session, moved, .5);
    QVERIFY(isAt(0, 0, .3) && isAt(0, 1, .6) && isAt(0, 2, 1) && isAt(1, 0, .5));
}

void TestKeyframeEdit::randomMovesKeepOrder()
{
    std::mt19937 random(3);
    Session session = threeKeys();
    for (const double at : {.1, .3, .35, .7})
        (void)setKey(session.keyframes[0], at, 0);
    const std::size_t count = session.keyframes[0].keys.size();
    for (int round = 0; round < 500; ++round) {
        std::vector<KeyRef> keys;
        for (std::size_t key = 0; key < count; ++key)
            if (random() % 3 == 0)
                keys.push_back({0, key});
        (void)moveKeys(session, keys, std::uniform_real_distribution<>(-.6, .6)(random));
        QVERIFY2(isInOrder(session.keyframes[0]), qPrintable(QString::number(round)));
    }
}

void TestKeyframeEdit::removingTheLastKeyRemovesTheTrack()
{
    Session session = threeKeys();
    session.keyframes.push_back({"particles.count", {{.4, 100}}});
    removeKeys(session, {{0, 2}, {0, 0}, {0, 0}, {5, 1}});
    QCOMPARE(times(session.keyframes[0]), std::vector<double>{.5});
    removeKeys(session, {{0, 0}});
    QCOMPARE(session.keyframes.size(), std::size_t{1});
    QCOMPARE(session.keyframes[0].key, std::string("particles.count"));
}

void TestKeyframeEdit::easingOfSeveral()
{
    Session session = threeKeys();
    easeKeys(session, {{0, 0}, {0, 2}}, Easing::Hold);
    QVERIFY(session.keyframes[0].keys[0].easing == Easing::Hold);
    QVERIFY(session.keyframes[0].keys[1].easing == Easing::InOut);
    QVERIFY(session.keyframes[0].keys[2].easing == Easing::Hold);
}

void TestKeyframeEdit::previewSkipsWhatCannotBeApplied()
{
    Session session = threeKeys();
    session.keyframes.push_back({"lanes.0.guidance.nothing", {{0, 1}}});
    session.keyframes.push_back({"particles.count", {{0, -5}}}); // out of range
    const Session shown = previewAt(session, .9);
    QCOMPARE(*parameterValue(shown, kWeight), 3.);
    QCOMPARE(shown.particles.count, session.particles.count);
    QVERIFY(shown.keyframes == session.keyframes);
    QCOMPARE(shown.timeline.playing, 0.);
    // What can be applied is what the film shows.
    session.keyframes.resize(1);
    QVERIFY(previewAt(session, .35) == *sessionAtShare(session, VideoSpec{}, .35));
}

void TestKeyframeEdit::previewFollowsTheFirstFilm()
{
    Session session = threeKeys();
    QVERIFY(previewFilm(session) == VideoSpec{});
    VideoSpec film;
    film.seconds = 3;
    film.holdEnd = 0;
    film.from = 1;
    film.to = 0;
    session.jobs = {{"figure", "a.png", "", FigureSpec{}}, {"film", "a.mp4", "", film}};
    QVERIFY(previewFilm(session) == film);
    QCOMPARE(previewAt(session, .25).timeline.position, .75);
}

void TestKeyframeEdit::animatableKeysAreNumbersWithoutTrack()
{
    Session session = defaultSession();
    const auto has = [&](const std::string& key) {
        const auto keys = animatableKeys(session);
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    QVERIFY(has(kWeight) && has("lanes.*.guidance.w") && has("view.density.opacity"));
    QVERIFY(has("timeline.position") && !has("timeline.speed"));
    QVERIFY(!has("lanes.0.process.kind") && !has("view.density.visible"));
    // Where one lane alone has a parameter there is nothing that "all lanes" would add.
    QVERIFY(setParameterText(session, "lanes.1.guidance.kind", "none").ok());
    QVERIFY(has(kWeight) && !has("lanes.*.guidance.w"));
    for (const std::string& key : animatableKeys(session))
        QVERIFY2(isAnimatable(session, key), key.c_str());
    (void)setKeyOf(session, kWeight, 0, 1);
    QVERIFY(!has(kWeight));
}

QTEST_APPLESS_MAIN(TestKeyframeEdit)
#include "tst_keyframe_edit.moc"
