// SPDX-License-Identifier: GPL-3.0-or-later
// The window where its places cannot be written, beside another one, and when it or a command is
// ended from outside.
#include "tests/trust/faults.h"

#include "core/sampler/simulate.h"
#include "core/session/session_json.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QThread>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>

namespace scorefield::faults {

namespace {

constexpr int kPatienceMs = 120000;

/// A home of its own for one or more windows.
struct Home {
    Home()
    {
        for (const char* name : {"state", "config", "data"})
            QDir(folder.path()).mkdir(QLatin1String(name));
    }
    QString copies() const { return folder.filePath(QStringLiteral("state/scorefield/recovery")); }
    QStringList kept() const { return QDir(copies()).entryList({QStringLiteral("*.json")}); }
    QTemporaryDir folder;
};

/// A person at a window, in a process of its own.
class Person {
public:
    Person(const Report& report,
           const Home& home,
           const QStringList& words,
           const QStringList& environment = {},
           std::optional<long long> fileLimit = {})
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("HOME"), home.folder.path());
        for (const auto& [name, folder] : {std::pair("XDG_STATE_HOME", "state"),
                                           std::pair("XDG_CONFIG_HOME", "config"),
                                           std::pair("XDG_DATA_HOME", "data")})
            variables.insert(QLatin1String(name), home.folder.filePath(QLatin1String(folder)));
        for (const QString& item : environment)
            variables.insert(item.section(u'=', 0, 0), item.section(u'=', 1));
        m_process.setProcessEnvironment(variables);
        m_process.setWorkingDirectory(home.folder.path());
        if (fileLimit)
            m_process.setChildProcessModifier([bytes = static_cast<rlim_t>(*fileLimit)] {
                ::signal(SIGXFSZ, SIG_IGN); // as app/main.cpp does
                const rlimit limit{bytes, bytes};
                if (::setrlimit(RLIMIT_FSIZE, &limit) != 0)
                    ::_exit(126);
            });
        m_process.start(report.options().self, QStringList{"--person"} + words);
    }
    ~Person() { (void)end(SIGKILL); }

