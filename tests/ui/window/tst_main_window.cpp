// SPDX-License-Identifier: GPL-3.0-or-later
// The window as a whole: it opens, simulates, undoes, changes its look and stays alive under load.
#include "tests/support/window_fixture.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"
#include "ui/widgets/value_slider.h"

#include <QDialog>
#include <QImage>
#include <QMenuBar>
#include <QPointer>
#include <QScreen>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QWindow>

#include <cmath>
#include <vector>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const char* const kHorizonSlider = "lanes.0.process.horizon.slider";
constexpr double kFrameMs = 80; ///< what runs faster than a slow frame needs no preview

/// Components of equal shape on a square grid.
MixtureSpec gridMixture(int side)
{
    std::vector<Eigen::VectorXd> means;
    for (int row = 0; row < side; ++row)
        for (int column = 0; column < side; ++column)
            means.push_back(Eigen::Vector2d(column - side / 2, row - side / 2) * 0.3);
    return isotropicMixture(means, 0.01);
}

/// Mean lightness of a square of a picture.
double lightness(const QImage& picture, QPoint centre)
{
    constexpr int kReach = 4;
    double sum = 0;
    for (int y = -kReach; y <= kReach; ++y)
        for (int x = -kReach; x <= kReach; ++x)
            sum += picture.pixelColor(centre + QPoint(x, y)).lightnessF();
    return sum / ((2 * kReach + 1) * (2 * kReach + 1));
}

} // namespace

class MainWindowTest : public QObject, public WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void itOpensPlayingTheDefaultSession();
    void aSliderMoveChangesTheProduct();
    void aSliderDragIsOneUndoStep();
    void theLaneButtonsAddAndRemoveLanes();
    void newNoiseChangesTheSeed();
    void whatWasOnAnUnpluggedScreenIsBroughtBack();
    void layerKeysToggleLayers();
    void presentationHidesThePanels();
    void presentationTakesNoPanelBack();
    void theThemeMenuRepaintsTheLanes();
    void aDragUnderLoadShowsPreviews_data();
    void aDragUnderLoadShowsPreviews();
    void everyMenuEntryIsAlive();
};

void MainWindowTest::itOpensPlayingTheDefaultSession()
{
    QCOMPARE(session().lanes.size(), std::size_t{2});
    QVERIFY(window().playback().isPlaying());
    const double before = session().timeline.position;
    QTRY_VERIFY_WITH_TIMEOUT(session().timeline.position != before, kPatienceMs);
    QVERIFY(!canvas().rendererName().isEmpty());
    QVERIFY(!document().isModified());
}

void MainWindowTest::aSliderMoveChangesTheProduct()
{
    auto* slider = find<ValueSlider>(kHorizonSlider);
    QVERIFY(slider);
    const auto before = window().engine().product();
    QTest::mouseClick(slider, Qt::LeftButton, {}, {slider->width() / 4, slider->height() / 2});
    settle();
    const auto after = window().engine().product();
    QVERIFY(after->serial > before->serial);
    const double horizon = *parameterValue(session(), "lanes.0.process.horizon");
    QVERIFY(horizon != *parameterValue(before->session, "lanes.0.process.horizon"));
    QCOMPARE(after->lanes[0]->process->horizon(), horizon);
    QVERIFY(after->lanes[0]->trajectories.values != before->lanes[0]->trajectories.values);
    QVERIFY(after->lanes[1] == before->lanes[1]); // the other lane was not run again
}

void MainWindowTest::aSliderDragIsOneUndoStep()
{
    auto* slider = find<ValueSlider>(kHorizonSlider);
    const Session before = session();
    const QPoint handle = slider->handlePosition(slider->number());
    drag(*slider, handle, {handle - QPoint(8, 0), handle - QPoint(16, 0), handle - QPoint(20, 0)});
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(!(session().lanes == before.lanes));
    QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session().lanes == before.lanes);
    QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!(session().lanes == before.lanes));
}

void MainWindowTest::theLaneButtonsAddAndRemoveLanes()
{
    auto* buttons = find<SegmentedControl>("laneCount");
    QCOMPARE(buttons->currentIndex(), 1);
    const auto first = window().engine().product()->lanes[0];
    window().setLaneCount(4);
    settle();
    QCOMPARE(session().lanes.size(), std::size_t{4});
    QCOMPARE(window().engine().product()->lanes.size(), std::size_t{4});
    QVERIFY(window().engine().product()->lanes[0] == first);
    QCOMPARE(buttons->currentIndex(), 3);
    QCOMPARE(canvas().laneAt({canvas().width() * 0.75, canvas().height() * 0.75}), 3);
    key(Qt::Key_4);
    window().setLaneCount(1);
    settle();
    QCOMPARE(window().engine().product()->lanes.size(), std::size_t{1});
    QCOMPARE(canvas().selectedLane(), 0);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(session().lanes.size(), std::size_t{4});
    settle();
}

