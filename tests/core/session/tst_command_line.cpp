// SPDX-License-Identifier: GPL-3.0-or-later
// The words of a command, read back: options by the rows that made them, --set and --animate by
// the parser that the program uses.
#include "core/base/text.h"
#include "core/session/command_line.h"
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/parameter_table.h"

#include <QProcess>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace scorefield;

namespace {

using Words = std::vector<std::string>;

ExportJob figureJob(const FigureSpec& spec = {})
{
    return {"figure", "fig 1.pdf", {}, spec};
}

Words wordsOf(const Session& now, const ExportJob& job, const Session& saved = defaultSession())
{
    const auto words = commandWords(now, job, saved, "my session.scorefield.json");
    if (!words)
        qFatal("%s", words.error().sentence().c_str());
    return *words;
}

std::string
refusal(const Session& now, const ExportJob& job, const Session& saved = defaultSession())
{
    const auto words = commandWords(now, job, saved, "s.json");
    return words ? std::string() : words.error().sentence();
}

std::optional<std::string> valueOf(const Words& words, const std::string& option)
{
    const auto at = std::find(words.begin(), words.end(), option);
    return at == words.end() ? std::nullopt : std::optional(*(at + 1));
}

/// What --set makes of the saved session.
Session applied(const Words& words, Session session = defaultSession())
{
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] != "--set")
            continue;
        const auto equals = words[i + 1].find('=');
        const auto status = setParameterText(
            session, words[i + 1].substr(0, equals), words[i + 1].substr(equals + 1));
        if (!status)
            qFatal("%s", status.error().sentence().c_str());
    }
    return session;
}

void set(Session& session, const std::string& key, const std::string& text)
{
    if (const auto status = setParameterText(session, key, text); !status)
        qFatal("%s", status.error().sentence().c_str());
}

/// The options of the rows, read into a new spec.
template <class Spec>
Spec readBack(const Words& words)
{
    Spec spec;
    for (const SpecRow<Spec>& row : specRows<Spec>()) {
        std::string option = "--" + row.descriptor.key;
        std::replace(option.begin() + 2, option.end(), '_', '-');
        if (const auto text = valueOf(words, option))
            row.field(spec) = row.descriptor.parse(*text).value();
    }
    return spec;
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingThatIsUsualIsSaid();
    void everyRowOfAFigure();
    void everyRowOfAVideo();
    void momentsAndSize();
    void everyParameterOfASession();
    void kindsBeforeTheirValues();
    void listsOfPoints();
    void keyframes();
    void bookmarks();
    void data();
    void refusals();
    void theShellReadsTheWords();
};

void TestCommandLine::nothingThatIsUsualIsSaid()
{
    Session now = defaultSession();
    now.timeline.position = .5;
    Session saved = now;
    QCOMPARE(wordsOf(now, figureJob(), saved),
             (Words{"scorefield", "render", "my session.scorefield.json", "-o", "fig 1.pdf"}));
    QCOMPARE(wordsOf(now, {"film", "a.mp4", {}, VideoSpec{}}, saved),
             (Words{"scorefield", "video", "my session.scorefield.json", "-o", "a.mp4"}));
    // `render` would show a session that stands at its start at its end.
    now.timeline.position = saved.timeline.position = 0;
    QCOMPARE(valueOf(wordsOf(now, figureJob(), saved), "--position"),
             std::optional<std::string>("0"));
}

void TestCommandLine::everyRowOfAFigure()
{
    FigureSpec spec;
    for (const SpecRow<FigureSpec>& row : figureRows()) {
        const ParameterDescriptor& d = row.descriptor;
        if (d.key == "clock" || d.key == "content" || d.key == "lane")
            continue;
        const bool isDiscrete = d.type != ParameterType::Real;
        row.field(spec) = isDiscrete ? (d.defaultValue == d.maximum ? d.minimum : d.maximum)
                                     : d.defaultValue * 1.0123456789012345;
        if (d.type == ParameterType::Integer)
            row.field(spec) = d.defaultValue + 1;
    }
    spec.unit = 0;
    spec.width = 100.125;
    spec.height = 60;
    spec.dpi = 301.5;
    const Words words = wordsOf(defaultSession(), figureJob(spec));
    FigureSpec read = readBack<FigureSpec>(words);
    QVERIFY(setFigureSize(read, *valueOf(words, "--size")).ok());
    read.title = spec.title;
    QCOMPARE(read == spec, true);
}

void TestCommandLine::everyRowOfAVideo()
{
    VideoSpec spec;
    for (const SpecRow<VideoSpec>& row : videoRows()) {
        const ParameterDescriptor& d = row.descriptor;
        const double other = d.defaultValue == d.maximum ? d.minimum : d.maximum;
        row.field(spec) =
            d.type == ParameterType::Real ? d.minimum + (other - d.minimum) / 8 : other;
    }
    spec.width = 1920;
    spec.height = 1080;
    spec.lane = 2;
    spec.framesPerSecond = 25;
    spec.seconds = 7.25;
    spec.holdStart = .1;
    spec.holdEnd = .2;
    spec.loops = 3;
    const Words words = wordsOf(defaultSession(), {"film", "film.mp4", {}, spec});
    VideoSpec read = readBack<VideoSpec>(words);
    QCOMPARE(valueOf(words, "--size"), std::optional<std::string>("1920x1080"));
    read.width = 1920;
    read.height = 1080;
    QCOMPARE(read == spec, true);
}

