// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include "ui/charts/charts_panel.h"
#include "ui/export/figure.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/lane_panel.h"
#include "ui/panels/schedule_editor.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"
#include "ui/window/busy_line.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/opengl_check.h"
#include "ui/window/paint_hold.h"
#include "ui/window/recovery.h"
#include "ui/window/ridge_strip.h"
#include "ui/window/status_line.h"
#include "ui/window/time_bar.h"
#include "ui/window/window_exports.h"

#include <QApplication>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kCanvasShare = 4; // of the height: the schedule has one

QScrollArea* panelArea(QWidget* panel, const char* name, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setObjectName(QLatin1String(name));
    area->setProperty("panel", true);
    area->setWidget(panel);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

QFrame* hairline(QWidget* parent, bool vertical)
{
    auto* line = new QFrame(parent);
    line->setFrameShape(QFrame::NoFrame);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    vertical ? line->setFixedWidth(1) : line->setFixedHeight(1);
    line->setProperty("hairline", true);
    return line;
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_playback(m_document)
    , m_film(m_document)
    , m_bookmarks(m_document)
    , m_paintHold(new PaintHold(*this))
    , m_themeChoice(storedThemeChoice())
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    // The worker starts before a widget exists: both take their time, on two processors.
    m_engine.request(m_document.session());
    // Before any panel hears of a change: the run begins while they show it.
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (!changes.data && !changes.laneCount && !changes.anySimulation())
            return;
        m_paintHold->begin();
        m_engine.request(m_document.session());
    });
    m_document.setPngReader([](const QString& path) {
        return render::sessionFromPicture(std::filesystem::path(path.toStdU16String()));
    });
    applyTheme(*qApp, themeFor(m_themeChoice));
    buildMenus();
    buildToolBar();
    buildCentre();
    buildCharts();
    m_status = new StatusLine(*statusBar());
    connectParts();
    connectBookmarks();
    restoreWindow();
    refreshToggles();
    updateTitle();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildToolBar()
{
    QToolBar* bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_name = new QLabel(QStringLiteral("Scorefield"), bar);
    m_name->setObjectName(QStringLiteral("applicationName"));
    bar->addWidget(m_name);

    m_presetButton = new QPushButton(bar);
    m_presetButton->setObjectName(QStringLiteral("presetButton"));
    m_presetButton->setToolTip(tr("Start from a preset"));
    auto* presets = new QMenu(m_presetButton);
    connect(presets, &QMenu::aboutToShow, this, [this, presets] { fillPresets(presets); });
    m_presetButton->setMenu(presets);
    // The style sheet's default puts the arrow of a button with a menu into its lower corner.
    m_presetButton->setStyleSheet(
        QStringLiteral("QPushButton { padding-right: 24px; } QPushButton::menu-indicator { "
                       "subcontrol-position: center right; right: 8px; }"));
    bar->addWidget(m_presetButton);

    const auto historyButton = [&](const char* icon,
                                   const QString& toolTip,
                                   void (QUndoStack::*act)(),
                                   void (QUndoStack::*changed)(bool)) {
        auto* button = new IconButton(QLatin1String(icon), toolTip, bar);
        button->setObjectName(QLatin1String(icon) + QStringLiteral("Button"));
        button->setEnabled(false);
        connect(button, &QToolButton::clicked, &m_document.undoStack(), act);
        connect(&m_document.undoStack(), changed, button, &QWidget::setEnabled);
        bar->addWidget(button);
    };
    historyButton("undo", tr("Undo (Ctrl+Z)"), &QUndoStack::undo, &QUndoStack::canUndoChanged);
    historyButton(
        "redo", tr("Redo (Shift+Ctrl+Z)"), &QUndoStack::redo, &QUndoStack::canRedoChanged);

    auto* gap = new QWidget(bar);
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);

    m_laneCount = new SegmentedControl(
        {QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3"), QStringLiteral("4")}, bar);
    m_laneCount->setObjectName(QStringLiteral("laneCount"));
    m_laneCount->setAccessibleName(tr("Number of lanes"));
    for (int i = 0; i < kMaxLanes; ++i)
        m_laneCount->setSegmentToolTip(
            i, i == 0 ? tr("One lane") : tr("%1 lanes side by side").arg(i + 1));
    connect(m_laneCount, &SegmentedControl::activated, this, [this](int index) {
        setLaneCount(index + 1);
    });
    bar->addWidget(m_laneCount);

    addExportButtons(bar);
}

void MainWindow::buildCentre()
{
    auto* all = new QWidget(this);
    auto* column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_busyLine = new BusyLine(all);
    m_errorBar = new ErrorBar(all);
    column->addWidget(m_busyLine);
    column->addWidget(m_errorBar);

    m_dataPanel = new DataPanel(m_document, all);
    m_lanePanel = new LanePanel(m_document, all);
    m_left = panelArea(m_dataPanel, "leftPanel", all);
    m_right = panelArea(m_lanePanel, "rightPanel", all);
    auto* middle = new QWidget(all);
    m_centre = new QVBoxLayout(middle);
    m_centre->setContentsMargins(0, 0, 0, 0);
    m_centre->setSpacing(0);
    buildCanvas(m_centre);
    m_timeBar = new TimeBar(m_document, m_playback, middle);
    m_timeBar->setProperty("panel", true);
    m_timeBar->setAttribute(Qt::WA_StyledBackground);
    m_schedule = new ScheduleEditor(m_document, middle);
    m_schedule->setProperty("panel", true);
    m_schedule->setAttribute(Qt::WA_StyledBackground);
    m_centre->addWidget(hairline(middle, false));
    m_centre->addWidget(m_schedule, 1);
    m_centre->addWidget(hairline(middle, false));
    m_centre->addWidget(m_timeBar);
    m_ridgeStrip = new RidgeStrip(m_document, m_playback, *m_timeBar->scrubber(), middle);
    m_ridgeStrip->setProperty("panel", true);
    m_ridgeStrip->setAttribute(Qt::WA_StyledBackground);
    m_centre->addWidget(m_ridgeStrip);
    buildFilm(middle);

    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_left);
    row->addWidget(hairline(all, true));
    row->addWidget(middle, 1);
    row->addWidget(hairline(all, true));
    row->addWidget(m_right);
    column->addLayout(row, 1);
    buildExports(column);
    setCentralWidget(all);
}

