// SPDX-License-Identifier: GPL-3.0-or-later
// From a study's table to charts and files: every column ends where its role says, and every format
// is written.
#include "tests/support/study_tables.h"
#include "ui/export/figure.h"
#include "ui/plots/study_chart.h"

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace scorefield;
using namespace scorefield::plots;
using namespace scorefield::test;

namespace {

const Series* named(const ChartSpec& spec, const QString& label)
{
    const auto at = std::find_if(
        spec.series.begin(), spec.series.end(), [&](const Series& s) { return s.label == label; });
    return at == spec.series.end() ? nullptr : &*at;
}

const Series* find(const ChartSpec& spec, SeriesRole role, int lane)
{
    const auto at = std::find_if(spec.series.begin(), spec.series.end(), [&](const Series& s) {
        return s.role == role && s.lane == lane;
    });
    return at == spec.series.end() ? nullptr : &*at;
}

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestStudyChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void columnsTakeTheirRoles();
    void quantitiesOverQuantities();
    void aGridBecomesCells();
    void aLadderIsAWaterfall();
    void everySeriesSaysWhatItIs();
    void slopesAreFittedOverWhatIsDrawn();
    void manyLinesSayHowMany();
    void unknownNamesAreNamed();
    void everyFormatIsWritten_data();
    void everyFormatIsWritten();
    void otherEndingsAreRefused();
};

void TestStudyChart::columnsTakeTheirRoles()
{
    const auto charts = studyCharts(sweepTable(), {});
    QVERIFY(charts.ok());
    QCOMPARE(charts->size(), std::size_t{2});
    const ChartSpec& spec = charts->front();
    QVERIFY(spec.x.logarithmic);
    const Series* second = find(spec, SeriesRole::Measured, 1);
    QVERIFY(second);
    QCOMPARE(second->x, (std::vector<double>{1, 10, 100})); // in the order of the sweep
    QCOMPARE(second->y, (std::vector<double>{.51, .81, .95}));
    QCOMPARE(second->errors, (std::vector<double>{.02, .01, .03}));
    QVERIFY(find(spec, SeriesRole::Floor, 0) && find(spec, SeriesRole::Floor, 1));
    // Both lanes have one ceiling: drawn once, and as nobody's.
    QVERIFY(find(spec, SeriesRole::Bound, -1));
    QVERIFY(!find(spec, SeriesRole::Bound, 0) && !find(spec, SeriesRole::Bound, 1));
}

void TestStudyChart::quantitiesOverQuantities()
{
    ChartStyle style;
    style.over = "modes";
    const auto charts = studyCharts(sweepTable(), style);
    QVERIFY(charts.ok());
    QCOMPARE(charts->size(), std::size_t{1});
    const Series* series = find(charts->front(), SeriesRole::Measured, 1);
    QVERIFY(series);
    QCOMPARE(series->x, (std::vector<double>{3, 2, 1})); // along the sweep
    QCOMPARE(series->y, (std::vector<double>{.51, .81, .95}));
}

void TestStudyChart::aLadderIsAWaterfall()
{
    Table table;
    Column rung = column("study.rung", ColumnRole::Parameter, -1, {0, 1, 2});
    rung.words = {"matched", "spacing", "sampler"};
    Column gap = column("lanes.1.gap", ColumnRole::Measured, 1, {.1, .5, .3});
    gap.errors = {.01, .01, .02};
    Column part = column("lanes.1.gap.contribution", ColumnRole::Part, 1, {.1, .4, -.2});
    part.of = gap.id;
    table.columns = {
        rung, column("lanes.0.gap", ColumnRole::Measured, 0, {kNone, kNone, kNone}), gap, part};
    const auto charts = studyCharts(table, {});
    QVERIFY(charts.ok());
    QCOMPARE(charts->size(), std::size_t{1});
    const ChartSpec& chart = charts->front();
    QCOMPARE(chart.bars.size(), std::size_t{4}); // and the whole
    for (std::size_t i = 1; i < 3; ++i)
        QVERIFY(std::abs(chart.bars[i].from - chart.bars[i - 1].to) < 1e-15);
    QCOMPARE(chart.bars[2].to, .3);
    QVERIFY(chart.bars.back().isTotal && chart.bars.back().to == .3);
    QCOMPARE(chart.x.words.size(), std::size_t{4});
    QVERIFY(*chart.y.low <= 0 && *chart.y.high >= .5);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("ladder.png"));
    QVERIFY(saveStudyChart(table, defaultSession(), path.toStdString()).ok());
    QVERIFY(!QImage(path).isNull());
}

