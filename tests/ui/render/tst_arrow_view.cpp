// SPDX-License-Identifier: GPL-3.0-or-later
// Arrows on the picture: where they stand, which way they point, what the legend says of them.
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/shared_keys.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QTest>

#include <optional>

using namespace scorefield;
using namespace scorefield::render;

namespace {

const QSize kSize(480, 360);
const QRectF kLane({0, 0}, QSizeF(kSize));

/// One lane at its start, looking at ±3 in height.
LaneView viewWith(std::vector<Eigen::Vector2d> vectors, ArrowGrid grid, double reference)
{
    LaneView view = test::plainView(
        test::handMadeRun(test::referenceM1(), "vp", {1, .1}, {{{0, 0}}, {{0, 0}}}), 0, false);
    view.session.lanes[0].camera = {0, 0, 6};
    view.session.view.arrows.layer = {1, 1};
    view.session.view.arrows.spacing = 60;
    auto arrows = std::make_shared<LaneArrows>();
    arrows->lanes.push_back({grid, 0, std::move(vectors), reference, {}});
    view.arrows = arrows;
    return view;
}

QImage paint(const LaneView& view, QPoint margin = {})
{
    QImage image(kSize + QSize(2 * margin.x(), 2 * margin.y()), QImage::Format_RGB32);
    image.fill(view.theme.canvas);
    QPainter painter(&image);
    painter.translate(margin);
    painter.setRenderHint(QPainter::Antialiasing);
    paintArrows(painter, overlayFrame(view, kLane));
    return image;
}

/// How dark the picture is inside a rectangle.
double ink(const QImage& image, const QRectF& part)
{
    double sum = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (part.contains(QPointF(x + .5, y + .5)))
                sum += 255 - qGray(image.pixel(x, y));
    return sum;
}

} // namespace

class ArrowViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void headsPointTheWay_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::newRow("right") << 1. << 0.;
        QTest::newRow("left") << -1. << 0.;
        QTest::newRow("up") << 0. << 1.;
        QTest::newRow("down") << 0. << -1.;
    }

    void headsPointTheWay()
    {
        QFETCH(double, x);
        QFETCH(double, y);
        const LaneView view = viewWith({{x, y}}, {1, 0, 0, 1, 1}, 1);
        const QImage image = paint(view);
        const QPointF at = overlayFrame(view, kLane).transform.toPixels({0, 0});
        // The arrow is 60 px long about its place; its head has more ink than its tail.
        const auto half = [&](double side) {
            const QPointF end = at + 20 * side * QPointF(x, -y);
            return ink(image, QRectF(end - QPointF(14, 14), QSizeF(28, 28)));
        };
        QVERIFY2(half(1) > 1.2 * half(-1) && half(-1) > 0,
                 qPrintable(QStringLiteral("%1 %2").arg(half(1)).arg(half(-1))));
        const double all = ink(image, QRectF(image.rect()));
        QVERIFY(ink(image, QRectF(at - QPointF(32, 32), QSizeF(64, 64))) > .999 * all);
    }

    void lengthsTellTheSize()
    {
        const auto inkOf = [](double size, double scaling) {
            LaneView view = viewWith({{size, 0}}, {1, 0, 0, 1, 1}, 1);
            view.session.view.arrows.scaling = scaling;
            return ink(paint(view), kLane);
        };
        QVERIFY(inkOf(.5, 0) < .8 * inkOf(1, 0));
        QCOMPARE(inkOf(.5, 1), inkOf(1, 1)); // directions alone
        QCOMPARE(inkOf(3, 0), inkOf(30, 0)); // cut off at twice the reference
        QVERIFY(inkOf(3, 0) > inkOf(2, 0));  // which a second head tells
        QVERIFY(inkOf(1e-9, 0) > 0);         // a dot where the field is almost 0
    }

    void nothingLeavesThePlot()
    {
        LaneView view = viewWith({}, ArrowGrid::inside(-9, -9, 18, 18, .5, 2), 1);
        auto arrows = std::make_shared<LaneArrows>(*view.arrows);
        for (std::size_t i = 0; i < arrows->lanes[0].grid.size(); ++i)
            arrows->lanes[0].vectors.emplace_back(std::cos(static_cast<double>(i)),
                                                  std::sin(static_cast<double>(i)));
        view.arrows = arrows;
        view.lineScale = 2;
        const QPoint margin(200, 150);
        const QImage image = paint(view, margin);
        const QRectF plot = overlayFrame(view, kLane).plot.translated(margin);
        QVERIFY(ink(image, plot) > 1000);
        QCOMPARE(ink(image, QRectF(image.rect())), ink(image, plot));
    }

    void vectorsStayFew()
    {
        LaneView view = viewWith({}, ArrowGrid::inside(-3, -2, 6, 4, .25, 2), 1);
        auto arrows = std::make_shared<LaneArrows>(*view.arrows);
        arrows->lanes[0].vectors.assign(arrows->lanes[0].grid.size(), {.6, .8});
        view.arrows = arrows;
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(kSize);
        QPainter painter(&svg);
        paintArrows(painter, overlayFrame(view, kLane));
        painter.end();
        QVERIFY(bytes.count("<path") >= 2);
        QVERIFY2(bytes.count("<path") < 12, bytes.constData());
    }

    void onlyTheFieldThatIsAskedForIsShown()
    {
        LaneView view = viewWith({{1, 0}}, {1, 0, 0, 1, 1}, 1);
        QVERIFY(shownArrows(view) != nullptr);
        view.session.view.arrows.field = static_cast<double>(ArrowField::Velocity);
        QVERIFY(shownArrows(view) == nullptr); // the right ones are on their way
        view.session.view.arrows.field = 0;
        view.session.view.arrows.layer.visible = 0;
        QVERIFY(shownArrows(view) == nullptr);
    }

    /// Panels of a figure share a strip of keys, which is painted when their frames are gone.
    void theLegendOutlivesItsFrame()
    {
        const LaneView view = viewWith({{1, 0}}, {1, 0, 0, 1, 1}, 1);
        std::vector<LegendRow> rows;
        const auto painted = [&rows] {
            QImage image(40, 40, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            rows.at(0).swatch(painter, {20, 20});
            return image;
        };
        LaneView other = view;
        other.lineScale = 4;
        std::optional<OverlayFrame> frame(overlayFrame(view, kLane));
        appendArrowRows(rows, *frame);
        const QImage before = painted();
        frame.emplace(overlayFrame(other, kLane)); // another frame stands where it was
        QCOMPARE(painted(), before);
        QVERIFY(ink(before, QRectF(before.rect())) > 0);
        const SharedKeys keys({view, view}, false, true, false);
        QImage strip(480, 60, QImage::Format_RGB32);
        strip.fill(Qt::white);
        QPainter painter(&strip);
        keys.paint(painter, QRectF(strip.rect()));
        painter.end();
        QVERIFY(ink(strip, QRectF(strip.rect())) > ink(before, QRectF(before.rect())));
    }

    void theLegendHasARoundLength()
    {
        const LaneView view = viewWith({{1, 0}}, {1, 0, 0, 1, 1}, 7.3);
        const OverlayFrame frame = overlayFrame(view, kLane);
        std::vector<LegendRow> rows;
        appendArrowRows(rows, frame);
        QCOMPARE(rows.size(), 1U);
        // 20 of 60 px have room: 7.3/3 is 2.4, of which 2 is the round number below.
        QCOMPARE(rows[0].text, QStringLiteral("score, 2"));
        LaneView none = view;
        auto arrows = std::make_shared<LaneArrows>(*view.arrows);
        arrows->lanes[0].vectors.clear();
        arrows->lanes[0].note = "nothing is guided here";
        none.arrows = arrows;
        rows.clear();
        appendArrowRows(rows, overlayFrame(none, kLane));
        QVERIFY(rows[0].text.contains(QStringLiteral("nothing is guided here")));
    }
};

QTEST_MAIN(ArrowViewTest)
#include "tst_arrow_view.moc"