void TestCommandLine::momentsAndSize()
{
    FigureSpec spec;
    spec.content = static_cast<double>(FigureContent::Grid);
    spec.clock = static_cast<double>(MomentClock::Noise);
    spec.moments = {5, 1, .2};
    spec.lanes = {2, 1};
    spec.width = 6.75;
    spec.height = 3;
    spec.unit = static_cast<double>(LengthUnit::Inch);
    spec.title = "It's \"one\"";
    spec.fontFamily = "DejaVu Sans";
    const Words words = wordsOf(defaultSession(), figureJob(spec));
    QCOMPARE(valueOf(words, "--time"), std::optional<std::string>("5,1,0.2"));
    QCOMPARE(valueOf(words, "--lanes"), std::optional<std::string>("2,1"));
    QCOMPARE(valueOf(words, "--size"), std::optional<std::string>("6.75x3in"));
    QCOMPARE(valueOf(words, "--content"), std::optional<std::string>("grid"));
    QCOMPARE(valueOf(words, "--title"), std::optional<std::string>(spec.title));
    QCOMPARE(valueOf(words, "--font-family"), std::optional<std::string>("DejaVu Sans"));
    QVERIFY(!valueOf(words, "--clock") && !valueOf(words, "--unit") && !valueOf(words, "--width"));
    spec.clock = static_cast<double>(MomentClock::Step);
    spec.moments = {0, 12};
    QCOMPARE(valueOf(wordsOf(defaultSession(), figureJob(spec)), "--step"),
             std::optional<std::string>("0,12"));
}

void TestCommandLine::everyParameterOfASession()
{
    // Every parameter off its value, one at a time and all at once.
    const Session saved = defaultSession();
    Session all = saved;
    int changed = 0;
    for (const std::string& key : parameterKeys(saved)) {
        const auto row = describe(saved, key);
        const double before = *parameterValue(saved, key);
        Session one = saved;
        for (const double value :
             {row->minimum + (row->maximum - row->minimum) / 3, row->maximum, row->minimum}) {
            if (value == before || !setParameter(one, key, value))
                continue;
            ++changed;
            const Words words = wordsOf(one, figureJob());
            QVERIFY2(static_cast<const SessionState&>(applied(words))
                         == static_cast<const SessionState&>(one),
                     key.c_str());
            if (!key.ends_with(".kind"))
                QVERIFY(setParameter(all, key, value).ok());
            break;
        }
    }
    QVERIFY(changed > 60);
    QVERIFY(static_cast<const SessionState&>(applied(wordsOf(all, figureJob())))
            == static_cast<const SessionState&>(all));
}

void TestCommandLine::kindsBeforeTheirValues()
{
    Session now = defaultSession();
    set(now, "lanes.0.sampler.kind", "edm");
    set(now, "lanes.0.sampler.churn", "12.5");
    set(now, "lanes.1.camera.x", "0.1234567890123456");
    set(now, "timeline.position", "0.7");
    const Words words = wordsOf(now, figureJob());
    const auto at = [&](const char* word) { return std::find(words.begin(), words.end(), word); };
    QVERIFY(at("lanes.0.sampler.kind=edm") < at("lanes.0.sampler.churn=12.5"));
    QVERIFY(at("lanes.1.camera.x=0.1234567890123456") != words.end());
    QCOMPARE(std::count(words.begin(), words.end(), "--set"), 4);
    QVERIFY(static_cast<const SessionState&>(applied(words)) == static_cast<SessionState&>(now));
}

void TestCommandLine::listsOfPoints()
{
    Session now = defaultSession();
    set(now, "lanes.0.guidance.kind", "curve");
    set(now, "lanes.0.guidance.points", "0:1,0.5:3.25,1:0");
    set(now, "lanes.1.grid.kind", "levels");
    set(now, "lanes.1.grid.levels", "40,3.5,0.25,0");
    const Words words = wordsOf(now, figureJob());
    QVERIFY(std::find(words.begin(), words.end(), "lanes.1.grid.levels=40,3.5,0.25,0")
            != words.end());
    QVERIFY(static_cast<const SessionState&>(applied(words)) == static_cast<SessionState&>(now));
}

