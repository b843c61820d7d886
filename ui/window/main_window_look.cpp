// SPDX-License-Identifier: GPL-3.0-or-later
// How the window looks: theme, presentation mode, geometry.
#include "ui/charts/charts_panel.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/schedule_editor.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_sheet.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/window_exports.h"

#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QWindow>

#include <algorithm>

namespace scorefield::ui {

namespace {

/// Of the window: above it the charts have room without being asked for.
constexpr int kRoomForCharts = 1100;
constexpr int kChartsHeight = 300;
constexpr int kReturnMs = 300; ///< that a window manager may take to give a window its old place
constexpr double kLeftWidth = 248,
                 kRightWidth = 304; ///< the design has 290, too little beside a scroll bar

/// Onto its screen, no larger than that has room.
void bringIntoView(QWidget& window)
{
    const QRect room = window.screen()->availableGeometry(), frame = window.frameGeometry();
    if (!window.isVisible() || room.contains(frame))
        return;
    if (window.isFullScreen() || window.isMaximized()) {
        // No window manager has moved it. Setting the widget's geometry would end its state.
        if (!room.intersects(frame))
            window.windowHandle()->setGeometry(window.isFullScreen() ? window.screen()->geometry()
                                                                     : room);
        return;
    }
    const QSize border = frame.size() - window.size();
    window.resize(window.size().boundedTo(room.size() - border));
    const QSize outer = window.size() + border;
    const QPoint last = room.bottomRight() - QPoint(outer.width(), outer.height()) + QPoint(1, 1);
    window.move(std::clamp(frame.x(), room.x(), std::max(room.x(), last.x())),
                std::clamp(frame.y(), room.y(), std::max(room.y(), last.y())));
}

} // namespace

void MainWindow::buildCharts()
{
    m_charts = new ChartsPanel(m_document, this);
    connect(m_charts, &ChartsPanel::figureRequested, m_exports.get(), &WindowExports::showCharts);
    m_chartsDock = new QDockWidget(tr("Charts"), this);
    m_chartsDock->setObjectName(QStringLiteral("chartsDock"));
    m_chartsDock->setAllowedAreas(Qt::BottomDockWidgetArea | Qt::RightDockWidgetArea);
    m_chartsDock->setWidget(m_charts);
    addDockWidget(Qt::BottomDockWidgetArea, m_chartsDock);
    m_chartsDock->hide();
    connect(m_showCharts, &QAction::toggled, this, [this](bool on) {
        m_chartsDock->setVisible(on && !m_presenting);
    });
    connect(m_chartsDock, &QDockWidget::visibilityChanged, this, [this] {
        if (!m_presenting) // closed by its own button
            m_showCharts->setChecked(!m_chartsDock->isHidden());
    });
}

void MainWindow::setTheme(ThemeChoice choice)
{
    m_themeChoice = choice;
    storeThemeChoice(choice);
    applyLook();
}

void MainWindow::setPresenting(bool presenting)
{
    m_presenting = presenting;
    applyLook();
    menuBar()->setVisible(!presenting);
    statusBar()->setVisible(!presenting);
    for (QToolBar* bar : findChildren<QToolBar*>())
        bar->setVisible(!presenting);
    m_left->setVisible(!presenting && m_showLeft->isChecked());
    m_right->setVisible(!presenting && m_showRight->isChecked());
    m_schedule->setVisible(!presenting);
    m_dopeSheet->setVisible(!presenting && m_showFilm->isChecked());
    m_chartsDock->setVisible(!presenting && m_showCharts->isChecked());
    setWindowState(presenting ? windowState() | Qt::WindowFullScreen
                              : windowState() & ~Qt::WindowFullScreen);
    if (m_canvas)
        m_canvas->setFocus();
}

void MainWindow::applyLook()
{
    const double factor = m_presenting ? kPresentationScale : 1;
    applyTheme(*qApp, themeFor(m_themeChoice), factor);
    if (m_canvas)
        m_canvas->setScale(factor);
    applyWidths();
}

void MainWindow::applyWidths()
{
    const QFont title = render::interfaceFont(px(15), true);
    m_name->setFont(title);
    m_left->setFixedWidth(px(kLeftWidth));
    m_right->setFixedWidth(px(kRightWidth));
}

void MainWindow::followScreen()
{
    if (const QScreen* display = screen()) {
        m_playback.setFrameRate(display->refreshRate());
        m_film.setFrameRate(display->refreshRate());
    }
}

/// What was on a screen that is unplugged is brought to where it is seen.
void MainWindow::fitScreen()
{
    followScreen();
    const auto windows = QApplication::topLevelWidgets();
    for (QWidget* window : windows)
        if (window == this || qobject_cast<QDialog*>(window))
            bringIntoView(*window);
    // Where the window returns to from the whole screen may be gone, too.
    m_hasLostScreen = isFullScreen() || isMaximized();
}

bool MainWindow::event(QEvent* event)
{
    const bool isDone = QMainWindow::event(event);
    // Also while it is dragged from one to another.
    if (event->type() == QEvent::ScreenChangeInternal)
        followScreen();
    if (event->type() == QEvent::WindowStateChange && m_hasLostScreen)
        QTimer::singleShot(kReturnMs, this, &MainWindow::fitScreen);
    return isDone;
}

void MainWindow::restoreWindow()
{
    applyWidths();
    const QSettings settings;
    const QByteArray geometry = settings.value(QStringLiteral("window/geometry")).toByteArray();
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    resizeDocks({m_chartsDock}, {px(kChartsHeight)}, Qt::Vertical);
    const QByteArray state = settings.value(QStringLiteral("window/state")).toByteArray();
    if (state.isEmpty() || !restoreState(state))
        m_chartsDock->setVisible(height() >= kRoomForCharts);
    m_showCharts->setChecked(!m_chartsDock->isHidden());
    m_showLeft->setChecked(settings.value(QStringLiteral("window/leftPanel"), true).toBool());
    m_showRight->setChecked(settings.value(QStringLiteral("window/rightPanel"), true).toBool());
    m_showSchedule->setChecked(m_schedule->isOpen());
    connect(m_showSchedule, &QAction::toggled, m_schedule, &ScheduleEditor::setOpen);
}

} // namespace scorefield::ui