    /// Waits for a line of what the person tells; without the word, empty if none came.
    QString hears(const QString& word)
    {
        QElapsedTimer waiting;
        waiting.start();
        for (;;) {
            while (m_process.canReadLine()) {
                const QString line = QString::fromUtf8(m_process.readLine()).trimmed();
                if (line.startsWith(word))
                    return line.size() > word.size() ? line.mid(word.size() + 1) : line;
            }
            if (waiting.elapsed() > kPatienceMs || m_process.state() == QProcess::NotRunning)
                return {};
            m_process.waitForReadyRead(100);
        }
    }
    /// The status; -1: a signal ended it, or it did not end.
    int end(int signal = 0)
    {
        if (m_process.state() == QProcess::NotRunning && signal != 0)
            return -1;
        if (signal != 0)
            ::kill(static_cast<pid_t>(m_process.processId()), signal);
        const bool isEnded = m_process.state() == QProcess::NotRunning
                             || m_process.waitForFinished(kPatienceMs);
        if (!isEnded) {
            m_process.kill();
            m_process.waitForFinished();
            return -1;
        }
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    QString err()
    {
        return QString::fromUtf8(withoutCounters(m_process.readAllStandardError())).trimmed();
    }

private:
    QProcess m_process;
};

/// Neither settings nor copies can be kept: the window opens, says once that the copies cannot, and
/// is used on.
void closedHome(Report& report)
{
    struct Closed {
        const char *name, *folder;
        bool isSaid; ///< copies are not kept
    };
    for (const Closed& closed : {Closed{"settings that cannot be written", "config", false},
                                 Closed{"a state folder that cannot be written", "state", true},
                                 Closed{"a home that cannot be written", "", true}}) {
        const QString name = QString::fromLatin1(closed.name);
        const Home home;
        // A file in the place of the folder stops root too.
        QStringList environment;
        if (*closed.folder != '\0') {
            const QString place = home.folder.filePath(QLatin1String(closed.folder));
            QDir().rmdir(place);
            writeFile(place, "no folder");
        } else {
            for (const char* variable : {"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
                                         "XDG_DATA_HOME"})
                environment += QLatin1String(variable) + QStringLiteral("=/proc/none");
        }
        QStringList words{"noise"};
        words += closed.isSaid ? QStringList{"said", "cannot be kept", "says"}
                               : QStringList{"kept", "says"};
        words += {"noise", "quit"};
        Person person(report, home, words, environment);
        const QString said = person.hears(QStringLiteral("says")).replace(home.folder.path(), "~");
        const int status = person.end();
        const QString err = person.err();
        report.must(status == 0, name, QStringLiteral("status %1, %2").arg(status).arg(err));
        report.must(closed.isSaid == said.contains(QStringLiteral("Save the session yourself")),
                    name,
                    said);
        report.must(err.isEmpty(), name, err);
        report.row(name,
                   1,
                   QStringLiteral("the window opened and was used; %1; status %2")
                       .arg(closed.isSaid ? QStringLiteral("it said “%1”").arg(said)
                                          : QStringLiteral("unsaved work was kept"))
                       .arg(status));
    }
}

/// A session whose recorded noise has gone is opened all the same, and says what is missing.
void goneTape(Report& report)
{
    const QString name = QStringLiteral("recorded noise is gone when a window opens its session");
    const Home home;
    const QString file = home.folder.filePath(QStringLiteral("taped.scorefield.json"));
    const std::string tape = home.folder.filePath(QStringLiteral("tape.npy")).toStdString();
    Session session = defaultSession();
    session.particles.count = 20;
    session.particles.tape = tape;
    session.particles.noise = static_cast<double>(NoisePolicy::Tape);
    report.must(saveSession(session, file.toStdString()).ok(), name, file);
    Person person(report,
                  home,
                  {"open", file, "said", "tape.npy", "says", "same", file, "quit"});
    const QString said =
        person.hears(QStringLiteral("says")).replace(home.folder.path(), QStringLiteral("~"));
    const QString same = person.hears(QStringLiteral("same"));
    const int status = person.end();
    report.must(said.contains(QStringLiteral("tape.npy")), name, said);
    report.must(same == QLatin1String("same"), name, QStringLiteral("the session changed"));
    report.must(status == 0, name, person.err());
    report.row(name, 1, QStringLiteral("“%1”; the session stayed, status %2").arg(said).arg(status));
}

/// Ctrl+S where the disk is full: the file is as before, and the session still unsaved.
void fullDisk(Report& report)
{
    const QString name = QStringLiteral("full disk when a window saves its session");
    const Home home;
    const QString file = home.folder.filePath(QStringLiteral("mine.scorefield.json"));
    report.must(saveSession(defaultSession(), file.toStdString()).ok(), name, file);
    const auto bytes = [&file] {
        QFile stored(file);
        return stored.open(QIODevice::ReadOnly) ? stored.readAll() : QByteArray();
    };
    const QByteArray before = bytes();
    Person person(report,
                  home,
                  {"open", file, "noise", "save", "said", "mine.scorefield.json", "says", "same",
                   file, "quit"},
                  {},
                  before.size() / 2);
    const QString said =
        person.hears(QStringLiteral("says")).replace(home.folder.path(), QStringLiteral("~"));
    const bool isThere = !person.hears(QStringLiteral("another")).isEmpty();
    const int status = person.end();
    report.must(said.contains(QStringLiteral("cannot be written")), name, said);
    report.must(bytes() == before, name, QStringLiteral("the file has changed"));
    report.must(isThere, name, QStringLiteral("the change was lost"));
    report.must(status == 0, name, person.err());
    report.row(name,
               1,
               QStringLiteral("“%1”; the file as before, the change still there, status %2")
                   .arg(said)
                   .arg(status));
}

/// OpenGL 2.1 is all there is: no lanes, but everything else.
void oldOpenGl(Report& report)
{
    const QString name = QStringLiteral("OpenGL is too old");
    const Home home;
    const QString old = QStringLiteral("MESA_GL_VERSION_OVERRIDE=2.1");
    Person person(report, home, {"noise", "kept", "canvas", "quit"}, {old});
    const bool isKept = !person.hears(QStringLiteral("kept")).isEmpty();
    const QString said = person.hears(QStringLiteral("canvas"));
    const int status = person.end();
    if (isKept && said == QLatin1String("canvas"))
        return report.skip(name, QStringLiteral("this driver cannot be asked for an older one"));
    for (const char* part : {"OpenGL 2.1, 3.3 is needed", "LIBGL_ALWAYS_SOFTWARE=1"})
        report.must(said.contains(QLatin1String(part)), name, said);
    report.must(isKept, name, QStringLiteral("unsaved work was not kept"));
    report.must(status == 0, name, person.err());
    report.row(name,
               1,
               QStringLiteral("“%1”; unsaved work was kept, status %2")
                   .arg(said)
                   .arg(status));
}

/// Two windows keep their copies side by side; nobody offers what lives, all offer what crashed.
void twoWindows(Report& report)
{
    const QString name = QStringLiteral("two windows that keep unsaved work, both killed (kill -9)");
    const Home home;
    const QStringList words{"says", "noise", "kept", "rest"};
    auto first = std::make_unique<Person>(report, home, words);
    report.must(!first->hears(QStringLiteral("kept")).isEmpty(), name, QStringLiteral("no copy"));
    auto second = std::make_unique<Person>(report, home, words);
    const QString offered = second->hears(QStringLiteral("says"));
    report.must(offered.isEmpty() || offered == QLatin1String("says"),
                name,
                QStringLiteral("offered what lives: ") + offered);
    report.must(!second->hears(QStringLiteral("kept")).isEmpty(), name, QStringLiteral("no copy"));
    const auto both = home.kept().size();
    report.must(both == 2, name, QStringLiteral("%1 copies").arg(both));
    (void)first->end(SIGKILL);
    (void)second->end(SIGKILL);
    // Two that come after are offered one each, and while they have it, it is theirs.
    const QStringList later{"said", "ended unexpectedly", "says", "rest"};
    Person third(report, home, later), fourth(report, home, later);
    const bool isFirst = third.hears(QStringLiteral("says")).contains("unsaved session"),
               isSecond = fourth.hears(QStringLiteral("says")).contains("unsaved session");
    report.must(isFirst && isSecond, name, QStringLiteral("not both were offered"));
    report.row(name,
               2,
               QStringLiteral("%1 copies kept; while they lived a new window was offered %2; after "
                              "the kills two new windows were offered %3")
                   .arg(both)
                   .arg(offered.contains(QStringLiteral("unsaved session")) ? 1 : 0)
                   .arg((isFirst ? 1 : 0) + (isSecond ? 1 : 0)));
}

bool hasDisplay(Report& report, const QString& what)
{
    if (!qEnvironmentVariableIsEmpty("DISPLAY"))
        return true;
    report.skip(what, QStringLiteral("there is no display"));
    return false;
}

void endedWindows(Report& report)
{
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const QString name =
            QStringLiteral("signal %1 to a window with unsaved work").arg(signal);
        const Home home;
        auto person =
            std::make_unique<Person>(report, home, QStringList{"noise", "rest"});
        (void)person->hears(QStringLiteral("rests"));
        const int status = person->end(signal);
        const auto kept = home.kept().size();
        const QString err = person->err();
        Person next(report, home, {"said", "ended unexpectedly", "says", "quit"});
        const bool isOffered = next.hears(QStringLiteral("says")).contains("unsaved session");
        report.must(status == 128 + signal && err.isEmpty(), name, QString::number(status) + err);
        report.must(kept == 1 && isOffered, name, QStringLiteral("unsaved work was lost"));
        report.row(name,
                   1,
                   QStringLiteral("status %1, %2 copy kept, %3 at the next start")
                       .arg(status)
                       .arg(kept)
                       .arg(isOffered ? QStringLiteral("offered") : QStringLiteral("not offered")));
        if (!report.options().all)
            return;
    }
}