void MainWindow::buildCanvas(QVBoxLayout* column)
{
    if (const Status usable = checkOpenGl(); !usable) {
        replaceCanvas(QString::fromStdString(usable.error().message));
        return;
    }
    m_canvas = new LaneCanvas(m_document, this);
    column->insertWidget(0, m_canvas, kCanvasShare);
    connect(m_canvas, &LaneCanvas::laneClicked, this, &MainWindow::selectLane);
    connect(m_canvas, &LaneCanvas::componentSelected, m_dataPanel, &DataPanel::selectComponent);
    connect(
        m_dataPanel, &DataPanel::componentSelected, m_canvas, &LaneCanvas::setSelectedComponent);
    connect(m_canvas, &LaneCanvas::duplicateRequested, m_dataPanel, &DataPanel::duplicateComponent);
    connect(m_canvas, &LaneCanvas::deleteRequested, m_dataPanel, &DataPanel::deleteComponent);
    connect(m_canvas, &LaneCanvas::framePainted, this, &MainWindow::onFrame);
    // Queued: the bar takes room, which a frame under way cannot give.
    connect(m_canvas,
            &LaneCanvas::drawingFailed,
            m_errorBar,
            &ErrorBar::showNotice,
            Qt::QueuedConnection);
    // Queued: the canvas must not be deleted inside its own initializeGL.
    connect(m_canvas,
            &LaneCanvas::openGlFailed,
            this,
            &MainWindow::replaceCanvas,
            Qt::QueuedConnection);
}

void MainWindow::replaceCanvas(const QString& sentence)
{
    if (m_canvas)
        m_canvas->deleteLater();
    m_canvas = nullptr;
    auto* label = new QLabel(
        tr("The lanes cannot be drawn here: %1.\nStart Scorefield with LIBGL_ALWAYS_SOFTWARE=1 in "
           "the environment to draw them in software. Everything else of this window works, and "
           "the commands ‘scorefield sample’ and ‘scorefield study’ need no OpenGL.")
            .arg(sentence),
        this);
    label->setObjectName(QStringLiteral("canvasMessage"));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setMargin(px(24));
    m_centre->insertWidget(0, label, kCanvasShare);
    // No frame will come that begins it. Once the window is there: it may have to ask.
    if (!m_recovery)
        QMetaObject::invokeMethod(this, &MainWindow::offerRecovery, Qt::QueuedConnection);
}

void MainWindow::connectParts()
{
    connect(&m_document, &Document::sessionChanged, this, &MainWindow::onSessionChanged);
    connect(&m_document, &Document::fileChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &Document::failed, this, &MainWindow::showError);
    connect(&m_engine, &Engine::productReady, this, &MainWindow::onProduct);
    connect(&m_engine, &Engine::busyChanged, m_busyLine, &BusyLine::setBusy);
    connect(&m_engine, &Engine::busyChanged, m_paintHold, [this](bool busy) {
        if (!busy)
            m_paintHold->end(); // without a product: the run failed
    });
    connect(&m_engine, &Engine::trainingChanged, this, [this] {
        const double share = m_engine.training().value_or(0);
        m_lanePanel->setTraining(share);
        if (m_canvas)
            m_canvas->setTraining(share);
    });
    connect(&m_engine, &Engine::failed, this, [this](const QString& path, const QString& message) {
        showError(path, message);
        m_runErrorShown = true;
    });
    connect(m_lanePanel, &LanePanel::laneSelected, this, &MainWindow::selectLane);
    connect(m_timeBar, &TimeBar::rejected, m_errorBar, &ErrorBar::showError);
    connect(m_schedule, &ScheduleEditor::rejected, m_errorBar, &ErrorBar::showNotice);
    connect(m_schedule, &ScheduleEditor::openChanged, m_showSchedule, &QAction::setChecked);
    if (m_canvas) {
        connect(m_canvas, &LaneCanvas::pinnedChanged, m_status, &StatusLine::setPinned);
        connect(m_canvas, &LaneCanvas::pinnedChanged, m_charts, &ChartsPanel::setPinned);
        m_canvas->setFocus();
    }
    m_laneCount->setCurrentIndex(static_cast<int>(m_document.session().lanes.size()) - 1);
    followScreen();
    // Queued: Qt gives the window to another screen first.
    connect(qApp,
            &QGuiApplication::screenRemoved,
            this,
            &MainWindow::fitScreen,
            Qt::QueuedConnection);
}

