// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/soak_user.h"

#include "core/session/parameter_table.h"
#include "tests/trust/soak_hand.h"
#include "ui/window/canvas_editing.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/window_exports.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QTest>
#include <QThread>
#include <QUrl>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kBetweenActionsMs = 4;
constexpr int kPatienceMs = 60000; // a bound for a hang, not a speed
constexpr int kSettleMs =
    1500; // after a second the engine gives back the memory it kept for the next run
constexpr int kMostDialogs = 3;
constexpr double kMostStates = 2e8; // particles x steps x lanes x dimension: more only waits
const QSize kRestSize(1280, 800);

void press(MainWindow& window, const char* name)
{
    if (QAction* action = window.findChild<QAction*>(QLatin1String(name)))
        action->trigger();
}

double statesOf(const Session& session)
{
    double steps = 0;
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane) {
        const auto own = parameterValue(session, "lanes." + std::to_string(lane) + ".grid.steps");
        steps += own ? *own : 1; // grids from a list have no such row
    }
    return session.particles.count * steps * session.data->dimension;
}

} // namespace

SoakUser::SoakUser(std::uint64_t seed, const QString& folder, test::Journal& journal)
    : m_random(seed)
    , m_folder(folder)
    , m_journal(journal)
{
    openWindow();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &SoakUser::tick);
}

SoakUser::~SoakUser() = default;

void SoakUser::start()
{
    m_timer.start(kBetweenActionsMs);
}

void SoakUser::openWindow()
{
    m_window.reset();
    m_window = std::make_unique<MainWindow>();
    m_window->resize(kRestSize);
    m_window->show();
    (void)QTest::qWaitForWindowExposed(m_window.get(), kPatienceMs);
    QApplication::setActiveWindow(m_window.get());
    ++m_windows;
}

bool SoakUser::isAmidst() const
{
    return m_loopsOfAct >= 0 || QApplication::activePopupWidget()
           || QApplication::activeModalWidget();
}

/// The timer is started anew before the action: within it, an event loop of a menu or a dialog may
/// wait for the next one.
void SoakUser::tick()
{
    m_timer.start(kBetweenActionsMs);
    const int loops = QThread::currentThread()->loopLevel();
    const bool waits = m_loopsOfAct >= 0 && loops > m_loopsOfAct;
    if (m_loopsOfAct >= 0 && !waits)
        return; // within the events of an action
    const int before = m_loopsOfAct;
    m_loopsOfAct = loops;
    if (!answer()) {
        if (waits)
            // A drag of text or rows: only the mouse and this key end it.
            Hand(*m_window, m_random).key(Qt::Key_Escape);
        else if (!m_isFinishing)
            act();
    }
    m_loopsOfAct = before;
}

void SoakUser::note(const std::string& what)
{
    ++m_actions;
    m_journal.note(what);
}

std::size_t SoakUser::choose(const std::vector<std::string>& names)
{
    for (const std::string& name : names)
        m_ledger.see(name);
    const std::size_t chosen = m_ledger.leastUsed(names, m_random);
    m_ledger.use(names[chosen]);
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return m_ledger.uses(name) == 0;
        }))
        for (const std::string& opener : m_openers)
            m_ledger.keepFresh(opener);
    m_openers.push_back(names[chosen]);
    note(names[chosen]);
    return chosen;
}

void SoakUser::act()
{
    if (!m_window->isVisible()) {
        note("start anew");
        return openWindow();
    }
    seeControls(controlsNow());
    m_openers.clear();
    const int kind = below(m_random, 100);
    if (kind < 56)
        useAControl();
    else if (kind < 68)
        useMenuBar();
    else if (kind < 80)
        useShortcut();
    else if (kind < 92)
        useHandle();
    else if (kind < 94)
        dropFile();
    else if (kind < 96)
        resizeWindow();
    else
        closeADialog();
    keepSmall();
}

void SoakUser::seeControls(const std::vector<Control>& controls)
{
    for (const Control& control : controls)
        m_ledger.see(control.name);
    for (const QAction* action : m_window->actions())
        if (action->isEnabled() && !action->shortcuts().isEmpty())
            m_ledger.see("key/" + action->shortcut().toString().toStdString());
}

void SoakUser::useAControl()
{
    const auto controls = controlsNow();
    if (controls.empty())
        return;
    std::vector<std::string> names;
    for (const Control& control : controls)
        names.push_back(control.name);
    // Mostly what was used least; often enough anything, for what only a sequence brings about.
    const std::size_t chosen =
        below(m_random, 4) != 0
            ? m_ledger.leastUsed(names, m_random)
            : static_cast<std::size_t>(below(m_random, static_cast<int>(names.size())));
    const Control& control = controls[chosen];
    const auto place = placeOn(*control.widget, m_random);
    if (!place)
        return; // covered
    m_ledger.use(control.name);
    m_openers = {control.name};
    // Before it, without what it will be: a crash must find the name here.
    note(control.name);
    const std::string what = useControl(*control.widget, *place, m_random);
    m_journal.note("  " + what);
}

