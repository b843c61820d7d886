// SPDX-License-Identifier: GPL-3.0-or-later
// The time bar and the keys of play: what people press, and where the play-head then is.
#include "tests/support/window_fixture.h"
#include "ui/window/scrubber.h"
#include "ui/window/time_bar.h"

#include <QAbstractButton>
#include <QImage>
#include <QLineEdit>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

QImage pictureOf(const QAbstractButton& button)
{
    return button.icon().pixmap(button.iconSize()).toImage();
}

} // namespace

class PlaybackTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void scrubbingMovesThePlayHeadWithoutTheWorker();
    void spacePlaysAndPauses();
    void arrowsStepTheSelectedLane();
    void homeEndSpeedAndLoopKeys();
    void keysTypedIntoAFieldStayThere();
    void theValueFieldGoesToATypedNoiseLevel();
};

void PlaybackTest::scrubbingMovesThePlayHeadWithoutTheWorker()
{
    pause();
    Scrubber& scrubber = *window().timeBar()->scrubber();
    const auto product = window().engine().product();
    const QPoint from(static_cast<int>(scrubber.xOf(0.2)), scrubber.height() / 2);
    const QPoint to(static_cast<int>(scrubber.xOf(0.7)), scrubber.height() / 2);
    drag(scrubber, from, {to});
    QCOMPARE(session().timeline.position, scrubber.positionAt(to.x()));
    QVERIFY(!window().engine().isBusy());
    QVERIFY(window().engine().product() == product);
    QCOMPARE(document().undoStack().count(), 0);
}

void PlaybackTest::spacePlaysAndPauses()
{
    auto* button = find<QAbstractButton>("timeline.playing");
    const QImage playing = pictureOf(*button);
    QVERIFY(!playing.isNull());
    key(Qt::Key_Space);
    QVERIFY(!window().playback().isPlaying());
    QVERIFY(!button->isChecked());
    QVERIFY(pictureOf(*button) != playing); // it says what a click does
    const double stopped = session().timeline.position;
    key(Qt::Key_Space);
    QVERIFY(window().playback().isPlaying());
    QCOMPARE(pictureOf(*button), playing);
    QTRY_VERIFY_WITH_TIMEOUT(session().timeline.position != stopped, kPatienceMs);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!window().playback().isPlaying());
    QVERIFY(pictureOf(*button) != playing);
}

void PlaybackTest::arrowsStepTheSelectedLane()
{
    pause();
    const PlayHead& head = window().playback().head();
    key(Qt::Key_Home);
    QCOMPARE(session().timeline.position, 0.0);
    // Bisection and powers in the clock's formulas: a millionth of a step is standing on it.
    const auto isAt = [&](int lane, double step) {
        return std::abs(head.stepAt(session().timeline, lane) - step) < 1e-6;
    };
    key(Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(isAt(0, 10));
    key(Qt::Key_Right);
    QVERIFY(isAt(0, 11));
    key(Qt::Key_Left);
    key(Qt::Key_Left);
    QVERIFY(isAt(0, 9));
    key(Qt::Key_2);
    key(Qt::Key_Right);
    const double step = head.stepAt(session().timeline, 1);
    QVERIFY(std::abs(step - std::round(step)) < 1e-6);
}

void PlaybackTest::homeEndSpeedAndLoopKeys()
{
    key(Qt::Key_End);
    QCOMPARE(session().timeline.position, 1.0);
    QVERIFY(!window().playback().isPlaying());
    key(Qt::Key_BracketRight);
    QCOMPARE(session().timeline.speed, 2.0);
    key(Qt::Key_BracketLeft);
    key(Qt::Key_BracketLeft);
    QCOMPARE(session().timeline.speed, 0.5);
    key(Qt::Key_O);
    QVERIFY(!window().playback().isLooping());
}

void PlaybackTest::keysTypedIntoAFieldStayThere()
{
    pause();
    auto* field = find<QLineEdit>("playHeadValue");
    field->setFocus();
    field->selectAll();
    const double density = session().view.density.visible;
    QTest::keyClicks(field, QStringLiteral("d 1"));
    QCOMPARE(field->text(), QStringLiteral("d 1"));
    QCOMPARE(session().view.density.visible, density);
    QVERIFY(!window().playback().isPlaying());
}

void PlaybackTest::theValueFieldGoesToATypedNoiseLevel()
{
    auto* field = find<QLineEdit>("playHeadValue");
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("0.5"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!window().playback().isPlaying());
    const PlayHead& head = window().playback().head();
    for (int lane = 0; lane < 2;
         ++lane) // the noise clock aligns the lanes; interpolation within a step costs a little
        QVERIFY(std::abs(head.levelAt(session().timeline, lane).sigmaTilde() - 0.5) < 1e-3);
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("blue"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(errorText().contains(QStringLiteral("blue")));
}

int main(int argc, char** argv)
{
    return runWindowTest<PlaybackTest>(argc, argv);
}
#include "tst_playback.moc"
