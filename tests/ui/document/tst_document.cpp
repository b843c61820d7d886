// SPDX-License-Identifier: GPL-3.0-or-later
// The document: every change is validated, undoable and merged as people expect.
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/document/document.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const QString kHorizon = QStringLiteral("lanes.0.process.horizon");
const QString kCount = QStringLiteral("particles.count");

double valueOf(const Document& document, const QString& key)
{
    const auto value = parameterValue(document.session(), key.toStdString());
    return value ? *value : std::nan("");
}

} // namespace

class DocumentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGestureIsOneStep();
    void aGestureThatCameHomeIsNone();
    void editsOfOneKeyMergeWithinTheMergeTime();
    void editsOfDifferentKeysDoNotMerge();
    void undoAndRedoRestoreTheSession();
    void linkedLanesChangeTogether();
    void linkedLanesSkipWhatALaneLacks();
    void aValueOutOfRangeChangesNothing();
    void anInvalidMixtureChangesNothing();
    void tooManyLanesAreRefused();
    void theTimelineIsNoEdit();
    void camerasAreNoEditAndSurviveUndo();
    void linkedCamerasMoveTogether();
    void savingAndOpeningGiveTheSameSession();
    void aBrokenFileKeepsTheSession();
    void savedIsUnmodified();
    void theLastStepsCanBeUndone();
};

void DocumentTest::aGestureIsOneStep()
{
    Document document;
    const Session before = document.session();
    document.beginGesture(QStringLiteral("Drag horizon"));
    for (const double horizon : {6.0, 5.0, 4.0, 3.0})
        QVERIFY(document.setValue(kHorizon, horizon));
    document.endGesture();
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.undoStack().undoText(), QStringLiteral("Drag horizon"));
    QCOMPARE(valueOf(document, kHorizon), 3.0);
    document.undoStack().undo();
    QVERIFY(document.session() == before);
}

void DocumentTest::aGestureThatCameHomeIsNone()
{
    Document document;
    const double home = valueOf(document, kHorizon);
    document.beginGesture(QStringLiteral("Drag"));
    QVERIFY(document.setValue(kHorizon, home - 1));
    QVERIFY(document.setValue(kHorizon, home - 2));
    QCOMPARE(document.undoStack().count(), 1);
    QVERIFY(document.setValue(kHorizon, home));
    document.endGesture();
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(!document.isModified());
}

void DocumentTest::editsOfOneKeyMergeWithinTheMergeTime()
{
    Document document;
    document.setMergeTime(1000000); // whatever the machine's pace, the two are close
    QVERIFY(document.setValue(kCount, 4000));
    QVERIFY(document.setValue(kCount, 3000));
    QCOMPARE(document.undoStack().count(), 1);
    Document other;
    other.setMergeTime(0); // nothing is closer than this: stands for a pause
    QVERIFY(other.setValue(kCount, 4000));
    QVERIFY(other.setValue(kCount, 3000));
    QCOMPARE(other.undoStack().count(), 2);
}

void DocumentTest::editsOfDifferentKeysDoNotMerge()
{
    Document document;
    document.setMergeTime(1000000);
    QVERIFY(document.setValue(kCount, 4000));
    QVERIFY(document.setValue(QStringLiteral("particles.seed"), 11));
    QCOMPARE(document.undoStack().count(), 2);
}

void DocumentTest::undoAndRedoRestoreTheSession()
{
    Document document;
    document.setMergeTime(0);
    QVERIFY(document.setValue(kCount, 4000));
    const Session after = document.session();
    QSignalSpy changed(&document, &Document::sessionChanged);
    document.undoStack().undo();
    QCOMPARE(valueOf(document, kCount), 5000.0);
    document.undoStack().redo();
    QVERIFY(document.session() == after);
    QCOMPARE(changed.count(), 2);
    QVERIFY(changed.front().front().value<Changes>().anySimulation());
}

void DocumentTest::linkedLanesChangeTogether()
{
    Document document;
    QVERIFY(document.setValue(QStringLiteral("view.link_lanes"), 1));
    QVERIFY(document.setValue(QStringLiteral("lanes.1.grid.steps"), 77));
    QCOMPARE(valueOf(document, QStringLiteral("lanes.0.grid.steps")), 77.0);
    QCOMPARE(valueOf(document, QStringLiteral("lanes.1.grid.steps")), 77.0);
    QVERIFY(document.setValue(QStringLiteral("view.link_lanes"), 0));
    QVERIFY(document.setValue(QStringLiteral("lanes.1.grid.steps"), 78));
    QCOMPARE(valueOf(document, QStringLiteral("lanes.0.grid.steps")), 77.0);
}

void DocumentTest::linkedLanesSkipWhatALaneLacks()
{
    Document document;
    const Status prepared = document.edit(QStringLiteral("Grids"), [](Session& session) {
        (void)setParameterText(session, "lanes.0.grid.kind", "karras");
        (void)setParameterText(session, "lanes.1.grid.kind", "uniform");
    });
    QVERIFY(prepared);
    QVERIFY(!parameterValue(document.session(), "lanes.1.grid.rho"));
    QVERIFY(document.setValue(QStringLiteral("view.link_lanes"), 1));
    QVERIFY(document.setValue(QStringLiteral("lanes.0.grid.rho"), 5));
    QCOMPARE(valueOf(document, QStringLiteral("lanes.0.grid.rho")), 5.0);
}

