// SPDX-License-Identifier: GPL-3.0-or-later
// A person at the program's own window, in a process of its own: the window is the one that the
// program opens, and the person acts as soon as its first frame is there.
//   trust_faults --person [--session FILE] WORD...
// noise: presses N, which is an edit      kept: waits for the copy against a crash
// said TEXT: waits for the message        says: prints the message
// open FILE: opens it                     save: presses Ctrl+S
// canvas: prints what is said in its place
// undo, redo                              same FILE: tells whether it is the session of the file
// picture FILE: a PNG of the window
// rest: stays until a signal              quit: ends
#include "tests/trust/faults.h"

#include "app/window_command.h"
#include "core/session/session_json.h"
#include "ui/window/error_bar.h"
#include "ui/window/lane_canvas.h"
#include "ui/window/main_window.h"
#include "ui/window/recovery.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QLabel>
#include <QTest>
#include <QTimer>

#include <cstdio>

namespace scorefield::faults {

namespace {

constexpr int kTickMs = 20;
constexpr int kPatienceMs = 60000; ///< a bound for a hang

QStringList g_words; // NOLINT: what starts with the application has no arguments

ui::MainWindow* theWindow()
{
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* window = qobject_cast<ui::MainWindow*>(widget))
            return window;
    return nullptr;
}

class Person : public QObject {
public:
    explicit Person(QObject* parent) : QObject(parent)
    {
        m_waiting.start();
        auto* tick = new QTimer(this);
        connect(tick, &QTimer::timeout, this, [this] { act(); });
        tick->start(kTickMs);
    }

private:
    void act()
    {
        ui::MainWindow* window = theWindow();
        const bool isThere = window != nullptr && window->isVisible() && !window->engine().isBusy()
                             && window->engine().product();
        if (isThere && m_next < g_words.size()) {
            const int words = step(*window, g_words[m_next]);
            m_next += words;
            if (words > 0)
                m_waiting.restart();
        }
        if (m_waiting.elapsed() < kPatienceMs || m_next >= g_words.size())
            return;
        std::fprintf(stderr, "waited in vain: %s\n", qPrintable(g_words[m_next]));
        std::fflush(nullptr);
        std::_Exit(3);
    }

    QString argument() const { return g_words.value(m_next + 1); }
    static void tell(const QString& text)
    {
        std::printf("%s\n", qPrintable(text));
        std::fflush(stdout);
    }

    /// How many words are done; 0: not yet.
    int step(ui::MainWindow& window, const QString& word)
    {
        const QString said = window.errorBar()->text();
        if (word == QLatin1String("noise")) {
            QApplication::setActiveWindow(&window); // a bare X server has nobody who would
            m_seed = window.document().session().particles.seed;
            QTest::keyClick(&window, Qt::Key_N);
            return window.document().session().particles.seed != m_seed ? 1 : 0;
        }
        if (word == QLatin1String("kept")) {
            const QStringList copies =
                QDir(ui::Recovery::defaultFolder())
                    .entryList({QStringLiteral("%1-*.json").arg(QApplication::applicationPid())});
            if (copies.isEmpty())
                return 0;
            tell(QStringLiteral("kept"));
            return 1;
        }
        if (word == QLatin1String("said"))
            return said.contains(argument()) ? 2 : 0;
        if (word == QLatin1String("says")) {
            tell(QStringLiteral("says ") + said);
            return 1;
        }
        if (word == QLatin1String("open")) {
            window.openFile(argument());
            return 2;
        }
        if (word == QLatin1String("save")) {
            QApplication::setActiveWindow(&window);
            QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier);
            return 1;
        }
        if (word == QLatin1String("canvas")) {
            const auto* label = window.findChild<QLabel*>(QStringLiteral("canvasMessage"));
            tell(QStringLiteral("canvas ") + (label ? label->text().simplified() : QString()));
            return 1;
        }
        if (word == QLatin1String("same")) {
            const auto session = loadSession(argument().toStdString());
            const bool isSame = session && !window.document().isModified()
                                && session->particles == window.document().session().particles
                                && session->data == window.document().session().data;
            tell(isSame ? QStringLiteral("same") : QStringLiteral("another"));
            return 2;
        }
        if (word == QLatin1String("picture")) {
            window.playback().setPlaying(false);
            return window.grab().save(argument()) ? 2 : 0;
        }
        if (word == QLatin1String("undo") || word == QLatin1String("redo")) {
            auto& stack = window.document().undoStack();
            word == QLatin1String("undo") ? stack.undo() : stack.redo();
            return 1;
        }
        if (word == QLatin1String("rest")) {
            if (!m_rests)
                tell(QStringLiteral("rests"));
            m_rests = true;
            m_waiting.restart();
            return 0;
        }
        if (word == QLatin1String("quit")) {
            window.setAsksBeforeLosing(false);
            window.close();
            QApplication::exit(0);
            return 1;
        }
        std::fprintf(stderr, "no such word: %s\n", qPrintable(word));
        std::_Exit(2);
    }

    QElapsedTimer m_waiting;
    qsizetype m_next = 0;
    double m_seed = 0;
    bool m_rests = false;
};

void arrive()
{
    if (!g_words.isEmpty())
        new Person(QCoreApplication::instance());
}
Q_COREAPP_STARTUP_FUNCTION(arrive)

} // namespace

int playPerson(int argc, char** argv)
{
    std::string session;
    for (int i = 2; i < argc; ++i) {
        if (QLatin1String(argv[i]) == QLatin1String("--session") && i + 1 < argc)
            session = argv[++i];
        else
            g_words += QString::fromLocal8Bit(argv[i]);
    }
    int count = 1;
    return app::runWindow(count, argv, session);
}

} // namespace scorefield::faults
