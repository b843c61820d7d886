// SPDX-License-Identifier: GPL-3.0-or-later
// Disks that are full and places that cannot be written, for every exporter: one sentence that
// names the file, no part of a file, and an older file of the same name as it was.
#include "tests/trust/faults.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>

namespace scorefield::faults {

namespace {

struct Exporter {
    QString file; ///< what it writes, in its folder
    QStringList arguments;
    bool isQuick = false; ///< part of the short run
};

/// What it needs beside the session: points, a mixture.
void prepare(const Report& report, const QString& folder)
{
    const QDir inside(folder);
    QFile::copy(report.options().sessionFile, inside.filePath(QStringLiteral("s.json")));
    writeFile(inside.filePath(QStringLiteral("m.json")),
              R"({"weights": [0.5, 0.5], "means": [[-1.5, 0], [1.5, 0.25]],
 "covariances": [[[0.25, 0], [0, 0.25]], [[0.25, 0.125], [0.125, 0.25]]]})");
    QByteArray table("x,y\n");
    for (int i = 0; i < 60; ++i)
        table += QByteArray::number(i % 7 * .5) + ',' + QByteArray::number(i % 11 * .25) + '\n';
    writeFile(inside.filePath(QStringLiteral("points.csv")), table);
    World world;
    world.folder = folder;
    (void)report.run(world, {"sample", "--mixture", "m.json", "--particles", "40", "-o", "x.npy"});
}

std::vector<Exporter> exporters()
{
    const QStringList film{"--size", "160x100", "--seconds", "0.4", "--hold-end", "0", "--fps", "10"};
    const auto video = [&](const char* file, bool isQuick = false) {
        return Exporter{file, QStringList{"video", "s.json", "-o", file} + film, isQuick};
    };
    const auto figure = [](const char* file, bool isQuick = false) {
        return Exporter{file, {"render", "s.json", "-o", file, "--size", "320x200"}, isQuick};
    };
    const auto job = [](const char* file, const char* name) {
        return Exporter{file, {"run", "s.json", "--job", name}};
    };
    const QStringList evaluated{"evaluate", "--mixture", "m.json", "--at", "x.npy", "--alpha",
                                "0.8",      "--sigma",   "0.6",    "--what", "score", "-o", "e"};
    const QStringList study{"study", "guidance-sweep", "s.json", "--sweep", "lanes.*.guidance.w=1:2:2"};
    return {figure("figure.png", true),
            figure("figure.svg"),
            figure("figure.pdf"),
            job("charts.svg", "charts"),
            job("ends.csv", "ends"),
            job("states.npy", "states"),
            job("all.json", "document"),
            {"chart.pdf", study + QStringList{"--plot", "chart.pdf"}},
            {"table.csv", study + QStringList{"-o", "table.csv"}, true},
            {"table.json", study + QStringList{"-o", "table.json"}},
            video("film.mp4", true),
            video("film.webm"),
            video("film.gif"),
            video("film.apng"),
            video("frames/%03d.png"),
            {"end.npy", {"sample", "s.json", "-o", "end.npy"}, true},
            {"end.csv", {"sample", "s.json", "-o", "end.csv"}},
            {"path.npy", {"sample", "s.json", "--trajectory", "path.npy"}},
            {"stats.json", {"sample", "s.json", "--stats", "stats.json"}},
            {"e/score.npy", evaluated},
            {"ridge.csv", {"ridge", "--mixture", "m.json", "--noise", "0.4", "--trace", "-o", "ridge.csv"}},
            {"fit.json", {"fit", "points.csv", "--components", "2", "-o", "fit.json"}},
            {"lane.py", {"script", "s.json", "-o", "lane.py"}},
            {"cited.bib", {"cite", "s.json", "-o", "cited.bib"}}};
}

/// The first of its files: of a film in frames the name is a pattern.
QString placeOf(const Exporter& exporter)
{
    return QString(exporter.file).replace(QStringLiteral("%03d"), QStringLiteral("000"));
}

class ExporterFaults {
public:
    ExporterFaults(Report& report, const Exporter& exporter)
        : m_report(report)
        , m_exporter(exporter)
        , m_name(QStringLiteral("full disk, ") + exporter.file)
    {
        prepare(report, m_folder.path());
        m_world.folder = m_folder.path();
    }

    /// The bytes of the whole file; 0 if it could not be written at all.
    long long wholeSize()
    {
        const Files before = filesIn(m_folder.path());
        const Run run = m_report.run(m_world, m_exporter.arguments);
        const qint64 size = QFileInfo(place()).size();
        m_report.must(run.status == 0 && size > 0, m_name, run.sentence());
        for (const auto& [name, bytes] : filesIn(m_folder.path()))
            if (std::none_of(before.begin(), before.end(), [&, file = name](const auto& item) {
                    return item.first == file;
                }))
                QFile::remove(m_folder.filePath(name));
        QDir(m_folder.path()).rmdir(QFileInfo(m_exporter.file).path());
        return size;
    }

