// SPDX-License-Identifier: GPL-3.0-or-later
// The film's preview in the document: what is shown follows the keyframes, what is stored does not.
#include "core/session/film.h"
#include "core/session/keyframe_edit.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/document/document.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const QString kWeight = QStringLiteral("lanes.0.guidance.w");

double weight(const Session& session)
{
    return *parameterValue(session, kWeight.toStdString());
}

/// w from 1 to 5 over the film, saved.
Session animated()
{
    Session session = defaultSession();
    session.keyframes = {{kWeight.toStdString(), {{0, 1}, {1, 5}}}};
    return session;
}

} // namespace

class DocumentFilmTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_document.reset(); }

    void theCursorMovesWhatIsShown();
    void leavingRestoresEverything();
    void undoAndRedoAreExact();
    void editsGoBeneathTheFilm();
    void anAnimatedValueBecomesAKey();
    void linkedLanesKeyTheirTracks();
    void aValueOutOfRangeSetsNoKey();
    void aHandOnThePlayHeadEndsIt();
    void clockAndSpeedDoNotEndIt();
    void camerasSurviveIt();
    void savingWritesWhatIsStored();
    void anotherSessionEndsIt();

private:
    const Session& shown() const { return m_document->session(); }
    const Session& stored() const { return m_document->stored(); }
    std::unique_ptr<Document> m_document;
};

void DocumentFilmTest::init()
{
    m_document = std::make_unique<Document>();
    m_document->setSession(animated(), {});
}

void DocumentFilmTest::theCursorMovesWhatIsShown()
{
    std::vector<Changes> seen;
    connect(m_document.get(), &Document::sessionChanged, this, [&](const Changes& changes) {
        seen.push_back(changes);
    });
    m_document->setFilmCursor(.25); // not shown yet: nothing moves
    QVERIFY(seen.empty());
    QCOMPARE(weight(shown()), 0.);
    m_document->setShowsFilm(true);
    QCOMPARE(weight(shown()), 2.);
    QVERIFY(seen.size() == 1 && seen[0].simulation[0] && !seen[0].simulation[1]);
    m_document->setFilmCursor(.5);
    QCOMPARE(weight(shown()), 3.);
    QCOMPARE(shown().timeline.position, playPosition(VideoSpec{}, .5));
    QVERIFY(shown() == *sessionAtShare(animated(), VideoSpec{}, .5));
    m_document->setFilmCursor(7);
    QCOMPARE(m_document->filmCursor(), 1.);
    QVERIFY(stored() == animated());
    QVERIFY(!m_document->isModified());
    QCOMPARE(m_document->undoStack().count(), 0);
}

void DocumentFilmTest::leavingRestoresEverything()
{
    const Session before = shown();
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.6);
    QVERIFY(!(shown() == before));
    m_document->setShowsFilm(false);
    QVERIFY(shown() == before);
    QVERIFY(&shown() == &stored());
    QVERIFY(!m_document->isModified());
}

void DocumentFilmTest::undoAndRedoAreExact()
{
    const Session first = stored();
    QVERIFY(m_document->setValue(QStringLiteral("particles.count"), 700));
    const Session second = stored();
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    m_document->undoStack().undo();
    QVERIFY(stored() == first);
    QCOMPARE(weight(shown()), 3.); // the film goes on over it
    m_document->undoStack().redo();
    QVERIFY(stored() == second);
    m_document->undoStack().undo();
    m_document->setShowsFilm(false);
    QVERIFY(shown() == first);
    m_document->undoStack().redo();
    QVERIFY(shown() == second);
}

void DocumentFilmTest::editsGoBeneathTheFilm()
{
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    QVERIFY(m_document->setValue(QStringLiteral("particles.count"), 700));
    QVERIFY(m_document->edit(QStringLiteral("title"),
                             [](Session& session) { session.info.title = "Another"; }));
    QCOMPARE(shown().particles.count, 700.);
    QCOMPARE(weight(stored()), 0.); // no animated value has got into the edit
    QCOMPARE(stored().timeline, animated().timeline);
    QVERIFY(m_document->isModified());
    Session expected = animated();
    expected.particles.count = 700;
    expected.info.title = "Another";
    m_document->setShowsFilm(false);
    QVERIFY(shown() == expected);
    m_document->undoStack().undo();
    m_document->undoStack().undo();
    QVERIFY(shown() == animated());
}

