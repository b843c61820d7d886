// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The window: data on the left, lanes and time in the middle, the selected lane on the right. It
// only connects: the document holds the state, the engine runs it, the parts show it.
#include "ui/document/document.h"
#include "ui/document/engine.h"
#include "ui/widgets/quiet_children.h"
#include "ui/window/bookmarks.h"
#include "ui/window/film_player.h"
#include "ui/window/playback.h"
#include "ui/window/theme_choice.h"

#include <QElapsedTimer>
#include <QMainWindow>

#include <functional>
#include <memory>
#include <optional>

class QAction;
class QDockWidget;
class QLabel;
class QMenu;
class QPushButton;
class QScrollArea;
class QToolBar;
class QVBoxLayout;

namespace scorefield::ui {

class BusyLine;
class ChartsPanel;
class DataPanel;
class DopeSheet;
class ErrorBar;
class FadingCaption;
class LaneCanvas;
class LanePanel;
class PaintHold;
class Recovery;
class RidgeStrip;
class ScheduleEditor;
class SegmentedControl;
class StatusLine;
class TimeBar;
class WindowExports;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Applies the stored theme and starts simulating the default session.
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    Document& document() { return m_document; }
    Engine& engine() { return m_engine; }
    Playback& playback() { return m_playback; }
    FilmPlayer& film() { return m_film; }
    Bookmarks& bookmarks() { return m_bookmarks; }
    LaneCanvas* canvas() const { return m_canvas; } ///< null where OpenGL is missing
    DataPanel* dataPanel() const { return m_dataPanel; }
    LanePanel* lanePanel() const { return m_lanePanel; }
    TimeBar* timeBar() const { return m_timeBar; }
    RidgeStrip* ridgeStrip() const { return m_ridgeStrip; }
    DopeSheet* dopeSheet() const { return m_dopeSheet; }
    FadingCaption* caption() const { return m_caption; } ///< null until it has been needed
    ScheduleEditor* scheduleEditor() const { return m_schedule; }
    ErrorBar* errorBar() const { return m_errorBar; }
    ChartsPanel* charts() const { return m_charts; }

    /// A session, a PNG that carries one, a preset resource, or data to fit (CSV, NPY). Errors
    /// stand in the error bar; the session stays.
    bool openFile(const QString& path);
    /// For an end without questions (a signal): unsaved changes are offered at the next start.
    void keepForNextStart();
    /// Recorded normals (NPY) become the step noise. Errors as for openFile.
    bool useNoiseTape(const QString& path);
    void setLaneCount(int count);
    void setTheme(ThemeChoice choice);
    void setPresenting(bool presenting);
    bool isPresenting() const { return m_presenting; }
    WindowExports& exports() { return *m_exports; }
    /// Without it, closing with unsaved changes asks (tests close silently).
    void setAsksBeforeLosing(bool asks) { m_asks = asks; }

Q_SIGNALS:
    void firstFrameShown();

protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // Layout and connections (main_window.cpp).
    void buildToolBar();
    void buildCentre();
    void buildCanvas(QVBoxLayout* column);
    void connectParts();
    void buildCharts();
    void replaceCanvas(const QString& sentence);
    void onSessionChanged(const Changes& changes);
    void onProduct(const std::shared_ptr<const RunProduct>& product);
    void onFrame(double milliseconds);
    void selectLane(int lane);
    void applyLook();
    void applyWidths();
    void restoreWindow();
    void followScreen();
    void fitScreen();
    void updateTitle();
    void showError(const QString& path, const QString& message);

    // Menus (main_window_actions.cpp).
    void buildMenus();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildThemeMenu(QMenu* view);
    void buildPlayMenu();
    void buildHelpMenu();
    QAction* add(QMenu* menu,
                 const char* name,
                 const QString& text,
                 const QList<QKeySequence>& keys,
                 const std::function<void()>& act);
    QAction*
    addToggle(QMenu* menu, const char* key, const QString& text, const QList<QKeySequence>& keys);
    void refreshToggles();
    void fillPresets(QMenu* menu);
    void showHelp();
    void showAbout();

    // Film (main_window_film.cpp).
    void buildFilm(QWidget* middle);
    void buildFilmMenu(QMenu* view);
    void sayOverLanes(const QString& quiet, const QString& text);
    void togglePlaying();

    // Bookmarks (main_window_bookmarks.cpp).
    void buildBookmarkMenu();
    void connectBookmarks();
    void refreshBookmarks();
    void addBookmark();
    void manageBookmarks();

    // Exports (main_window_exports.cpp).
    void buildExports(QVBoxLayout* column);
    void buildExportMenu(QMenu* file);
    void buildCopyMenu(QMenu* edit);
    void addExportButtons(QToolBar* bar);

    // Files (main_window_files.cpp).
    void newDocument();
    void newFromPreset(const QString& id);
    void chooseAndOpen();
    void chooseNoiseTape();
    bool save();
    bool saveAs();
    bool mayLoseSession();
    void offerRecovery();
    void rememberRecent(const QString& path);
    void fillRecent(QMenu* menu);

    Document m_document;
    Engine m_engine;
    Playback m_playback;
    FilmPlayer m_film;
    Bookmarks m_bookmarks;
    PaintHold* m_paintHold = nullptr;
    std::unique_ptr<Recovery> m_recovery;
    std::unique_ptr<WindowExports> m_exports;

    QVBoxLayout* m_centre = nullptr;
    QScrollArea *m_left = nullptr, *m_right = nullptr;
    LaneCanvas* m_canvas = nullptr;
    TimeBar* m_timeBar = nullptr;
    RidgeStrip* m_ridgeStrip = nullptr;
    DopeSheet* m_dopeSheet = nullptr;
    FadingCaption* m_caption = nullptr;
    std::size_t m_tracks = 0; ///< of keyframes, before the last change
    ScheduleEditor* m_schedule = nullptr;
    DataPanel* m_dataPanel = nullptr;
    LanePanel* m_lanePanel = nullptr;
    ErrorBar* m_errorBar = nullptr;
    ChartsPanel* m_charts = nullptr;
    QDockWidget* m_chartsDock = nullptr;
    BusyLine* m_busyLine = nullptr;
    StatusLine* m_status = nullptr;
    SegmentedControl* m_laneCount = nullptr;
    QPushButton* m_presetButton = nullptr;
    QLabel* m_name = nullptr;
    QList<QAction*> m_toggles; ///< of parameters; the object name is the key
    QAction *m_showLeft = nullptr, *m_showRight = nullptr, *m_showSchedule = nullptr,
            *m_showCharts = nullptr, *m_showFilm = nullptr;
    QMenu* m_bookmarkMenu = nullptr;
    QList<QAction*> m_bookmarkActions; ///< one each, in their order
    QLabel* m_bookmarkLabel = nullptr;

    ThemeChoice m_themeChoice = ThemeChoice::System;
    bool m_presenting = false, m_framed = false, m_asks = true, m_runErrorShown = false;
    bool m_hasLostScreen = false; ///< while it covers a whole one
    QuietChildren m_quietChildren{*this};
};

} // namespace scorefield::ui
