// SPDX-License-Identifier: GPL-3.0-or-later
// Particles and trails coloured by their stage: at the play-head, along the way, in the legend, and
// a sentence where a lane has no stages.
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/particle_codes.h"
#include "ui/render/stage_colors.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <set>

using namespace scorefield;
using namespace scorefield::render;

namespace {

/// One particle that walks along the horizontal, a stage a step; a second one is not followed.
std::shared_ptr<RunProduct> runWithStages()
{
    const auto made = test::handMadeRun(
        *defaultSession().data,
        "vp",
        {2, 1, .5, .1},
        {{{-3, 0}, {-3, 2}}, {{-1, 0}, {-1, 2}}, {{1, 0}, {1, 2}}, {{3, 0}, {3, 2}}});
    auto run = std::make_shared<RunProduct>(*made);
    auto lane = std::make_shared<LaneProduct>(*made->lanes[0]);
    auto stages = std::make_shared<Stages>();
    stages->stride = 2;
    stages->count = 1;
    stages->levelCount = 4;
    stages->levels.resize(4);
    for (std::uint8_t k = 0; k < 4; ++k) {
        stages->stages.push_back(k);
        stages->levels[k].shares[k] = 1;
    }
    lane->stages = stages;
    run->lanes[0] = lane;
    return run;
}

LaneView stageView(std::shared_ptr<const RunProduct> run, double step, bool dark = true)
{
    LaneView view = test::plainView(std::move(run), step, dark);
    view.session.view.particleColor = kColorByStage;
    view.session.lanes[0].camera = {0, 0, 8};
    return view;
}

int count(const QImage& image, const QColor& color)
{
    int found = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor here = image.pixelColor(x, y);
            const int off = std::max({std::abs(here.red() - color.red()),
                                      std::abs(here.green() - color.green()),
                                      std::abs(here.blue() - color.blue())});
            found += off <= 3 ? 1 : 0;
        }
    return found;
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

class TestStageView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void coloursFollowThePlayHead_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }
    void coloursFollowThePlayHead()
    {
        QFETCH(bool, dark);
        std::set<std::uint32_t> seen;
        for (int k = 0; k < 4; ++k) {
            const LaneView view = stageView(runWithStages(), k + (k < 3 ? .4 : 0), dark);
            const auto codes = particleCodes(view);
            QCOMPARE(codes.size(), std::size_t{2});
            QCOMPARE(codes[0], colorCode(stageColor(view.theme, static_cast<Stage>(k))));
            QCOMPARE(codes[1], colorCode(view.theme.secondary));
            seen.insert(codes[0]);
        }
        QCOMPARE(seen.size(), kStages);
    }

    /// The trail keeps the colour that each part of the way had.
    void trailsAreColouredAlongTheirWay()
    {
        auto context = OffscreenContext::create();
        QVERIFY2(context, context ? "" : context.error().message.c_str());
        QVERIFY((*context)->bindFramebuffer({400, 300}));
        auto renderer = LaneRenderer::create();
        QVERIFY2(renderer, renderer ? "" : renderer.error().message.c_str());
        LaneView view = stageView(runWithStages(), 3);
        view.session.view.trails = {1, 1};
        view.session.view.trailLength = 1000; // no fading
        view.scale = 3;                       // lines wide enough to have their full colour
        const QImage image = test::draw(**context, **renderer, view, {900, 700});
        for (int k = 0; k < 3; ++k)
            QVERIFY2(count(image, stageColor(view.theme, static_cast<Stage>(k))) > 50,
                     qPrintable(stageName(static_cast<Stage>(k))));
        QCOMPARE(count(image, stageColor(view.theme, Stage::Exit)), 0); // its chord is to come
        // Other colours bring one colour per trail back.
        view.session.view.particleColor = 0;
        const QImage plain = test::draw(**context, **renderer, view, {900, 700});
        QCOMPARE(count(plain, stageColor(view.theme, Stage::Align)), 0);
    }

    void theLegendHasTheShares()
    {
        LaneView view = stageView(runWithStages(), 1);
        view.session.view.particles.visible = 1;
        const QImage with = overlay(view);
        for (std::size_t s = 0; s < kStages; ++s)
            QVERIFY(count(with, stageColor(view.theme, static_cast<Stage>(s))) > 20);
        view.step = 2;
        QVERIFY(overlay(view) != with); // other shares
    }

    void theReasonIsShown()
    {
        const auto run = runWithStages();
        const auto with = [&](const char* note, double color) {
            auto changed = std::make_shared<RunProduct>(*run);
            auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
            lane->stages.reset();
            lane->stagesNote = note;
            changed->lanes[0] = lane;
            LaneView view = stageView(changed, 1);
            view.session.view.particleColor = color;
            return overlay(view);
        };
        QVERIFY(with("there is no ridge", kColorByStage) != with("", kColorByStage));
        QVERIFY(with("there is no ridge", 0) == with("", 0));
    }
};

QTEST_MAIN(TestStageView)
#include "tst_stage_view.moc"
