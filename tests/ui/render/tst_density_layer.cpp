// SPDX-License-Identifier: GPL-3.0-or-later
// What the shader evaluates, read back and compared with the double-precision oracle at every pixel
// that shows anything.
#include "core/mixture/noised_mixture.h"
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/density_tiles.h"
#include "ui/render/frame_pace.h"
#include "ui/render/layers.h"

#include <QTest>

#include <numeric>

using namespace scorefield;
using namespace scorefield::render;

Q_DECLARE_METATYPE(MixtureSpec)

class DensityLayerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto context = OffscreenContext::create();
        QVERIFY2(context.ok(), context.ok() ? "" : context.error().sentence().c_str());
        m_context = std::move(*context);
    }

    void agreesWithTheOracle_data()
    {
        QTest::addColumn<MixtureSpec>("spec");
        QTest::addColumn<double>("time");
        QTest::addColumn<Camera>("camera");
        QTest::addColumn<double>("tolerance"); // of log q
        const Camera fitted;
        // Float keeps 1e-7 of the largest term, a few hundred half squared deviations at the faint
        // rim of what is drawn: 5e-5 with its sums.
        QTest::newRow("three modes, clean") << test::referenceM1() << 0.0 << fitted << 2e-4;
        QTest::newRow("three modes, noised") << test::referenceM1() << 1.0 << fitted << 2e-4;
        QTest::newRow("rotated") << test::referenceM4() << 0.3 << fitted << 2e-4;
        QTest::newRow("many classes of size")
            << test::randomMixture(4, 2, 12, 2) << 0.2 << fitted << 2e-4;
        QTest::newRow("1000 components") << thousand() << 0.05 << fitted << 1e-3;
        QTest::newRow("line") << test::randomMixture(8, 1, 3, 1) << 0.4 << fitted << 2e-4;
        MixtureSpec far = test::referenceM1();
        for (auto& c : far.components)
            c.mean += Eigen::Vector2d(300000, -200000);
        QTest::newRow("far from the origin") << far << 0.0 << Camera{300000, -200000, 8} << 2e-4;
        QTest::newRow("close camera")
            << test::referenceM1() << 0.0 << Camera{3.9, 0.2, 0.01} << 2e-4;
        QTest::newRow("wide camera") << test::referenceM1() << 0.0 << Camera{0, 0, 40} << 2e-3;
    }

    void agreesWithTheOracle()
    {
        QFETCH(MixtureSpec, spec);
        QFETCH(double, time);
        QFETCH(Camera, camera);
        QFETCH(double, tolerance);
        const auto run = test::handMadeRun(spec, "vp", {time + 1, time});
        auto view = test::plainView(run, 1);
        view.session.view.density.visible = 1;
        view.session.view.densityScale = 1; // down to 12 nats below the top
        view.session.lanes[0].camera = camera;
        const auto level = view.level();
        view.densityTop = sharedDensityTop({view});
        const auto evaluated = evaluate(view, {400, 360});

        const NoisedMixture oracle(*run->planeMixture, level.alpha, level.sigma);
        const auto& frame = evaluated.frame;
        const int stride = spec.components.size() > 100 ? 5 : 1; // the oracle is slow
        double worst = 0;
        long long compared = 0;
        for (int y = evaluated.box.top(); y <= evaluated.box.bottom(); y += stride)
            for (int x = evaluated.box.left(); x <= evaluated.box.right(); x += stride) {
                const double px = (x + 0.5 - frame.block.centrePixel[0]) / frame.block.pixelsPerUnit
                                  + frame.centre.x();
                const double py = (y + 0.5 - frame.block.centrePixel[1]) / frame.block.pixelsPerUnit
                                  + frame.centre.y();
                const double expected =
                    oracle.logDensity(run->planeMixture->dimension() == 1
                                          ? Eigen::VectorXd(Eigen::VectorXd::Constant(1, px))
                                          : Eigen::VectorXd(Eigen::Vector2d(px, py)));
                if (expected < view.densityTop - 12)
                    continue;
                const double actual =
                    evaluated.values[static_cast<std::size_t>(y)
                                         * static_cast<std::size_t>(evaluated.size.width())
                                     + static_cast<std::size_t>(x)];
                worst = std::max(worst, std::abs(actual - expected));
                ++compared;
            }
        QVERIFY2(compared > 1000, qPrintable(QString::number(compared)));
        QVERIFY2(worst <= tolerance, qPrintable(QString::number(worst)));
    }

    void nothingShowsOutsideTheBox()
    {
        const auto run = test::handMadeRun(test::referenceM1(), "vp", {1, 0.1});
        auto view = test::plainView(run, 1);
        view.session.view.density.visible = view.session.view.contours.visible = 1;
        view.session.view.densityScale = 1;
        view.session.lanes[0].camera = {0, 0, 60};
        view.densityTop = sharedDensityTop({view});
        const auto evaluated = evaluate(view, {400, 360});
        QVERIFY(evaluated.box.width() < evaluated.size.width() / 2);
        const auto level = view.level();
        const NoisedMixture oracle(*run->planeMixture, level.alpha, level.sigma);
        const auto& frame = evaluated.frame;
        for (int y = 0; y < evaluated.size.height(); y += 3)
            for (int x = 0; x < evaluated.size.width(); x += 3) {
                if (evaluated.box.contains(x, y))
                    continue;
                const Eigen::Vector2d at(
                    (x + 0.5 - frame.block.centrePixel[0]) / frame.block.pixelsPerUnit,
                    (y + 0.5 - frame.block.centrePixel[1]) / frame.block.pixelsPerUnit);
                QVERIFY(oracle.logDensity(at) < view.densityTop - 12);
            }
    }

    /// What changed since the last frame is evaluated where it is painted, what stays from a
    /// texture.
    void aMovingDensityLooksLikeTheSameAtRest()
    {
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        const auto run = test::handMadeRun(test::referenceM4(), "vp", {1, 0.5, 0.1});
        auto view = test::plainView(run, 0);
        view.session.view.density.visible = view.session.view.contours.visible = 1;
        view.densityTop = sharedDensityTop({view});
        const QSize size(400, 360);
        const QImage before = test::draw(*m_context, **renderer, view, size);
        view.step = 1.4;
        const QImage moving = test::draw(*m_context, **renderer, view, size);
        const QImage resting = test::draw(*m_context, **renderer, view, size);
        QCOMPARE(moving, resting);
        QVERIFY(test::differingShare(before, moving) > .05);
    }

    void theWindowLooksLikeTheExactPicture_data()
    {
        QTest::addColumn<MixtureSpec>("spec");
        QTest::addColumn<double>("time");
        QTest::addColumn<bool>("logarithmic");
        QTest::newRow("separate modes") << thousand() << 0.0 << false;
        QTest::newRow("separate modes, logarithmic") << thousand() << 0.0 << true;
        QTest::newRow("merging") << thousand() << 0.1 << false;
        QTest::newRow("of all widths") << test::randomMixture(4, 2, 40, 2) << 0.02 << false;
    }

    /// On as coarse a grid as its narrowest component allows, and of the components that matter.
    void theWindowLooksLikeTheExactPicture()
    {
        QFETCH(MixtureSpec, spec);
        QFETCH(double, time);
        QFETCH(bool, logarithmic);
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        const auto run = test::handMadeRun(spec, "vp", {time + 1, time});
        auto view = test::plainView(run, 1);
        view.session.view.density.visible = 1;
        view.session.view.densityScale = logarithmic ? 1 : 0;
        view.densityTop = sharedDensityTop({view});
        const QSize size(460, 440);
        (*renderer)->setExact(true);
        const QImage exact = test::draw(*m_context, **renderer, view, size);
        (*renderer)->setExact(false);
        const QImage window = test::draw(*m_context, **renderer, view, size);
        QVERIFY(!(*renderer)->isReduced());
        const double share = test::differingShare(exact, window);
        QVERIFY2(share <= 0.002, qPrintable(QString::number(share)));
        QVERIFY(test::differingShare(exact, QImage(exact.size(), exact.format()))
                > 0.05); // there is a picture
    }

    void aSlowRendererLeavesOutOnlyWhatMoves()
    {
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        std::vector<double> times;
        for (int i = 0; i <= 20; ++i)
            times.push_back(0.3 - 0.01 * i);
        const auto run = test::handMadeRun(thousand(), "vp", times);
        auto view = test::plainView(run, 0);
        view.session.view.density.visible = 1;
        view.densityTop = sharedDensityTop({view});
        const QSize size(460, 440);
        test::draw(*m_context, **renderer, view, size);
        for (int i = 1; i <= 12; ++i) {
            view.step = i;
            test::draw(*m_context, **renderer, view, size);
            (*renderer)->frameTook(200);
        }
        view.step = 13;
        const QImage moving = test::draw(*m_context, **renderer, view, size);
        QVERIFY((*renderer)->isReduced());
        (*renderer)->frameTook(200);
        const QImage resting = test::draw(*m_context, **renderer, view, size);
        QVERIFY(!(*renderer)->isReduced());
        auto other = LaneRenderer::create();
        QCOMPARE(resting, test::draw(*m_context, **other, view, size));
        QVERIFY(test::differingShare(moving, resting) < .1); // the same picture, coarser
        (*renderer)->setExact(true);
        view.step = 14; // figures do not know how long frames take
        const QImage exact = test::draw(*m_context, **renderer, view, size);
        QVERIFY(!(*renderer)->isReduced());
        auto figure = LaneRenderer::create();
        (*figure)->setExact(true);
        QCOMPARE(exact, test::draw(*m_context, **figure, view, size));
    }

    void framesThatAreQuickAgainGetEverything()
    {
        FramePace pace;
        QCOMPARE(pace.share(), 1.);
        pace.frameTook(500); // one alone may have waited for something
        QCOMPARE(pace.share(), 1.);
        for (int i = 0; i < 40; ++i)
            pace.frameTook(20 + 100 * pace.share());
        // Between slow and quick it stays; the least share is 1/64.
        QVERIFY(20 + 100 * pace.share() <= 36 && pace.share() >= .1);
        const double kept = pace.share();
        for (int i = 0; i < 40; ++i)
            pace.frameTook(25);
        QCOMPARE(pace.share(), kept);
        for (int i = 0; i < 400; ++i)
            pace.frameTook(1000);
        QCOMPARE(pace.share(), 1. / 64);
        for (int i = 0; i < 400; ++i)
            pace.frameTook(5);
        QCOMPARE(pace.share(), 1.);
    }

    void tilesHoldWhatShows_data()
    {
        QTest::addColumn<double>("deviation"); // texels
        QTest::addColumn<double>("most");      // share of components times texels
        QTest::newRow("sharp") << 2. << .15;
        QTest::newRow("medium") << 8. << .6;
        QTest::newRow("smooth") << 60. << 1.3; // nothing to skip; the edges are evaluated twice
    }

    void tilesHoldWhatShows()
    {
        QFETCH(double, deviation);
        QFETCH(double, most);
        std::vector<TexelComponent> components;
        for (int k = 0; k < 200; ++k) {
            const double r = 8 * std::sqrt(k + .5), angle = 2.399963 * k;
            components.push_back({150 + r * std::cos(angle),
                                  140 + r * std::sin(angle),
                                  .8 / deviation,
                                  .6 / deviation,
                                  -.3 / deviation, // twice as wide across
                                  .4 / deviation,
                                  -.01 * k});
        }
        TileRequest request{.box = QRect(7, 3, 291, 270), .cut = -6};
        const auto tiles = densityTiles(components, request);
        QVERIFY(tiles.evaluations() < most * 200 * 291 * 270);
        const auto logDensity = [&](double x, double y, auto&& list) {
            double sum = 0;
            for (const auto k : list) {
                const auto& c = components[k];
                const double rx = x - c.x, ry = y - c.y;
                sum += std::exp(c.logPeak
                                - .5
                                      * (std::pow(c.w00 * rx + c.w01 * ry, 2)
                                         + std::pow(c.w10 * rx + c.w11 * ry, 2)));
            }
            return std::log(sum);
        };
        std::vector<std::uint32_t> all(components.size());
        std::iota(all.begin(), all.end(), 0U);
        for (int y = 3; y < 273; y += 3)
            for (int x = 7; x < 298; x += 3) {
                const double expected = logDensity(x + .5, y + .5, all);
                int painted = 0, evaluated = 0;
                for (const auto& tile : tiles.tiles) {
                    painted += tile.area.contains(x, y) ? 1 : 0;
                    if (!tile.reach.contains(x, y))
                        continue;
                    ++evaluated;
                    const auto list = std::span(tiles.components).subspan(tile.first, tile.count);
                    // In parts of q where it shows; below the cut, in parts of the cut.
                    const double actual = logDensity(x + .5, y + .5, list);
                    QVERIFY(std::abs(std::exp(actual) - std::exp(expected))
                            <= 1e-5 * std::exp(std::max(expected, request.cut)));
                }
                QVERIFY(painted <= 1 && painted <= evaluated);
                QVERIFY(painted == 1 || expected < request.cut);
                // All that the painting of a place reads has a value.
                for (const QPoint near :
                     {QPoint(2, 0), QPoint(-2, 0), QPoint(0, 2), QPoint(-2, -2)})
                    if (painted == 1)
                        QVERIFY(std::any_of(
                            tiles.tiles.begin(), tiles.tiles.end(), [&](const DensityTile& tile) {
                                return tile.reach.contains(QPoint(x, y) + near);
                            }));
            }
    }

    void contoursLieWhereTheyShould()
    {
        // One Gaussian, one half mass contour: a circle of radius sd sqrt(2 log 2) around the mean;
        // along the row through the mean its two crossings are bright.
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        const auto run =
            test::handMadeRun(isotropicMixture({Eigen::Vector2d(0, 0)}, 1), "vp", {1, 0.5});
        auto view = test::plainView(run, 1);
        view.session.view.contours = {1, 1};
        view.session.lanes[0].camera = {0, 0, 8};
        view.densityTop = sharedDensityTop({view});
        const QSize size(500, 480);
        const QImage image = test::draw(*m_context, **renderer, view, size);
        const auto plot = plotRectangle(QRectF({0, 0}, QSizeF(size)), 1);
        const ViewTransform transform({0, 0, 8}, plot);
        for (const double mass : {0.5, 0.8, 0.95, 0.99}) {
            const double radius = std::sqrt(-2 * std::log(1 - mass)); // VP keeps unit variance
            for (const double side : {-1.0, 1.0}) {
                const QPointF expected = transform.toPixels({side * radius, 0});
                int brightest = 0, at = 0;
                for (int x = static_cast<int>(expected.x()) - 8;
                     x <= static_cast<int>(expected.x()) + 8;
                     ++x) {
                    const int value = qGray(image.pixel(x, static_cast<int>(expected.y())));
                    if (value > brightest) {
                        brightest = value;
                        at = x;
                    }
                }
                QVERIFY(brightest > 120);
                QVERIFY2(std::abs(at + 0.5 - expected.x()) <= 1.5,
                         qPrintable(QString::number(
                             at + 0.5 - expected.x()))); // a pixel, and the quantile's 1 %
            }
        }
    }

