// SPDX-License-Identifier: GPL-3.0-or-later
// The menus: every entry does something today, and every key of the window is an action here, so
// the help sheet and the menus cannot disagree with what the keys do.
#include "core/session/parameter_table.h"
#include "ui/document/presets.h"
#include "ui/panels/data_panel.h"
#include "ui/window/help_sheet.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QScrollArea>
#include <QSettings>
#include <QSignalBlocker>

namespace scorefield::ui {

QAction* MainWindow::add(QMenu* menu,
                         const char* name,
                         const QString& text,
                         const QList<QKeySequence>& keys,
                         const std::function<void()>& act)
{
    QAction* action = menu->addAction(text);
    action->setObjectName(QLatin1String(name));
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, [act] { act(); });
    addAction(action); // of the window too: keys work while the menu bar is hidden
    return action;
}

QAction* MainWindow::addToggle(QMenu* menu,
                               const char* key,
                               const QString& text,
                               const QList<QKeySequence>& keys)
{
    QAction* action = menu->addAction(text);
    action->setObjectName(QLatin1String(key));
    action->setShortcuts(keys);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, [this, key](bool on) {
        (void)m_document.setValue(QLatin1String(key), on ? 1 : 0); // errors are emitted
    });
    addAction(action);
    m_toggles.append(action);
    return action;
}

void MainWindow::refreshToggles()
{
    for (QAction* action : std::as_const(m_toggles)) {
        const auto value = parameterValue(m_document.session(), action->objectName().toStdString());
        const QSignalBlocker blocker(action);
        action->setChecked(value && *value != 0);
        const QString reason = m_document.whyDisabled(action->objectName());
        action->setEnabled(reason.isEmpty());
        action->setToolTip(reason);
    }
}

void MainWindow::buildMenus()
{
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildPlayMenu();
    buildBookmarkMenu();
    buildHelpMenu();
}

void MainWindow::buildFileMenu()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, "new", tr("&New"), QKeySequence::keyBindings(QKeySequence::New), [this] {
        newDocument();
    });
    QMenu* presets = file->addMenu(tr("New &from"));
    connect(presets, &QMenu::aboutToShow, this, [this, presets] { fillPresets(presets); });
    add(file, "open", tr("&Open…"), QKeySequence::keyBindings(QKeySequence::Open), [this] {
        chooseAndOpen();
    });
    QMenu* recent = file->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    file->addSeparator();
    add(file, "save", tr("&Save"), QKeySequence::keyBindings(QKeySequence::Save), [this] {
        save();
    });
    add(file, "saveAs", tr("Save &as…"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)}, [this] {
        saveAs();
    });
    buildExportMenu(file);
    file->addSeparator();
    add(file, "fitData", tr("Fit &data…"), {}, [this] { m_dataPanel->fitFile(); });
    add(file, "useNoise", tr("Use recorded &noise…"), {}, [this] { chooseNoiseTape(); });
    file->addSeparator();
    add(file, "quit", tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
}

