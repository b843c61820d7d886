// SPDX-License-Identifier: GPL-3.0-or-later
// The schedule editor: what a drag, a double-click and the keys make of the schedule, and of the
// undo stack.
#include "core/process/time_grid.h"
#include "tests/support/shown_schedule.h"
#include "ui/panels/schedule_shapes.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;
using Kind = ScheduleHandle::Kind;

using Shown = test::ShownSchedule;

class TestScheduleEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QSettings().clear(); }

    void aDraggedStepBecomesAGivenLevel_data();
    void aDraggedStepBecomesAGivenLevel();
    void aSecondDragIsAnotherUndoStep();
    void stepsStopAtTheirNeighbours();
    void aControlPointFollowsTheHand();
    void aControlPointStopsAtItsNeighboursAndRange();
    void aDrawnGridHasControlPoints();
    void dragsCatchOnDecades();
    void doubleClickAddsAndDeleteRemoves();
    void keysSelectAndNudge();
    void escapeTakesADragBack();
    void linkedLanesFollow();
    void levelsBeyondTheHorizonAreInTheFrame();
    void whatCannotMoveSaysWhy();
    void theReadoutNamesWhatIsUnderTheHand();
    void onlyWhatItShowsPaintsItAgain();

private:
    QTemporaryDir m_folder;
};

void TestScheduleEditor::initTestCase()
{
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield-tests"));
    applyTheme(*qApp, render::Theme::darkTheme());
}

void TestScheduleEditor::aDraggedStepBecomesAGivenLevel_data()
{
    QTest::addColumn<bool>("acrossSteps");
    QTest::addColumn<bool>("noiseUp");
    QTest::newRow("time, lambda up") << false << false;
    QTest::newRow("time, noise up") << false << true;
    QTest::newRow("steps, lambda up") << true << false;
    QTest::newRow("steps, noise up") << true << true;
}

void TestScheduleEditor::aDraggedStepBecomesAGivenLevel()
{
    QFETCH(bool, acrossSteps);
    QFETCH(bool, noiseUp);
    Shown shown;
    shown.set("lanes.0.grid.steps", "5");
    shown.canvas().setAxes(acrossSteps, noiseUp);
    const std::vector<double> before = shown.noise();
    const Session session = shown.document.session();
    // Up in lambda and right in time are both towards less noise.
    shown.drag(Kind::Level, 2, acrossSteps ? QPoint(0, noiseUp ? 8 : -8) : QPoint(40, 0));
    const std::vector<double> after = shown.noise();
    QCOMPARE(shown.lane().grid.kind, std::string("levels"));
    QCOMPARE(after.size(), before.size());
    QVERIFY2(after[2] < 0.95 * before[2], qPrintable(QString::number(after[2])));
    for (const std::size_t k : {0, 1, 3, 4, 5}) // through log and exp, once
        QVERIFY(std::abs(after[k] - before[k]) <= 1e-12 * before[k]);
    QCOMPARE(shown.document.undoStack().count(), 1);
    shown.document.undoStack().undo();
    QVERIFY(shown.document.session() == session);
}

void TestScheduleEditor::aSecondDragIsAnotherUndoStep()
{
    Shown shown;
    shown.set("lanes.0.grid.steps", "5");
    shown.drag(Kind::Level, 2, {40, 0});
    shown.drag(Kind::Level, 3, {20, 0});
    QCOMPARE(shown.document.undoStack().count(), 2);
}

void TestScheduleEditor::stepsStopAtTheirNeighbours()
{
    Shown shown;
    shown.set("lanes.0.grid.steps", "5");
    shown.canvas().setAxes(true, false);
    shown.drag(Kind::Level, 2, {0, -300});
    const std::vector<double> noise = shown.noise();
    QVERIFY(noise[2] > noise[3]);
    QVERIFY2(noise[2] < 1.01 * noise[3], "it went as far as it could");
    shown.drag(Kind::Level, 0, {0, 300});
    QVERIFY2(shown.noise()[0] > 0 && std::isfinite(shown.noise()[0]),
             "the process has a time for every level");
}

void TestScheduleEditor::aControlPointFollowsTheHand()
{
    Shown shown;
    shown.set("lanes.0.process.kind", "custom");
    const std::vector<CurvePoint> before = shown.lane().process.points;
    const QPointF from = shown.canvas().handlePosition(Kind::ProcessPoint, 4);
    shown.drag(Kind::ProcessPoint, 4, {30, -9});
    const std::vector<CurvePoint> after = shown.lane().process.points;
    QCOMPARE(after.size(), before.size());
    QVERIFY2(after[4].x < before[4].x && after[4].y > before[4].y, "right is towards the data");
    QVERIFY(!(after == before));
    for (const std::size_t i : {0, 1, 2, 3, 5, 6, 7})
        QVERIFY(after[i] == before[i]);
    QCOMPARE(shown.document.undoStack().count(), 1);
    // Under the hand, to the pixel that a mouse event rounds to; the axes may have fitted anew.
    const QPointF to = shown.canvas().handlePosition(Kind::ProcessPoint, 4);
    QVERIFY(std::abs(to.x() - from.x() - 30) <= 1);
    shown.document.undoStack().undo();
    QVERIFY(shown.lane().process.points == before);
}