void TestStudyChart::aGridBecomesCells()
{
    ChartStyle style;
    style.over = "w";
    const auto charts = studyCharts(gridTable(), style);
    QVERIFY(charts.ok());
    QCOMPARE(charts->size(), std::size_t{1});
    const auto& cells = charts->front().cells;
    QVERIFY(cells.has_value());
    QCOMPARE(cells->x.size(), std::size_t{4});
    QCOMPARE(cells->y.size(), std::size_t{5});
    QCOMPARE(cells->values[2 * 4 + 1], 2.0 * 30);
    QCOMPARE(cells->low, 10.0);
    QCOMPARE(cells->high, 400.0);
    // Where the session stands is marked, if it stands anywhere.
    QVERIFY(charts->front().marks.empty());
    Table here = gridTable();
    here.columns[0].current = {3};
    here.columns[1].current = {25};
    const auto marked = studyCharts(here, style);
    QVERIFY(marked.ok());
    QCOMPARE(marked->front().marks.size(), std::size_t{1});
    QCOMPARE(marked->front().marks.front().x, 3.0);
    QCOMPARE(marked->front().marks.front().y, std::optional(25.0));
    // A second lane with smaller numbers has the same colours.
    Table two = gridTable();
    Column other = two.columns.back();
    other.id = "lanes.1.share";
    other.lane = 1;
    for (double& value : other.values)
        value /= 100;
    two.columns.push_back(other);
    const auto both = studyCharts(two, style);
    QVERIFY(both.ok());
    QCOMPARE(both->size(), std::size_t{2});
    for (const ChartSpec& chart : *both) {
        QCOMPARE(chart.cells->low, 0.1);
        QCOMPARE(chart.cells->high, 400.0);
    }
}

void TestStudyChart::everySeriesSaysWhatItIs()
{
    const auto charts = studyCharts(errorTable(), {});
    QVERIFY(charts.ok());
    const ChartSpec& spec = charts->front();
    const Series* heun = named(spec, QStringLiteral("RF, heun · measured"));
    QVERIFY(heun);
    QCOMPARE(heun->lane, 1);
    QCOMPARE(heun->variant, 1);
    QCOMPARE(heun->slope, QStringLiteral("slope −2.00 ± 0.03"));
    QVERIFY(heun->help.contains(QStringLiteral("Formula of KL"))
            && heun->help.contains(QStringLiteral("A source")));
    // Of both samplers one part for each lane, and one bound and floor for all.
    const auto count = [&](SeriesRole role) {
        return std::count_if(spec.series.begin(), spec.series.end(), [&](const Series& s) {
            return s.role == role;
        });
    };
    QCOMPARE(count(SeriesRole::Measured), 4);
    QCOMPARE(count(SeriesRole::Fit), 4);
    QCOMPARE(count(SeriesRole::Part), 2);
    QCOMPARE(count(SeriesRole::Bound), 1);
    QCOMPARE(count(SeriesRole::Floor), 1);
    QVERIFY(named(spec, QStringLiteral("Prior · part")));
    const Series* bound = named(spec, QStringLiteral("D²/K · bound, constant unknown"));
    QVERIFY(bound && bound->isVague && bound->lane == -1);
    QCOMPARE(bound->tag, QStringLiteral("bound, constant unknown"));
    QVERIFY(named(spec, QStringLiteral("exact draws · floor of the estimator")));
    for (const char* word : {"measured", "parts", "power laws", "constant", "floor"})
        QVERIFY2(spec.note.contains(QLatin1String(word)), qPrintable(spec.note));
    QVERIFY(!spec.note.contains(QStringLiteral("theory"))); // there is none
}

