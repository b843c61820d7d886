// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/export_table.h"
#include "core/session/film.h"
#include "core/session/session_json.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <set>

using namespace scorefield;

class TestExportTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyNumberIsDeclaredOnce();
    void sizes_data();
    void sizes();
    void refusedSpecs_data();
    void refusedSpecs();
    void sizesAsText();
    void columnPresetsAreSizes();
    void endings();
    void sessionsKeepEverything();
    void bookmarks();
    void refusedFiles_data();
    void refusedFiles();
};

namespace {

template <class Spec>
void checkRows()
{
    std::set<std::string> keys;
    Spec spec;
    for (const SpecRow<Spec>& row : specRows<Spec>()) {
        const ParameterDescriptor& d = row.descriptor;
        QVERIFY2(keys.insert(d.key).second, d.key.c_str());
        QVERIFY2(!d.label.empty() && !d.help.empty(), d.key.c_str());
        QCOMPARE(d.defaultValue, row.field(spec));
        QVERIFY2(d.validate(d.defaultValue).ok(), d.key.c_str());
        for (const double bad : {d.minimum - 1, d.maximum + 1, std::nan("")})
            QVERIFY2(!d.validate(bad).ok(), d.key.c_str());
        // Another value of this row is no other row's.
        Spec changed;
        row.field(changed) = d.defaultValue == d.minimum ? d.maximum : d.minimum;
        int differing = 0;
        for (const SpecRow<Spec>& other : specRows<Spec>())
            differing += other.field(changed) != other.field(spec) ? 1 : 0;
        QCOMPARE(differing, 1);
        QCOMPARE(findSpecRow<Spec>(d.key), &row);
    }
    QVERIFY(checkSpec(spec, 1).ok());
}

Session fullSession()
{
    Session session = defaultSession();
    session.keyframes = {{"lanes.*.guidance.w", {{0, 1}, {.5, 4, Easing::InOut}, {1, 8}}},
                         {"lanes.0.eta", {{0, 0}}}};
    FigureSpec figure;
    figure.content = static_cast<double>(FigureContent::Grid);
    figure.lanes = {2, 1};
    figure.clock = static_cast<double>(MomentClock::Noise);
    figure.moments = {5, 1.0 / 3, 0};
    figure.width = 6.75;
    figure.height = 3;
    figure.unit = 1;
    figure.dpi = 600;
    figure.title = "Guidance \"w\" — ridge & mode";
    figure.fontFamily = "Inter";
    figure.letters = static_cast<double>(LetterStyle::LowerParentheses);
    VideoSpec video;
    video.pingPong = 1;
    video.easing = 3;
    session.jobs = {{"Figure 1", "fig/1.pdf", "", figure},
                    {"Film", "film.mp4", "Strong", video},
                    {"Frames", "frames/%05d.png", "", VideoSpec{}},
                    {"Ends", "ends.npy", "", DataSpec{}}};
    Session strong = session;
    strong.lanes[0].guidance.values.set("w", 7);
    strong.timeline.position = .5;
    Session other = strong;
    other.lanes.pop_back();
    other.data.edit([](MixtureSpec& data) { data.components[0].weight = 2; });
    session.bookmarks = {{"Start", static_cast<const SessionState&>(session)},
                         {"Strong", static_cast<const SessionState&>(strong)},
                         {"Other data", static_cast<const SessionState&>(other)}};
    return session;
}

} // namespace

void TestExportTable::everyNumberIsDeclaredOnce()
{
    checkRows<FigureSpec>();
    checkRows<VideoSpec>();
    checkRows<DataSpec>();
}

void TestExportTable::sizes_data()
{
    QTest::addColumn<double>("width");
    QTest::addColumn<LengthUnit>("unit");
    QTest::addColumn<double>("dpi");
    QTest::addColumn<int>("pixels");
    QTest::addColumn<double>("points");
    QTest::newRow("column at print size") << 3.25 << LengthUnit::Inch << 1200. << 3900 << 234.;
    QTest::newRow("page") << 6.75 << LengthUnit::Inch << 600. << 4050 << 486.;
    QTest::newRow("metric") << 89. << LengthUnit::Millimetre << 300. << 1051 << 89 / 25.4 * 72;
    QTest::newRow("pixels") << 1600. << LengthUnit::Pixel << 96. << 1600 << 1200.;
    QTest::newRow("dense pixels") << 1600. << LengthUnit::Pixel << 192. << 1600 << 600.;
}

void TestExportTable::sizes()
{
    QFETCH(double, width);
    QFETCH(LengthUnit, unit);
    QFETCH(double, dpi);
    QFETCH(int, pixels);
    QFETCH(double, points);
    FigureSpec spec;
    spec.width = width;
    spec.unit = static_cast<double>(unit);
    spec.dpi = dpi;
    QCOMPARE(figureSize(spec).widthPx, pixels);
    QCOMPARE(figureSize(spec).widthPt, points);
    QCOMPARE(figureSize(spec).pixelsPerInch, dpi);
}

