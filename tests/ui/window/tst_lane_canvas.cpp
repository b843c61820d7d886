// SPDX-License-Identifier: GPL-3.0-or-later
// The lanes under the mouse: selecting, pinning, editing the mixture in place, zooming and panning.
#include "tests/support/window_fixture.h"
#include "ui/panels/lane_panel.h"
#include "ui/window/canvas_editing.h"

#include <QWheelEvent>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

class LaneCanvasTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void numbersSelectLanes();
    void clickingAParticlePinsIt();
    void clickingAnEmptyPlaceUnpins();
    void draggingAMeanMovesTheComponentInOneStep();
    void aMeanDraggedHomeIsNoStep();
    void draggingAHandleReshapesTheComponent();
    void altClickAddsAndDeleteRemoves();
    void tabAndArrowsMoveComponents();
    void theWheelZoomsAboutThePointer();
    void draggingTheGroundPansAllLinkedLanes();
    void zeroFitsTheView();

private:
    QPoint meanOnCanvas(int lane, int component);
    const GaussianMixture& mixture() { return *product().mixture; }
};

QPoint LaneCanvasTest::meanOnCanvas(int lane, int component)
{
    const ViewPlane& plane = product().plane;
    return canvas()
        .toPixels(
            lane,
            meanInPlane(session().data->components[static_cast<std::size_t>(component)], plane))
        .toPoint();
}

void LaneCanvasTest::numbersSelectLanes()
{
    key(Qt::Key_2);
    QCOMPARE(window().lanePanel()->selectedLane(), 1);
    QCOMPARE(canvas().selectedLane(), 1);
    QCOMPARE(window().playback().lane(), 1);
    key(Qt::Key_4); // there is none
    QCOMPARE(canvas().selectedLane(), 1);
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, {canvas().width() / 4, 60});
    QCOMPARE(window().lanePanel()->selectedLane(), 0);
}

void LaneCanvasTest::clickingAParticlePinsIt()
{
    pause();
    window()
        .playback()
        .toStart(); // spread out: no component's mean in the way of an outer particle
    const auto product = window().engine().product();
    const Trajectories& states = product->lanes[1]->trajectories;
    // The lowest particle that is on the picture stands alone.
    int lowest = -1;
    for (std::size_t i = 0; i < states.particles; ++i) {
        const QPointF at(states.coordinate(0, 0)[i], states.coordinate(0, 1)[i]);
        const QPointF pixels = canvas().toPixels(1, at);
        if (pixels.y() < canvas().height() * 0.8 && pixels.x() > canvas().width() * 0.6
            && pixels.x() < canvas().width() * 0.9
            && (lowest < 0 || at.y() < states.coordinate(0, 1)[static_cast<std::size_t>(lowest)]))
            lowest = static_cast<int>(i);
    }
    QVERIFY(lowest >= 0);
    const auto i = static_cast<std::size_t>(lowest);
    const QPoint place =
        canvas().toPixels(1, {states.coordinate(0, 0)[i], states.coordinate(0, 1)[i]}).toPoint();
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, place);
    QCOMPARE(canvas().pinnedParticle(), lowest);
    QCOMPARE(canvas().selectedLane(), 1);
    // The same particle stays pinned while parameters change.
    QVERIFY(document().setValue(QStringLiteral("lanes.0.process.horizon"), 4));
    settle();
    QCOMPARE(canvas().pinnedParticle(), lowest);
}

void LaneCanvasTest::clickingAnEmptyPlaceUnpins()
{
    pause();
    canvas().pinParticle(5);
    QVERIFY(document().setValue(QStringLiteral("particles.count"), 1));
    settle();
    QCOMPARE(canvas().pinnedParticle(), -1); // the particle is gone
    canvas().pinParticle(0);
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, {canvas().width() / 4, 60});
    QCOMPARE(canvas().pinnedParticle(), -1);
}

void LaneCanvasTest::draggingAMeanMovesTheComponentInOneStep()
{
    pause();
    const Eigen::VectorXd before = session().data->components[2].mean;
    const QPoint from = meanOnCanvas(0, 2);
    drag(canvas(), from, {from + QPoint(10, -10), from + QPoint(30, -20), from + QPoint(40, -50)});
    QCOMPARE(canvas().selectedComponent(), 2);
    QCOMPARE(document().undoStack().count(), 1);
    const Eigen::VectorXd after = session().data->components[2].mean;
    // It is where the hand let go: within the pixel to which the start was rounded.
    const QPoint now = meanOnCanvas(0, 2);
    QVERIFY((now - (from + QPoint(40, -50))).manhattanLength() <= 2);
    QVERIFY(after[0] > before[0] && after[1] > before[1]);
    settle();
    QVERIFY(mixture().components()[2].mean == after);
    QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session().data->components[2].mean == before);
}

void LaneCanvasTest::aMeanDraggedHomeIsNoStep()
{
    pause();
    const QPoint from = meanOnCanvas(0, 2);
    drag(canvas(), from, {from + QPoint(30, -20), from + QPoint(40, 40), from});
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(!document().isModified());
}

