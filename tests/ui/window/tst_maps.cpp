// SPDX-License-Identifier: GPL-3.0-or-later
// Maps in the window: chosen by hand, refined in the background, live while the play-head moves.
#include "core/session/lane_maps.h"
#include "tests/support/window_fixture.h"
#include "ui/widgets/choice_box.h"

#include <QImage>

using namespace scorefield;
using namespace scorefield::ui;

class MapsTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        open();
        pause();
        auto& document = this->document();
        QVERIFY(document.setValue(QStringLiteral("view.link_lanes"), 1).ok());
        QVERIFY(document
                    .edit(QStringLiteral("guide"),
                          [](Session& session) {
                              for (Lane& lane : session.lanes)
                                  for (const GuidanceKind& kind : guidanceKinds())
                                      if (kind.info.id == "cfg") {
                                          lane.guidance = makeChoice(kind.info);
                                          lane.guidance.values.set("w", 3);
                                          lane.guidance.values.set("target", 1);
                                      }
                          })
                    .ok());
        settle();
    }
    void cleanup() { close(); }

    void choosingAMapShowsIt()
    {
        moveTo(0.6);
        const QImage before = canvas().grabFramebuffer();
        choose(MapQuantity::Guidance);
        waitForMaps();
        const auto maps = canvas().mapWorker().maps();
        QCOMPARE(maps->quantity, MapQuantity::Guidance);
        QVERIFY(maps->lanes.size() == 2 && maps->lanes[0].field && maps->lanes[1].field);
        const QImage after = canvas().grabFramebuffer();
        int differing = 0;
        for (int y = 0; y < after.height(); y += 4)
            for (int x = 0; x < after.width(); x += 4)
                differing += before.pixel(x, y) != after.pixel(x, y) ? 1 : 0;
        QVERIFY(differing > after.width() * after.height() / 16 / 10); // a tenth of the picture
        choose(MapQuantity::None);
        QTRY_VERIFY_WITH_TIMEOUT(!canvas().mapWorker().maps(), kPatienceMs);
    }

    void rowsOfTheMapFollowTheChoice()
    {
        auto* opacity = find<QWidget>("view.map.opacity");
        auto* lane = find<QWidget>("view.map.lane");
        QVERIFY(opacity && lane && !opacity->isVisible());
        choose(MapQuantity::Tilt);
        QVERIFY(opacity->isVisible() && opacity->isEnabled() && !lane->isEnabled());
        choose(MapQuantity::Difference);
        QVERIFY(lane->isEnabled());
        waitForMaps();
        QVERIFY(!canvas().mapWorker().maps()->lanes[0].note.empty()); // compared with itself
    }

    void theMapFollowsThePlayHeadAndTheCamera()
    {
        choose(MapQuantity::Guidance);
        moveTo(0.5);
        waitForMaps();
        const auto values = [this] { return canvas().mapWorker().maps()->lanes[0].field->values; };
        const auto first = values();
        moveTo(0.8);
        waitForMaps();
        QVERIFY(values() != first);
        const PlaneGrid before = canvas().mapWorker().maps()->lanes[0].field->grid;
        document().setCamera(0, {0.5, 0, 5});
        waitForMaps();
        QVERIFY(!(canvas().mapWorker().maps()->lanes[0].field->grid == before));
    }

    void mapsOfTheDataEndDoNotMoveWithThePlayHead()
    {
        choose(MapQuantity::Tilt);
        waitForMaps();
        const auto maps = canvas().mapWorker().maps();
        moveTo(0.3);
        canvas().grabFramebuffer();
        QVERIFY(!canvas().mapWorker().isBusy());
        QCOMPARE(canvas().mapWorker().maps(), maps);
    }

    void theWindowClosesWhileAMapIsComputed()
    {
        choose(MapQuantity::Output);
        canvas().grabFramebuffer();
        QVERIFY(canvas().mapWorker().isBusy());
        close();
        open(); // cleanup() closes again
    }

private:
    /// By hand: the keys of a closed box go through its items.
    void choose(MapQuantity quantity)
    {
        QComboBox* box = nullptr;
        for (auto* each : window().findChildren<QComboBox*>())
            if (each->objectName().startsWith(QStringLiteral("view.map.quantity")))
                box = each;
        QVERIFY(box);
        box->setFocus();
        const int wanted = static_cast<int>(quantity);
        for (int i = 0; i < 10 && box->currentIndex() != wanted; ++i)
            QTest::keyClick(box, box->currentIndex() < wanted ? Qt::Key_Down : Qt::Key_Up);
        QCOMPARE(session().view.mapQuantity, static_cast<double>(wanted));
    }

    void moveTo(double position)
    {
        Timeline timeline = session().timeline;
        timeline.position = position;
        document().setTimeline(timeline);
    }

    /// Until the maps of what is shown now are as fine as they will be.
    void waitForMaps()
    {
        canvas().grabFramebuffer(); // asks
        QTRY_VERIFY_WITH_TIMEOUT(!canvas().mapWorker().isBusy() && canvas().mapWorker().maps(),
                                 kPatienceMs);
    }
};

int main(int argc, char** argv)
{
    return runWindowTest<MapsTest>(argc, argv);
}

#include "tst_maps.moc"
