// SPDX-License-Identifier: GPL-3.0-or-later
// Systems with decimal commas, with another i, or without UTF-8: every file and every answer has
// the same bytes, and command lines are read the same.
#include "tests/trust/faults.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

namespace scorefield::faults {

namespace {

struct Language {
    const char *name, *source, *charset; ///< source: what localedef makes it of
};
constexpr Language kLanguages[] = {{"de_DE.UTF-8", "de_DE", "UTF-8"},
                                   {"tr_TR.UTF-8", "tr_TR", "UTF-8"},
                                   {"de_DE.ISO-8859-1", "de_DE", "ISO-8859-1"}};

/// What a program must be started with to run in the language; empty where there is none.
QStringList environmentOf(const Language& language, const QString& folder)
{
    QProcess::execute(QStringLiteral("sh"),
                      {"-c",
                       QStringLiteral("localedef -i %1 -f %2 '%3/%4' >/dev/null 2>&1")
                           .arg(QLatin1String(language.source), QLatin1String(language.charset),
                                folder, QLatin1String(language.name))});
    const QStringList made{QStringLiteral("LOCPATH=") + folder,
                           QStringLiteral("LC_ALL=") + QLatin1String(language.name)};
    for (const QStringList& environment : {made, QStringList{made[1]}}) {
        QProcess probe;
        QStringList words = environment;
        probe.start(QStringLiteral("env"), words + QStringList{"locale", "decimal_point"});
        probe.waitForFinished();
        if (probe.readAllStandardOutput().trimmed() == ","
            && !probe.readAllStandardError().contains("Cannot"))
            return environment;
    }
    return {};
}

/// Commands that write numbers, and read some.
std::vector<QStringList> commands(bool all)
{
    const QStringList study{"study", "guidance-sweep", "s.json", "--sweep",
                            "lanes.*.guidance.w=0.5:2.5:3"};
    std::vector<QStringList> few = {
        {"sample", "s.json", "-o", "end.csv", "--stats", "stats.json", "--set",
         "lanes.0.grid.steps=1.2e1"},
        study + QStringList{"-o", "table.csv", "--plot", "chart.svg"},
        {"run", "s.json", "--job", "charts"},
        {"script", "s.json"}};
    if (!all)
        return few;
    const std::vector<QStringList> more = {
        {"render", "s.json", "-o", "a.svg", "--size", "3.25x2.5in", "--dpi", "72"},
        {"render", "s.json", "-o", "a.pdf", "--size", "320x200", "--time", "0.5,1.5"},
        {"render", "s.json", "-o", "a.png", "--size", "320x200"},
        {"render", "s.json", "-o", "I.SVG", "--size", "320x200"},
        {"video", "s.json", "-o", "FILM.GIF", "--seconds", "0.2", "--hold-end", "0", "--fps", "10",
         "--size", "160x100", "--animate", "lanes.*.guidance.w=0.5:2.5"},
        {"sample", "s.json", "-o", "end.npy", "--process", "vp:horizon=2.5"},
        {"run", "s.json"},
        {"ridge", "s.json", "--noise", "0.4", "--trace", "-o", "ridge.csv"},
        {"ridge", "s.json", "--noise", "0.4", "--trace", "-o", "ridge.json"},
        {"fit", "points.csv", "--components", "2", "--floor", "0.25", "-o", "fit.json"},
        {"list", "parameters"},
        {"list", "samplers", "--json"},
        {"cite", "s.json"},
        {"validate", "s.json"}};
    few.insert(few.end(), more.begin(), more.end());
    return few;
}

/// All that the commands write and say in this environment.
Files results(const Report& report, const QStringList& environment)
{
    const QTemporaryDir folder;
    QFile::copy(report.options().sessionFile, folder.filePath(QStringLiteral("s.json")));
    writeFile(folder.filePath(QStringLiteral("points.csv")),
              "x,y\n0.5,1\n1.5,-0.25\n0.25,3\n4,0.5\n2,2.5\n1,1.75\n");
    World world;
    world.folder = folder.path();
    world.environment = environment + QStringList{"SOURCE_DATE_EPOCH=1700000000"};
    Files all;
    for (const QStringList& arguments : commands(report.options().all)) {
        const Run run = report.run(world, arguments);
        // How long it took is another number each time.
        const bool isTimed = arguments.front() == QLatin1String("study")
                             || arguments.front() == QLatin1String("sample");
        all.emplace_back(arguments.join(u' '),
                         QByteArray::number(run.status) + run.out
                             + (isTimed ? QByteArray() : run.err));
    }
    const Files files = filesIn(folder.path());
    all.insert(all.end(), files.begin(), files.end());
    return all;
}

void compare(Report& report, const QString& name, const Files& found, const Files& usual)
{
    int same = 0;
    for (std::size_t i = 0; i < usual.size(); ++i) {
        const bool isSame = i < found.size() && found[i] == usual[i];
        same += isSame;
        const auto at = [&] {
            const QByteArray &a = usual[i].second, &b = i < found.size() ? found[i].second : a;
            qsizetype place = 0;
            while (place < std::min(a.size(), b.size()) && a[place] == b[place])
                ++place;
            return QString::fromUtf8("“" + a.mid(place - 20, 60) + "” became “"
                                     + b.mid(place - 20, 60) + "”");
        };
        report.must(isSame, name, isSame ? QString() : usual[i].first + QStringLiteral(": ") + at());
    }
    report.must(found.size() == usual.size(), name, QStringLiteral("there are other files"));
    report.row(name,
               static_cast<int>(usual.size()),
               QStringLiteral("%1 of %2 files and answers have the same bytes")
                   .arg(same)
                   .arg(usual.size()));
}

/// Names of files are bytes, whatever the system believes them to be.
void foreignNames(Report& report)
{
    const QString name = QStringLiteral("file names beyond ASCII under LC_ALL=C");
    Outcomes outcomes;
    for (const char* stem : {"Größe", "ψ̂ 0,5", "no-break\xC2\xA0" "space"}) {
        const QTemporaryDir folder;
        QFile::copy(report.options().sessionFile, folder.filePath(QStringLiteral("s.json")));
        World world;
        world.folder = folder.path();
        world.environment = {"LC_ALL=C", "LANG"};
        const QString base = QString::fromUtf8(stem);
        for (const QStringList& arguments :
             {QStringList{"sample", "s.json", "-o", base + ".csv"},
              QStringList{"fit", base + ".csv", "--components", "1", "-o", base + ".json"},
              QStringList{"render", "s.json", "-o", base + ".png", "--size", "320x200"},
              QStringList{"render", base + ".png", "-o", base + ".svg", "--size", "320x200"},
              QStringList{"video", "s.json", "-o", base + ".mp4", "--seconds", "0.2",
                          "--hold-end", "0", "--size", "160x100"}}) {
            Run run = report.run(world, QStringList(arguments) + QStringList{"--quiet"});
            outcomes.add(run, base);
            report.must(run.status == 0 && run.err.isEmpty(),
                        name,
                        arguments.join(u' ') + QStringLiteral(": ") + QString::fromUtf8(run.err));
        }
        report.must(filesIn(folder.path()).size() == 6, name, QStringLiteral("a file is missing"));
    }
    report.row(name, outcomes.count(), outcomes.text());
}

} // namespace

void languages(Report& report)
{
    const Files usual = results(report, {"LC_ALL=C.UTF-8", "LANG"});
    for (const Language& language : kLanguages) {
        const QTemporaryDir folder;
        const QString name = QStringLiteral("the system speaks ") + QLatin1String(language.name);
        const QStringList environment = environmentOf(language, folder.path());
        if (environment.isEmpty()) {
            report.skip(name, QStringLiteral("there is no such locale, and none can be made"));
            continue;
        }
        if (report.options().all || &language == kLanguages)
            compare(report, name, results(report, environment), usual);
    }
    foreignNames(report);
}

} // namespace scorefield::faults
