// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One real window per test function, with real events, in settings and folders of its own. Needs a
// display with OpenGL.
#include "core/session/parameter_table.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/opengl_check.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace scorefield::ui {

inline constexpr int kPatienceMs = 60000; ///< a bound for a hang, not a speed

/// To inherit beside QObject: init() calls open(), cleanup() calls close().
class WindowFixture {
public:
    WindowFixture()
    {
        // Nothing of the person who runs the tests is read or written.
        qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("data")).toUtf8());
        qputenv("XDG_STATE_HOME", m_folder.filePath(QStringLiteral("state")).toUtf8());
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    }

    void open()
    {
        m_window = std::make_unique<MainWindow>();
        m_window->setAsksBeforeLosing(false);
        QVERIFY2(m_window->canvas(), "these tests need a display with OpenGL 3.3");
        QSignalSpy framed(m_window.get(), &MainWindow::firstFrameShown);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get(), kPatienceMs));
        // A bare X server has no window manager that would.
        QApplication::setActiveWindow(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(framed.count() == 1, kPatienceMs);
        settle();
        canvas().setFocus();
    }

    void close()
    {
        m_window.reset();
        QSettings().clear();
    }

    MainWindow& window() { return *m_window; }
    Document& document() { return m_window->document(); }
    LaneCanvas& canvas() { return *m_window->canvas(); }
    const Session& session() { return document().session(); }
    const RunProduct& product() { return *m_window->engine().product(); }
    QString errorText() { return m_window->errorBar()->text(); }
    QString filePath(const char* name) { return m_folder.filePath(QLatin1String(name)); }

    template <typename Widget>
    Widget* find(const char* name)
    {
        return m_window->findChild<Widget*>(QLatin1String(name));
    }

    void key(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&canvas(), static_cast<Qt::Key>(key), modifiers);
    }

    void pause() { m_window->playback().setPlaying(false); }

    /// Until the last thing asked for has been run and shown.
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->engine().isBusy() && m_window->engine().product(),
                                 kPatienceMs);
    }

    void drag(QWidget& widget, QPoint from, const QList<QPoint>& path)
    {
        QTest::mouseMove(&widget, from);
        QTest::mousePress(&widget, Qt::LeftButton, {}, from);
        for (const QPoint& to : path)
            QTest::mouseMove(&widget, to);
        QTest::mouseRelease(&widget, Qt::LeftButton, {}, path.back());
    }

    /// The menu of this title, opened as by hand; null if there is none.
    QMenu* openMenu(const QString& title)
    {
        for (QMenu* menu : m_window->findChildren<QMenu*>()) {
            if (menu->title() != title)
                continue;
            menu->popup(m_window->mapToGlobal(QPoint(40, 40)));
            return QTest::qWaitForWindowExposed(menu, kPatienceMs) ? menu : nullptr;
        }
        return nullptr;
    }

    /// Clicks an entry of an open menu, which closes it.
    static void choose(QMenu& menu, QAction* entry)
    {
        QTest::mouseClick(&menu, Qt::LeftButton, {}, menu.actionGeometry(entry).center());
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

template <typename Test>
int runWindowTest(int argc, char** argv)
{
    requestOpenGl();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("window"));
    rememberSystemTheme();
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace scorefield::ui
