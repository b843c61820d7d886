// SPDX-License-Identifier: GPL-3.0-or-later
// A soak test: random actions of a user, as real events on the real window, least-used controls
// first. Nothing may crash, hang, or stand on stderr; the memory at rest stays flat; in a run of
// five minutes or more every control that was there is used. The moments of events are the
// machine's, so a seed gives similar runs, not equal ones. Ends by printing a row for
// tests/README.md.
//   soak [--minutes M] [--seed S] [--verbose] [--alone]
// --alone: without the process that watches, for a debugger.
#include "core/base/memory.h"
#include "core/base/npy.h"
#include "core/session/session_json.h"
#include "tests/trust/event_watch.h"
#include "tests/trust/soak_user.h"
#include "ui/window/opengl_check.h"
#include "ui/window/theme_choice.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

constexpr int kHangSeconds = 180, kHangSecondsSanitized = 900;
constexpr double kLongMinutes = 4.5; ///< from here on everything must have been used
constexpr int kMoments = 400;        ///< at which a control was there, and could have been used
constexpr double kRests = 18;        ///< measurements of memory in a run
constexpr double kLeastRestSeconds = 5, kMostRestSeconds = 60;
/// What the heap may grow between the medians of the second and the last third. Caches that are
/// bounded still fill for some minutes (trained networks, fonts, dialogs once opened); in the thirds
/// of half an hour and more they are full. An hour measured 8.6.
constexpr double kGrowthMb = 48, kSettledGrowthMb = 12, kSettledMinutes = 30;

struct Options {
    double minutes = .25;
    std::uint64_t seed = 1;
    bool isVerbose = false, isAlone = false;
};

Options readOptions(int count, char** words)
{
    Options options;
    for (int i = 1; i < count; ++i) {
        const bool hasValue = i + 1 < count;
        if (std::strcmp(words[i], "--verbose") == 0)
            options.isVerbose = true;
        else if (std::strcmp(words[i], "--alone") == 0)
            options.isAlone = true;
        else if (std::strcmp(words[i], "--minutes") == 0 && hasValue)
            options.minutes = std::atof(words[++i]);
        else if (std::strcmp(words[i], "--seed") == 0 && hasValue)
            options.seed = std::strtoull(words[++i], nullptr, 10);
    }
    return options;
}

/// Settings, state, exports and what a click opens stay in the folder.
void moveInto(const QString& folder)
{
    for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
                             "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(name, folder.toUtf8());
    QDir(folder).mkdir(QStringLiteral("bin"));
    QDir(folder).mkdir(QStringLiteral("files"));
    // "Show in folder" opens nothing here.
    QFile opener(folder + QStringLiteral("/bin/xdg-open"));
    if (opener.open(QIODevice::WriteOnly))
        opener.write("#!/bin/sh\nexit 0\n");
    opener.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("PATH", (folder + QStringLiteral("/bin:")).toUtf8() + qgetenv("PATH"));
    QDir::setCurrent(folder + QStringLiteral("/files"));
}

