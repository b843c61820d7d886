// SPDX-License-Identifier: GPL-3.0-or-later
// The schedule editor: what a drag, a double-click and the keys make of the schedule, and of the
// undo stack.
#include "core/process/time_grid.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/schedule_editor.h"
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

namespace {

struct Shown {
    Document document;
    ScheduleEditor editor{document};

    Shown()
    {
        editor.resize(900, 220);
        editor.show();
        if (!QTest::qWaitForWindowExposed(&editor))
            qFatal("the editor was not shown");
        editor.activateWindow();
        QTest::qWait(20);
    }

    ScheduleCanvas& canvas() { return *editor.canvas(); }
    const Lane& lane(int index = 0) const
    {
        return document.session().lanes[static_cast<std::size_t>(index)];
    }
    std::vector<double> noise() { return noiseOf(*canvas().schedule()); }
    static std::vector<double> noiseOf(const LaneSchedule& schedule)
    {
        std::vector<double> values;
        for (const PathCoefficients& level : schedule.levels)
            values.push_back(level.sigmaTilde());
        return values;
    }

    void set(const char* key, const char* text)
    {
        QVERIFY(document
                    .edit(QStringLiteral("set"),
                          [&](Session& session) {
                              const Status set = setParameterText(session, key, text);
                              if (!set)
                                  qFatal("%s", set.error().message.c_str());
                          })
                    .ok());
        document.undoStack().clear();
    }

    /// Press, three moves, release.
    void drag(Kind kind, int index, QPoint by, Qt::KeyboardModifiers modifiers = {})
    {
        const QPoint from = canvas().handlePosition(kind, index).toPoint();
        hold(from, by, modifiers);
        QTest::mouseRelease(&canvas(), Qt::LeftButton, modifiers, from + by);
    }

    void hold(QPoint from, QPoint by, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseMove(&canvas(), from);
        QTest::mousePress(&canvas(), Qt::LeftButton, modifiers, from);
        for (int part = 1; part <= 3; ++part) {
            QMouseEvent move(QEvent::MouseMove,
                             QPointF(from + by * part / 3),
                             canvas().mapToGlobal(QPointF(from + by * part / 3)),
                             Qt::NoButton,
                             Qt::LeftButton,
                             modifiers);
            QApplication::sendEvent(&canvas(), &move);
        }
    }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&canvas(), key, modifiers);
    }
};

int customKind()
{
    for (std::size_t i = 0; i < processKinds().size(); ++i)
        if (processKinds()[i].info.id == "custom")
            return static_cast<int>(i);
    return -1;
}

} // namespace

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
    void customLooksTheSame_data();
    void customLooksTheSame();
    void presetsGiveTheSteps();
    void theReadoutNamesWhatIsUnderTheHand();
    void levelsComeFromAFile();
    void whatIsOpenIsRemembered();

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

void TestScheduleEditor::customLooksTheSame_data()
{
    QTest::addColumn<QString>("id");
    for (const ProcessKind& kind : processKinds())
        if (!kind.info.points)
            QTest::newRow(kind.info.id.c_str()) << QString::fromStdString(kind.info.id);
}

void TestScheduleEditor::customLooksTheSame()
{
    QFETCH(QString, id);
    Shown shown;
    QVERIFY(customKind() >= 0);
    shown.set("lanes.0.process.kind", id.toUtf8().constData());
    const LaneSchedule before = *shown.canvas().schedule();
    QTest::mouseClick(shown.editor.findChild<QPushButton*>(QStringLiteral("scheduleCustom")),
                      Qt::LeftButton);
    QVERIFY2(shown.canvas().handles().hasProcessPoints(), "it has become the custom process");
    const LaneSchedule after = *shown.canvas().schedule();
    QCOMPARE(shown.document.undoStack().count(), 1);
    for (const PathCoefficients& level : before.curve) {
        if (std::abs(level.lambda()) > 11.5) // control points end at 12
            continue;
        const double lambda = after.process->at(level.t).lambda();
        // Twice the tolerance of the fit: between its candidates the curve may stray further. At
        // pure noise a curve of finite points falls as steeply as it can.
        const double near = 1 - level.t / before.horizon() < 1e-3 ? 1.0 : 0.06;
        QVERIFY2(
            std::abs(lambda - level.lambda()) < near,
            qPrintable(
                QStringLiteral("t %1: %2 for %3").arg(level.t).arg(lambda).arg(level.lambda())));
    }
}

void TestScheduleEditor::presetsGiveTheSteps()
{
    Shown shown;
    const Lane& lane = shown.lane();
    const auto shapes = gridShapes(lane.process, 12);
    QVERIFY(shapes.size() > 3);
    for (const ScheduleShape& shape : shapes) {
        const auto process = makeProcess(lane.process);
        const auto levels = makeLevels(**process, shape.choice);
        QVERIFY2(levels.ok(), qPrintable(shape.label));
    }
    QVERIFY(processShapes().size() > 5);
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

void TestScheduleEditor::levelsComeFromAFile()
{
    Shown shown;
    QTemporaryDir folder;
    const auto write = [&folder](const char* name, const char* text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return file.fileName();
    };
    QSignalSpy rejected(&shown.editor, &ScheduleEditor::rejected);
    const Choice before = shown.lane().grid;
    QVERIFY(!shown.editor.useLevelsFile(write("rising.txt", "1 2 3")));
    QVERIFY(!shown.editor.useLevelsFile(write("words.txt", "80, ten, 1")));
    QCOMPARE(rejected.size(), 2);
    QVERIFY(rejected[1][0].toString().contains(QStringLiteral("'ten'")));
    QVERIFY(shown.lane().grid == before);
    QVERIFY(shown.editor.useLevelsFile(write("levels.txt", "80, 10\n1;0.1 0\n")));
    QCOMPARE(shown.lane().grid.kind, std::string("levels"));
    const std::vector<double> levels = shown.noise();
    QCOMPARE(levels.size(), std::size_t{5});
    QVERIFY(std::abs(levels[1] - 10) < 1e-9 && levels[4] == 0);
    shown.document.undoStack().undo();
    QVERIFY(shown.lane().grid == before);
}

void TestScheduleEditor::whatIsOpenIsRemembered()
{
    {
        Shown shown;
        QVERIFY(shown.canvas().isVisible());
        QTest::mouseClick(shown.editor.findChild<QWidget*>(QStringLiteral("scheduleFold")),
                          Qt::LeftButton);
        QVERIFY(!shown.canvas().isVisible());
    }
    Shown again;
    QVERIFY(!again.canvas().isVisible());
}

QTEST_MAIN(TestScheduleEditor)
#include "tst_schedule_editor.moc"
