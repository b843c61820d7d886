// SPDX-License-Identifier: GPL-3.0-or-later
// What the map layer paints, read back at places whose value is known, and what its key says.
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/export/figure.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/map_key.h"

#include <QPainter>
#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::render;

namespace {

constexpr double kHalf = 4; // of the map's square in data units
const QSize kSize(420, 400);

/// values[row][column] over the square [-4, 4]^2.
std::shared_ptr<const LaneMaps> mapsOf(const std::vector<std::vector<float>>& values,
                                       const MapScale& scale)
{
    LaneMaps maps;
    maps.quantity = MapQuantity::Guidance;
    maps.scale = scale;
    LaneMap map;
    map.field = FieldMap{{-kHalf,
                          -kHalf,
                          2 * kHalf,
                          2 * kHalf,
                          static_cast<int>(values.front().size()),
                          static_cast<int>(values.size())},
                         {}};
    for (const auto& row : values)
        map.field->values.insert(map.field->values.end(), row.begin(), row.end());
    maps.lanes.push_back(std::move(map));
    return std::make_shared<const LaneMaps>(std::move(maps));
}

LaneView viewOf(std::shared_ptr<const LaneMaps> maps, bool dark)
{
    auto view = test::plainView(test::handMadeRun(test::referenceM1(), "vp", {1, 0.1}), 1, dark);
    view.session.lanes[0].camera = {0, 0, 12};
    view.session.view.mapQuantity = static_cast<double>(MapQuantity::Guidance);
    view.session.view.mapOpacity = 1;
    view.maps = std::move(maps);
    return view;
}

bool isNear(const QColor& a, const QColor& b)
{
    return std::abs(a.red() - b.red()) <= 3 && std::abs(a.green() - b.green()) <= 3
           && std::abs(a.blue() - b.blue()) <= 3;
}

const float kNaN = std::numeric_limits<float>::quiet_NaN();

} // namespace

class MapLayerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto context = OffscreenContext::create();
        QVERIFY2(context.ok(), context.ok() ? "" : context.error().sentence().c_str());
        m_context = std::move(*context);
        auto renderer = LaneRenderer::create();
        QVERIFY2(renderer.ok(), renderer.ok() ? "" : renderer.error().sentence().c_str());
        m_renderer = std::move(*renderer);
    }

    void cleanupTestCase()
    {
        m_renderer.reset();
        m_context.reset();
    }

    void aValueHasItsColourAtItsPlace_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }

    void aValueHasItsColourAtItsPlace()
    {
        QFETCH(bool, dark);
        // Rises from left to right; rows are alike.
        std::vector<float> row;
        for (int i = 0; i < 16; ++i)
            row.push_back(static_cast<float>(i) / 15 * 3);
        const auto view = viewOf(
            mapsOf(std::vector<std::vector<float>>(16, row), {0, 3, false, false, false}), dark);
        const auto colors = mapColors(view);
        for (const int column : {6, 8, 12, 15}) {
            const double x = -kHalf + (column + 0.5) * 0.5;
            const auto index = static_cast<std::size_t>(std::lround(column / 15.0 * 255));
            QVERIFY(isNear(colorAt(view, {x, 0.5}), QColor(colors[index])));
        }
        QCOMPARE(colorAt(view, {-5, 0}), view.theme.canvas); // beside the map
        QCOMPARE(colorAt(view, {0, 4.5}), view.theme.canvas);
        QVERIFY(isNear(colorAt(view, {-3.75, 0}), view.theme.canvas)); // 0 is the canvas
    }

    void signsHaveTwoHuesAndZeroNone()
    {
        std::vector<float> row{-2, -2, -2, -2, 0, 0, 0, 0, 1, 1, 1, 2};
        for (const bool dark : {true, false}) {
            const auto view = viewOf(
                mapsOf(std::vector<std::vector<float>>(8, row), {-2, 2, false, true, false}), dark);
            const QColor below = colorAt(view, {-3, 0}), above = colorAt(view, {3.9, 0});
            QVERIFY(below.blue() > below.red() + 40);
            QVERIFY(above.red() > above.blue() + 40);
            QVERIFY(isNear(colorAt(view, {-0.33, 0}), view.theme.canvas));
        }
    }

    void holesAreTransparentAndTheirNeighboursAreNot()
    {
        std::vector<std::vector<float>> values(8, std::vector<float>(8, 1));
        values[4][4] = kNaN; // the cell [0, 1] x [0, 1]
        const auto view = viewOf(mapsOf(values, {0, 1, false, false, false}), true);
        QCOMPARE(colorAt(view, {0.5, 0.5}), view.theme.canvas);
        const QColor full(mapColors(view).back());
        QVERIFY(isNear(colorAt(view, {-0.5, 0.5}), full));
        QVERIFY(isNear(colorAt(view, {1.5, 1.5}), full));
    }

    /// Of a collapsed log density only one cell is near the scale; quadratics are interpolated
    /// exactly all the same.
    void aPeakBetweenCellsIsPaintedInFull()
    {
        std::vector<std::vector<float>> values(9, std::vector<float>(8));
        for (int j = 0; j < 9; ++j)
            for (int i = 0; i < 8; ++i) {
                const double x = -kHalf + i + 0.5, y = -kHalf + (j + 0.5) * 8 / 9;
                values[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] =
                    static_cast<float>(-100 * (x * x + y * y));
            }
        // The nearest cells are 25 nats below the peak at 0.
        const auto view = viewOf(mapsOf(values, {-12, 0, false, false, true}), true);
        // The pixel's middle may be a pixel's width from the peak: 0.3 of the 12 nats.
        const auto colors = mapColors(view);
        const QColor peak = colorAt(view, {0, 0});
        QVERIFY(std::any_of(colors.end() - 12, colors.end(), [&](QRgb color) {
            return isNear(peak, QColor(color));
        }));
        QVERIFY(isNear(colorAt(view, {0.5, 0}), view.theme.canvas));
    }

    void decadesAreEvenOnALogarithmicScale()
    {
        const MapScale scale{0.01, 100, true, false, true};
        QCOMPARE(placeOnScale(scale, 0.01), 0.0);
        QCOMPARE(placeOnScale(scale, 1), 0.5);
        QCOMPARE(placeOnScale(scale, 100), 1.0);
        QVERIFY(placeOnScale(scale, 0) < -1);
        QVERIFY(std::isnan(placeOnScale(scale, std::nan(""))));
        QCOMPARE(mapTicks(scale, 4).size(), std::size_t(5)); // 10^-2 … 10^2
    }

    void theDensityGivesWayAndContoursStay()
    {
        auto view = viewOf(mapsOf({{0, 0}, {0, 0}}, {}), true);
        view.session.view.density = {1, 1};
        view.densityTop = sharedDensityTop({view});
        const QImage map = test::draw(*m_context, *m_renderer, view, kSize);
        QCOMPARE(colorAt(view, {0, 0}), view.theme.canvas);
        view.session.view.contours = {1, 1};
        QVERIFY(test::differingShare(map, test::draw(*m_context, *m_renderer, view, kSize))
                > 0.002);
        view.session.view.mapQuantity = 0;
        QVERIFY(colorAt(view, {0, 0}) != view.theme.canvas);
    }

    void mapsOfAnotherQuantityAreNotShown()
    {
        auto view = viewOf(mapsOf({{1, 1}, {1, 1}}, {0, 1, false, false, false}), true);
        view.session.view.mapQuantity = static_cast<double>(MapQuantity::Penalty);
        QCOMPARE(colorAt(view, {1, 1}), view.theme.canvas);
    }

    void theKeyIsNeverMissingAndNeverClipped_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("tiny") << QSize(200, 150);
        QTest::newRow("narrow") << QSize(240, 420);
        QTest::newRow("small") << QSize(390, 250);
        QTest::newRow("large") << QSize(800, 700);
    }

    void theKeyIsNeverMissingAndNeverClipped()
    {
        QFETCH(QSize, size);
        auto view = viewOf(mapsOf({{0, 0}, {1, 2}}, {0, 2, false, false, false}), true);
        for (int quantity = 1; quantity <= 6; ++quantity) {
            auto maps = *view.maps;
            maps.quantity = static_cast<MapQuantity>(quantity);
            view.session.view.mapQuantity = quantity;
            const QImage without = overlay(view, size, nullptr);
            const QImage with = overlay(view, size, std::make_shared<const LaneMaps>(maps));
            QRect changed;
            for (int y = 0; y < size.height(); ++y)
                for (int x = 0; x < size.width(); ++x)
                    if (with.pixel(x, y) != without.pixel(x, y))
                        changed |= QRect(x, y, 1, 1);
            QVERIFY(changed.width() > 80 && changed.height() > 25);
            const QRectF plot = plotRectangle(QRectF({0, 0}, QSizeF(size)), 1);
            QVERIFY2(plot.adjusted(-1, -1, 1, 1).contains(QRectF(changed)),
                     qPrintable(QStringLiteral("quantity %1: %2 %3 %4 x %5")
                                    .arg(quantity)
                                    .arg(changed.x())
                                    .arg(changed.y())
                                    .arg(changed.width())
                                    .arg(changed.height())));
        }
    }

    void aLaneWithoutAMapSaysWhy()
    {
        auto view = viewOf(mapsOf({{0, 0}, {1, 2}}, {0, 2, false, false, false}), false);
        auto maps = *view.maps;
        maps.lanes[0].field.reset();
        maps.lanes[0].note = "nothing is guided here: choose a guidance rule for this lane";
        const QImage without = overlay(view, kSize, nullptr);
        const QImage with = overlay(view, kSize, std::make_shared<const LaneMaps>(maps));
        QVERIFY(test::differingShare(with, without) > 0.01);
        view.maps = std::make_shared<const LaneMaps>(maps);
        QCOMPARE(colorAt(view, {3, 3}), view.theme.canvas);
    }

    void aFigureShowsTheMap()
    {
        Session session = defaultSession();
        session.particles.count = 20;
        session.view.density.visible = 0;
        for (Lane& lane : session.lanes)
            lane.guidance = test::choose(guidanceKinds(), "cfg", {{"w", 3}, {"target", 1}});
        WorkerPool pool(2);
        FigureSpec spec;
        spec.width = 640;
        spec.height = 360;
        session.timeline.position = 0.7;
        const auto plain = drawn({runSession(session, pool).value()}, spec);
        session.view.mapQuantity = static_cast<double>(MapQuantity::Guidance);
        const auto run = runSession(session, pool).value();
        const QImage map = drawn({run}, spec), again = drawn({run}, spec);
        QVERIFY(!map.isNull());
        QCOMPARE(map, again);
        QVERIFY(test::differingShare(plain, map) > 0.1);
    }

private:
    static QImage drawn(const FigureRuns& runs, const FigureSpec& spec)
    {
        const auto bytes = figureBytes(runs, spec, FigureFormat::Png);
        return bytes ? QImage::fromData(*bytes) : QImage();
    }

    QColor colorAt(const LaneView& view, QPointF data)
    {
        const QImage image = test::draw(*m_context, *m_renderer, view, kSize);
        const ViewTransform transform(view.session.lanes[0].camera,
                                      plotRectangle(QRectF({0, 0}, QSizeF(kSize)), 1));
        return image.pixelColor(transform.toPixels(data).toPoint());
    }

    static QImage overlay(LaneView view, QSize size, std::shared_ptr<const LaneMaps> maps)
    {
        view.maps = std::move(maps);
        QImage image(size, QImage::Format_RGB32);
        image.fill(view.theme.canvas);
        QPainter painter(&image);
        paintLaneOverlay(painter, view, QRectF({0, 0}, QSizeF(size)));
        return image;
    }

    std::unique_ptr<OffscreenContext> m_context;
    std::unique_ptr<LaneRenderer> m_renderer;
};

QTEST_MAIN(MapLayerTest)
#include "tst_map_layer.moc"
