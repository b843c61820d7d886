// SPDX-License-Identifier: GPL-3.0-or-later
// The one-step map on the picture: its lines before and after, its legend, its basins' key.
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/map_key.h"
#include "ui/render/overlay_parts.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QTest>

using namespace scorefield;
using namespace scorefield::render;

namespace {

const QSize kSize(480, 360);
const QRectF kLane({0, 0}, QSizeF(kSize));

/// One lane at its start, looking at ±3 in height, with one line that moved up by one.
LaneView viewWith(std::string note = {})
{
    LaneView view = test::plainView(
        test::handMadeRun(test::referenceM1(), "vp", {1, .1}, {{{0, 0}}, {{0, 0}}}), 0, false);
    view.session.lanes[0].camera = {0, 0, 6};
    view.session.view.warp.layer = {1, 1};
    auto warps = std::make_shared<LaneWarps>();
    LaneWarp warp;
    if (note.empty())
        warp.lines.push_back({{-1, 0}, {1, 0}, {{-1, 1}, {0, 1}, {1, 1}}});
    warp.note = std::move(note);
    warps->lanes.push_back(std::move(warp));
    view.warps = warps;
    return view;
}

QImage paint(const LaneView& view)
{
    QImage image(kSize, QImage::Format_RGB32);
    image.fill(view.theme.canvas);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    paintWarp(painter, overlayFrame(view, kLane));
    return image;
}

double inkAt(const QImage& image, const LaneView& view, QPointF place)
{
    const QPointF at = overlayFrame(view, kLane).transform.toPixels(place);
    double sum = 0;
    for (int dy = -3; dy <= 3; ++dy)
        sum += std::abs(qGray(view.theme.canvas.rgb())
                        - qGray(image.pixel(qRound(at.x()), qRound(at.y()) + dy)));
    return sum;
}

} // namespace

class WarpViewTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesStandBeforeAndAfter()
    {
        const LaneView view = viewWith();
        const QImage image = paint(view);
        QVERIFY(inkAt(image, view, {.5, 1}) > 2 * inkAt(image, view, {.5, 0})); // what it became
        QVERIFY(inkAt(image, view, {.5, 0}) > 0);                               // what it was
        QCOMPARE(inkAt(image, view, {.5, -1}), 0.);
        LaneView hidden = view;
        hidden.session.view.warp.layer.visible = 0;
        QCOMPARE(inkAt(paint(hidden), hidden, {.5, 1}), 0.);
    }

    void theLegendNamesThem()
    {
        const LaneView view = viewWith();
        std::vector<LegendRow> rows;
        appendWarpRows(rows, overlayFrame(view, kLane));
        QCOMPARE(rows.size(), std::size_t(2));
        QVERIFY(rows[0].text.contains(QLatin1String("F(x")));
        const LaneView none = viewWith("nothing flows here");
        rows.clear();
        appendWarpRows(rows, overlayFrame(none, kLane));
        QCOMPARE(rows.size(), std::size_t(1));
        QVERIFY(rows[0].text.contains(QLatin1String("nothing flows here")));
        QCOMPARE(inkAt(paint(none), none, {.5, 1}), 0.);
    }

    void figuresHoldLines()
    {
        const LaneView view = viewWith();
        QByteArray file;
        QBuffer buffer(&file);
        QVERIFY(buffer.open(QIODevice::WriteOnly));
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(kSize);
        {
            QPainter painter(&svg);
            paintWarp(painter, overlayFrame(view, kLane));
        }
        QVERIFY(file.contains("<path"));
        QVERIFY(!file.contains("<image"));
    }

    /// Basins have the colours of the classes, and say which is which.
    void basinsHaveTheColoursOfClasses()
    {
        LaneView view = viewWith();
        view.session.view.mapQuantity = static_cast<double>(MapQuantity::Basin);
        auto maps = std::make_shared<LaneMaps>();
        maps->quantity = MapQuantity::Basin;
        LaneMap map;
        map.field = FieldMap{{-3, -3, 6, 6, 2, 1}, {0, 2}};
        maps->lanes.push_back(map);
        maps->scale = mapScale(maps->quantity, maps->lanes);
        view.maps = maps;
        const auto colors = mapColors(view);
        for (int label = 0; label < 3; ++label)
            QCOMPARE(colors[static_cast<std::size_t>(label)], view.theme.classColor(label).rgb());
        QCOMPARE(placeOnScale(maps->scale, 2), 2.);
        const auto names = basinNames(view);
        QCOMPARE(names.size(), std::size_t(2)); // those that occur
        QCOMPARE(names[1].number, 2);
        QVERIFY(!names[1].name.isEmpty());
    }
};

QTEST_MAIN(WarpViewTest)
#include "tst_warp_view.moc"