    /// One run that cannot end well. `about`: what the sentence names.
    void mustFail(const World& world, const QString& about = {})
    {
        const Files before = filesIn(m_folder.path());
        const Run run = m_report.run(world, m_exporter.arguments);
        const QString name = about.isEmpty() ? QFileInfo(m_exporter.file).fileName() : about;
        m_outcomes.add(run, m_exporter.file);
        m_report.must(run.status == 1 || run.status == 2,
                      m_name,
                      QStringLiteral("status %1, %2").arg(run.status).arg(run.sentence()));
        // The jobs of a session say which one failed, and then how many.
        const bool isJob = m_exporter.arguments.front() == QLatin1String("run");
        m_report.must(isJob ? run.err.contains(name.toUtf8()) && run.err.count('\n') == 2
                            : isOneSentence(run, name),
                      m_name,
                      QStringLiteral("said “") + QString::fromUtf8(run.err) + u'”');
        const Files after = filesIn(m_folder.path());
        if (m_report.must(after == before, m_name, namesOf(after)))
            ++m_asBefore;
    }

    void withLimits(bool all)
    {
        const long long size = wholeSize();
        std::vector<long long> limits{size / 2};
        if (all)
            // Nearly all of it: a time that was measured may take a few digits less.
            limits = {0, 1000, size / 2, size - 24};
        for (const long long limit : limits)
            for (const bool isThere : {false, true}) {
                if (limit >= size || (!all && !isThere))
                    continue;
                World full = m_world;
                full.fileLimit = limit;
                if (isThere)
                    writeFile(place(), "older");
                mustFail(full);
            }
        QFile::remove(place());
    }

    /// A link leads to the device that is always full.
    void withFullDevice()
    {
        if (m_exporter.file.contains(u'%'))
            return;
        QDir().mkpath(QFileInfo(place()).path());
        QFile::remove(place());
        QFile::link(QStringLiteral("/dev/full"), place());
        mustFail(m_world);
        struct stat facts {};
        m_report.must(QFileInfo(place()).isSymLink() && ::stat("/dev/full", &facts) == 0
                          && S_ISCHR(facts.st_mode),
                      m_name,
                      QStringLiteral("the link or the device is gone"));
        QFile::remove(place());
    }

    void tell()
    {
        m_report.row(m_name,
                     m_outcomes.count(),
                     QStringLiteral("%1; %2 times all files as before")
                         .arg(m_outcomes.text())
                         .arg(m_asBefore));
    }

private:
    QString place() const { return m_folder.filePath(placeOf(m_exporter)); }
    static QString namesOf(const Files& files)
    {
        QStringList names;
        for (const auto& [name, bytes] : files)
            names += QStringLiteral("%1 (%2)").arg(name).arg(bytes.size());
        return QStringLiteral("there are now ") + names.join(QStringLiteral(", "));
    }