/// Something of each kind that the window opens, and something broken.
void writeFiles(const QDir& folder)
{
    const auto write = [&](const char* name, const QByteArray& content) {
        QFile file(folder.filePath(QLatin1String(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(content);
    };
    const auto session = QByteArray::fromStdString(sessionToJson(defaultSession()));
    write("default.scorefield.json", session);
    write("broken.scorefield.json", session.left(session.size() / 2));
    QByteArray table = "x,y,kind\n";
    for (int i = 0; i < 60; ++i)
        table += QByteArray::number(i % 7) + ',' + QByteArray::number(i % 11) + ",k"
                 + QByteArray::number(i % 3) + '\n';
    write("points.csv", table);
    write("broken.csv", "x,y\n1,2\n3\n");
    write("broken.npy", "\x93NUMPY");
}

/// To stderr, where every word is a failure; what Qt would only say in a debugger too.
void onMessage(QtMsgType, const QMessageLogContext& context, const QString& text)
{
    std::fprintf(stderr,
                 "Qt says (%s): %s\n",
                 context.category ? context.category : "",
                 text.toUtf8().constData());
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The medians of a figure over the thirds of the run.
std::array<double, 3> thirds(const std::vector<Memory>& samples, double Memory::*figure)
{
    std::array<double, 3> medians{};
    for (std::size_t third = 0; third < 3; ++third) {
        std::vector<double> values;
        for (std::size_t i = samples.size() * third / 3; i < samples.size() * (third + 1) / 3; ++i)
            values.push_back(samples[i].*figure);
        medians[third] = median(values);
    }
    return medians;
}

class Soak {
public:
    Soak(const Options& options, const QString& folder, test::Journal& journal)
        : m_options(options)
        , m_user(options.seed, folder + QStringLiteral("/files"), journal)
        , m_journal(journal)
    {
    }

    /// The rests are between the actions; the loop of events runs all the time.
    int run(WatchedApplication& application)
    {
        const double seconds = 60 * m_options.minutes;
        const double between = std::clamp(seconds / kRests, kLeastRestSeconds, kMostRestSeconds);
        rest();
        m_probe.forget();
        application.forgetBlockers();
        m_user.start();
        QElapsedTimer clock;
        clock.start();
        double next = between;
        while (clock.elapsed() < 1000 * seconds) {
            act(std::min(next, seconds) * 1000 - static_cast<double>(clock.elapsed()));
            rest();
            next = std::max(next, static_cast<double>(clock.elapsed()) / 1000) + between;
        }
        return report(application);
    }

private:
    void act(double milliseconds)
    {
        m_user.resume();
        QEventLoop loop;
        QTimer::singleShot(static_cast<int>(std::max(milliseconds, 0.)), &loop, [&] {
            m_user.finish(); // ends the loops of menus and dialogs within this one
            loop.quit();
        });
        loop.exec();
        if (!QTest::qWaitFor([this] { return !m_user.isAmidst(); }, 1000 * kHangSeconds))
            fail("a menu or a dialog does not close");
    }

    void rest()
    {
        if (!m_user.rest())
            fail("the default session does not come to rest");
        m_samples.push_back(memoryNow());
        m_journal.note("rest: resident " + std::to_string(m_samples.back().residentMb) + " MB, heap "
                       + std::to_string(m_samples.back().heapMb) + " MB");
    }

    void fail(const char* what)
    {
        std::fprintf(stderr, "%s\n", what);
        m_hasFailed = true;
    }

    int report(const WatchedApplication& application)
    {
        const auto resident = thirds(m_samples, &Memory::residentMb);
        const auto heap = thirds(m_samples, &Memory::heapMb);
        const Ledger& ledger = m_user.ledger();
        const auto unused = ledger.unused(kMoments);
        for (const std::string& name : ledger.unused(m_options.isVerbose ? 1 : kMoments))
            std::printf("never used: %s\n", name.c_str());
        for (const auto& blocker : application.blockers(12))
            std::printf("%6.0f ms at most, %5d times, %8.0f ms in all: %s\n",
                        blocker.worst,
                        blocker.count,
                        blocker.total,
                        qPrintable(blocker.what));
        if (m_options.isVerbose)
            for (const Memory& sample : m_samples)
                std::printf("resident %.1f MB, heap %.2f MB\n", sample.residentMb, sample.heapMb);
        if (m_options.minutes >= kLongMinutes && !unused.empty())
            fail("controls were there and never used (stdout names them)");
        const double growth = m_options.minutes >= kSettledMinutes ? kSettledGrowthMb : kGrowthMb;
        if (m_options.minutes >= kLongMinutes && heap[2] - heap[1] > growth)
            fail(("the heap at rest grew from " + std::to_string(heap[1]) + " to "
                  + std::to_string(heap[2]) + " MB")
                     .c_str());
        std::printf("| soak, %g min, seed %llu%s | %d actions in %d windows | %d of %d controls used; "
                    "at rest %.0f, %.0f, %.0f MB resident and %.1f, %.1f, %.1f MB of heap in the "
                    "thirds of the run; nothing on stderr; events: %s |\n",
                    m_options.minutes,
                    static_cast<unsigned long long>(m_options.seed),
                    isSanitized() ? ", sanitized" : "",
                    m_user.actions(),
                    m_user.windows(),
                    ledger.usedCount(),
                    ledger.seenCount(),
                    resident[0],
                    resident[1],
                    resident[2],
                    heap[0],
                    heap[1],
                    heap[2],
                    qPrintable(figuresText(m_probe.figures())));
        return m_hasFailed ? 1 : 0;
    }

    Options m_options;
    SoakUser m_user;
    test::Journal& m_journal;
    LatencyProbe m_probe;
    std::vector<Memory> m_samples;
    bool m_hasFailed = false;
};

int soak(const Options& options, int& count, char** words, test::Journal& journal)
{
    const QTemporaryDir folder;
    moveInto(folder.path());
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    shareFreeMemory(); // as the application does
    requestOpenGl();
    WatchedApplication application(count, words);
    QCoreApplication::setOrganizationName(QStringLiteral("scorefield-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("soak"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    QGuiApplication::setQuitOnLastWindowClosed(false);
    qInstallMessageHandler(onMessage);
    rememberSystemTheme();
    writeFiles(QDir(folder.filePath(QStringLiteral("files"))));
    return Soak(options, folder.path(), journal).run(application);
}

} // namespace

int main(int count, char** words)
{
    const Options options = readOptions(count, words);
    if (options.isAlone) {
        test::Journal journal(STDERR_FILENO);
        return soak(options, count, words, journal);
    }
    return test::supervise(
        [&](test::Journal& journal) { return soak(options, count, words, journal); },
        isSanitized() ? kHangSecondsSanitized : kHangSeconds);
}
