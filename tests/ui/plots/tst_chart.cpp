// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart shows and reads: its legend, axes and ticks, the numbers under the pointer, and how
// far the wheel goes.
#include "tests/support/study_tables.h"
#include "ui/plots/chart.h"
#include "ui/plots/study_chart.h"

#include <QApplication>
#include <QImage>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::plots;
using namespace scorefield::test;

namespace {

/// What the legend of a chart says, from the left to the right and down.
QStringList legendOf(const QCustomPlot& plot)
{
    QStringList texts;
    for (int i = 0; i < plot.legend->itemCount(); ++i) // some places of the last row are empty
        if (auto* item = qobject_cast<QCPPlottableLegendItem*>(plot.legend->item(i)))
            texts << item->plottable()->name().simplified();
    return texts;
}

/// Both axes are logarithmic.
bool showErrors(Chart& chart)
{
    chart.resize(900, 500);
    chart.setSpec(studyCharts(errorTable(), {})->front());
    chart.show();
    const bool isShown = QTest::qWaitForWindowExposed(&chart);
    chart.replot();
    return isShown;
}

} // namespace

class TestChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLegendNamesEachOnce();
    void axesTellWhatTheyMean();
    void zoomingEndsWhereNumbersEnd();
    void boundsDoNotTakeTheRoom();
    void whatIsNotAboveZeroIsShown();
    void ticksAreDecades_data();
    void ticksAreDecades();
    void thePointerReadsTheTable();
    void theWheelZoomsAndDoubleClickShowsAll();
};

void TestChart::theLegendNamesEachOnce()
{
    Chart chart;
    chart.show(); // hidden widgets hear of no new size
    chart.resize(900, 500);
    chart.setSpec(studyCharts(errorTable(), {})->front());
    chart.replot();
    const QStringList texts = legendOf(chart);
    QCOMPARE(texts.size(), 7); // four measured, a part, a bound, a floor
    QCOMPARE(texts.front(), QStringLiteral("VP, euler · measured · slope −1.00 ± 0.03"));
    QCOMPARE(texts.filter(QStringLiteral("Prior")).size(), 1);
    // Its tool tip has the formula, as the axis has.
    const QPointF entry = QRectF(chart.legend->item(0)->outerRect()).center();
    QVERIFY(chart.helpAt(entry).contains(QStringLiteral("Formula of KL")));
    const QRectF frame = chart.axisRect()->rect();
    QCOMPARE(chart.helpAt({frame.left() - 20, frame.center().y()}),
             QStringLiteral("Formula of KL"));
    // In little room no entry is wider than the chart.
    for (int width : {240, 400, 900, 330}) {
        chart.resize(width, 700);
        chart.replot();
        for (int i = 0; i < chart.legend->itemCount(); ++i)
            QVERIFY(!chart.legend->item(i)
                    || chart.legend->item(i)->outerRect().right() <= chart.width());
        QCOMPARE(legendOf(chart), texts);
    }
}

void TestChart::axesTellWhatTheyMean()
{
    Chart chart;
    QVERIFY(showErrors(chart));
    const QRect frame = chart.axisRect()->rect();
    // A tool tip of the chart, which is broken into lines like all others.
    QTest::mouseMove(&chart, {frame.left() - 20, frame.center().y()});
    QTRY_COMPARE(chart.toolTip(), QStringLiteral("Formula of KL"));
    QTest::mouseMove(&chart, {frame.left() - 20, frame.top() - 5});
    QTRY_COMPARE(chart.toolTip(), QString());
}

