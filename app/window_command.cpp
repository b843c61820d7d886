// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_command.h"

#include "app/output.h"
#include "app/window_drag.h"
#include "core/base/memory.h"
#include "ui/window/main_window.h"
#include "ui/window/opengl_check.h"
#include "ui/window/theme_choice.h"

#include <QApplication>
#include <QByteArray>
#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace scorefield::app {

namespace {

/// Qt's own words while it starts, so that its abort can become one sentence.
std::string g_startWarning; // NOLINT: a message handler has no context

void whileStarting(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type != QtFatalMsg) {
        // Of several platforms that were tried, the one that names the display says what to do.
        const bool namesDisplay = message.contains(QLatin1String("display"));
        if (type == QtWarningMsg && (g_startWarning.empty() || namesDisplay))
            g_startWarning = message.toStdString();
        return;
    }
    const std::string reason = g_startWarning.empty()
                                   ? message.section(QLatin1Char('\n'), 0, 0).toStdString()
                                   : g_startWarning;
    std::fputs(("scorefield: the window cannot be opened: " + reason + "\n").c_str(), stderr);
    std::fflush(stderr);
    std::_Exit(EXIT_FAILURE); // Qt would abort with a core dump
}

/// Wall milliseconds since the kernel started this process (proc(5): field 22 of stat, in clock
/// ticks since boot).
double millisecondsSinceStart()
{
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(
        line.substr(std::min(line.size(), line.rfind(')') + 1))); // the name may hold spaces
    std::string field;
    for (int i = 3; i <= 22; ++i)
        fields >> field;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double started =
        std::strtod(field.c_str(), nullptr) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return 1000
           * (static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - started);
}

/// Where a signal handler writes the signal and the window reads it: a handler may do little else.
int g_signalPipe[2] = {-1, -1}; // NOLINT: a signal handler has no context

extern "C" void onEndingSignal(int signal)
{
    const auto byte = static_cast<unsigned char>(signal);
    (void)!write(g_signalPipe[1], &byte, 1);
}

/// Ctrl-C in the terminal, the end of the desktop session, a lost terminal: unsaved changes are
/// kept for the next start, then the window ends.
void endOnSignals(ui::MainWindow& window)
{
    if (pipe2(g_signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto* notifier = new QSocketNotifier(g_signalPipe[0], QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [&window] {
        unsigned char signal = 0;
        if (read(g_signalPipe[0], &signal, 1) != 1)
            return;
        window.keepForNextStart();
        QApplication::exit(128 + signal); // as a shell reports a process that a signal ended
    });
    for (const int signal : kEndingSignals)
        handleUnlessIgnored(signal, onEndingSignal);
}

} // namespace

int runWindow(int& argc, char** argv, const std::string& sessionPath)
{
    shareFreeMemory();
    ui::requestOpenGl();
    const auto handler = qInstallMessageHandler(whileStarting);
    QApplication application(argc, argv);
    qInstallMessageHandler(handler);
    QApplication::setApplicationName(QStringLiteral("scorefield"));
    QApplication::setOrganizationName(QStringLiteral("scorefield"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(QStringLiteral(SCOREFIELD_VERSION));
    ui::rememberSystemTheme();

    ui::MainWindow window;
    if (!sessionPath.empty())
        window.openFile(QString::fromStdString(sessionPath));
    if (qEnvironmentVariableIntValue("SCOREFIELD_EXIT_AFTER_FIRST_FRAME") != 0)
        QObject::connect(
            &window,
            &ui::MainWindow::firstFrameShown,
            &application,
            [] {
                std::printf("first frame after %.0f ms\n", millisecondsSinceStart());
                std::fflush(stdout);
                QApplication::exit(EXIT_SUCCESS);
            },
            Qt::DirectConnection);
    if (const QString drag = qEnvironmentVariable("SCOREFIELD_MEASURE_DRAG"); !drag.isEmpty())
        measureDrag(window, drag);
    endOnSignals(window);
    window.show();
    return QApplication::exec();
}

} // namespace scorefield::app
