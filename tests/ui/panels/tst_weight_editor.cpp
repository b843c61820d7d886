// SPDX-License-Identifier: GPL-3.0-or-later
// The weight w(t) under the schedule: what it shows of a rule and of the safe bound, and what a
// drag, a double-click and the keys make of the control points.
#include "core/field/safe_weight.h"
#include "core/session/session_run.h"
#include "tests/support/shown_schedule.h"
#include "ui/panels/weight_shapes.h"
#include "ui/widgets/segmented_control.h"

#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

struct Shown : test::ShownSchedule {
    Shown()
    {
        auto* up = editor.findChild<SegmentedControl*>(QStringLiteral("scheduleUp"));
        QTest::mouseClick(up->findChildren<QPushButton*>().at(2), Qt::LeftButton);
        if (!editor.showsWeights())
            qFatal("the weights are not shown");
        QTest::qWait(20);
    }
    WeightCanvas& weights() { return *editor.weights(); }
    void draw() { set("lanes.0.guidance.kind", "curve"); }
    const std::vector<CurvePoint>& points() { return lane().guidance.points; }
    void dragPoint(int index, QPoint by)
    {
        dragOn(weights(), weights().pointPosition(index).toPoint(), by);
    }
    std::shared_ptr<const RunProduct> run()
    {
        WorkerPool pool(1);
        return *runSession(document.session(), pool, {}, nullptr, 64);
    }
};

} // namespace

class TestWeightEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QSettings().clear(); }

    void showsTheRulesWeight_data();
    void showsTheRulesWeight();
    void aPointFollowsTheHand();
    void pointsStopAtNeighboursAndEnds();
    void aDragIsOneUndoStep();
    void escapeTakesADragBack();
    void doubleClickAddsAndDeleteRemoves();
    void keysSelectAndNudge();
    void drawnLooksTheSame_data();
    void drawnLooksTheSame();
    void theSafeBoundComesWithTheRun();
    void theSafeBoundCanBeDrawn();
    void unguidedLanesSaySo();
    void theButtonDraws();

private:
    QTemporaryDir m_folder;
};

void TestWeightEditor::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void TestWeightEditor::showsTheRulesWeight_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<double>("low");  // at sigma~ = 0.05
    QTest::addColumn<double>("high"); // at sigma~ = 1
    QTest::newRow("cfg") << "cfg:w=7,target=1" << 7. << 7.;
    QTest::newRow("interval") << "interval:w=9,low=0.5,high=2" << 1. << 9.;
}

void TestWeightEditor::showsTheRulesWeight()
{
    QFETCH(QString, rule);
    QFETCH(double, low);
    QFETCH(double, high);
    Shown shown;
    QVERIFY(shown.document
                .edit(QStringLiteral("rule"),
                      [&](Session& session) {
                          if (!setVariantText(session, 0, "guidance", rule.toStdString()))
                              qFatal("no such rule");
                      })
                .ok());
    QCOMPARE(shown.weights().weightAt({0, 1, 0.05, 0, 1}), low);
    QCOMPARE(shown.weights().weightAt({0, 1, 1, 0, 1}), high);
    QVERIFY(!shown.weights().hasPoints());
}

void TestWeightEditor::aPointFollowsTheHand()
{
    Shown shown;
    shown.draw();
    QVERIFY(shown.weights().hasPoints());
    const QPoint from = shown.weights().pointPosition(1).toPoint();
    shown.dragPoint(1, {40, -12});
    const QPointF to = shown.weights().pointPosition(1);
    QVERIFY(shown.points()[1].y > 3);
    QVERIFY(shown.points()[1].x > 0.3);
    // The axis may have been fitted again after the drag; across stays where the hand let go.
    QVERIFY(std::abs(to.x() - (from.x() + 40)) < 3);
}

void TestWeightEditor::pointsStopAtNeighboursAndEnds()
{
    Shown shown;
    shown.draw();
    shown.dragPoint(1, {4000, 4000});
    QVERIFY(shown.points()[1].x < shown.points()[2].x);
    QCOMPARE(shown.points()[1].y, -5.);
    shown.dragPoint(0, {200, -4000});
    QCOMPARE(shown.points()[0].x, 0.);
    QCOMPARE(shown.points()[0].y, 1000.);
}

void TestWeightEditor::aDragIsOneUndoStep()
{
    Shown shown;
    shown.draw();
    const auto before = shown.points();
    shown.dragPoint(2, {10, -20});
    QVERIFY(shown.points() != before);
    QCOMPARE(shown.document.undoStack().count(), 1);
    shown.document.undoStack().undo();
    QCOMPARE(shown.points(), before);
}

void TestWeightEditor::escapeTakesADragBack()
{
    Shown shown;
    shown.draw();
    const auto before = shown.points();
    const QPoint from = shown.weights().pointPosition(1).toPoint();
    Shown::holdOn(shown.weights(), from, {30, -20});
    QVERIFY(shown.points() != before);
    QTest::keyClick(&shown.weights(), Qt::Key_Escape);
    QCOMPARE(shown.points(), before);
    QCOMPARE(shown.document.undoStack().count(), 0);
    QTest::mouseRelease(&shown.weights(), Qt::LeftButton);
}

