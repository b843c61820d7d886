// SPDX-License-Identifier: GPL-3.0-or-later
// From a study's table to charts and files: every column ends where its role says, every format is
// written, and the pointer reads the numbers of the table.
#include "ui/export/figure.h"
#include "ui/plots/chart.h"
#include "ui/plots/study_chart.h"

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace scorefield;
using namespace scorefield::plots;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Column column(const char* id, ColumnRole role, int lane, std::vector<double> values)
{
    Column made;
    made.id = id;
    made.label = id;
    made.role = role;
    made.lane = lane;
    made.values = std::move(values);
    return made;
}

/// Two lanes over w = 1, 10, 100, given in another order.
Table sweepTable()
{
    Table table;
    table.title = "Sweep";
    table.columns.push_back(column("lanes.*.guidance.w", ColumnRole::Parameter, -1, {10, 1, 100}));
    table.columns.back().logarithmic = true;
    for (int lane = 0; lane < 2; ++lane) {
        const std::string prefix = "lanes." + std::to_string(lane) + ".";
        const double shift = 0.01 * lane;
        Column measured = column((prefix + "confidence").c_str(),
                                 ColumnRole::Measured,
                                 lane,
                                 {.8 + shift, .5 + shift, lane == 0 ? kNone : .95});
        measured.label = "Confidence";
        measured.errors = {.01, .02, .03};
        table.columns.push_back(measured);
        Column floor =
            column((prefix + "confidence.exact").c_str(), ColumnRole::Floor, lane, {.6, .6, .6});
        floor.of = prefix + "confidence";
        table.columns.push_back(floor);
        Column bound = column(
            (prefix + "confidence.ceiling").c_str(), ColumnRole::Bound, lane, {.97, .97, .97});
        bound.of = prefix + "confidence";
        table.columns.push_back(bound);
        table.columns.push_back(
            column((prefix + "modes").c_str(), ColumnRole::Measured, lane, {2, 3, 1}));
    }
    return table;
}

/// Every pair of four w and five K.
Table gridTable()
{
    Table table;
    table.title = "Grid";
    std::vector<double> w, steps, values;
    for (const double a : {1., 2., 4., 8.})
        for (const double b : {10., 20., 30., 40., 50.}) {
            w.push_back(a);
            steps.push_back(b);
            values.push_back(a * b);
        }
    table.columns.push_back(column("w", ColumnRole::Parameter, -1, w));
    table.columns.push_back(column("steps", ColumnRole::Parameter, -1, steps));
    table.columns.push_back(column("lanes.0.share", ColumnRole::Measured, 0, values));
    return table;
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
    void unknownNamesAreNamed();
    void everyFormatIsWritten_data();
    void everyFormatIsWritten();
    void otherEndingsAreRefused();
    void thePointerReadsTheTable();
    void theWheelZoomsAndDoubleClickShowsAll();
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

void TestStudyChart::thePointerReadsTheTable()
{
    Chart chart;
    chart.resize(600, 400);
    chart.setLook(render::Theme::lightTheme(), 1);
    chart.setSpec(studyCharts(sweepTable(), {})->front());
    chart.replot();
    const QPointF place(chart.xAxis->coordToPixel(10), chart.yAxis->coordToPixel(.80));
    const QString text = chart.valueAt(place);
    QVERIFY2(text.contains(QStringLiteral("0.8")) && text.contains(QStringLiteral("0.01"))
                 && text.contains(QStringLiteral("lane 1")),
             qPrintable(text));
    QVERIFY(chart.valueAt({2, 2}).isEmpty()); // beside the axes
}

void TestStudyChart::theWheelZoomsAndDoubleClickShowsAll()
{
    Chart chart;
    chart.resize(600, 400);
    chart.setSpec(studyCharts(sweepTable(), {})->front());
    chart.replot();
    const QCPRange before = chart.yAxis->range();
    const QPointF middle = chart.axisRect()->rect().center();
    QWheelEvent wheel(
        middle, middle, {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&chart, &wheel);
    QVERIFY(chart.yAxis->range().size() < before.size());
    const QCPRange zoomed = chart.yAxis->range();
    chart.setSpec(chart.spec()); // new numbers, the same axes: what was looked at stays
    QCOMPARE(chart.yAxis->range().lower, zoomed.lower);
    QTest::mouseDClick(&chart, Qt::LeftButton, {}, middle.toPoint());
    QCOMPARE(chart.yAxis->range().lower, before.lower);
    QCOMPARE(chart.yAxis->range().upper, before.upper);
}

QTEST_MAIN(TestStudyChart)
#include "tst_study_chart.moc"