void TestScheduleEditor::aControlPointStopsAtItsNeighboursAndRange()
{
    Shown shown;
    shown.set("lanes.0.process.kind", "custom");
    shown.drag(Kind::ProcessPoint, 3, {-600, 400});
    const std::vector<CurvePoint> points = shown.lane().process.points;
    QVERIFY(points[3].x < points[4].x && points[3].y > points[4].y);
    QVERIFY2(points[3].x > points[4].x - 0.01 && points[3].y < points[4].y + 0.01,
             "it went as far as it could");
    const double last = points.back().x;
    shown.drag(Kind::ProcessPoint, 7, {100, 20});
    QCOMPARE(shown.lane().process.points.back().x, last);
    QVERIFY(shown.lane().process.points.back().y < points.back().y);
}

void TestScheduleEditor::aDrawnGridHasControlPoints()
{
    Shown shown;
    shown.set("lanes.0.grid.kind", "curve");
    shown.canvas().setAxes(true, false);
    const std::vector<CurvePoint> before = shown.lane().grid.points;
    const std::vector<double> noise = shown.noise();
    shown.drag(Kind::GridPoint, 1, {40, -6});
    const std::vector<CurvePoint> after = shown.lane().grid.points;
    QCOMPARE(shown.lane().grid.kind, std::string("curve"));
    QVERIFY(after[1].x > before[1].x);
    QVERIFY2(after[1].y < before[1].y, "up is less noise");
    QVERIFY(shown.noise() != noise);
    QCOMPARE(shown.document.undoStack().count(), 1);
}

void TestScheduleEditor::dragsCatchOnDecades()
{
    Shown shown;
    shown.set("lanes.0.grid.steps", "4");
    shown.canvas().setAxes(true, true);
    QTest::mouseClick(shown.editor.findChild<QPushButton*>(QStringLiteral("scheduleSnap")),
                      Qt::LeftButton);
    const auto noise = shown.noise();
    QVERIFY2(noise[1] > 15 && noise[2] < 9, "the decade 10 is free for the third level");
    const double decade = shown.canvas().plot().toPixels({0, -std::log(10)}).y();
    const QPoint from = shown.canvas().handlePosition(Kind::Level, 2).toPoint();
    const QPoint by(0, static_cast<int>(decade) - 4 - from.y()); // near it, not on it
    shown.hold(from, by);
    QCOMPARE(shown.canvas().snapLabel(), QStringLiteral("σ̃ = 10"));
    QTest::mouseRelease(&shown.canvas(), Qt::LeftButton, {}, from + by);
    QVERIFY(std::abs(shown.noise()[2] - 10) < 1e-12); // through log and exp, once
    QVERIFY(shown.canvas().snapLabel().isEmpty());
    shown.document.undoStack().undo();
    shown.drag(Kind::Level, 2, by, Qt::ControlModifier);
    QVERIFY2(std::abs(shown.noise()[2] - 10) > 1e-3, "Ctrl does the opposite");
}

void TestScheduleEditor::doubleClickAddsAndDeleteRemoves()
{
    Shown shown;
    shown.set("lanes.0.process.kind", "custom");
    const std::vector<CurvePoint> before = shown.lane().process.points;
    const SchedulePlot& plot = shown.canvas().plot();
    const QPoint at = plot.toPixels({0.4, 0.3 * (before[4].y + before[5].y) - 0.1}).toPoint();
    QTest::mouseDClick(&shown.canvas(), Qt::LeftButton, {}, at);
    QCOMPARE(shown.lane().process.points.size(), before.size() + 1);
    QCOMPARE(shown.document.undoStack().count(), 1);
    QVERIFY(shown.canvas().selectedHandle().has_value());
    const int added = shown.canvas().selectedHandle()->index;
    QVERIFY(std::abs(shown.lane().process.points[static_cast<std::size_t>(added)].x - 0.6) < 0.01);
    shown.key(Qt::Key_Delete);
    QVERIFY(shown.lane().process.points == before);
    QCOMPARE(shown.document.undoStack().count(), 2);
    // The ends stay, and the editor says so.
    QSignalSpy rejected(&shown.editor, &ScheduleEditor::rejected);
    QTest::mouseClick(&shown.canvas(),
                      Qt::LeftButton,
                      {},
                      shown.canvas().handlePosition(Kind::ProcessPoint, 7).toPoint());
    shown.key(Qt::Key_Delete);
    QVERIFY(shown.lane().process.points == before);
    QCOMPARE(rejected.count(), 1);
}