    Report& m_report;
    Exporter m_exporter;
    QString m_name;
    QTemporaryDir m_folder;
    World m_world;
    Outcomes m_outcomes;
    int m_asBefore = 0;
};

/// What is kept for --resume may stop early; the study goes on, or ends before it has begun.
void journal(Report& report)
{
    const QString name = QStringLiteral("full disk, table.csv.journal");
    Outcomes outcomes;
    for (const long long limit : {0, 100, 900}) {
        const QTemporaryDir folder;
        prepare(report, folder.path());
        World world;
        world.folder = folder.path();
        const QStringList study{"study", "guidance-sweep", "s.json", "--sweep",
                                "lanes.*.guidance.w=1:3:3", "-o", "table.csv", "--resume"};
        World full = world;
        full.fileLimit = limit;
        const Run run = report.run(full, study);
        outcomes.add(run, QStringLiteral("table.csv"));
        report.must(run.status == 1 || run.status == 2, name, run.sentence());
        report.must(run.err.contains("table.csv"), name, run.sentence());
        report.must(!QFile::exists(folder.filePath(QStringLiteral("table.csv"))),
                    name,
                    QStringLiteral("a table was left"));
        // What is left is one that the next run goes on from.
        const Run again = report.run(world, study);
        report.must(again.status == 0, name, again.sentence());
        report.must(!QFile::exists(folder.filePath(QStringLiteral("table.csv.journal"))),
                    name,
                    QStringLiteral("the journal was left"));
    }
    report.row(name,
               outcomes.count(),
               outcomes.text() + QStringLiteral("; each time the next run ended well"));
}

/// More than the stream's buffer and less.
void standardOutput(Report& report)
{
    const QString name = QStringLiteral("full disk, stdout");
    Outcomes outcomes;
    const QTemporaryDir folder;
    prepare(report, folder.path());
    World world;
    world.folder = folder.path();
    world.out = QStringLiteral("/dev/full");
    for (const QStringList& arguments :
         {QStringList{"list", "parameters", "--json"},
          QStringList{"list", "presets"},
          QStringList{"script", "s.json"},
          QStringList{"cite", "s.json"},
          QStringList{"metric", "w2", "x.npy", "x.npy"},
          QStringList{"--help"}}) {
        const Run run = report.run(world, arguments);
        outcomes.add(run, {});
        report.must(run.status == 1 && run.err.count('\n') == 1,
                    name,
                    arguments.join(u' ') + QStringLiteral(": ") + run.sentence());
    }
    report.row(name, outcomes.count(), outcomes.text());
}

/// A real file system without room, if this process may mount one.
void smallFileSystem(Report& report)
{
    const QString name = QStringLiteral("full disk, a file system of 16 kB");
    const QTemporaryDir folder;
    if (!isRoot() || ::unshare(CLONE_NEWNS) != 0
        || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || ::mount("tmpfs", qPrintable(folder.path()), "tmpfs", 0, "size=16k") != 0)
        return report.skip(name, QStringLiteral("nothing can be mounted"));
    const QTemporaryDir elsewhere;
    prepare(report, elsewhere.path());
    World world;
    world.folder = elsewhere.path();
    Outcomes outcomes;
    for (const QStringList& arguments :
         {QStringList{"render", "s.json", "--size", "640x400", "-o"},
          QStringList{"video", "s.json", "--size", "640x400", "--seconds", "1", "--fps", "10", "-o"},
          QStringList{"sample", "s.json", "--trajectory"}}) {
        const char* ending = arguments.front() == QLatin1String("render")  ? "a.png"
                             : arguments.front() == QLatin1String("video") ? "a.mp4"
                                                                           : "a.npy";
        const QString file = folder.filePath(QLatin1String(ending));
        const Run run = report.run(world, arguments + QStringList{file});
        outcomes.add(run, file);
        report.must(run.status == 1 && isOneSentence(run, file), name, run.sentence());
        report.must(filesIn(folder.path()).empty(), name, QStringLiteral("a file was left"));
    }
    ::umount(qPrintable(folder.path()));
    report.row(name, outcomes.count(), outcomes.text() + QStringLiteral("; nothing left"));
}

} // namespace

void fullDisks(Report& report)
{
    for (const Exporter& exporter : exporters()) {
        if (!report.options().all && !exporter.isQuick)
            continue;
        ExporterFaults faults(report, exporter);
        faults.withLimits(report.options().all);
        faults.withFullDevice();
        faults.tell();
    }
    standardOutput(report);
    if (!report.options().all)
        return;
    journal(report);
    smallFileSystem(report);
}

void placesThatRefuse(Report& report)
{
    struct Place {
        const char *name, *folder;
        bool isNobody;
    };
    for (const Place& place : {Place{"a folder that is missing", "missing", false},
                               Place{"a file in place of a folder", "points.csv", false},
                               Place{"a folder that may not be written", "closed", true},
                               Place{"a file system that makes no files", "/proc", false}}) {
        const QString name = QStringLiteral("output into ") + QString::fromLatin1(place.name);
        Outcomes outcomes;
        const QTemporaryDir folder;
        prepare(report, folder.path());
        QDir(folder.path()).mkdir(QStringLiteral("closed"));
        QFile::setPermissions(folder.path(), QFile::Permissions(0x7755));
        QFile::setPermissions(folder.filePath(QStringLiteral("closed")),
                              QFile::Permissions(0x5555));
        World world;
        world.folder = folder.path();
        world.isNobody = place.isNobody && isRoot();
        const Files before = filesIn(folder.path());
        for (Exporter exporter : exporters()) {
            if ((!report.options().all && !exporter.isQuick)
                || exporter.arguments.front() == QLatin1String("run")
                || exporter.file.contains(u'%')) // makes the folder
                continue;
            const QString file = QString::fromLatin1(place.folder) + u'/' + exporter.file;
            exporter.arguments.back() = QString::fromLatin1(place.folder) + u'/' + exporter.arguments.back();
            if (exporter.arguments.front() == QLatin1String("render")
                || exporter.arguments.front() == QLatin1String("video"))
                exporter.arguments = QStringList{exporter.arguments.front(), "s.json", "-o", file};
            const Run run = report.run(world, exporter.arguments);
            Run plain = run;
            plain.err.replace(exporter.file.toUtf8(), "FILE");
            outcomes.add(plain, exporter.file);
            report.must((run.status == 2 || run.status == 1) && run.err.count('\n') == 1
                            && run.err.contains(place.folder),
                        name,
                        file + QStringLiteral(": ") + run.sentence());
        }
        report.must(filesIn(folder.path()) == before, name, QStringLiteral("the files changed"));
        report.row(name, outcomes.count(), outcomes.text());
    }
}

} // namespace scorefield::faults