void MainWindow::buildEditMenu()
{
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    for (QAction* action : {m_document.undoStack().createUndoAction(this, tr("&Undo")),
                            m_document.undoStack().createRedoAction(this, tr("&Redo"))}) {
        const bool isUndo = edit->isEmpty();
        action->setObjectName(isUndo ? QStringLiteral("undo") : QStringLiteral("redo"));
        action->setShortcuts(
            isUndo ? QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::Key_Z)}
                   : QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z),
                                         QKeySequence(Qt::CTRL | Qt::Key_Y)});
        edit->addAction(action);
        addAction(action);
    }
    edit->addSeparator();
    buildCopyMenu(edit);
    edit->addSeparator();
    add(edit, "addComponent", tr("&Add component"), {}, [this] { m_dataPanel->addComponent(); });
    add(edit,
        "duplicateComponent",
        tr("&Duplicate component"),
        {QKeySequence(Qt::CTRL | Qt::Key_D)},
        [this] { m_dataPanel->duplicateComponent(); });
    add(edit, "deleteComponent", tr("De&lete component"), {QKeySequence(Qt::Key_Delete)}, [this] {
        m_dataPanel->deleteComponent();
    });
    edit->addSeparator();
    add(edit, "newNoise", tr("New &noise"), {QKeySequence(Qt::Key_N)}, [this] {
        m_dataPanel->newNoise();
    });
    addToggle(edit, "view.link_lanes", tr("Lin&k lanes"), {});
    addToggle(edit, "view.match_noise", tr("&Match noise levels"), {});
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    QMenu* lanes = view->addMenu(tr("&Lanes"));
    for (int count = 1; count <= kMaxLanes; ++count)
        add(lanes,
            "lanes",
            count == 1 ? tr("One lane") : tr("%1 lanes").arg(count),
            {},
            [this, count] { setLaneCount(count); });
    lanes->addSeparator();
    for (int lane = 0; lane < kMaxLanes; ++lane)
        add(lanes,
            "selectLane",
            tr("Select lane %1").arg(lane + 1),
            {QKeySequence(Qt::Key_1 + lane)},
            [this, lane] {
                if (lane < static_cast<int>(m_document.session().lanes.size()))
                    selectLane(lane);
            });
    view->addSeparator();
    addToggle(view, "view.density.visible", tr("&Density"), {QKeySequence(Qt::Key_D)});
    addToggle(view, "view.contours.visible", tr("&Contours"), {QKeySequence(Qt::Key_C)});
    addToggle(view, "view.particles.visible", tr("&Particles"), {QKeySequence(Qt::Key_P)});
    addToggle(view, "view.trails.visible", tr("&Trails"), {QKeySequence(Qt::Key_T)});
    addToggle(view, "view.arrows.visible", tr("Arro&ws"), {QKeySequence(Qt::Key_A)});
    addToggle(view, "view.warp.visible", tr("O&ne-step map"), {QKeySequence(Qt::Key_W)});
    addToggle(view, "view.swarm.visible", tr("Swarm on the &GPU"), {});
    addToggle(view, "view.ridge.visible", tr("R&idge"), {QKeySequence(Qt::Key_R)});
    addToggle(view, "view.ellipses.visible", tr("Component &ellipses"), {QKeySequence(Qt::Key_E)});
    view->addSeparator();
    const double step = 1.25;
    const auto zoom = [this](double factor) {
        if (m_canvas)
            m_canvas->zoomBy(factor);
    };
    add(view, "fitView", tr("&Fit view"), {QKeySequence(Qt::Key_0)}, [this] {
        if (m_canvas)
            m_canvas->fitView();
    });
    add(view,
        "zoomIn",
        tr("Zoom &in"),
        {QKeySequence(Qt::Key_Plus), QKeySequence(Qt::Key_Equal)},
        [=] { zoom(step); });
    add(view, "zoomOut", tr("Zoom &out"), {QKeySequence(Qt::Key_Minus)}, [=] { zoom(1 / step); });
    addToggle(view, "view.link_cameras", tr("Link ca&meras"), {});
    view->addSeparator();
    const auto panelToggle =
        [&](const char* name, const QString& text, QScrollArea* MainWindow::*area) {
            QAction* action = add(view, name, text, {}, [] {});
            action->setCheckable(true);
            action->setChecked(true);
            connect(action, &QAction::toggled, this, [this, area](bool on) {
                (this->*area)->setVisible(on && !m_presenting);
            });
            return action;
        };
    m_showLeft = panelToggle("leftPanelVisible", tr("D&ata panel"), &MainWindow::m_left);
    m_showRight = panelToggle("rightPanelVisible", tr("Lane pa&nel"), &MainWindow::m_right);
    m_showSchedule = add(view, "scheduleVisible", tr("&Schedule"), {QKeySequence(Qt::Key_L)}, [] {});
    m_showSchedule->setCheckable(true);
    addToggle(view,
              "view.ridge.strip",
              tr("Ridge o&ver noise"),
              {QKeySequence(Qt::SHIFT | Qt::Key_R)});
    buildFilmMenu(view);
    m_showCharts = add(view, "chartsVisible", tr("C&harts"), {QKeySequence(Qt::Key_G)}, [] {});
    m_showCharts->setCheckable(true);
    buildThemeMenu(view);
    view->addSeparator();
    add(view, "present", tr("P&resentation"), {QKeySequence(Qt::Key_F11)}, [this] {
        setPresenting(!m_presenting);
    });
}

