// SPDX-License-Identifier: GPL-3.0-or-later
// The arrow of a constant score error: dragged, reached by Tab and moved by keys.
#include "tests/support/window_fixture.h"
#include "ui/render/lane_overlay.h"

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

class ErrorArrowTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        open();
        pause();
        QVERIFY(document().edit(QStringLiteral("error"), [](Session& session) {
            QVERIFY(setVariantText(session, 0, "error", "constant:x=0.5,y=0.8"));
            QVERIFY(setVariantText(session, 1, "error", "constant:x=-1,y=0"));
        }));
        settle();
        m_steps = document().undoStack().count();
    }
    void cleanup() { close(); }

    void everyLaneShowsItsOwn()
    {
        for (int lane = 0; lane < 2; ++lane) {
            const auto arrow = render::errorArrow(session(), product(), lane);
            QVERIFY(arrow.has_value());
            const Eigen::VectorXd mean = product().mixture->mean();
            QCOMPARE(arrow->from, QPointF(mean(0), mean(1)));
            QCOMPARE(arrow->to - arrow->from, error(lane));
        }
        QVERIFY(document().setValue(QStringLiteral("lanes.1.error.kind"), 0));
        QVERIFY(!render::errorArrow(session(), product(), 1));
    }

    void draggingTheTipIsOneStep()
    {
        const QPointF before = error(0), other = error(1);
        const QPoint from = tip(0);
        drag(canvas(), from, {from + QPoint(10, -5), from + QPoint(25, 20), from + QPoint(40, 30)});
        QCOMPARE(document().undoStack().count(), m_steps + 1);
        // From the pixel that was grabbed to the one let go; y runs upwards.
        const double unit = canvas().toPixels(0, {1, 0}).x() - canvas().toPixels(0, {0, 0}).x();
        const QPointF after = error(0);
        QVERIFY(std::hypot(after.x() - before.x() - 40 / unit, after.y() - before.y() + 30 / unit)
                < 1.5 / unit);
        QCOMPARE(error(1), other);
        document().undoStack().undo();
        QCOMPARE(error(0), before);
    }

    void linkedLanesShareTheArrow()
    {
        QVERIFY(document().setValue(QStringLiteral("view.link_lanes"), 1));
        const QPoint from = tip(0);
        drag(canvas(), from, {from + QPoint(12, 0), from + QPoint(30, 10)});
        QCOMPARE(error(1), error(0));
    }

    void theTipStaysInRange()
    {
        document().setCamera(0, {0, 0, 60});
        const QPoint from = tip(0);
        const QPoint far = canvas().toPixels(0, {14, 14}).toPoint();
        drag(canvas(), from, {from + QPoint(12, 0), far});
        QCOMPARE(error(0), QPointF(10, 10));
        QVERIFY(errorText().isEmpty());
    }

    void tabReachesTheArrowAndKeysMoveIt()
    {
        const int components = static_cast<int>(session().data->components.size());
        for (int i = 0; i <= components; ++i)
            key(Qt::Key_Tab);
        QCOMPARE(canvas().selectedComponent(), -1);
        const QPointF before = error(0);
        key(Qt::Key_Right);
        key(Qt::Key_Right);
        key(Qt::Key_Down);
        QVERIFY(error(0).x() > before.x());
        QVERIFY(error(0).y() < before.y());
        QCOMPARE(document().undoStack().count(), m_steps + 1); // one gesture of the keys
        key(Qt::Key_Escape);
        const QPointF after = error(0);
        key(Qt::Key_Right); // belongs to the window's steps again
        QCOMPARE(error(0), after);
    }

private:
    QPointF error(int lane)
    {
        const auto& values = session().lanes[static_cast<std::size_t>(lane)].error.values;
        return {values.at("x"), values.at("y")};
    }
    QPoint tip(int lane)
    {
        return canvas()
            .toPixels(lane, render::errorArrow(session(), product(), lane)->to)
            .toPoint();
    }
    int m_steps = 0;
};

QTEST_MAIN(ErrorArrowTest)
#include "tst_error_arrow.moc"
