// SPDX-License-Identifier: GPL-3.0-or-later
// The real window with real events: what people do with mouse and keys, and what then is true.
// Needs a display with OpenGL.
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"
#include "ui/panels/lane_panel.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/value_slider.h"
#include "ui/window/canvas_editing.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/opengl_check.h"
#include "ui/window/scrubber.h"
#include "ui/window/time_bar.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QImage>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kPatienceMs = 20000; ///< a bound for a hang, not a speed

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void itOpensPlayingTheDefaultSession();
    void aSliderMoveChangesTheProduct();
    void aSliderDragIsOneUndoStep();
    void scrubbingMovesThePlayHeadWithoutTheWorker();
    void spacePlaysAndPauses();
    void arrowsStepTheSelectedLane();
    void homeEndSpeedAndLoopKeys();
    void layerKeysToggleLayers();
    void keysTypedIntoAFieldStayThere();
    void theValueFieldGoesToATypedNoiseLevel();
    void numbersSelectLanes();
    void theLaneButtonsAddAndRemoveLanes();
    void newNoiseChangesTheSeed();
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
    void aBrokenFileShowsTheErrorBarAndKeepsTheSession();
    void sessionsAreDroppedOnTheWindow();
    void saveAndOpenRoundTrip();
    void aSavedPictureCarriesTheSession();
    void presentationHidesThePanels();
    void everyMenuEntryIsAlive();

private:
    Document& document() { return m_window->document(); }
    LaneCanvas& canvas() { return *m_window->canvas(); }
    const Session& session() { return document().session(); }
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->engine().isBusy() && m_window->engine().product(),
                                 kPatienceMs);
    }
    void pause();
    QAction* action(const char* name) { return m_window->findChild<QAction*>(QLatin1String(name)); }
    QPoint meanOnCanvas(int lane, int component);
    void drag(QWidget& widget, QPoint from, const QList<QPoint>& path);
    const GaussianMixture& mixture() { return *m_window->engine().product()->mixture; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void MainWindowTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    m_folder = std::make_unique<QTemporaryDir>();
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder->path());
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("window"));
}

void MainWindowTest::init()
{
    QSettings().clear();
    m_window = std::make_unique<MainWindow>();
    m_window->setAsksBeforeLosing(false);
    QVERIFY2(m_window->canvas(), "these tests need a display with OpenGL 3.3");
    QSignalSpy framed(m_window.get(), &MainWindow::firstFrameShown);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get(), kPatienceMs));
    QApplication::setActiveWindow(
        m_window.get()); // a bare X server has no window manager that would
    QTRY_VERIFY_WITH_TIMEOUT(framed.count() == 1, kPatienceMs);
    settle();
    canvas().setFocus();
}

void MainWindowTest::cleanup()
{
    m_window.reset();
}

void MainWindowTest::pause()
{
    m_window->playback().setPlaying(false);
}

QPoint MainWindowTest::meanOnCanvas(int lane, int component)
{
    const ViewPlane& plane = m_window->engine().product()->plane;
    return canvas()
        .toPixels(
            lane,
            meanInPlane(session().data->components[static_cast<std::size_t>(component)], plane))
        .toPoint();
}

void MainWindowTest::drag(QWidget& widget, QPoint from, const QList<QPoint>& path)
{
    QTest::mouseMove(&widget, from);
    QTest::mousePress(&widget, Qt::LeftButton, {}, from);
    for (const QPoint& to : path)
        QTest::mouseMove(&widget, to);
    QTest::mouseRelease(&widget, Qt::LeftButton, {}, path.back());
}

void MainWindowTest::itOpensPlayingTheDefaultSession()
{
    QCOMPARE(session().lanes.size(), std::size_t{2});
    QVERIFY(m_window->playback().isPlaying());
    const double before = session().timeline.position;
    QTRY_VERIFY_WITH_TIMEOUT(session().timeline.position != before, kPatienceMs);
    QVERIFY(!canvas().rendererName().isEmpty());
    QVERIFY(!document().isModified());
}

