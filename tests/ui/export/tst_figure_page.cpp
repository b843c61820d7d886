// SPDX-License-Identifier: GPL-3.0-or-later
// Where things stand on a page.
#include "ui/export/figure_page.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace scorefield;
using namespace scorefield::render;

namespace {

constexpr double kScale = 2;
const QSizeF kPage(1400, 900);

QRectF plotOf(const FigureCell& cell)
{
    return plotRectangle(cell.rectangle, kScale, cell.parts);
}

PageWords words(int lanes, int moments)
{
    PageWords words;
    for (int i = 0; i < lanes; ++i) {
        words.lanes.push_back(QStringLiteral("lane %1").arg(i));
        words.captions.push_back(QStringLiteral("caption %1").arg(i));
    }
    for (int i = 0; i < moments; ++i)
        words.moments.push_back(QStringLiteral("moment %1").arg(i));
    return words;
}

FigureSpec gridSpec()
{
    FigureSpec spec;
    spec.content = static_cast<double>(FigureContent::Grid);
    spec.letters = static_cast<double>(LetterStyle::LowerParentheses);
    spec.colorBar = spec.legend = static_cast<double>(KeyPlace::Shared);
    return spec;
}

FigurePage gridPage(const FigureSpec& spec, int lanes, int moments, double keys = 0)
{
    std::vector<int> shown(static_cast<std::size_t>(lanes));
    std::iota(shown.begin(), shown.end(), 0);
    return layoutPage(spec, shown, words(lanes, moments), kPage, kScale, keys);
}

} // namespace

class FigurePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lanesTileTheArea_data()
    {
        QTest::addColumn<int>("lanes");
        for (int lanes = 1; lanes <= 4; ++lanes)
            QTest::addRow("%d", lanes) << lanes;
    }

    void lanesTileTheArea()
    {
        QFETCH(int, lanes);
        const QRectF area(0, 0, 1281, 721);
        const auto rectangles = laneRectangles(area, lanes);
        QCOMPARE(rectangles.size(), static_cast<std::size_t>(lanes));
        double covered = 0;
        for (std::size_t i = 0; i < rectangles.size(); ++i) {
            covered += rectangles[i].width() * rectangles[i].height();
            QVERIFY(area.contains(rectangles[i]));
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!rectangles[i].intersects(rectangles[j]));
        }
        QCOMPARE(covered, area.width() * area.height());
    }

    void aGridHasEqualPlots_data()
    {
        QTest::addColumn<int>("lanes");
        QTest::addColumn<int>("moments");
        QTest::addColumn<bool>("down");
        for (const bool down : {false, true})
            for (const auto& [lanes, moments] : {std::pair{1, 1}, {2, 4}, {4, 6}, {3, 1}})
                QTest::addRow("%d x %d%s", lanes, moments, down ? " down" : "")
                    << lanes << moments << down;
    }

    void aGridHasEqualPlots()
    {
        QFETCH(int, lanes);
        QFETCH(int, moments);
        QFETCH(bool, down);
        FigureSpec spec = gridSpec();
        spec.momentsDown = down ? 1 : 0;
        const FigurePage page = gridPage(spec, lanes, moments, 60);
        QCOMPARE(page.cells.size(), static_cast<std::size_t>(lanes * moments));
        const QRectF area(QPointF(), kPage);
        const QSizeF size = plotOf(page.cells.front()).size();
        const int columns = down ? lanes : moments, rows = down ? moments : lanes;
        for (int i = 0; i < static_cast<int>(page.cells.size()); ++i) {
            const FigureCell& cell = page.cells[static_cast<std::size_t>(i)];
            const QRectF plot = plotOf(cell);
            // Rounding of sums: far below a pixel.
            QVERIFY(std::abs(plot.width() - size.width()) < 1e-6);
            QVERIFY(std::abs(plot.height() - size.height()) < 1e-6);
            QVERIFY(area.contains(cell.rectangle));
            QVERIFY(!cell.rectangle.intersects(page.keys));
            for (int j = 0; j < i; ++j)
                QVERIFY(!cell.rectangle.adjusted(1e-6, 1e-6, -1e-6, -1e-6)
                             .intersects(page.cells[static_cast<std::size_t>(j)].rectangle));
            QCOMPARE(cell.lane, down ? i % columns : i / columns);
            QCOMPARE(cell.moment, down ? i / columns : i % columns);
            // Numbers stand at the outer edges only.
            QCOMPARE(cell.parts.yNumbers, i % columns == 0);
            QCOMPARE(cell.parts.xNumbers, i / columns == rows - 1);
            QVERIFY(!cell.parts.title && !cell.parts.caption);
        }
    }

    void namesStandOnce()
    {
        const FigurePage page = gridPage(gridSpec(), 2, 4);
        QStringList texts;
        for (const PageText& text : page.texts) {
            texts.push_back(text.text);
            QVERIFY(QRectF(QPointF(), kPage).contains(text.rectangle));
            for (const FigureCell& cell : page.cells)
                QVERIFY(!text.rectangle.intersects(plotOf(cell)));
            QCOMPARE(text.upwards, text.text.startsWith(u'l') || text.text.startsWith(u'c'));
        }
        texts.sort();
        QCOMPARE(texts,
                 QStringList({"caption 0",
                              "caption 1",
                              "lane 0",
                              "lane 1",
                              "moment 0",
                              "moment 1",
                              "moment 2",
                              "moment 3"}));
        FigureSpec spec = gridSpec();
        spec.panelTitles = 0;
        QVERIFY(gridPage(spec, 2, 4).texts.empty());
    }

    void hiddenPartsLeaveTheirRoom()
    {
        // Each switch alone makes the plots larger, and never smaller.
        FigureSpec spec;
        const auto area = [&] {
            double sum = 0;
            for (const FigureCell& cell :
                 layoutPage(spec, {0, 1}, words(2, 1), kPage, kScale, 0).cells)
                sum += plotOf(cell).width() * plotOf(cell).height();
            return sum;
        };
        double before = area();
        spec.captions = 0;
        QVERIFY(area() > before);
        before = area();
        spec.axes = 0;
        QVERIFY(area() > before);
        before = area();
        spec.formulas = spec.colorBar = 0;
        QCOMPARE(area(), before); // the title keeps its row
        spec.panelTitles = 0;
        QVERIFY(area() > before);
    }

    void letters_data()
    {
        QTest::addColumn<int>("style");
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("letter");
        QTest::newRow("none") << 0 << 3 << QString();
        QTest::newRow("a") << 1 << 0 << "a";
        QTest::newRow("(d)") << 2 << 3 << "(d)";
        QTest::newRow("Z") << 3 << 25 << "Z";
        QTest::newRow("after z") << 1 << 26 << "aa";
        QTest::newRow("the last of 4 x 24") << 1 << 95 << "cr";
    }

    void letters()
    {
        QFETCH(int, style);
        QFETCH(int, index);
        QFETCH(QString, letter);
        FigureSpec spec;
        spec.letters = style;
        QCOMPARE(panelLetter(spec, index), letter);
    }

    void chosenLanes()
    {
        FigureSpec spec;
        QCOMPARE(shownLanes(spec, 3), std::vector<int>({0, 1, 2}));
        spec.lanes = {3, 1};
        QCOMPARE(shownLanes(spec, 3), std::vector<int>({0, 1, 2})); // of a grid only
        spec.content = static_cast<double>(FigureContent::Grid);
        QCOMPARE(shownLanes(spec, 3), std::vector<int>({2, 0}));
        spec.content = static_cast<double>(FigureContent::Lane);
        spec.lane = 2;
        QCOMPARE(shownLanes(spec, 3), std::vector<int>({1}));
    }
};

QTEST_APPLESS_MAIN(FigurePageTest)
#include "tst_figure_page.moc"
