// SPDX-License-Identifier: GPL-3.0-or-later
// Injects faults and prints what happened in each, as rows for tests/README.md.
//   trust_faults PROGRAM [--all] [--only GROUP]
// PROGRAM is the built scorefield. With a display also its window is driven; without --all only
// what takes less than a minute.
#include "tests/trust/faults.h"

#include "core/session/parameter_table.h"
#include "core/session/session_json.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>

#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace scorefield::faults {

QString Run::sentence() const
{
    QString text = QString::fromUtf8(err).trimmed();
    const QString name = QStringLiteral("scorefield: ");
    return text.startsWith(name) ? text.mid(name.size()) : text;
}

void Report::row(const QString& fault, int count, const QString& outcome)
{
    std::printf("| fault: %s | %d | %s |\n", qPrintable(fault), count, qPrintable(outcome));
    std::fflush(stdout);
}

void Report::skip(const QString& fault, const QString& why)
{
    std::fprintf(stderr, "not injected here: %s: %s\n", qPrintable(fault), qPrintable(why));
}

bool Report::must(bool isSo, const QString& fault, const QString& what)
{
    if (isSo)
        return true;
    ++m_failures;
    std::fprintf(stderr, "FAILED: %s: %s\n", qPrintable(fault), qPrintable(what));
    return false;
}

/// A build that counts its lines complains of a full disk too.
QByteArray withoutCounters(const QByteArray& said)
{
    QByteArray rest;
    for (const QByteArray& line : said.split('\n'))
        if (!line.contains("profiling"))
            rest += line + '\n';
    rest.chop(1); // split gives one more line than there are ends
    return rest;
}

Run Report::run(const World& world, const QStringList& arguments) const
{
    QProcess process;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        variables.remove(QString::fromLatin1(display));
    for (const QString& item : world.environment) {
        const auto equals = item.indexOf(u'=');
        if (equals < 0)
            variables.remove(item);
        else
            variables.insert(item.left(equals), item.mid(equals + 1));
    }
    if (world.fileLimit || world.isNobody) // and the counters stay whole
        variables.insert(QStringLiteral("GCOV_PREFIX"), QStringLiteral("/proc/none"));
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(world.folder);
    if (!world.out.isEmpty())
        process.setStandardOutputFile(world.out);
    process.setChildProcessModifier([limit = world.fileLimit, isNobody = world.isNobody] {
        if (limit) {
            const rlimit bytes{static_cast<rlim_t>(*limit), static_cast<rlim_t>(*limit)};
            ::setrlimit(RLIMIT_FSIZE, &bytes);
        }
        constexpr unsigned nobody = 65534;
        if (isNobody
            && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
            ::_exit(126);
    });
    process.start(m_options.program, arguments);
    Run run;
    run.isEnded = process.waitForFinished(world.patienceMs);
    if (!run.isEnded) {
        process.kill();
        process.waitForFinished();
    }
    if (run.isEnded && process.exitStatus() == QProcess::NormalExit)
        run.status = process.exitCode();
    run.out = process.readAllStandardOutput();
    run.err = withoutCounters(process.readAllStandardError());
    return run;
}

Files filesIn(const QString& folder)
{
    Files files;
    QDirIterator all(folder,
                     QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                     QDirIterator::Subdirectories);
    while (all.hasNext()) {
        const QString path = all.next();
        const QFileInfo facts(path);
        QFile file(path);
        const bool isRead = facts.isFile() && !facts.isSymLink() && file.open(QIODevice::ReadOnly);
        files.emplace_back(QDir(folder).relativeFilePath(path),
                           isRead ? file.readAll() : QByteArray());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool isOneSentence(const Run& run, const QString& about)
{
    return run.err.count('\n') == 1 && run.err.endsWith('\n')
           && run.sentence().contains(QFileInfo(about).fileName());
}

void Outcomes::add(const Run& run, const QString& file)
{
    ++m_count;
    QString sentence = run.sentence();
    if (!file.isEmpty())
        sentence.replace(file, QStringLiteral("FILE"));
    sentence.replace(QStringLiteral("\nscorefield: "), QStringLiteral(" / "));
    const QString text =
        QStringLiteral("status %1%2")
            .arg(run.status)
            .arg(sentence.isEmpty() ? QString() : QStringLiteral(", “") + sentence + u'”');
    const auto known = std::find_if(
        m_seen.begin(), m_seen.end(), [&](const auto& item) { return item.first == text; });
    if (known == m_seen.end())
        m_seen.emplace_back(text, 1);
    else
        ++known->second;
}

QString Outcomes::text() const
{
    QStringList texts;
    for (const auto& [text, count] : m_seen)
        texts += count > 1 ? QStringLiteral("%1 × %2").arg(count).arg(text) : text;
    return texts.join(QStringLiteral("; "));
}

void writeFile(const QString& path, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(path));
}

bool isRoot()
{
    return ::geteuid() == 0;
}

namespace {

struct Group {
    const char* name;
    void (*run)(Report&);
};
constexpr Group kGroups[] = {{"disk", fullDisks},
                             {"places", placesThatRefuse},
                             {"inputs", inputs},
                             {"languages", languages},
                             {"windows", windows},
                             {"signals", signalsAndKills},
                             {"opengl", openGl}};

/// Small, so that hundreds of runs are quick; with something for every exporter to do.
bool writeSession(const QString& path)
{
    Session session = defaultSession();
    session.particles.count = 60;
    session.timeline.position = .7;
    session.jobs = {{"ends", "ends.csv", {}, DataSpec{}},
                    {"states", "states.npy", {}, DataSpec{}},
                    {"document", "all.json", {}, DataSpec{}}};
    FigureSpec charts;
    charts.content = static_cast<double>(FigureContent::OverTime);
    charts.width = 480;
    charts.height = 200;
    session.jobs.push_back({"charts", "charts.svg", {}, charts});
    return saveSession(session, path.toStdString()).ok();
}

int run(int argc, char** argv)
{
    Options options;
    options.self = QString::fromLocal8Bit(argv[0]);
    for (int i = 1; i < argc; ++i) {
        const QString word = QString::fromLocal8Bit(argv[i]);
        if (word == QLatin1String("--all"))
            options.all = true;
        else if (word == QLatin1String("--only") && i + 1 < argc)
            options.only = QString::fromLocal8Bit(argv[++i]);
        else
            options.program = word;
    }
    if (!QFileInfo(options.program).isExecutable()) {
        std::fprintf(stderr, "trust_faults: give the built scorefield\n");
        return 2;
    }
    const QTemporaryDir folder;
    options.sessionFile = folder.filePath(QStringLiteral("small.scorefield.json"));
    if (!writeSession(options.sessionFile))
        return 1;
    // Nobody must read it too.
    QFile::setPermissions(folder.path(), QFile::Permissions(0x7755));
    Report report(options);
    for (const Group& group : kGroups)
        if (QString::fromLatin1(group.name).contains(options.only))
            group.run(report);
    if (report.failures() > 0)
        std::fprintf(stderr, "%d things were not as they must be\n", report.failures());
    return report.failures() > 0 ? 1 : 0;
}

} // namespace

} // namespace scorefield::faults

int main(int argc, char** argv)
{
    if (argc > 1 && std::strcmp(argv[1], "--person") == 0)
        return scorefield::faults::playPerson(argc, argv);
    return scorefield::faults::run(argc, argv);
}