void DocumentTest::aValueOutOfRangeChangesNothing()
{
    Document document;
    const Session before = document.session();
    QSignalSpy failed(&document, &Document::failed);
    const Status set = document.setValue(QStringLiteral("view.density.opacity"), 1.5);
    QVERIFY(!set);
    QCOMPARE(set.error().path, std::string("view.density.opacity"));
    QCOMPARE(failed.count(), 1);
    QVERIFY(document.session() == before);
    QCOMPARE(document.undoStack().count(), 0);
}

void DocumentTest::anInvalidMixtureChangesNothing()
{
    Document document;
    const Session before = document.session();
    const Status edited = document.edit(QStringLiteral("Break"), [](Session& session) {
        session.data.edit(
            [](MixtureSpec& mixture) { mixture.components[1].covariance(0, 0) = -1; });
    });
    QVERIFY(!edited);
    QVERIFY2(edited.error().path.find("/components/1") != std::string::npos,
             edited.error().path.c_str());
    QVERIFY(document.session() == before);
    QCOMPARE(document.undoStack().count(), 0);
}

void DocumentTest::tooManyLanesAreRefused()
{
    Document document;
    QVERIFY(!document.edit(QStringLiteral("Five"), [](Session& session) {
        session.lanes.resize(5, session.lanes.front());
    }));
    QVERIFY(
        !document.edit(QStringLiteral("None"), [](Session& session) { session.lanes.clear(); }));
    QVERIFY(document.edit(QStringLiteral("Four"), [](Session& session) {
        session.lanes.resize(4, session.lanes.front());
    }));
}

void DocumentTest::theTimelineIsNoEdit()
{
    Document document;
    Timeline timeline = document.session().timeline;
    timeline.position = 0.4;
    document.setTimeline(timeline);
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(!document.isModified());
    QVERIFY(document.setValue(QStringLiteral("timeline.speed"), 2));
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(document.setValue(kCount, 4000));
    timeline.position = 0.9;
    document.setTimeline(timeline);
    document.undoStack().undo();
    QCOMPARE(document.session().timeline.position, 0.9); // undo does not move the play-head
}

void DocumentTest::camerasAreNoEditAndSurviveUndo()
{
    Document document;
    QVERIFY(document.setValue(kCount, 4000));
    document.setCamera(0, {1, 2, 3});
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QVERIFY((document.session().lanes[0].camera == Camera{1, 2, 3}));
    QVERIFY(!document.isModified());
}

void DocumentTest::linkedCamerasMoveTogether()
{
    Document document;
    QCOMPARE(document.session().view.linkCameras, 1.0);
    document.setCamera(1, {1, 2, 3});
    QVERIFY((document.session().lanes[0].camera == Camera{1, 2, 3}));
    QVERIFY(document.setValue(QStringLiteral("view.link_cameras"), 0));
    document.setCamera(1, {4, 5, 6});
    QVERIFY((document.session().lanes[0].camera == Camera{1, 2, 3}));
    QVERIFY((document.session().lanes[1].camera == Camera{4, 5, 6}));
}

void DocumentTest::savingAndOpeningGiveTheSameSession()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("a b.scorefield.json"));
    Document document;
    QVERIFY(document.setValue(kHorizon, 3.25));
    QVERIFY(document.save(file));
    QVERIFY(!document.isModified());
    QCOMPARE(document.filePath(), file);
    Document other;
    QVERIFY(other.open(file));
    QVERIFY(other.session() == document.session());
    QCOMPARE(other.undoStack().count(), 0);
}

void DocumentTest::aBrokenFileKeepsTheSession()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("broken.scorefield.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"version\": 1, \"lanes\": ");
    file.close();
    Document document;
    QVERIFY(document.setValue(kHorizon, 3.25));
    const Session before = document.session();
    QSignalSpy failed(&document, &Document::failed);
    QVERIFY(!document.open(path));
    QCOMPARE(failed.count(), 1);
    QVERIFY(document.session() == before);
    QCOMPARE(document.undoStack().count(), 1);
}

void DocumentTest::savedIsUnmodified()
{
    QTemporaryDir folder;
    Document document;
    document.setMergeTime(0);
    QVERIFY(document.setValue(kCount, 4000));
    QVERIFY(document.isModified());
    QVERIFY(document.save(folder.filePath(QStringLiteral("x.scorefield.json"))));
    QVERIFY(!document.isModified());
    document.undoStack().undo();
    QVERIFY(document.isModified());
    QVERIFY(!document.save(QStringLiteral("/nowhere/at/all.scorefield.json")));
    QVERIFY(document.isModified());
}

/// More would fill the memory over a long day.
void DocumentTest::theLastStepsCanBeUndone()
{
    Document document;
    document.setMergeTime(0);
    constexpr int edits = Document::kUndoSteps + 3;
    for (int i = 1; i <= edits; ++i)
        QVERIFY(document.setValue(kCount, 1000 + i));
    QCOMPARE(document.undoStack().count(), Document::kUndoSteps);
    while (document.undoStack().canUndo())
        document.undoStack().undo();
    QCOMPARE(valueOf(document, kCount), 1003.0);
    QVERIFY(document.isModified());
}

QTEST_GUILESS_MAIN(DocumentTest)
#include "tst_document.moc"