void MainWindow::onSessionChanged(const Changes& changes)
{
    if (changes.timeline && !changes.style && !changes.info && !changes.exports
        && !changes.anySimulation())
        return refreshToggles(); // playing, sixty times a second
    if (m_canvas && changes.data
        && m_canvas->selectedComponent()
               >= static_cast<int>(m_document.session().data->components.size()))
        m_canvas->setSelectedComponent(-1);
    if (changes.laneCount || changes.data) {
        m_laneCount->setCurrentIndex(static_cast<int>(m_document.session().lanes.size()) - 1);
        const int last = static_cast<int>(m_document.session().lanes.size()) - 1;
        if (m_playback.lane() > last)
            selectLane(last);
    }
    refreshToggles();
    updateTitle();
}

void MainWindow::onProduct(const std::shared_ptr<const RunProduct>& product)
{
    m_paintHold->arrive(m_engine.isLatest(*product));
    m_playback.setProduct(product);
    m_charts->setProduct(product);
    if (m_canvas)
        m_canvas->setProduct(product);
    m_lanePanel->setProduct(product);
    m_schedule->setProduct(product);
    m_status->setProduct(product);
    if (m_runErrorShown)
        m_errorBar->dismiss();
    m_runErrorShown = false;
    for (std::size_t lane = 0; lane < product->lanes.size(); ++lane) {
        const Outcome& outcome = product->lanes[lane]->outcome;
        if (outcome.kind != Outcome::Kind::NonFinite && outcome.kind != Outcome::Kind::Refused)
            continue;
        m_errorBar->showError(
            tr("Lane %1: %2").arg(lane + 1).arg(QString::fromStdString(outcome.message)));
        m_runErrorShown = true;
    }
}

void MainWindow::onFrame(double milliseconds)
{
    m_status->setFrame(milliseconds, m_canvas->isReduced());
    m_engine.setFrameTime(milliseconds);
    m_paintHold->setFrameTime(milliseconds);
    if (m_framed || !m_engine.product())
        return;
    m_framed = true;
    m_status->setRenderer(m_canvas->rendererName());
    m_document.setNoGpu(m_canvas->whyNoSwarm());
    Q_EMIT firstFrameShown();
    if (!m_recovery)
        offerRecovery();
}

void MainWindow::selectLane(int lane)
{
    m_playback.setLane(lane);
    m_lanePanel->selectLane(lane);
    m_schedule->setLane(lane);
    m_charts->setLane(lane);
    if (m_canvas)
        m_canvas->setSelectedLane(lane);
}

void MainWindow::setLaneCount(int count)
{
    const auto change = [count](Session& session) {
        static const char* const kKinds[] = {"vp", "rf", "ve-edm", "vp-linear"};
        const auto isUsed = [&](const char* kind) {
            return std::any_of(session.lanes.begin(), session.lanes.end(), [&](const Lane& lane) {
                return lane.process.kind == kind;
            });
        };
        const auto wanted = static_cast<std::size_t>(std::clamp(count, 1, kMaxLanes));
        while (session.lanes.size() < wanted) {
            const auto unused = std::find_if_not(std::begin(kKinds), std::end(kKinds), isUsed);
            // A new lane differs in its process only: guidance and stochasticity are the first
            // lane's.
            Lane lane = defaultLane(unused == std::end(kKinds) ? "vp" : *unused);
            lane.guidance = session.lanes.front().guidance;
            lane.sampler = session.lanes.front().sampler;
            lane.eta = session.lanes.front().eta;
            session.lanes.push_back(std::move(lane));
        }
        session.lanes.resize(wanted);
    };
    (void)m_document.edit(tr("Change number of lanes"), change); // errors are emitted
}

void MainWindow::updateTitle()
{
    const QString file = m_document.filePath();
    const QString title = QString::fromStdString(m_document.session().info.title);
    const QString name = !file.isEmpty()   ? QFileInfo(file).fileName()
                         : title.isEmpty() ? tr("Untitled")
                                           : title;
    setWindowTitle(name + QStringLiteral("[*] — Scorefield"));
    setWindowModified(m_document.isModified());
    m_presetButton->setText((title.isEmpty() ? tr("New from") : title));
}

void MainWindow::showError(const QString& path, const QString& message)
{
    m_errorBar->showError(path.isEmpty() ? message : path + QStringLiteral(": ") + message);
}

} // namespace scorefield::ui