void TestExportTable::refusedSpecs_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<FigureSpec>("spec");
    const auto add = [](const char* name, const char* key, auto change) {
        FigureSpec spec;
        change(spec);
        QTest::newRow(name) << key << spec;
    };
    add("no width", "width", [](FigureSpec& s) { s.width = 0; });
    add("too wide", "width", [](FigureSpec& s) { s.width = 100000; });
    add("wider than a texture", "width", [](FigureSpec& s) { s.width = 16385; });
    add("a few pixels", "height", [](FigureSpec& s) { s.height = 15; });
    add("not finite", "height", [](FigureSpec& s) { s.height = std::nan(""); });
    add("an inch at 24 dpi is enough, half is not", "height", [](FigureSpec& s) {
        s.unit = 1;
        s.width = 3;
        s.height = .5;
        s.dpi = 24;
    });
    add("more pixels than memory", "dpi", [](FigureSpec& s) {
        s.width = 16384;
        s.height = 16384;
        s.dpi = 192;
    });
    add("lane", "lane", [](FigureSpec& s) { s.lane = 3; });
    add("lanes", "lanes", [](FigureSpec& s) { s.lanes = {1, 3}; });
    add("moments without a clock", "moments", [](FigureSpec& s) { s.moments = {1}; });
    add("clock without moments", "moments", [](FigureSpec& s) { s.clock = 1; });
    add("two moments of one picture", "moments", [](FigureSpec& s) {
        s.clock = 1;
        s.moments = {1, 2};
    });
    add("half a step", "moments", [](FigureSpec& s) {
        s.clock = 2;
        s.moments = {1.5};
    });
    add("position", "moments", [](FigureSpec& s) {
        s.clock = 3;
        s.moments = {1.5};
    });
    add("negative noise", "moments", [](FigureSpec& s) {
        s.clock = 1;
        s.moments = {-1};
    });
}

void TestExportTable::refusedSpecs()
{
    QFETCH(QString, key);
    QFETCH(FigureSpec, spec);
    const auto status = checkSpec(spec, 2);
    QVERIFY(!status.ok());
    QCOMPARE(QString::fromStdString(status.error().path), key);
    QVERIFY(!status.error().message.empty());
}

void TestExportTable::sizesAsText()
{
    FigureSpec spec;
    QVERIFY(setFigureSize(spec, "6.75x3in").ok());
    QCOMPARE(spec.width, 6.75);
    QCOMPARE(spec.height, 3.);
    QCOMPARE(spec.unit, 1.);
    QVERIFY(setFigureSize(spec, "89 x 60 mm").ok());
    QCOMPARE(spec.unit, 0.);
    QCOMPARE(spec.height, 60.);
    QVERIFY(setFigureSize(spec, "1600x900").ok());
    QCOMPARE(spec.unit, 2.);
    const FigureSpec before = spec;
    for (const char* bad : {"", "x", "3x", "3x4x5", "3x4cm", "-3x4", "0x4", "nanx3", "axb"}) {
        QVERIFY2(!setFigureSize(spec, bad).ok(), bad);
        QVERIFY(spec == before);
    }
}

void TestExportTable::columnPresetsAreSizes()
{
    std::set<std::string> ids;
    for (const ColumnPreset& preset : columnPresets()) {
        QVERIFY(ids.insert(preset.id).second);
        FigureSpec spec;
        spec.width = preset.width;
        spec.height = preset.height;
        spec.unit = static_cast<double>(preset.unit);
        spec.fontSize = preset.fontSize;
        QVERIFY2(checkSpec(spec, 1).ok(), preset.id);
    }
}

void TestExportTable::endings()
{
    QVERIFY(isFigureFile("a.PDF") && isFigureFile("b/c.svg") && isFigureFile("x.y.png"));
    QVERIFY(!isFigureFile(".png") && !isFigureFile("a.jpg") && !isFigureFile("a%05d.png"));
    QVERIFY(isVideoFile("a.mp4") && isVideoFile("a.webm") && isVideoFile("a.gif"));
    QVERIFY(isVideoFile("frames/%05d.png") && isVideoFile("%d.png"));
    QVERIFY(!isVideoFile("a.png") && !isVideoFile("%s.png") && !isVideoFile("%d%d.png"));
    QVERIFY(!isVideoFile("%123d.png") && !isVideoFile("a.avi"));
    QVERIFY(isDataFile("a.npy") && isDataFile("a.csv") && !isDataFile("a.txt"));
}