/// Long commands, ended when they are under way.
void endedCommands(Report& report)
{
    const std::vector<QStringList> commands = {
        {"study", "guidance-sweep", "s.json", "--sweep", "lanes.*.guidance.w=0:8:1000", "--set",
         "particles.count=20000", "-o", "out.csv"},
        {"video", "s.json", "-o", "out.mp4", "--seconds", "600"},
        {"sample", "s.json", "--set", "particles.count=1000000", "--set",
         "lanes.0.grid.steps=400", "-o", "out.npy"}};
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const QString name = QStringLiteral("signal %1 to a command").arg(signal);
        Outcomes outcomes;
        for (const QStringList& arguments : commands) {
            const QTemporaryDir folder;
            QFile::copy(report.options().sessionFile, folder.filePath(QStringLiteral("s.json")));
            QProcess process;
            process.setWorkingDirectory(folder.path());
            process.start(report.options().program, arguments);
            QThread::msleep(1500); // under way, though nothing need be seen of it
            ::kill(static_cast<pid_t>(process.processId()), signal);
            Run run;
            run.isEnded = process.waitForFinished(kPatienceMs);
            if (!run.isEnded) {
                process.kill();
                process.waitForFinished();
            }
            if (process.exitStatus() == QProcess::NormalExit)
                run.status = process.exitCode();
            run.err = withoutCounters(process.readAllStandardError());
            outcomes.add(run, QStringLiteral("out"));
            report.must(run.status == 128 + signal && run.err.count('\n') == 1,
                        name,
                        arguments.front() + QStringLiteral(": %1 ").arg(run.status)
                            + run.sentence());
            report.must(filesIn(folder.path()).size() == 1,
                        name,
                        arguments.front() + QStringLiteral(": a file was left"));
        }
        report.row(name, outcomes.count(), outcomes.text() + QStringLiteral("; no file left"));
    }
}

} // namespace

void windows(Report& report)
{
    if (!hasDisplay(report, QStringLiteral("faults of the window")))
        return;
    closedHome(report);
    goneTape(report);
    fullDisk(report);
    oldOpenGl(report);
    twoWindows(report);
}

void signalsAndKills(Report& report)
{
    endedCommands(report);
    if (hasDisplay(report, QStringLiteral("signals to the window")))
        endedWindows(report);
}

} // namespace scorefield::faults
