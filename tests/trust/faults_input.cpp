// SPDX-License-Identifier: GPL-3.0-or-later
// Input that is no file, that has gone, or that asks for more than there is: refused in one
// sentence, before anything runs.
#include "tests/trust/faults.h"

#include "core/base/file.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/sampler/simulate.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <sys/stat.h>

namespace scorefield::faults {

namespace {

constexpr int kPromptMs = 60000; ///< a bound for waiting for ever; sanitizer builds are slow

QStringList reading(const QString& file)
{
    const QString ending = file.section(u'.', -1);
    if (file == QLatin1String("tape.npy"))
        return {"sample", "s.json", "--noise", file, "-o", "out.npy"};
    if (file == QLatin1String("levels.npy"))
        return {"sample", "s.json", "--levels", file, "-o", "out.npy"};
    if (file == QLatin1String("start.npy"))
        return {"sample", "s.json", "--init", file, "-o", "out.npy"};
    if (file == QLatin1String("mixture.json"))
        return {"sample", "--mixture", file, "-o", "out.npy"};
    if (ending == QLatin1String("npy"))
        return {"metric", "w2", file, file};
    if (ending == QLatin1String("csv"))
        return {"fit", file, "--components", "2", "-o", "out.json"};
    return {"render", file, "-o", "out.svg"};
}

/// Pipes and devices by the names of files. A session that was opened would wait for a writer, a
/// table would be read until the memory is full.
void notFiles(Report& report)
{
    const QString name = QStringLiteral("a pipe, a device or a folder in place of an input file");
    Outcomes outcomes;
    for (const char* kind : {"pipe", "device", "folder"})
        for (const char* file : {"session.json", "mixture.json", "points.csv", "cloud.npy",
                                 "tape.npy", "levels.npy", "start.npy", "picture.png",
                                 "picture.svg", "picture.pdf"}) {
            if (!report.options().all && qstrcmp(kind, "pipe") != 0)
                continue;
            const QTemporaryDir folder;
            QFile::copy(report.options().sessionFile,
                        folder.filePath(QStringLiteral("s.json")));
            const QString path = folder.filePath(QLatin1String(file));
            if (qstrcmp(kind, "pipe") == 0)
                ::mkfifo(qPrintable(path), 0600);
            else if (qstrcmp(kind, "device") == 0)
                QFile::link(QStringLiteral("/dev/zero"), path);
            else
                QDir().mkdir(path);
            World world;
            world.folder = folder.path();
            world.patienceMs = kPromptMs;
            const Run run = report.run(world, reading(QLatin1String(file)));
            outcomes.add(run, QLatin1String(file));
            report.must(run.isEnded && run.status == 2 && isOneSentence(run, path)
                            && run.sentence().contains(QStringLiteral("must be a file")),
                        name,
                        QStringLiteral("%1 %2: status %3, %4")
                            .arg(QLatin1String(kind), QLatin1String(file))
                            .arg(run.status)
                            .arg(run.sentence()));
        }
    report.row(name, outcomes.count(), outcomes.text());
}

/// Nobody reads the pipe that a command is to write to.
void deafPipes(Report& report)
{
    const QString name = QStringLiteral("a pipe that nobody reads in place of an output file");
    Outcomes outcomes;
    for (const char* file : {"end.csv", "figure.png", "film.gif"}) {
        const QTemporaryDir folder;
        QFile::copy(report.options().sessionFile, folder.filePath(QStringLiteral("s.json")));
        ::mkfifo(qPrintable(folder.filePath(QLatin1String(file))), 0600);
        World world;
        world.folder = folder.path();
        world.patienceMs = kPromptMs;
        const char* command = qstrcmp(file, "end.csv") == 0    ? "sample"
                              : qstrcmp(file, "film.gif") == 0 ? "video"
                                                               : "render";
        QStringList arguments{command, "s.json", "-o", file};
        if (qstrcmp(command, "video") == 0)
            arguments += {"--seconds", "0.2", "--hold-end", "0", "--fps", "10", "--size", "160x100"};
        const Run run = report.run(world, arguments);
        outcomes.add(run, QLatin1String(file));
        report.must(run.isEnded && run.status == 1 && isOneSentence(run, QLatin1String(file)),
                    name,
                    run.sentence());
    }
    report.row(name, outcomes.count(), outcomes.text());
}

/// A session whose recorded noise was there when it was saved.
void missingTape(Report& report)
{
    const QString name = QStringLiteral("recorded noise that a session refers to is gone");
    const QTemporaryDir folder;
    const std::string tape = folder.filePath(QStringLiteral("tape.npy")).toStdString();
    Session session = defaultSession();
    session.particles.count = 20;
    session.particles.tape = tape;
    session.particles.noise = static_cast<double>(NoisePolicy::Tape);
    const QString file = folder.filePath(QStringLiteral("s.json"));
    report.must(saveSession(session, file.toStdString()).ok(), name, QStringLiteral("not saved"));
    const Files before = filesIn(folder.path());
    World world;
    world.folder = folder.path();
    Outcomes outcomes;
    for (const QStringList& arguments :
         {QStringList{"sample", "s.json", "-o", "out.npy"},
          QStringList{"render", "s.json", "-o", "out.svg"},
          QStringList{"video", "s.json", "-o", "out.gif"},
          QStringList{"study", "guidance-sweep", "s.json", "-o", "out.csv"}}) {
        const Run run = report.run(world, arguments);
        Run plain = run;
        plain.err.replace(tape.c_str(), "TAPE");
        outcomes.add(plain, {});
        report.must(run.status != 0 && isOneSentence(run, QString::fromStdString(tape))
                        && run.sentence().contains(QStringLiteral("particles.tape")),
                    name,
                    run.sentence());
    }
    report.must(filesIn(folder.path()) == before, name, QStringLiteral("the files changed"));
    report.row(name, outcomes.count(), outcomes.text() + QStringLiteral("; no file changed"));
}

/// The largest values that the table has, together far beyond any memory.
void beyondMemory(Report& report)
{
    const QString name = QStringLiteral("more particles and steps than there is memory");
    Session session = defaultSession();
    constexpr int dimension = 16; // so that the largest values are too much for any machine
    session.data = isotropicMixture({Eigen::VectorXd::Zero(dimension)}, 1);
    session.lanes.resize(kMaxLanes, session.lanes.front());
    fitReferencesToData(session);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("s.json"));
    report.must(saveSession(session, file.toStdString()).ok(), name, file);
    const auto largest = [&](const char* key) {
        return QStringLiteral("%1").arg(describe(session, key)->maximum, 0, 'f', 0);
    };
    const QStringList sizes{"--set",
                            QStringLiteral("particles.count=") + largest("particles.count"),
                            "--set",
                            QStringLiteral("lanes.*.grid.steps=") + largest("lanes.0.grid.steps")};
    const Files before = filesIn(folder.path());
    World world;
    world.folder = folder.path();
    world.patienceMs = kPromptMs;
    Outcomes outcomes;
    for (const QStringList& arguments :
         {QStringList{"sample", "s.json", "--trajectory", "out.npy"}, // studies keep no states
          QStringList{"render", "s.json", "-o", "out.svg"},
          QStringList{"video", "s.json", "-o", "out.gif"}}) {
        const Run run = report.run(world, arguments + sizes);
        outcomes.add(run, {});
        report.must(run.isEnded && run.status != 0 && run.err.count('\n') == 1
                        && run.sentence().contains(QStringLiteral("of memory; the limit is")),
                    name,
                    arguments.front() + QStringLiteral(": ") + run.sentence());
    }
    report.must(filesIn(folder.path()) == before, name, QStringLiteral("the files changed"));
    report.row(name, outcomes.count(), outcomes.text());
}

/// A picture beyond what OpenGL draws, and one beyond any memory.
void hugePictures(Report& report)
{
    const QString name = QStringLiteral("pictures larger than OpenGL draws");
    const QTemporaryDir folder;
    QFile::copy(report.options().sessionFile, folder.filePath(QStringLiteral("s.json")));
    World world;
    world.folder = folder.path();
    Outcomes outcomes;
    for (const QStringList& arguments :
         {QStringList{"render", "s.json", "-o", "out.png", "--size", "40000x100"},
          QStringList{"render", "s.json", "-o", "out.png", "--size", "100x40000"},
          QStringList{"render", "s.json", "-o", "out.pdf", "--size", "300x300in", "--dpi", "1200"},
          QStringList{"video", "s.json", "-o", "out.gif", "--size", "40000x40000"}}) {
        const Run run = report.run(world, arguments);
        outcomes.add(run, {});
        report.must(run.status == 1 || run.status == 2, name, run.sentence());
        report.must(run.err.count('\n') == 1, name, run.sentence());
    }
    report.must(filesIn(folder.path()).size() == 1, name, QStringLiteral("a file was left"));
    report.row(name, outcomes.count(), outcomes.text());
}

void unknownKeyframes(Report& report)
{
    const QString name = QStringLiteral("keyframes of a parameter that does not exist");
    const QTemporaryDir folder;
    Session session = defaultSession();
    session.keyframes = {{"lanes.0.guidance.weight", {{0, 1}, {1, 2}}}};
    const QString file = folder.filePath(QStringLiteral("s.json"));
    report.must(
        writeFileAtomically(file.toStdString(), sessionToJson(session)).ok(), name, file);
    World world;
    world.folder = folder.path();
    Outcomes outcomes;
    for (const QStringList& arguments : {QStringList{"validate", "s.json"},
                                         QStringList{"render", "s.json", "-o", "out.svg"},
                                         QStringList{"video", "s.json", "-o", "out.gif"}}) {
        const Run run = report.run(world, arguments);
        outcomes.add(run, QStringLiteral("s.json"));
        report.must(run.status != 0 && run.err.count('\n') == 1
                        && run.sentence().contains(QStringLiteral("/keyframes/0/key"))
                        && run.sentence().contains(QStringLiteral("lanes.0.guidance.weight")),
                    name,
                    run.sentence());
    }
    report.row(name, outcomes.count(), outcomes.text());
}

} // namespace

void inputs(Report& report)
{
    notFiles(report);
    deafPipes(report);
    missingTape(report);
    beyondMemory(report);
    hugePictures(report);
    unknownKeyframes(report);
}

} // namespace scorefield::faults