void DocumentFilmTest::anAnimatedValueBecomesAKey()
{
    QSignalSpy said(m_document.get(), &Document::keySet);
    QVERIFY(m_document->setValue(kWeight, 9)); // the film is off: the value itself
    QCOMPARE(weight(shown()), 9.);
    QCOMPARE(said.count(), 0);
    m_document->undoStack().undo();
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    m_document->beginGesture(QStringLiteral("Drag"));
    for (const double value : {6., 7., 8.})
        QVERIFY(m_document->setValue(kWeight, value));
    m_document->endGesture();
    QCOMPARE(said.count(), 3);
    QCOMPARE(weight(shown()), 8.);
    QCOMPARE(stored().keyframes[0].keys, (std::vector<Keyframe>{{0, 1}, {.5, 8}, {1, 5}}));
    QCOMPARE(weight(stored()), 0.);
    QCOMPARE(m_document->undoStack().index(), 1);
    m_document->undoStack().undo();
    QVERIFY(stored() == animated());
    QCOMPARE(weight(shown()), 3.);
}

void DocumentFilmTest::linkedLanesKeyTheirTracks()
{
    Session session = animated();
    session.view.linkLanes = 1;
    m_document->setSession(session, {});
    m_document->setShowsFilm(true);
    QVERIFY(m_document->setValue(kWeight, 4));
    QCOMPARE(stored().keyframes[0].keys[0].value, 4.);
    // The other lane has no track: its value follows.
    QCOMPARE(*parameterValue(stored(), "lanes.1.guidance.w"), 4.);
    QCOMPARE(stored().keyframes.size(), std::size_t{1});
}

void DocumentFilmTest::aValueOutOfRangeSetsNoKey()
{
    m_document->setShowsFilm(true);
    QSignalSpy failed(m_document.get(), &Document::failed);
    QVERIFY(!m_document->setValue(kWeight, 1e9));
    QCOMPARE(failed.count(), 1);
    QVERIFY(stored() == animated());
}

void DocumentFilmTest::aHandOnThePlayHeadEndsIt()
{
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    Timeline timeline = shown().timeline;
    timeline.position = .123;
    m_document->setTimeline(timeline);
    QVERIFY(!m_document->showsFilm());
    QCOMPARE(shown().timeline.position, .123);
    QCOMPARE(weight(shown()), 0.);
    QVERIFY(!m_document->isModified());
}

void DocumentFilmTest::clockAndSpeedDoNotEndIt()
{
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    Timeline timeline = shown().timeline;
    timeline.speed = 2;
    m_document->setTimeline(timeline);
    QVERIFY(m_document->showsFilm());
    m_document->setShowsFilm(false);
    Timeline expected = animated().timeline;
    expected.speed = 2;
    QVERIFY(shown().timeline == expected);
}

void DocumentFilmTest::camerasSurviveIt()
{
    m_document->setShowsFilm(true);
    m_document->setCamera(0, {1, 2, 3});
    QVERIFY((shown().lanes[1].camera == Camera{1, 2, 3}));
    m_document->setFilmCursor(.7);
    m_document->setShowsFilm(false);
    QVERIFY((shown().lanes[0].camera == Camera{1, 2, 3}));
    QVERIFY(!m_document->isModified());
}

void DocumentFilmTest::savingWritesWhatIsStored()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("film.scorefield.json"));
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    QVERIFY(m_document->setValue(QStringLiteral("particles.count"), 700));
    QVERIFY(m_document->save(path).ok());
    QVERIFY(!m_document->isModified());
    QVERIFY(m_document->showsFilm());
    QVERIFY(*loadSession(path.toStdString()) == stored());
}

void DocumentFilmTest::anotherSessionEndsIt()
{
    m_document->setShowsFilm(true);
    m_document->setFilmCursor(.5);
    QSignalSpy film(m_document.get(), &Document::filmChanged);
    // Whoever shows the tracks hears first that they are others: a row of an old one read beyond.
    int filmsBefore = -1;
    connect(m_document.get(), &Document::sessionChanged, this, [&] { filmsBefore = film.count(); });
    m_document->setSession(defaultSession(), {});
    QCOMPARE(filmsBefore, 0);
    QVERIFY(!m_document->showsFilm());
    QCOMPARE(m_document->filmCursor(), 0.);
    QCOMPARE(film.count(), 1);
    QVERIFY(shown() == defaultSession());
}

QTEST_GUILESS_MAIN(DocumentFilmTest)
#include "tst_document_film.moc"