void TestCommandLine::keyframes()
{
    const Session saved = defaultSession();
    Session now = saved;
    const std::string text = "lanes.*.guidance.w=0@0,3@0.5,1@1:in-out";
    now.keyframes.push_back(parseTrack(now, text).value());
    const ExportJob film{"film", "film.mp4", {}, VideoSpec{}};
    const auto animate = valueOf(wordsOf(now, film), "--animate");
    QVERIFY(animate.has_value());
    QCOMPARE(parseTrack(saved, *animate).value() == now.keyframes[0], true);
    QVERIFY(!valueOf(wordsOf(now, film, now), "--animate"));
    QVERIFY(!valueOf(wordsOf(now, figureJob()), "--animate")); // a still does not move
    QVERIFY(refusal(saved, film, now).find("save the session first") != std::string::npos);
    FigureSpec still; // of the film
    still.clock = static_cast<double>(MomentClock::Share);
    still.moments = {.5};
    QVERIFY(valueOf(wordsOf(now, figureJob(still)), "--animate") == animate);
    now.keyframes[0].keys[1].easing = Easing::Hold;
    QVERIFY(refusal(now, film).find("different easings") != std::string::npos);
    QVERIFY(refusal(now, figureJob(still)).find("different easings") != std::string::npos);
}

void TestCommandLine::bookmarks()
{
    Session saved = defaultSession();
    SessionState state = saved;
    state.particles.count = 123;
    saved.bookmarks.push_back({"few points", state});
    ExportJob job = figureJob();
    job.bookmark = "few points";
    Words words = wordsOf(saved, job, saved);
    QCOMPARE(valueOf(words, "--bookmark"), std::optional<std::string>("few points"));
    QVERIFY(!valueOf(words, "--set"));
    // What the window's own state is does not matter, nor a bookmark that the file has not.
    Session now = saved;
    now.particles.count = 77;
    QCOMPARE(wordsOf(now, job, saved), words);
    words = wordsOf(now, job, defaultSession());
    QVERIFY(!valueOf(words, "--bookmark"));
    QCOMPARE(valueOf(words, "--set"), std::optional<std::string>("particles.count=123"));
}

void TestCommandLine::data()
{
    const Session saved = defaultSession();
    Session now = saved;
    set(now, "lanes.1.eta", "0.25");
    set(now, "timeline.position", "0.5");
    const auto job = [](DataContent content, const char* file) {
        return ExportJob{"data", file, {}, DataSpec{static_cast<double>(content), 2}};
    };
    const Words ends = wordsOf(now, job(DataContent::Ends, "e.csv"));
    QCOMPARE(ends[1], std::string("sample"));
    QCOMPARE(valueOf(ends, "--lane"), std::optional<std::string>("1"));
    QCOMPARE(valueOf(ends, "--precision"), std::optional<std::string>("float"));
    QVERIFY(static_cast<const SessionState&>(applied(ends)) == static_cast<SessionState&>(now));
    const Words ridge = wordsOf(now, job(DataContent::Ridge, "r.json"));
    QCOMPARE(ridge[1], std::string("ridge"));
    QVERIFY(valueOf(ridge, "--alpha") && valueOf(ridge, "--sigma") && valueOf(ridge, "--beta"));
    QVERIFY(refusal(now, job(DataContent::Trajectory, "t.npy")).find("scorefield run")
            != std::string::npos);
    Session stored = now;
    stored.jobs.push_back(job(DataContent::Trajectory, "t.npy"));
    QCOMPARE(wordsOf(stored, stored.jobs[0], stored),
             (Words{"scorefield", "run", "my session.scorefield.json", "--job", "data"}));
}

void TestCommandLine::refusals()
{
    const Session saved = defaultSession();
    Session now = saved;
    MixtureSpec data = *now.data;
    data.components[0].weight = .5;
    now.data = data;
    QCOMPARE(refusal(now, figureJob()),
             std::string("data: differ from those of the saved session; save the session first"));
    now = saved;
    now.lanes.push_back(now.lanes[0]);
    QCOMPARE(refusal(now, figureJob()),
             std::string("lanes: are 3, in the saved session 2; save the session first"));
    now = saved;
    now.particles.tape = "tape.npy";
    QVERIFY(refusal(now, figureJob()).starts_with("particles.tape: "));
    FigureSpec tooLarge;
    tooLarge.width = 20000;
    QVERIFY(refusal(saved, figureJob(tooLarge)).starts_with("width: "));
    ExportJob job = figureJob();
    job.bookmark = "nowhere";
    QVERIFY(!refusal(saved, job).empty());
}

void TestCommandLine::theShellReadsTheWords()
{
    FigureSpec spec;
    spec.title = "It's $HOME `x` \\ \"é\" !";
    spec.letters = 2; // "(a)"
    Session now = defaultSession();
    set(now, "lanes.0.guidance.kind", "cfg++");
    const auto line = commandLine(now, figureJob(spec), defaultSession(), "a b/ü.json");
    QVERIFY(line.ok());
    const Words words = commandWords(now, figureJob(spec), defaultSession(), "a b/ü.json").value();
    QProcess shell;
    shell.start(QStringLiteral("/bin/sh"),
                {QStringLiteral("-c"), QString::fromStdString("printf '%s\\n' " + *line)});
    QVERIFY(shell.waitForFinished(30000));
    std::string expected;
    for (const std::string& word : words)
        expected += word + "\n";
    QCOMPARE(shell.readAllStandardOutput().toStdString(), expected);
    QCOMPARE(shellQuoted(""), std::string("''"));
    QCOMPARE(shellQuoted("plain-1.5,2=x/y.png"), std::string("plain-1.5,2=x/y.png"));
}

QTEST_APPLESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
