// SPDX-License-Identifier: GPL-3.0-or-later
// The schedule editor in the real window: drags simulate while they last, the play-head moves with
// the scrubber, what is refused is said and the last picture stays.
#include "tests/support/window_fixture.h"
#include "ui/panels/schedule_editor.h"

#include <QMouseEvent>

using namespace scorefield;
using namespace scorefield::ui;
using Kind = ScheduleHandle::Kind;

class ScheduleTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void aDragSimulatesWhileItLasts();
    void itFollowsTheSelectedLane();
    void editAsCustomLeavesThePicture();
    void aRefusedScheduleIsSaidAndThePictureStays();
    void theViewMenuFoldsIt();

private:
    ScheduleCanvas& schedule() { return *window().scheduleEditor()->canvas(); }
    void set(const char* key, const char* text)
    {
        QVERIFY(document()
                    .edit(QStringLiteral("set"),
                          [&](Session& now) { QVERIFY(setParameterText(now, key, text).ok()); })
                    .ok());
    }
};

void ScheduleTest::aDragSimulatesWhileItLasts()
{
    pause();
    const auto before = window().engine().product();
    const Session session = document().session();
    const QPoint from = schedule().handlePosition(Kind::Level, 20).toPoint();
    QTest::mousePress(&schedule(), Qt::LeftButton, {}, from);
    for (int x = 1; x <= 6; ++x) {
        QMouseEvent move(QEvent::MouseMove,
                         QPointF(from + QPoint(x, 0)),
                         schedule().mapToGlobal(QPointF(from + QPoint(x, 0))),
                         Qt::NoButton,
                         Qt::LeftButton,
                         {});
        QApplication::sendEvent(&schedule(), &move);
    }
    settle();
    const auto during = window().engine().product();
    QVERIFY2(during->lanes[0] != before->lanes[0], "before the button is released");
    QVERIFY2(during->lanes[1] == before->lanes[1], "the other lane was not run again");
    QCOMPARE(during->lanes[0]->plan.levels.size(), before->lanes[0]->plan.levels.size());
    QVERIFY(during->lanes[0]->plan.levels[20].t < before->lanes[0]->plan.levels[20].t);
    QTest::mouseRelease(&schedule(), Qt::LeftButton, {}, from + QPoint(6, 0));
    QCOMPARE(document().undoStack().count(), 1);
    document().undoStack().undo();
    QVERIFY(document().session().lanes == session.lanes);
}

void ScheduleTest::itFollowsTheSelectedLane()
{
    key(Qt::Key_2);
    QVERIFY(std::isinf(schedule().schedule()->levels.front().sigmaTilde())); // rectified flow
    key(Qt::Key_1);
    QVERIFY(std::isfinite(schedule().schedule()->levels.front().sigmaTilde()));
    window().setLaneCount(1);
    settle();
    QVERIFY(schedule().schedule() != nullptr);
}

void ScheduleTest::editAsCustomLeavesThePicture()
{
    pause();
    const auto before = window().engine().product();
    window().scheduleEditor()->editAsCustom();
    settle();
    const auto after = window().engine().product();
    QCOMPARE(document().session().lanes[0].process.kind, std::string("custom"));
    // Same noise, same sigma~ to a few percent: every particle ends where it did, to that error.
    const auto& a = before->lanes[0]->trajectories;
    const auto& b = after->lanes[0]->trajectories;
    QCOMPARE(a.particles, b.particles);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < a.particles; ++i) {
        const double distance = std::hypot(
            static_cast<double>(a.coordinate(a.steps, 0)[i] - b.coordinate(b.steps, 0)[i]),
            static_cast<double>(a.coordinate(a.steps, 1)[i] - b.coordinate(b.steps, 1)[i]));
        moved += distance > 0.1 ? 1 : 0;
    }
    QVERIFY2(moved <= a.particles / 200, qPrintable(QString::number(moved)));
}

void ScheduleTest::aRefusedScheduleIsSaidAndThePictureStays()
{
    pause();
    set("lanes.0.process.kind", "vp-linear");
    set("lanes.0.process.horizon", "0.4");
    settle();
    const auto before = window().engine().product();
    const std::size_t levels = schedule().schedule()->levels.size();
    set("lanes.0.process.stop", "0.5");
    QTRY_VERIFY_WITH_TIMEOUT(!errorText().isEmpty(), kPatienceMs);
    QVERIFY2(errorText().contains(QStringLiteral("below the horizon")), qPrintable(errorText()));
    QVERIFY(window().engine().product() == before);
    QCOMPARE(schedule().schedule()->levels.size(), levels);
    document().undoStack().undo();
    settle();
    QTRY_VERIFY_WITH_TIMEOUT(errorText().isEmpty(), kPatienceMs);
}

void ScheduleTest::theViewMenuFoldsIt()
{
    const int height = canvas().height();
    key(Qt::Key_L);
    QVERIFY(!schedule().isVisible());
    QTRY_VERIFY(canvas().height() > height);
    key(Qt::Key_L);
    QVERIFY(schedule().isVisible());
    key(Qt::Key_F11);
    QVERIFY(!window().scheduleEditor()->isVisible());
    key(Qt::Key_F11);
    QVERIFY(window().scheduleEditor()->isVisible());
}

int main(int argc, char** argv)
{
    return runWindowTest<ScheduleTest>(argc, argv);
}
#include "tst_schedule.moc"
