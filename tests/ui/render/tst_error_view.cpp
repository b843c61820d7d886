// SPDX-License-Identifier: GPL-3.0-or-later
// Particles coloured by their distance to the converged solution: one logarithmic scale for all
// lanes, another marker for what ended elsewhere, and a sentence where there is no such solution.
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/particle_codes.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::render;

namespace {

constexpr int kShapeShift = 24;

/// One lane of four particles at these distances, the last in another basin.
std::shared_ptr<RunProduct> runWithErrors(std::vector<float> distance)
{
    const auto made = test::handMadeRun(*defaultSession().data,
                                        "vp",
                                        {1, .5, .1},
                                        {{{0, 0}, {1, 0}, {2, 0}, {3, 0}},
                                         {{0, 0}, {1, 0}, {2, 0}, {3, 0}},
                                         {{0, 0}, {1, 0}, {2, 0}, {3, 0}}});
    auto run = std::make_shared<RunProduct>(*made);
    auto lane = std::make_shared<LaneProduct>(*made->lanes[0]);
    auto ends = std::make_shared<ConvergedEnds>();
    ends->distance = std::move(distance);
    ends->component = {0, 0, 0, 1};
    ends->otherBasin = .25;
    ends->smallestDistance = *std::min_element(ends->distance.begin(), ends->distance.end());
    ends->largestDistance = *std::max_element(ends->distance.begin(), ends->distance.end());
    ends->medianDistance = ends->distance[1];
    lane->converged = ends;
    run->lanes[0] = lane;
    return run;
}

LaneView errorView(std::shared_ptr<const RunProduct> run, bool dark)
{
    LaneView view = test::plainView(std::move(run), 1, dark);
    view.session.view.particleColor = kColorByError;
    view.session.view.particles.visible = 1;
    return view;
}

int lightness(std::uint32_t code)
{
    return qGray(static_cast<int>(code & 255),
                 static_cast<int>(code >> 8 & 255),
                 static_cast<int>(code >> 16 & 255));
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

class TestErrorView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void coloursFollowTheLogarithm_data();
    void coloursFollowTheLogarithm();
    void anotherBasinHasAnotherMarker();
    void oneScaleForAllLanes();
    void theScaleIsWholeDecades();
    void theReasonIsShown();
};

void TestErrorView::coloursFollowTheLogarithm_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void TestErrorView::coloursFollowTheLogarithm()
{
    QFETCH(bool, dark);
    const auto codes = particleCodes(errorView(runWithErrors({1e-4F, 1e-3F, 1e-2F, 1e-1F}), dark));
    QCOMPARE(codes.size(), std::size_t{4});
    for (std::size_t i = 0; i + 1 < codes.size(); ++i) {
        const int step = lightness(codes[i + 1]) - lightness(codes[i]);
        QVERIFY2(dark ? step > 8 : step < -8, "a larger error stands out more from the canvas");
    }
}

void TestErrorView::anotherBasinHasAnotherMarker()
{
    const auto codes = particleCodes(errorView(runWithErrors({.1F, .1F, .1F, .1F}), true));
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(codes[i] >> kShapeShift, 0U);
    QCOMPARE(codes[3] >> kShapeShift, static_cast<std::uint32_t>(kOtherBasinShape));
}

void TestErrorView::oneScaleForAllLanes()
{
    const auto run = runWithErrors({2e-4F, 2e-3F, 2e-2F, 2e-1F});
    const auto alone = particleCodes(errorView(run, true));
    auto both = std::make_shared<RunProduct>(*run);
    both->lanes.push_back(runWithErrors({20, 20, 20, 20})->lanes[0]);
    both->session.lanes.push_back(both->session.lanes[0]);
    const auto beside = particleCodes(errorView(both, true));
    for (std::size_t i = 1; i < 3; ++i)
        QVERIFY2(lightness(beside[i]) < lightness(alone[i]),
                 "beside a larger error the same one is dimmer");
    const auto scale = errorScale(*both);
    QVERIFY(scale.has_value());
    QCOMPARE(scale->low, -4);
    QCOMPARE(scale->high, 2);
}

void TestErrorView::theScaleIsWholeDecades()
{
    const auto scale = errorScale(*runWithErrors({1e-12F, 2e-3F, 3e-2F, 4}));
    QVERIFY(scale.has_value());
    QCOMPARE(scale->high, 1);
    QCOMPARE(scale->low, -5); // six decades: rounding errors would take the scale over
    QVERIFY(!errorScale(*test::handMadeRun(*defaultSession().data, "vp", {1, .1})).has_value());
}

void TestErrorView::theReasonIsShown()
{
    auto run = runWithErrors({1, 1, 1, 1});
    auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
    lane->converged = nullptr;
    run->lanes[0] = lane;
    const QImage without = overlay(errorView(run, true));
    auto explained = std::make_shared<LaneProduct>(*lane);
    explained->convergedNote = "There is no converged path: choose the Brownian tree.";
    run->lanes[0] = explained;
    QVERIFY2(test::differingShare(without, overlay(errorView(run, true))) > 0, "the sentence");
}

QTEST_MAIN(TestErrorView)
#include "tst_error_view.moc"