void MainWindow::buildThemeMenu(QMenu* view)
{
    QMenu* theme = view->addMenu(tr("T&heme"));
    auto* group = new QActionGroup(this);
    const std::pair<const char*, QString> entries[] = {{"themeSystem", tr("As the &system")},
                                                       {"themeLight", tr("&Light")},
                                                       {"themeDark", tr("&Dark")}};
    int index = 0;
    for (const auto& [name, text] : entries) {
        const auto choice = static_cast<ThemeChoice>(index++);
        QAction* action = add(theme, name, text, {}, [this, choice] { setTheme(choice); });
        action->setCheckable(true);
        action->setChecked(choice == m_themeChoice);
        group->addAction(action);
    }
}

void MainWindow::buildPlayMenu()
{
    QMenu* play = menuBar()->addMenu(tr("&Play"));
    add(play, "play", tr("&Play or pause"), {QKeySequence(Qt::Key_Space)}, [this] {
        togglePlaying();
    });
    addToggle(play, "timeline.loop", tr("&Loop"), {QKeySequence(Qt::Key_O)});
    play->addSeparator();
    add(play, "stepForward", tr("Step &forward"), {QKeySequence(Qt::Key_Right)}, [this] {
        m_playback.stepBy(1);
    });
    add(play, "stepBack", tr("Step &back"), {QKeySequence(Qt::Key_Left)}, [this] {
        m_playback.stepBy(-1);
    });
    add(play,
        "tenForward",
        tr("Ten steps forward"),
        {QKeySequence(Qt::SHIFT | Qt::Key_Right)},
        [this] { m_playback.stepBy(10); });
    add(play, "tenBack", tr("Ten steps back"), {QKeySequence(Qt::SHIFT | Qt::Key_Left)}, [this] {
        m_playback.stepBy(-10);
    });
    add(play, "toStart", tr("To the &noise end"), {QKeySequence(Qt::Key_Home)}, [this] {
        m_playback.toStart();
    });
    add(play, "toEnd", tr("To the &data end"), {QKeySequence(Qt::Key_End)}, [this] {
        m_playback.toEnd();
    });
    play->addSeparator();
    add(play, "slower", tr("&Slower"), {QKeySequence(Qt::Key_BracketLeft)}, [this] {
        m_playback.slower();
    });
    add(play, "faster", tr("F&aster"), {QKeySequence(Qt::Key_BracketRight)}, [this] {
        m_playback.faster();
    });
}

void MainWindow::buildHelpMenu()
{
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    add(help, "help", tr("&Help and keys"), {QKeySequence(Qt::Key_F1)}, [this] { showHelp(); });
    add(help, "about", tr("&About Scorefield"), {}, [this] { showAbout(); });
}

void MainWindow::fillPresets(QMenu* menu)
{
    menu->clear();
    for (const Preset& preset : presets()) {
        QAction* action = menu->addAction(preset.title);
        action->setObjectName(preset.id);
        connect(action, &QAction::triggered, this, [this, id = preset.id] { newFromPreset(id); });
    }
}

void MainWindow::showHelp()
{
    auto* sheet = new HelpSheet(*menuBar(), this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->show(); // beside the window, which stays usable
}

void MainWindow::showAbout()
{
    auto* box =
        new QMessageBox(QMessageBox::NoIcon,
                        tr("About Scorefield"),
                        tr("<b>Scorefield %1</b><p>A laboratory for reverse diffusion: exact "
                           "scores of Gaussian mixtures, "
                           "simulated and drawn as you change them.</p><p>GPL-3.0-or-later</p>")
                            .arg(QLatin1String(SCOREFIELD_VERSION)),
                        QMessageBox::Close,
                        this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
}

} // namespace scorefield::ui