private:
    struct Evaluated {
        LaneFrame frame;
        QRect box;
        QSize size;
        std::vector<float> values;
    };

    Evaluated evaluate(const LaneView& view, const QSize& size)
    {
        if (!m_context->bindFramebuffer(size))
            qFatal("no framebuffer");
        auto frame = makeLaneFrame(view, QRectF({0, 0}, QSizeF(size)), size, 1);
        const auto block = newBuffer();
        glBindBuffer(GL_UNIFORM_BUFFER, block.get());
        glBufferData(GL_UNIFORM_BUFFER, sizeof frame.block, &frame.block, GL_DYNAMIC_DRAW);
        glBindBufferBase(GL_UNIFORM_BUFFER, 0, block.get());
        glEnable(GL_SCISSOR_TEST);
        glEnable(GL_BLEND);
        DensityLayer layer(ProgramSet::create().value());
        layer.draw(frame);
        return {frame, layer.box(), layer.size(), layer.logDensities()};
    }

    /// A sunflower of 1000 small modes.
    static MixtureSpec thousand()
    {
        std::vector<Eigen::VectorXd> means;
        for (int k = 0; k < 1000; ++k) {
            const double r = 0.16 * std::sqrt(k + 0.5), angle = 2.399963 * k;
            means.emplace_back(Eigen::Vector2d(r * std::cos(angle), r * std::sin(angle)));
        }
        return isotropicMixture(means, 0.02);
    }

    std::unique_ptr<OffscreenContext> m_context;
};

QTEST_MAIN(DensityLayerTest)
#include "tst_density_layer.moc"
