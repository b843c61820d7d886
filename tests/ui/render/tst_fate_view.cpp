// SPDX-License-Identifier: GPL-3.0-or-later
// Particles coloured by what guidance did to them: a colour and a marker per fate, a legend with
// their shares, and a sentence where a lane has no unguided twin.
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/particle_codes.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <set>

using namespace scorefield;
using namespace scorefield::render;

namespace {

constexpr int kShapeShift = 24;

/// One lane of five particles, one of every fate and a divergent one of period 2.
std::shared_ptr<RunProduct> runWithFates()
{
    const auto made = test::handMadeRun(*defaultSession().data,
                                        "vp",
                                        {1, .5, .1},
                                        {{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {-1, 0}},
                                         {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {-1, 0}},
                                         {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {-1, 0}}});
    auto run = std::make_shared<RunProduct>(*made);
    auto lane = std::make_shared<LaneProduct>(*made->lanes[0]);
    auto twin = std::make_shared<UnguidedTwin>();
    twin->fates.of = {
        Fate::Convergent, Fate::Mixed, Fate::Divergent, Fate::Divergent, Fate::NotFinite};
    twin->fates.periodTwo = {0, 1, 0, 1, 0};
    twin->fates.shares = {Estimate{.25, .1}, Estimate{.25, .1}, Estimate{.5, .1}};
    twin->fates.finite = 4;
    lane->twin = twin;
    run->lanes[0] = lane;
    return run;
}

LaneView fateView(std::shared_ptr<const RunProduct> run, bool dark)
{
    LaneView view = test::plainView(std::move(run), 1, dark);
    view.session.view.particleColor = kColorByFate;
    view.session.view.particles.visible = 1;
    return view;
}

QImage overlay(const LaneView& view)
{
    QImage image(500, 500, QImage::Format_RGB32);
    image.fill(view.theme.canvas);
    QPainter painter(&image);
    paintLaneOverlay(painter, view, QRectF(0, 0, 500, 500));
    return image;
}

} // namespace

class TestFateView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFateHasItsColourAndMarker_data();
    void everyFateHasItsColourAndMarker();
    void theLegendSaysWhatTheyMean();
    void theReasonIsShown();
};

void TestFateView::everyFateHasItsColourAndMarker_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void TestFateView::everyFateHasItsColourAndMarker()
{
    QFETCH(bool, dark);
    const auto codes = particleCodes(fateView(runWithFates(), dark));
    QCOMPARE(codes.size(), std::size_t{5});
    std::set<std::uint32_t> colors, shapes;
    for (const std::uint32_t code : codes) {
        colors.insert(code & 0xffffff);
        shapes.insert(code >> kShapeShift);
    }
    QCOMPARE(shapes.size(), std::size_t{5}); // who sees no colours still tells them apart
    QCOMPARE(colors.size(), std::size_t{4}); // both divergent ones have one
    QCOMPARE(codes[2] & 0xffffff, codes[3] & 0xffffff);
}

void TestFateView::theLegendSaysWhatTheyMean()
{
    const auto run = runWithFates();
    LaneView view = fateView(run, true);
    const QImage with = overlay(view);
    auto bare = std::make_shared<RunProduct>(*run);
    auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
    lane->twin.reset();
    bare->lanes[0] = lane;
    QVERIFY(with != overlay(fateView(bare, true)));
    const QColor vermilion = fateStyle(view.theme, Fate::Divergent, false).color;
    int found = 0;
    for (int y = 0; y < with.height(); ++y)
        for (int x = 0; x < with.width(); ++x)
            found += with.pixelColor(x, y) == vermilion ? 1 : 0;
    QVERIFY(found > 20); // the overlay draws no particles: this is the legend's swatch
}

void TestFateView::theReasonIsShown()
{
    const auto run = runWithFates();
    const auto with = [&](const char* note, double color) {
        auto changed = std::make_shared<RunProduct>(*run);
        auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
        lane->twin.reset();
        lane->twinNote = note;
        changed->lanes[0] = lane;
        LaneView view = fateView(changed, true);
        view.session.view.particleColor = color;
        return overlay(view);
    };
    QVERIFY(with("this lane is not guided", kColorByFate) != with("", kColorByFate));
    QVERIFY(with("this lane is not guided", 0) == with("", 0)); // of no other colour
}

QTEST_MAIN(TestFateView)
#include "tst_fate_view.moc"