void TestWeightEditor::doubleClickAddsAndDeleteRemoves()
{
    Shown shown;
    shown.draw();
    const QPointF a = shown.weights().pointPosition(1), b = shown.weights().pointPosition(2);
    QTest::mouseDClick(
        &shown.weights(), Qt::LeftButton, {}, QPoint(int(a.x() + b.x()) / 2, int(a.y()) + 30));
    QCOMPARE(shown.points().size(), std::size_t{5});
    QCOMPARE(shown.weights().selectedPoint(), std::optional<int>(2));
    QTest::keyClick(&shown.weights(), Qt::Key_Delete);
    QCOMPARE(shown.points().size(), std::size_t{4});
    QSignalSpy said(&shown.editor, &ScheduleEditor::rejected);
    QTest::mouseClick(
        &shown.weights(), Qt::LeftButton, {}, shown.weights().pointPosition(0).toPoint());
    QTest::keyClick(&shown.weights(), Qt::Key_Delete);
    QCOMPARE(shown.points().size(), std::size_t{4});
    QCOMPARE(said.count(), 1);
}

void TestWeightEditor::keysSelectAndNudge()
{
    Shown shown;
    shown.draw();
    shown.weights().setFocus(Qt::TabFocusReason);
    QCOMPARE(shown.weights().selectedPoint(), std::optional<int>(0));
    QTest::keyClick(&shown.weights(), Qt::Key_Tab);
    QCOMPARE(shown.weights().selectedPoint(), std::optional<int>(1));
    const CurvePoint before = shown.points()[1];
    QTest::keyClick(&shown.weights(), Qt::Key_Up);
    QVERIFY(shown.points()[1].y > before.y);
    QCOMPARE(shown.points()[1].x, before.x);
    const double up = shown.points()[1].y;
    QTest::keyClick(&shown.weights(), Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(shown.points()[1].x > before.x);
    QCOMPARE(shown.points()[1].y, up);
}

void TestWeightEditor::drawnLooksTheSame_data()
{
    QTest::addColumn<QString>("rule");
    for (const char* rule : {"cfg:w=12", "ramp:w=20", "c2fg:w=3", "interval:w=7", "tv-cfg:w=9"})
        QTest::newRow(rule) << rule;
}

/// Away from jumps, which a drawn weight makes steep but not upright.
void TestWeightEditor::drawnLooksTheSame()
{
    QFETCH(QString, rule);
    Session session = defaultSession();
    QVERIFY(setVariantText(session, 0, "guidance", rule.toStdString()).ok());
    const auto schedule = laneSchedule(session, 0);
    QVERIFY(schedule.ok());
    const auto original = ruleOf(session.lanes[0].guidance, *schedule, nullptr);
    QVERIFY(original != nullptr);
    const auto weight = [&](const PathCoefficients& level) { return original->weight(level); };
    const Choice drawn = asDrawnWeight(weight, *schedule, 1);
    const auto copy = ruleOf(drawn, *schedule, nullptr);
    QVERIFY(copy != nullptr);
    int close = 0, all = 0;
    for (int i = 1; i < 200; ++i) {
        const double sigma = 148 * std::pow(0.04 / 148, i / 200.);
        const PathCoefficients level{0, 1, sigma, 0, 1};
        ++all;
        // 0.012 is the line's width; a smooth curve through the same points bends a little more.
        close += std::abs(std::asinh(copy->weight(level)) - std::asinh(weight(level))) < 0.04;
    }
    QVERIFY2(close >= all * 95 / 100, qPrintable(QString::number(close)));
}

void TestWeightEditor::theSafeBoundComesWithTheRun()
{
    Shown shown;
    QVERIFY(shown.weights().safeBound().empty());
    const auto product = shown.run();
    shown.editor.setProduct(product);
    const SimulationPlan& plan = product->lanes[0]->plan;
    QCOMPARE(shown.weights().safeBound(), safeWeights(*plan.mixture, 1, plan.levels));
    // Another number of steps: the bound waits for the run.
    shown.set("lanes.0.grid.steps", "17");
    QVERIFY(shown.weights().safeBound().empty());
}

void TestWeightEditor::theSafeBoundCanBeDrawn()
{
    Shown shown;
    shown.editor.setProduct(shown.run());
    auto* menu = shown.editor.findChild<QPushButton*>(QStringLiteral("schedulePresets"))->menu();
    Q_EMIT menu->aboutToShow();
    QAction* bound = nullptr;
    for (QAction* action : menu->actions())
        if (action->text().contains(QStringLiteral("safe bound")))
            bound = action;
    QVERIFY(bound != nullptr && bound->isEnabled());
    const std::vector<double> safe = shown.weights().safeBound();
    const auto levels = shown.canvas().schedule()->levels;
    bound->trigger();
    QCOMPARE(shown.lane().guidance.kind, drawnWeight().info.id);
    const double middle = safe[safe.size() / 2],
                 drawn = shown.weights().weightAt(levels[levels.size() / 2]);
    QVERIFY2(std::abs(std::asinh(drawn) - std::asinh(std::min(middle, 1000.))) < 0.2,
             qPrintable(QStringLiteral("%1 %2").arg(middle).arg(drawn)));
}

void TestWeightEditor::unguidedLanesSaySo()
{
    Shown shown;
    shown.set("lanes.0.guidance.kind", "none");
    QVERIFY(std::isnan(shown.weights().weightAt({0, 1, 1, 0, 1})));
    QVERIFY(!shown.weights().grab().toImage().isNull());
}

void TestWeightEditor::theButtonDraws()
{
    Shown shown;
    auto* button = shown.editor.findChild<QPushButton*>(QStringLiteral("scheduleCustom"));
    shown.set("lanes.0.guidance.w", "6");
    QVERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(shown.lane().guidance.kind, drawnWeight().info.id);
    QCOMPARE(shown.lane().guidance.values.at("target"), 1.);
    QCOMPARE(shown.weights().weightAt({0, 1, 1, 0, 1}), 6.);
    QVERIFY(!button->isEnabled());
}

QTEST_MAIN(TestWeightEditor)
#include "tst_weight_editor.moc"