void MainWindowTest::newNoiseChangesTheSeed()
{
    const auto before = window().engine().product();
    const double seed = session().particles.seed;
    key(Qt::Key_N);
    QVERIFY(session().particles.seed != seed);
    settle();
    QVERIFY(window().engine().product()->lanes[0]->trajectories.values
            != before->lanes[0]->trajectories.values);
}

void MainWindowTest::whatWasOnAnUnpluggedScreenIsBroughtBack()
{
    const QRect room = window().screen()->availableGeometry();
    window().resize(room.size() + QSize(300, 200));
    window().move(room.bottomRight() + QPoint(400, 300));
    QVERIFY(!room.intersects(window().frameGeometry()));
    QPointer<QWidget> canvasBefore = &canvas();
    Q_EMIT qApp->screenRemoved(window().screen());
    QTRY_VERIFY_WITH_TIMEOUT(room.contains(window().frameGeometry()), kPatienceMs);
    settle();
    QVERIFY(canvasBefore && canvas().isVisible());
    // Presenting there, and then back from it, to a place that is gone.
    key(Qt::Key_F11);
    // As a window manager moves it: QWidget::move() would end the full screen.
    window().windowHandle()->setPosition(room.bottomRight() + QPoint(400, 300));
    QTRY_VERIFY_WITH_TIMEOUT(!room.intersects(window().frameGeometry()), kPatienceMs);
    QDialog dialog(&window());
    dialog.setGeometry(QRect(room.bottomRight() + QPoint(50, 60), QSize(300, 200)));
    dialog.show();
    Q_EMIT qApp->screenRemoved(window().screen());
    QTRY_COMPARE_WITH_TIMEOUT(window().geometry(), window().screen()->geometry(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(room.contains(dialog.frameGeometry()), kPatienceMs);
    dialog.close();
    QVERIFY(window().isFullScreen());
    window().windowHandle()->setPosition(room.bottomRight() + QPoint(400, 300));
    key(Qt::Key_F11);
    QVERIFY(!window().isPresenting());
    QTRY_VERIFY_WITH_TIMEOUT(room.contains(window().frameGeometry()), kPatienceMs);
    settle();
}

void MainWindowTest::layerKeysToggleLayers()
{
    const std::pair<Qt::Key, const char*> keys[] = {{Qt::Key_D, "view.density.visible"},
                                                    {Qt::Key_C, "view.contours.visible"},
                                                    {Qt::Key_P, "view.particles.visible"},
                                                    {Qt::Key_T, "view.trails.visible"},
                                                    {Qt::Key_A, "view.arrows.visible"},
                                                    {Qt::Key_W, "view.warp.visible"},
                                                    {Qt::Key_E, "view.ellipses.visible"}};
    for (const auto& [pressed, name] : keys) {
        const double before = *parameterValue(session(), name);
        key(pressed);
        QCOMPARE(*parameterValue(session(), name), 1 - before);
        QCOMPARE(find<QAction>(name)->isChecked(), before == 0);
    }
}

void MainWindowTest::presentationHidesThePanels()
{
    QTest::keyClick(&window(), Qt::Key_F11);
    QVERIFY(window().isPresenting());
    QVERIFY(find<QWidget>("leftPanel")->isHidden());
    QVERIFY(find<QWidget>("rightPanel")->isHidden());
    QVERIFY(!canvas().isHidden());
    QVERIFY(scaleFactor() == kPresentationScale);
    key(Qt::Key_Space); // keys work without a menu bar
    QVERIFY(!window().playback().isPlaying());
    QTest::keyClick(&window(), Qt::Key_Escape);
    QVERIFY(!window().isPresenting());
    QVERIFY(!find<QWidget>("leftPanel")->isHidden());
}

void MainWindowTest::everyMenuEntryIsAlive()
{
    QList<QKeySequence> seen;
    for (const QAction* each : window().actions()) {
        QVERIFY2(!each->text().isEmpty(), qPrintable(each->objectName()));
        for (const QKeySequence& key : each->shortcuts()) {
            QVERIFY2(!seen.contains(key),
                     qPrintable(key.toString() + QStringLiteral(" is given twice")));
            seen.append(key);
        }
    }
    QVERIFY(seen.size() > 25);
    QTest::keyClick(&window(), Qt::Key_F1);
    auto* help = find<QWidget>("helpSheet");
    QVERIFY(help && help->isVisible() && !help->isModal());
}

void MainWindowTest::presentationTakesNoPanelBack()
{
    // F11 and F11 again leave everything as it was: a panel that was put away stays away.
    find<QAction>("rightPanelVisible")->trigger();
    const int panelWidth = find<QWidget>("leftPanel")->width();
    key(Qt::Key_F11);
    QVERIFY(window().menuBar()->isHidden() && window().statusBar()->isHidden());
    QVERIFY(window().windowState().testFlag(Qt::WindowFullScreen));
    key(Qt::Key_F11);
    QVERIFY(!window().isPresenting());
    QVERIFY(!window().windowState().testFlag(Qt::WindowFullScreen));
    QVERIFY(scaleFactor() == 1);
    QVERIFY(!window().menuBar()->isHidden() && !window().statusBar()->isHidden());
    QVERIFY(!find<QToolBar>("toolBar")->isHidden());
    QVERIFY(!find<QWidget>("leftPanel")->isHidden());
    QVERIFY(find<QWidget>("rightPanel")->isHidden());
    QTRY_COMPARE_WITH_TIMEOUT(find<QWidget>("leftPanel")->width(), panelWidth, kPatienceMs);
}

void MainWindowTest::theThemeMenuRepaintsTheLanes()
{
    pause();
    window().playback().toEnd();
    // The middle of the first lane, and the lower left of its plot, where there is nothing.
    const QPoint middle(canvas().width() / 4, canvas().height() / 2);
    const auto picture = [&](const char* entry) {
        find<QAction>(entry)->trigger();
        return canvas().grabFramebuffer();
    };
    const QImage dark = picture("themeDark"), light = picture("themeLight");
    QCOMPARE(dark.size(), light.size());
    QVERIFY(currentTheme().dark == false);
    QVERIFY(lightness(light, middle) > lightness(dark, middle) + 0.1);
    const QPoint corner(60, canvas().height() - 90);
    // A rounding of the frame buffer's 8 bits.
    const auto ground = [](const render::Theme& theme) { return theme.canvas.lightnessF(); };
    QVERIFY(std::abs(lightness(dark, corner) - ground(render::Theme::darkTheme())) < 1.0 / 255);
    QVERIFY(std::abs(lightness(light, corner) - ground(render::Theme::lightTheme())) < 1.0 / 255);
    QCOMPARE(picture("themeDark"), dark);
    QVERIFY(find<QAction>("themeDark")->isChecked() && !find<QAction>("themeLight")->isChecked());
    // Remembered: the next window starts with it.
    QCOMPARE(storedThemeChoice(), ThemeChoice::Dark);
}

void MainWindowTest::aDragUnderLoadShowsPreviews_data()
{
    QTest::addColumn<int>("particles");
    QTest::addColumn<int>("side");
    QTest::newRow("300 000 particles") << 300000 << 2;
    QTest::newRow("1024 components") << 5000 << 32;
}

void MainWindowTest::aDragUnderLoadShowsPreviews()
{
    QFETCH(int, particles);
    QFETCH(int, side);
    QVERIFY(document().edit(QStringLiteral("load"), [=](Session& edited) {
        edited.data = gridMixture(side);
        edited.particles.count = particles;
    }));
    QTRY_COMPARE_WITH_TIMEOUT(product().mixture->componentCount(), side * side, kPatienceMs);

    const auto horizonOf = [](const RunProduct& run) {
        return *parameterValue(run.session, "lanes.0.process.horizon");
    };
    const double start = horizonOf(product());
    std::vector<std::shared_ptr<const RunProduct>> shown; // of the drag
    connect(&window().engine(), &Engine::productReady, this, [&](const auto& run) {
        if (horizonOf(*run) != start)
            shown.push_back(run);
    });
    int turns = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++turns; });
    timer.start(0);
    auto* slider = find<ValueSlider>(kHorizonSlider);
    const QPoint handle = slider->handlePosition(slider->number());
    QTest::mouseMove(slider, handle);
    QTest::mousePress(slider, Qt::LeftButton, {}, handle);
    for (int move = 1; move <= 20; ++move) {
        const int before = turns;
        QTest::mouseMove(slider, handle - QPoint(2 * move, 0));
        QTRY_VERIFY_WITH_TIMEOUT(turns > before, kPatienceMs); // no slot waits for a run
    }
    const double horizon = *parameterValue(session(), "lanes.0.process.horizon");
    // The button is still down, and the lanes show this drag's last value.
    QTRY_VERIFY_WITH_TIMEOUT(!shown.empty() && horizonOf(*shown.back()) == horizon, kPatienceMs);
    const RunProduct& first = *shown.front();
    QVERIFY(first.preview || first.milliseconds < kFrameMs);
    QTest::mouseRelease(slider, Qt::LeftButton, {}, handle - QPoint(40, 0));
    QCOMPARE(document().undoStack().count(), 2);
    settle();
    QVERIFY(!product().preview);
    QCOMPARE(horizonOf(product()), horizon);
    QCOMPARE(product().lanes[0]->trajectories.particles, static_cast<std::size_t>(particles));
}

int main(int argc, char** argv)
{
    return runWindowTest<MainWindowTest>(argc, argv);
}
#include "tst_main_window.moc"