void TestExportTable::sessionsKeepEverything()
{
    const Session session = fullSession();
    const std::string text = sessionToJson(session);
    const auto back = sessionFromJson(text);
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().sentence().c_str());
    QVERIFY(back->keyframes == session.keyframes);
    QVERIFY(back->jobs == session.jobs);
    QVERIFY(back->bookmarks == session.bookmarks);
    QVERIFY(*back == session);
    QCOMPARE(sessionToJson(*back), text);
    // Data that bookmarks share with their session stand in the file once.
    const QString file = QString::fromStdString(text);
    QCOMPARE(file.count(QStringLiteral("\"components\"")), 2);
    // Every number of every spec survives at both ends of its range.
    for (const SpecRow<FigureSpec>& row : figureRows())
        for (const double end : {row.descriptor.minimum, row.descriptor.maximum}) {
            Session changed = session;
            auto& spec = std::get<FigureSpec>(changed.jobs[0].spec);
            row.field(spec) = end;
            if (!checkSpec(spec, 2))
                continue; // together with the others
            const auto again = sessionFromJson(sessionToJson(changed));
            QVERIFY2(again.ok(), again.ok() ? "" : again.error().sentence().c_str());
            QVERIFY2(*again == changed, row.descriptor.key.c_str());
        }
    // They are edits like any other.
    Session without = session;
    without.jobs.clear();
    QVERIFY(diff(session, without).exports);
    QVERIFY(diff(session, without).anything);
    QVERIFY(!diff(session, without).anySimulation());
}

void TestExportTable::bookmarks()
{
    const Session session = fullSession();
    const auto strong = sessionAtBookmark(session, "Strong");
    QVERIFY(strong.ok());
    QCOMPARE(strong->lanes[0].guidance.values.at("w"), 7.);
    QCOMPARE(strong->timeline.position, .5);
    QVERIFY(strong->jobs == session.jobs && strong->bookmarks == session.bookmarks);
    QCOMPARE(sessionAtBookmark(session, "Other data")->lanes.size(), std::size_t{1});
    const auto missing = sessionAtBookmark(session, "Stong");
    QVERIFY(!missing.ok());
    QVERIFY(missing.error().message.find("Strong") != std::string::npos);
}

void TestExportTable::refusedFiles_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("pointer");
    QTest::newRow("unknown key") << "\"dpi\": 600"
                                 << "\"dbi\": 600"
                                 << "/jobs/0/figure/dbi";
    QTest::newRow("out of range") << "\"dpi\": 600"
                                  << "\"dpi\": 6000000"
                                  << "/jobs/0/figure/dpi";
    QTest::newRow("no number") << "\"dpi\": 600"
                               << "\"dpi\": \"600\""
                               << "/jobs/0/figure/dpi";
    QTest::newRow("no choice") << "\"letters\": \"(a)\""
                               << "\"letters\": \"[a]\""
                               << "/jobs/0/figure/letters";
    QTest::newRow("ending") << "film.mp4"
                            << "film.avi"
                            << "/jobs/1/file";
    QTest::newRow("twin") << "\"name\": \"Film\""
                          << "\"name\": \"Figure 1\""
                          << "/jobs/1";
    QTest::newRow("no name") << "\"name\": \"Film\""
                             << "\"name\": \" \""
                             << "/jobs/1/name";
    QTest::newRow("two kinds") << "\"data\": {\"content\""
                               << "\"video\": {}, \"data\": {\"content\""
                               << "/jobs/3/data";
    QTest::newRow("easing") << "in-out\"}"
                            << "inout\"}"
                            << "/keyframes/0/keys/1/easing";
    QTest::newRow("parameter") << "lanes.*.guidance.w"
                               << "lanes.*.guidance.weight"
                               << "/keyframes/0/key";
    QTest::newRow("time") << "\"at\": 0.5"
                          << "\"at\": 1.5"
                          << "/keyframes/0";
    QTest::newRow("bookmark's lane") << "\"kind\": \"rf\""
                                     << "\"kind\": \"fr\""
                                     << "/lanes/1/process/kind";
    QTest::newRow("bookmark twin") << "\"name\": \"Strong\""
                                   << "\"name\": \"Start\""
                                   << "/bookmarks/1";
}

void TestExportTable::refusedFiles()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, pointer);
    QString text = QString::fromStdString(sessionToJson(fullSession()));
    const auto at = text.indexOf(from);
    QVERIFY(at >= 0);
    text.replace(at, from.size(), to);
    const auto back = sessionFromJson(text.toStdString());
    QVERIFY(!back.ok());
    QCOMPARE(QString::fromStdString(back.error().path), pointer);
    // The last of a name: it stands inside a bookmark.
    if (from != QStringLiteral("\"kind\": \"rf\""))
        return;
    text = QString::fromStdString(sessionToJson(fullSession()));
    text.replace(
        text.lastIndexOf(from, text.indexOf(QStringLiteral("Other data"))), from.size(), to);
    const auto inside = sessionFromJson(text.toStdString());
    QVERIFY(!inside.ok());
    QCOMPARE(inside.error().path, std::string("/bookmarks/1/state/lanes/1/process/kind"));
}

QTEST_APPLESS_MAIN(TestExportTable)
#include "tst_export_table.moc"