void MainWindowTest::aSliderMoveChangesTheProduct()
{
    auto* slider =
        m_window->findChild<ValueSlider*>(QStringLiteral("lanes.0.process.horizon.slider"));
    QVERIFY(slider);
    const auto before = m_window->engine().product();
    QTest::mouseClick(slider, Qt::LeftButton, {}, {slider->width() / 4, slider->height() / 2});
    settle();
    const auto after = m_window->engine().product();
    QVERIFY(after->serial > before->serial);
    const double horizon = *parameterValue(session(), "lanes.0.process.horizon");
    QVERIFY(horizon != *parameterValue(before->session, "lanes.0.process.horizon"));
    QCOMPARE(after->lanes[0]->process->horizon(), horizon);
    QVERIFY(after->lanes[0]->trajectories.values != before->lanes[0]->trajectories.values);
    QVERIFY(after->lanes[1] == before->lanes[1]); // the other lane was not run again
}

void MainWindowTest::aSliderDragIsOneUndoStep()
{
    auto* slider =
        m_window->findChild<ValueSlider*>(QStringLiteral("lanes.0.process.horizon.slider"));
    const Session before = session();
    const QPoint handle = slider->handlePosition(slider->number());
    drag(*slider, handle, {handle - QPoint(8, 0), handle - QPoint(16, 0), handle - QPoint(20, 0)});
    QCOMPARE(document().undoStack().count(), 1);
    QVERIFY(!(session().lanes == before.lanes));
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session().lanes == before.lanes);
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!(session().lanes == before.lanes));
}

void MainWindowTest::scrubbingMovesThePlayHeadWithoutTheWorker()
{
    pause();
    Scrubber& scrubber = *m_window->timeBar()->scrubber();
    const auto product = m_window->engine().product();
    const QPoint from(static_cast<int>(scrubber.xOf(0.2)), scrubber.height() / 2);
    const QPoint to(static_cast<int>(scrubber.xOf(0.7)), scrubber.height() / 2);
    drag(scrubber, from, {to});
    QCOMPARE(session().timeline.position, scrubber.positionAt(to.x()));
    QVERIFY(!m_window->engine().isBusy());
    QVERIFY(m_window->engine().product() == product);
    QCOMPARE(document().undoStack().count(), 0);
}

void MainWindowTest::spacePlaysAndPauses()
{
    QTest::keyClick(&canvas(), Qt::Key_Space);
    QVERIFY(!m_window->playback().isPlaying());
    auto* button = m_window->findChild<QAbstractButton*>(QStringLiteral("timeline.playing"));
    QVERIFY(!button->isChecked());
    const auto paused = button->icon().cacheKey();
    const double stopped = session().timeline.position;
    QTest::keyClick(&canvas(), Qt::Key_Space);
    QVERIFY(m_window->playback().isPlaying());
    QVERIFY(button->icon().cacheKey() != paused); // the picture says what a click does
    QTRY_VERIFY_WITH_TIMEOUT(session().timeline.position != stopped, kPatienceMs);
}