void SoakUser::useMenuBar()
{
    QMenuBar& bar = *m_window->menuBar();
    const auto actions = bar.actions();
    if (!bar.isVisible() || QApplication::activeModalWidget())
        return useShortcut();
    const QAction* action = actions[below(m_random, static_cast<int>(actions.size()))];
    note("menu bar: " + action->text().toStdString());
    const QRect place = bar.actionGeometry(const_cast<QAction*>(action));
    Hand(*m_window, m_random).click(bar.mapTo(m_window.get(), place.center()));
}

void SoakUser::useShortcut()
{
    std::vector<std::string> names;
    std::vector<QKeySequence> keys;
    for (const QAction* action : m_window->actions())
        for (const QKeySequence& sequence : action->shortcuts()) {
            if (!action->isEnabled())
                continue;
            names.push_back("key/" + sequence.toString().toStdString());
            keys.push_back(sequence);
        }
    if (names.empty() || QApplication::activeModalWidget())
        return;
    const std::size_t chosen = m_ledger.leastUsed(names, m_random);
    m_ledger.use(names[chosen]);
    note(names[chosen]);
    if (m_window->canvas())
        m_window->canvas()->setFocus();
    Hand(*m_window, m_random).keys(keys[chosen]);
}

/// A mean or a shape handle of a component on the canvas: drags at random places seldom meet one.
void SoakUser::useHandle()
{
    LaneCanvas* canvas = m_window->canvas();
    const auto product = m_window->engine().product();
    const MixtureSpec& mixture = *m_window->document().session().data;
    if (!canvas || !canvas->isVisible() || !product || mixture.components.empty()
        || QApplication::activeModalWidget() || product->plane.origin.size() != mixture.dimension)
        return;
    const auto& component = mixture.components[static_cast<std::size_t>(
        below(m_random, static_cast<int>(mixture.components.size())))];
    const PlaneAxes axes = axesInPlane(component, product->plane);
    const int axis = below(m_random, 3); // the third: the mean
    QPointF data = meanInPlane(component, product->plane);
    if (axis < 2)
        data += kHandleDeviations * axes.deviations[static_cast<std::size_t>(axis)]
                * axes.directions[static_cast<std::size_t>(axis)];
    const int lane = below(m_random, static_cast<int>(product->lanes.size()));
    const QPoint own = canvas->toPixels(lane, data).toPoint();
    if (!canvas->rect().contains(own))
        return;
    const QPoint from = canvas->mapTo(m_window.get(), own);
    Hand hand(*m_window, m_random);
    m_ledger.see("canvas/handles");
    m_ledger.use("canvas/handles");
    note("canvas: a handle of a component");
    switch (below(m_random, 5)) {
    case 0:
        hand.click(from, Qt::RightButton);
        break;
    case 1:
        hand.click(from, Qt::LeftButton, Qt::AltModifier);
        break;
    case 2:
        hand.click(from);
        break;
    default:
        hand.drag(from, from + QPoint(below(m_random, 120) - 60, below(m_random, 120) - 60));
    }
}

void SoakUser::dropFile()
{
    const QStringList files = m_folder.entryList(QDir::Files);
    if (files.isEmpty() || QApplication::activeModalWidget())
        return;
    const QString file = files[below(m_random, static_cast<int>(files.size()))];
    note("drop " + file.toStdString());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_folder.filePath(file))});
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    enter.ignore();
    QCoreApplication::sendEvent(m_window.get(), &enter);
    if (!enter.isAccepted())
        return;
    QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_window.get(), &event);
}

void SoakUser::resizeWindow()
{
    note("resize the window");
    m_window->resize(500 + below(m_random, 1200), 400 + below(m_random, 750));
}

/// With its key, once there are several: they would cover each other for a person.
void SoakUser::closeADialog()
{
    std::vector<QWidget*> dialogs = openWindows();
    std::erase(dialogs, m_window.get());
    if (static_cast<int>(dialogs.size()) <= below(m_random, kMostDialogs))
        return;
    QWidget* dialog =
        dialogs[static_cast<std::size_t>(below(m_random, static_cast<int>(dialogs.size())))];
    note("Escape in " + std::string(dialog->metaObject()->className()));
    Hand(*dialog, m_random).key(Qt::Key_Escape);
}

/// Runs of minutes would only be waited for.
void SoakUser::keepSmall()
{
    if (statesOf(m_window->document().session()) <= kMostStates)
        return;
    note("too large a run: a new document");
    m_window->setAsksBeforeLosing(false);
    press(*m_window, "new");
    m_window->setAsksBeforeLosing(true);
}

bool SoakUser::rest()
{
    if (!m_window->isVisible())
        openWindow();
    const auto windows = openWindows();
    for (QWidget* window : windows)
        if (window != m_window.get() && qobject_cast<QDialog*>(window))
            window->close();
    (void)m_window->exports().mayClose(false); // cancels what runs
    if (m_window->isPresenting())
        m_window->setPresenting(false);
    m_window->setAsksBeforeLosing(false);
    press(*m_window, "new");
    m_window->setAsksBeforeLosing(true);
    m_window->playback().setPlaying(false);
    m_window->errorBar()->dismiss();
    m_window->resize(kRestSize);
    const bool isIdle =
        QTest::qWaitFor([this] { return !m_window->engine().isBusy(); }, kPatienceMs);
    QTest::qWait(kSettleMs);
    return isIdle;
}

} // namespace scorefield::ui