void TestChart::zoomingEndsWhereNumbersEnd()
{
    Chart chart;
    QVERIFY(showErrors(chart));
    static QStringList said; // by QCustomPlot, of what it cannot do
    const auto before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext&, const QString& text) { said += text; });
    const QRectF frame = chart.axisRect()->rect();
    for (const bool isReversed : {false, true}) {
        chart.xAxis->setRangeReversed(isReversed);
        for (const int turn : {-1200, 1200, -1200}) {
            for (int i = 0; i < 1500; ++i) { // within the frame and beside it
                const QPointF at =
                    i % 2 == 0 ? frame.bottomLeft() - QPointF(0, 2) : QPointF(chart.width() - 3, 3);
                QWheelEvent event(
                    at, at, {}, {0, turn}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
                QApplication::sendEvent(&chart, &event);
            }
            for (const QCPAxis* axis : {chart.xAxis, chart.yAxis}) {
                QCOMPARE(axis->scaleType(), QCPAxis::stLogarithmic);
                const QCPRange range = axis->range();
                QVERIFY(range.lower > 1e-100 && range.upper < 1e100);
                QVERIFY(range.upper / range.lower > 1 + 1e-12);
            }
        }
    }
    qInstallMessageHandler(before);
    QCOMPARE(said, QStringList());
    QTest::mouseDClick(&chart, Qt::LeftButton, {}, frame.center().toPoint());
    QVERIFY(chart.xAxis->range().upper < 1e6); // what was measured is back
}

void TestChart::boundsDoNotTakeTheRoom()
{
    Table table = errorTable();
    for (Column& column : table.columns)
        if (column.role == ColumnRole::Bound)
            std::fill(column.values.begin(), column.values.end(), 1e9);
    Chart chart;
    chart.resize(900, 500);
    chart.setSpec(studyCharts(table, {})->front());
    chart.replot();
    QVERIFY(chart.yAxis->range().upper < 1e3);
    QCOMPARE(legendOf(chart).filter(QStringLiteral("above the axis")).size(), 1);
}

void TestChart::whatIsNotAboveZeroIsShown()
{
    const auto picture = [](double value) {
        Table table = errorTable();
        for (Column& column : table.columns)
            if (column.id == "lanes.0.kl") {
                column.values[2] = value;
                column.errors[2] = 5e-3;
            }
        Chart chart;
        chart.resize(500, 400);
        chart.setLook(render::Theme::lightTheme(), 1);
        ChartSpec spec = studyCharts(table, {})->front();
        spec.y.low = 1e-7; // the same axis for both
        spec.y.high = 10;
        chart.setSpec(spec);
        return chart.toPixmap(500, 400).toImage();
    };
    QVERIFY(picture(-1e-3) != picture(kNone));
}

void TestChart::ticksAreDecades_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<QStringList>("labels");
    const auto row = [](double low, double high, const char* labels) {
        QTest::addRow("%g to %g", low, high)
            << low << high << QString::fromUtf8(labels).split(QLatin1Char(' '));
    };
    row(1e-3, 1e3, "0.001 0.01 0.1 1 10 100 1000");
    row(1e-6, 1e1, "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 1 10");
    row(9, 350, "10 20 50 100 200");
    row(30, 36, "30 31 32 33 34 35 36");
}

void TestChart::ticksAreDecades()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(QStringList, labels);
    ChartSpec spec;
    spec.x = {QStringLiteral("x"), true};
    spec.series.push_back({QStringLiteral("a"), SeriesRole::Measured, 0, 0, {low, high}, {1, 2}});
    Chart chart;
    chart.show();
    chart.resize(900, 400);
    chart.setSpec(spec);
    chart.xAxis->setRange(low, high);
    chart.replot();
    QStringList shown;
    const auto ticks = chart.xAxis->tickVector();
    for (int i = 0; i < ticks.size(); ++i)
        if (ticks[i] >= low * (1 - 1e-9) && ticks[i] <= high * (1 + 1e-9))
            shown << chart.xAxis->tickVectorLabels()[i];
    QCOMPARE(shown, labels);
    // Thirty decades in little room: few numbers, none of them crowded.
    chart.resize(300, 400);
    chart.xAxis->setRange(1e-20, 1e10);
    chart.replot();
    QVERIFY(chart.xAxis->tickVector().size() <= 7);
}

void TestChart::thePointerReadsTheTable()
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

void TestChart::theWheelZoomsAndDoubleClickShowsAll()
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

QTEST_MAIN(TestChart)
#include "tst_chart.moc"