void MainWindowTest::arrowsStepTheSelectedLane()
{
    pause();
    const PlayHead& head = m_window->playback().head();
    QTest::keyClick(&canvas(), Qt::Key_Home);
    QCOMPARE(session().timeline.position, 0.0);
    // Bisection and powers in the clock's formulas: a millionth of a step is standing on it.
    const auto isAt = [&](int lane, double step) {
        return std::abs(head.stepAt(session().timeline, lane) - step) < 1e-6;
    };
    QTest::keyClick(&canvas(), Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(isAt(0, 10));
    QTest::keyClick(&canvas(), Qt::Key_Right);
    QVERIFY(isAt(0, 11));
    QTest::keyClick(&canvas(), Qt::Key_Left);
    QTest::keyClick(&canvas(), Qt::Key_Left);
    QVERIFY(isAt(0, 9));
    QTest::keyClick(&canvas(), Qt::Key_2);
    QTest::keyClick(&canvas(), Qt::Key_Right);
    const double step = head.stepAt(session().timeline, 1);
    QVERIFY(std::abs(step - std::round(step)) < 1e-6);
}

void MainWindowTest::homeEndSpeedAndLoopKeys()
{
    QTest::keyClick(&canvas(), Qt::Key_End);
    QCOMPARE(session().timeline.position, 1.0);
    QVERIFY(!m_window->playback().isPlaying());
    QTest::keyClick(&canvas(), Qt::Key_BracketRight);
    QCOMPARE(session().timeline.speed, 2.0);
    QTest::keyClick(&canvas(), Qt::Key_BracketLeft);
    QTest::keyClick(&canvas(), Qt::Key_BracketLeft);
    QCOMPARE(session().timeline.speed, 0.5);
    QTest::keyClick(&canvas(), Qt::Key_O);
    QVERIFY(!m_window->playback().isLooping());
}

void MainWindowTest::layerKeysToggleLayers()
{
    const std::pair<Qt::Key, const char*> keys[] = {{Qt::Key_D, "view.density.visible"},
                                                    {Qt::Key_C, "view.contours.visible"},
                                                    {Qt::Key_P, "view.particles.visible"},
                                                    {Qt::Key_T, "view.trails.visible"},
                                                    {Qt::Key_E, "view.ellipses.visible"}};
    for (const auto& [key, name] : keys) {
        const double before = *parameterValue(session(), name);
        QTest::keyClick(&canvas(), key);
        QCOMPARE(*parameterValue(session(), name), 1 - before);
        QCOMPARE(action(name)->isChecked(), before == 0);
    }
}

void MainWindowTest::keysTypedIntoAFieldStayThere()
{
    pause();
    auto* field = m_window->findChild<QLineEdit*>(QStringLiteral("playHeadValue"));
    field->setFocus();
    field->selectAll();
    const double density = session().view.density.visible;
    QTest::keyClicks(field, QStringLiteral("d 1"));
    QCOMPARE(field->text(), QStringLiteral("d 1"));
    QCOMPARE(session().view.density.visible, density);
    QVERIFY(!m_window->playback().isPlaying());
}

void MainWindowTest::theValueFieldGoesToATypedNoiseLevel()
{
    auto* field = m_window->findChild<QLineEdit*>(QStringLiteral("playHeadValue"));
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("0.5"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!m_window->playback().isPlaying());
    const PlayHead& head = m_window->playback().head();
    for (int lane = 0; lane < 2;
         ++lane) // the noise clock aligns the lanes; interpolation within a step costs a little
        QVERIFY(std::abs(head.levelAt(session().timeline, lane).sigmaTilde() - 0.5) < 1e-3);
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("blue"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(m_window->errorBar()->text().contains(QStringLiteral("blue")));
}

void MainWindowTest::numbersSelectLanes()
{
    QTest::keyClick(&canvas(), Qt::Key_2);
    QCOMPARE(m_window->lanePanel()->selectedLane(), 1);
    QCOMPARE(canvas().selectedLane(), 1);
    QCOMPARE(m_window->playback().lane(), 1);
    QTest::keyClick(&canvas(), Qt::Key_4); // there is none
    QCOMPARE(canvas().selectedLane(), 1);
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, {canvas().width() / 4, 60});
    QCOMPARE(m_window->lanePanel()->selectedLane(), 0);
}

void MainWindowTest::theLaneButtonsAddAndRemoveLanes()
{
    auto* buttons = m_window->findChild<SegmentedControl*>(QStringLiteral("laneCount"));
    QCOMPARE(buttons->currentIndex(), 1);
    const auto first = m_window->engine().product()->lanes[0];
    m_window->setLaneCount(4);
    settle();
    QCOMPARE(session().lanes.size(), std::size_t{4});
    QCOMPARE(m_window->engine().product()->lanes.size(), std::size_t{4});
    QVERIFY(m_window->engine().product()->lanes[0] == first);
    QCOMPARE(buttons->currentIndex(), 3);
    QCOMPARE(canvas().laneAt({canvas().width() * 0.75, canvas().height() * 0.75}), 3);
    QTest::keyClick(&canvas(), Qt::Key_4);
    m_window->setLaneCount(1);
    settle();
    QCOMPARE(m_window->engine().product()->lanes.size(), std::size_t{1});
    QCOMPARE(canvas().selectedLane(), 0);
    QTest::keyClick(&canvas(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(session().lanes.size(), std::size_t{4});
    settle();
}

void MainWindowTest::newNoiseChangesTheSeed()
{
    const auto before = m_window->engine().product();
    const double seed = session().particles.seed;
    QTest::keyClick(&canvas(), Qt::Key_N);
    QVERIFY(session().particles.seed != seed);
    settle();
    QVERIFY(m_window->engine().product()->lanes[0]->trajectories.values
            != before->lanes[0]->trajectories.values);
}

void MainWindowTest::clickingAParticlePinsIt()
{
    pause();
    m_window->playback()
        .toStart(); // spread out: no component's mean in the way of an outer particle
    const auto product = m_window->engine().product();
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

void MainWindowTest::clickingAnEmptyPlaceUnpins()
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

void MainWindowTest::draggingAMeanMovesTheComponentInOneStep()
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
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session().data->components[2].mean == before);
}

void MainWindowTest::aMeanDraggedHomeIsNoStep()
{
    pause();
    const QPoint from = meanOnCanvas(0, 2);
    drag(canvas(), from, {from + QPoint(30, -20), from + QPoint(40, 40), from});
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(!document().isModified());
}

void MainWindowTest::draggingAHandleReshapesTheComponent()
{
    pause();
    canvas().setSelectedComponent(2);
    const ComponentSpec before = session().data->components[2];
    const ViewPlane& plane = m_window->engine().product()->plane;
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

void MainWindowTest::altClickAddsAndDeleteRemoves()
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
    QTest::keyClick(&canvas(), Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(session().data->components.size(), std::size_t{5});
    QTest::keyClick(&canvas(), Qt::Key_Delete);
    QCOMPARE(session().data->components.size(), std::size_t{4});
}

void MainWindowTest::tabAndArrowsMoveComponents()
{
    pause();
    QTest::keyClick(&canvas(), Qt::Key_Tab);
    QCOMPARE(canvas().selectedComponent(), 0);
    QTest::keyClick(&canvas(), Qt::Key_Tab);
    QCOMPARE(canvas().selectedComponent(), 1);
    const double before = session().data->components[1].mean[0];
    const double position = session().timeline.position;
    QTest::keyClick(&canvas(), Qt::Key_Right);
    const double once = session().data->components[1].mean[0] - before;
    QVERIFY(once > 0);
    QTest::keyClick(&canvas(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(session().timeline.position, position); // the play-head did not take the keys
    QTest::keyClick(&canvas(), Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(canvas().selectedComponent(), 0);
    QTest::keyClick(&canvas(), Qt::Key_Escape);
    QCOMPARE(canvas().selectedComponent(), -1);
}

void MainWindowTest::theWheelZoomsAboutThePointer()
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

void MainWindowTest::draggingTheGroundPansAllLinkedLanes()
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

void MainWindowTest::zeroFitsTheView()
{
    const QPointF fitted = canvas().toPixels(0, {1, 1});
    document().setCamera(0, {50, 50, 1});
    QVERIFY(canvas().toPixels(0, {1, 1}) != fitted);
    QTest::keyClick(&canvas(), Qt::Key_0);
    QTRY_VERIFY_WITH_TIMEOUT((session().lanes[0].camera == Camera{}), kPatienceMs);
    QCOMPARE(canvas().toPixels(0, {1, 1}), fitted);
}

void MainWindowTest::aBrokenFileShowsTheErrorBarAndKeepsTheSession()
{
    pause();
    const QString path = m_folder->filePath(QStringLiteral("broken.scorefield.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QByteArray text = QByteArray::fromStdString(sessionToJson(defaultSession()));
    file.write(text.replace("\"lanes\"", "\"lanez\""));
    file.close();
    const Session before = session();
    QVERIFY(!m_window->openFile(path));
    QVERIFY(m_window->errorBar()->isVisible());
    QVERIFY2(m_window->errorBar()->text().contains(QStringLiteral("lanez")),
             qPrintable(m_window->errorBar()->text()));
    QVERIFY(session() == before);
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!m_window->errorBar()->isVisible());
}

void MainWindowTest::sessionsAreDroppedOnTheWindow()
{
    Session other = defaultSession();
    other.info.title = "Dropped";
    const QString path = m_folder->filePath(QStringLiteral("dropped.scorefield.json"));
    QVERIFY(saveSession(other, path.toStdString()));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &drop);
    QTRY_COMPARE_WITH_TIMEOUT(session().info.title, std::string("Dropped"), kPatienceMs);
    data.setUrls({QUrl::fromLocalFile(m_folder->filePath(QStringLiteral("film.mp4")))});
    QDragEnterEvent refused({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    refused.ignore();
    QCoreApplication::sendEvent(m_window.get(), &refused);
    QVERIFY(!refused.isAccepted());
}

void MainWindowTest::saveAndOpenRoundTrip()
{
    pause();
    QVERIFY(document().setValue(QStringLiteral("lanes.1.grid.steps"), 33));
    const QString path = m_folder->filePath(QStringLiteral("kept.scorefield.json"));
    QVERIFY(document().save(path));
    QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier); // knows its file: asks nothing
    const Session saved = session();
    QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(!(session() == saved));
    QVERIFY(document().filePath().isEmpty());
    QVERIFY(m_window->openFile(path));
    QVERIFY(session() == saved);
    QVERIFY(m_window->windowTitle().contains(QStringLiteral("kept.scorefield.json")));
}

void MainWindowTest::aSavedPictureCarriesTheSession()
{
    pause();
    QVERIFY(document().setValue(QStringLiteral("view.density.opacity"), 0.25));
    const QString path = m_folder->filePath(QStringLiteral("picture.png"));
    QSignalSpy saved(m_window.get(), &MainWindow::pictureSaved);
    const QSize shown = canvas().size(); // the notice that follows takes some of it
    m_window->savePicture(path);
    QTRY_VERIFY2_WITH_TIMEOUT(
        saved.count() == 1, qPrintable(m_window->errorBar()->text()), kPatienceMs);
    const QImage image(path);
    QCOMPARE(image.size(), shown * 2);
    const auto carried = render::sessionFromPng(path.toStdString());
    QVERIFY(carried);
    QCOMPARE(carried->view.density.opacity, 0.25);
    QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_window->openFile(path));
    QCOMPARE(session().view.density.opacity, 0.25);
    m_window->savePicture(QStringLiteral("/nowhere/picture.png"));
    settle();
    QTRY_VERIFY_WITH_TIMEOUT(
        m_window->errorBar()->text().contains(QStringLiteral("/nowhere/picture.png")), kPatienceMs);
}

void MainWindowTest::presentationHidesThePanels()
{
    QTest::keyClick(m_window.get(), Qt::Key_F11);
    QVERIFY(m_window->isPresenting());
    QVERIFY(m_window->findChild<QWidget*>(QStringLiteral("leftPanel"))->isHidden());
    QVERIFY(m_window->findChild<QWidget*>(QStringLiteral("rightPanel"))->isHidden());
    QVERIFY(!canvas().isHidden());
    QTest::keyClick(&canvas(), Qt::Key_Space); // keys work without a menu bar
    QVERIFY(!m_window->playback().isPlaying());
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!m_window->isPresenting());
    QVERIFY(!m_window->findChild<QWidget*>(QStringLiteral("leftPanel"))->isHidden());
}

void MainWindowTest::everyMenuEntryIsAlive()
{
    QList<QKeySequence> seen;
    for (const QAction* each : m_window->actions()) {
        QVERIFY2(!each->text().isEmpty(), qPrintable(each->objectName()));
        for (const QKeySequence& key : each->shortcuts()) {
            QVERIFY2(!seen.contains(key),
                     qPrintable(key.toString() + QStringLiteral(" is given twice")));
            seen.append(key);
        }
    }
    QVERIFY(seen.size() > 25);
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    auto* help = m_window->findChild<QWidget*>(QStringLiteral("helpSheet"));
    QVERIFY(help && help->isVisible() && !help->isModal());
}

int main(int argc, char** argv)
{
    requestOpenGl();
    QApplication application(argc, argv);
    rememberSystemTheme();
    MainWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_main_window.moc"