void LaneCanvasTest::draggingAHandleReshapesTheComponent()
{
    pause();
    canvas().setSelectedComponent(2);
    const ComponentSpec before = session().data->components[2];
    const ViewPlane& plane = product().plane;
    const PlaneAxes axes = axesInPlane(before, plane);
    const QPointF mean = meanInPlane(before, plane);
    const QPoint handle =
        canvas()
            .toPixels(0, mean + kHandleDeviations * axes.deviations[0] * axes.directions[0])
            .toPoint();
    const QPoint centre = meanOnCanvas(0, 2);
    const QPoint outwards = centre + (handle - centre) * 2;
    drag(canvas(), handle, {(handle + outwards) / 2, outwards});
    const PlaneAxes now = axesInPlane(session().data->components[2], plane);
    QVERIFY(std::abs(now.deviations[0] / axes.deviations[0] - 2) < 0.1); // pixels are whole
    QVERIFY(std::abs(now.deviations[1] - axes.deviations[1]) < 1e-9);
    QVERIFY(session().data->components[2].mean == before.mean);
    QCOMPARE(document().undoStack().count(), 1);
}

void LaneCanvasTest::altClickAddsAndDeleteRemoves()
{
    pause();
    const QPoint place(canvas().width() / 4, canvas().height() / 3);
    QTest::mouseMove(&canvas(), place);
    QTest::mouseClick(&canvas(), Qt::LeftButton, Qt::AltModifier, place);
    QCOMPARE(session().data->components.size(), std::size_t{4});
    QCOMPARE(canvas().selectedComponent(), 3);
    QVERIFY((meanOnCanvas(0, 3) - place).manhattanLength() <= 2);
    settle();
    QCOMPARE(mixture().componentCount(), 4);
    canvas().setFocus();
    key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(session().data->components.size(), std::size_t{5});
    key(Qt::Key_Delete);
    QCOMPARE(session().data->components.size(), std::size_t{4});
}

void LaneCanvasTest::tabAndArrowsMoveComponents()
{
    pause();
    key(Qt::Key_Tab);
    QCOMPARE(canvas().selectedComponent(), 0);
    key(Qt::Key_Tab);
    QCOMPARE(canvas().selectedComponent(), 1);
    const double before = session().data->components[1].mean[0];
    const double position = session().timeline.position;
    key(Qt::Key_Right);
    const double once = session().data->components[1].mean[0] - before;
    QVERIFY(once > 0);
    key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(session().timeline.position, position); // the play-head did not take the keys
    key(Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(canvas().selectedComponent(), 0);
    key(Qt::Key_Escape);
    QCOMPARE(canvas().selectedComponent(), -1);
}

void LaneCanvasTest::theWheelZoomsAboutThePointer()
{
    const QPointF place(canvas().width() * 0.3, canvas().height() * 0.4);
    const QPointF fixed = canvas().toPixels(0, {1, 1}), origin = canvas().toPixels(0, {0, 0});
    const double unit = fixed.x() - origin.x();
    const QPointF data((place.x() - origin.x()) / unit, (origin.y() - place.y()) / unit);
    QWheelEvent wheel(place,
                      canvas().mapToGlobal(place),
                      {},
                      {0, 240},
                      Qt::NoButton,
                      Qt::NoModifier,
                      Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(&canvas(), &wheel);
    const QPointF after = canvas().toPixels(0, data);
    QVERIFY(std::hypot(after.x() - place.x(), after.y() - place.y()) < 1e-6);
    const double zoomed = canvas().toPixels(0, {1, 1}).x() - canvas().toPixels(0, {0, 0}).x();
    QVERIFY(std::abs(zoomed / unit - 1.44) < 1e-9); // two notches of 1.2
}

void LaneCanvasTest::draggingTheGroundPansAllLinkedLanes()
{
    pause();
    const QPointF before0 = canvas().toPixels(0, {0, 0}), before1 = canvas().toPixels(1, {0, 0});
    const QPoint ground(canvas().width() / 4, 80);
    drag(canvas(), ground, {ground + QPoint(20, 10), ground + QPoint(50, 30)});
    const QPointF moved0 = canvas().toPixels(0, {0, 0}) - before0,
                  moved1 = canvas().toPixels(1, {0, 0}) - before1;
    QVERIFY(std::hypot(moved0.x() - 50, moved0.y() - 30) < 1e-6);
    QVERIFY(std::hypot(moved1.x() - 50, moved1.y() - 30) < 1e-6);
    QCOMPARE(document().undoStack().count(), 0);
    QCOMPARE(canvas().pinnedParticle(), -1);
}

void LaneCanvasTest::zeroFitsTheView()
{
    const QPointF fitted = canvas().toPixels(0, {1, 1});
    document().setCamera(0, {50, 50, 1});
    QVERIFY(canvas().toPixels(0, {1, 1}) != fitted);
    key(Qt::Key_0);
    QTRY_VERIFY_WITH_TIMEOUT((session().lanes[0].camera == Camera{}), kPatienceMs);
    QCOMPARE(canvas().toPixels(0, {1, 1}), fitted);
}

int main(int argc, char** argv)
{
    return runWindowTest<LaneCanvasTest>(argc, argv);
}
#include "tst_lane_canvas.moc"
