// SPDX-License-Identifier: GPL-3.0-or-later
// The ridge in the window: its key, its place on the canvas, and the strip under the time line with
// real mouse and keys.
#include "tests/support/window_fixture.h"
#include "ui/window/ridge_strip.h"
#include "ui/window/scrubber.h"
#include "ui/window/time_bar.h"

#include <QImage>

using namespace scorefield;
using namespace scorefield::ui;

class RidgeTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        open();
        pause();
        window().playback().setPosition(.7);
        settle();
    }
    void cleanup() { close(); }

    void keyRShowsAndHidesTheRidge()
    {
        const QImage before = canvas().grabFramebuffer();
        key(Qt::Key_R);
        QCOMPARE(session().view.ridge.layer.visible, 1.0);
        waitForRidges();
        const QImage after = canvas().grabFramebuffer();
        int differing = 0;
        for (int y = 0; y < after.height(); ++y)
            for (int x = 0; x < after.width(); ++x)
                differing += before.pixel(x, y) != after.pixel(x, y) ? 1 : 0;
        QVERIFY(differing > 500); // a line of some hundred pixels in both lanes, and the legend
        QVERIFY(find<QAction>("view.ridge.visible")->isChecked());
        key(Qt::Key_R);
        QCOMPARE(session().view.ridge.layer.visible, 0.0);
        QTRY_VERIFY(!canvas().ridgeWorker().isBusy());
    }

    void theStripIsInLineWithTheScrubber()
    {
        QVERIFY(!strip().isVisible());
        key(Qt::Key_R, Qt::ShiftModifier);
        QTRY_VERIFY(strip().isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(strip().worker().result() && !strip().worker().isBusy(),
                                 kPatienceMs);
        QTest::qWait(50); // its place is that of the next layout
        const auto levels = product().levels();
        for (const double position : {.2, .5, .8}) { // the noise clock is that of all lanes
            const double noise = noiseAtPosition(position, levels);
            const Scrubber& scrubber = *window().timeBar()->scrubber();
            const double handle = scrubber.mapTo(&window(), QPointF(scrubber.xOf(position), 0)).x();
            const double here = strip().mapTo(&window(), QPointF(strip().xOf(noise), 0)).x();
            QVERIFY2(std::abs(handle - here) < .5,
                     qPrintable(QStringLiteral("%1 %2").arg(handle).arg(here)));
        }
    }

    void draggingOnTheStripScrubs()
    {
        showStrip();
        const int y = strip().height() / 3;
        const auto xAt = [&](double position) {
            const Scrubber& scrubber = *window().timeBar()->scrubber();
            return static_cast<int>(
                strip()
                    .mapFrom(&window(),
                             scrubber.mapTo(&window(), QPointF(scrubber.xOf(position), 0)))
                    .x());
        };
        QTest::mousePress(&strip(), Qt::LeftButton, {}, {xAt(.3), y});
        QVERIFY(std::abs(session().timeline.position - .3) < .01); // of a pixel
        QTest::mouseMove(&strip(), {xAt(.6), y});
        QTRY_VERIFY(std::abs(session().timeline.position - .6) < .01);
        QTest::mouseRelease(&strip(), Qt::LeftButton, {}, {xAt(.6), y});
        QTest::mouseMove(&strip(), {xAt(.2), y});
        QTest::qWait(20);
        QVERIFY(std::abs(session().timeline.position - .6) < .01);
        QVERIFY(!strip().textAt(QPointF(xAt(.6), y)).isEmpty());
    }

    /// The three modes of the default session are born one after the other as noise falls.
    void keysGoFromEventToEvent()
    {
        showStrip();
        const auto events = strip().worker().result()->events;
        QVERIFY(!events.empty());
        window().playback().setPosition(0);
        strip().setFocus();
        QTest::keyClick(&strip(), Qt::Key_Down);
        const auto noiseNow = [&] {
            return window()
                .playback()
                .head()
                .levelAt(session().timeline, window().playback().lane())
                .sigmaTilde();
        };
        QVERIFY(std::abs(noiseNow() / events.front().noise - 1) < .02);
        const double first = session().timeline.position;
        QVERIFY(first > 0);
        const QPointF tick(strip().xOf(events.front().noise), strip().height() - 12);
        QVERIFY(strip().textAt(tick).contains(QString::fromStdString(events.front().text())));
        window().playback().setPosition(1);
        QTest::keyClick(&strip(), Qt::Key_Up);
        QVERIFY(session().timeline.position < 1 && session().timeline.position >= first);
    }

    void newDataMakeItAnew()
    {
        showStrip();
        const auto before = strip().worker().result();
        QVERIFY(document()
                    .edit(QStringLiteral("drop"),
                          [](Session& session) {
                              session.data.edit(
                                  [](MixtureSpec& data) { data.components.pop_back(); });
                          })
                    .ok());
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(strip().worker().result() != before && !strip().worker().isBusy(),
                                 kPatienceMs);
        QVERIFY(strip().worker().result()->levels.back().modes < before->levels.back().modes);
    }

private:
    RidgeStrip& strip() { return *window().ridgeStrip(); }

    void showStrip()
    {
        QVERIFY(document().setValue(QStringLiteral("view.ridge.strip"), 1).ok());
        QTRY_VERIFY_WITH_TIMEOUT(strip().worker().result() && !strip().worker().isBusy(),
                                 kPatienceMs);
        QTest::qWait(50);
    }

    void waitForRidges()
    {
        canvas().grabFramebuffer(); // asks
        QTRY_VERIFY_WITH_TIMEOUT(!canvas().ridgeWorker().isBusy(), kPatienceMs);
    }
};

int main(int argc, char** argv)
{
    return runWindowTest<RidgeTest>(argc, argv);
}
#include "tst_ridge.moc"