void TestScheduleEditor::keysSelectAndNudge()
{
    Shown shown;
    shown.set("lanes.0.process.kind", "custom");
    const std::vector<CurvePoint> before = shown.lane().process.points;
    shown.canvas().setFocus(Qt::TabFocusReason);
    QVERIFY(shown.canvas().selectedHandle().has_value());
    QCOMPARE(shown.canvas().selectedHandle()->index, 0);
    shown.key(Qt::Key_Tab);
    shown.key(Qt::Key_Tab);
    QCOMPARE(shown.canvas().selectedHandle()->index, 2);
    shown.key(Qt::Key_Up);
    shown.key(Qt::Key_Up);
    QVERIFY(shown.lane().process.points[2].y > before[2].y);
    QCOMPARE(shown.document.undoStack().count(), 1); // quick keys are one step
    shown.key(Qt::Key_Left);
    QVERIFY2(shown.lane().process.points[2].x > before[2].x, "left is towards the noise");
    shown.key(Qt::Key_Backtab);
    QCOMPARE(shown.canvas().selectedHandle()->index, 1);
    shown.key(Qt::Key_Escape);
    QVERIFY(!shown.canvas().selectedHandle().has_value());
}

void TestScheduleEditor::escapeTakesADragBack()
{
    Shown shown;
    shown.set("lanes.0.grid.steps", "5");
    const Session before = shown.document.session();
    const QPoint from = shown.canvas().handlePosition(Kind::Level, 2).toPoint();
    shown.hold(from, {40, 0});
    QVERIFY(!(shown.document.session() == before));
    shown.key(Qt::Key_Escape);
    QVERIFY(shown.document.session() == before);
    QCOMPARE(shown.document.undoStack().count(), 0);
}

void TestScheduleEditor::linkedLanesFollow()
{
    Shown shown;
    shown.set("lanes.0.grid.steps", "5");
    shown.set("lanes.1.grid.steps", "5");
    shown.set("view.link_lanes", "true");
    shown.drag(Kind::Level, 2, {30, 0});
    QCOMPARE(shown.lane(1).grid.kind, std::string("levels"));
    QVERIFY(shown.lane(1).grid.points == shown.lane(0).grid.points);
    shown.drag(Kind::Level, 3, {10, 0});
    QVERIFY(shown.lane(1).grid.points == shown.lane(0).grid.points);
    QCOMPARE(shown.document.undoStack().count(), 2);
}

void TestScheduleEditor::levelsBeyondTheHorizonAreInTheFrame()
{
    Shown shown;
    shown.set("lanes.0.process.horizon", "5");
    shown.set("lanes.0.grid.kind", "levels");
    QVERIFY(shown.canvas().schedule()->levels.front().t > 5);
    const QRectF frame = shown.canvas().plot().frame.adjusted(-1, -1, 1, 1);
    for (int k = 0; k <= shown.canvas().schedule()->steps(); ++k)
        QVERIFY(frame.contains(shown.canvas().handlePosition(Kind::Level, k)));
    const std::vector<double> before = shown.noise();
    shown.drag(Kind::Level, 1, {8, 0});
    QVERIFY2(shown.noise()[1] < before[1] && shown.noise()[1] > 1.2 * before[2],
             "a little less noise, not the neighbour's");
}

void TestScheduleEditor::whatCannotMoveSaysWhy()
{
    Shown shown;
    shown.set("view.match_noise", "true");
    shown.editor.setLane(1);
    QVERIFY(!shown.canvas().handles().whyFixed().isEmpty());
    QSignalSpy rejected(&shown.editor, &ScheduleEditor::rejected);
    QTest::mouseClick(
        &shown.canvas(), Qt::LeftButton, {}, shown.canvas().plot().frame.center().toPoint());
    QCOMPARE(rejected.count(), 1);
    QCOMPARE(rejected.front().front().toString(), shown.canvas().handles().whyFixed());
}

void TestScheduleEditor::theReadoutNamesWhatIsUnderTheHand()
{
    Shown shown;
    QVERIFY(shown.canvas().readout().isEmpty());
    QTest::mouseMove(&shown.canvas(), shown.canvas().plot().frame.center().toPoint());
    QTRY_VERIFY(!shown.canvas().readout().isEmpty());
    const QString text = shown.canvas().readout();
    for (const char* name : {"t ", "α ", "σ ", "σ̃ ", "λ ", "step "})
        QVERIFY2(text.contains(QString::fromUtf8(name)), qPrintable(text));
}

void TestScheduleEditor::onlyWhatItShowsPaintsItAgain()
{
    struct Painted : QObject {
        int times = 0;
        bool eventFilter(QObject*, QEvent* event) override
        {
            times += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    };
    Shown shown;
    Painted painted;
    shown.canvas().installEventFilter(&painted);
    QCoreApplication::processEvents();
    painted.times = 0;
    shown.set("lanes.0.guidance.w", "2");
    QCoreApplication::processEvents();
    QCOMPARE(painted.times, 0);
    shown.set("lanes.0.grid.steps", "7");
    QTRY_VERIFY(painted.times > 0);
}

QTEST_MAIN(TestScheduleEditor)
#include "tst_schedule_editor.moc"