void TestStudyChart::slopesAreFittedOverWhatIsDrawn()
{
    ChartStyle style;
    style.quantities = {"kl"};
    const ChartSpec steps = studyCharts(errorTable(), style)->front();
    const auto fit = std::find_if(steps.series.begin(), steps.series.end(), [](const Series& s) {
        return s.role == SeriesRole::Fit && s.variant == 1;
    });
    // Through its points, whatever lies beyond: y = x⁻² at both ends.
    QVERIFY(fit->x.front() <= 10 && fit->x.back() >= 1000);
    for (std::size_t i = 0; i < fit->x.size(); ++i)
        QVERIFY(std::abs(fit->y[i] * fit->x[i] * fit->x[i] - 1) < 1e-12);
    style.over = "evaluations";
    const ChartSpec cost = studyCharts(errorTable(), style)->front();
    const auto over = std::find_if(cost.series.begin(), cost.series.end(), [](const Series& s) {
        return s.role == SeriesRole::Fit && s.variant == 1;
    });
    QVERIFY(over != cost.series.end());
    for (std::size_t i = 0; i < over->x.size(); ++i) // twice as dear: 4 x⁻²
        QVERIFY(std::abs(over->y[i] * over->x[i] * over->x[i] - 4) < 1e-10);
}

void TestStudyChart::manyLinesSayHowMany()
{
    Table table;
    std::vector<double> seeds, K, y;
    for (int seed = 0; seed < 20; ++seed)
        for (const double steps : {10., 20.}) {
            seeds.push_back(seed);
            K.push_back(steps);
            y.push_back(seed + steps);
        }
    table.columns = {column("K", ColumnRole::Parameter, -1, K),
                     column("particles.seed", ColumnRole::Parameter, -1, seeds),
                     column("lanes.0.kl", ColumnRole::Measured, 0, y)};
    ChartStyle style;
    style.over = "K";
    const auto charts = studyCharts(table, style);
    QVERIFY(charts.ok());
    QCOMPARE(charts->front().series.size(), std::size_t{8});
    QVERIFY(charts->front().note.contains(QStringLiteral("8 of 20")));
}

void TestStudyChart::unknownNamesAreNamed()
{
    ChartStyle style;
    style.quantities = {"colour"};
    const auto charts = studyCharts(sweepTable(), style);
    QVERIFY(!charts.ok());
    QVERIFY(QString::fromStdString(charts.error().message).contains(QStringLiteral("confidence")));
    style = {};
    style.over = "colour";
    QVERIFY(!studyCharts(sweepTable(), style).ok());
}

void TestStudyChart::everyFormatIsWritten_data()
{
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QByteArray>("start");
    QTest::newRow("png") << "png" << QByteArray("\x89PNG");
    QTest::newRow("svg") << "svg" << QByteArray("<?xml");
    QTest::newRow("pdf") << "pdf" << QByteArray("%PDF");
}

void TestStudyChart::everyFormatIsWritten()
{
    QFETCH(QString, ending);
    QFETCH(QByteArray, start);
    const QTemporaryDir folder;
    for (const bool dark : {false, true}) {
        const QString path = folder.filePath(QStringLiteral("chart.") + ending);
        ChartStyle style;
        style.figure.theme = static_cast<double>(dark ? PictureTheme::Dark : PictureTheme::Light);
        style.figure.width = 1920;
        style.figure.height = 1200;
        style.figure.dpi = 192;
        QVERIFY(saveStudyChart(sweepTable(), defaultSession(), path.toStdString(), style).ok());
        const QByteArray bytes = bytesOf(path);
        QVERIFY(bytes.startsWith(start));
        if (ending == QStringLiteral("svg")) // words, not outlines of letters
            QVERIFY(bytes.contains(">Confidence<"));
        if (ending == QStringLiteral("png"))
            QCOMPARE(QImage(path).size(), QSize(1920, 1200));
        if (ending != QStringLiteral("pdf")) {
            const auto session = render::sessionFromPicture(path.toStdString());
            QVERIFY2(session.ok(), session.ok() ? "" : session.error().sentence().c_str());
            QVERIFY(*session == defaultSession());
        }
        if (!qEnvironmentVariableIsEmpty("SCOREFIELD_KEEP_CHARTS"))
            QFile::copy(path,
                        qEnvironmentVariable("SCOREFIELD_KEEP_CHARTS")
                            + (dark ? QStringLiteral("-dark.") : QStringLiteral("-light."))
                            + ending);
    }
}

void TestStudyChart::otherEndingsAreRefused()
{
    const QTemporaryDir folder;
    const auto status = saveStudyChart(
        sweepTable(), defaultSession(), folder.filePath(QStringLiteral("chart.bmp")).toStdString());
    QVERIFY(!status.ok());
    QVERIFY(QString::fromStdString(status.error().message).contains(QStringLiteral(".png")));
}

QTEST_MAIN(TestStudyChart)
#include "tst_study_chart.moc"
