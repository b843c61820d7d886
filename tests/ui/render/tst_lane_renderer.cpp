// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/noised_mixture.h"
#include "core/session/parameter_table.h"
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/lane_renderer.h"
#include "ui/render/particle_codes.h"

#include <QDir>
#include <QTest>

#include <epoxy/gl.h>

#include <set>

using namespace scorefield;
using namespace scorefield::render;

class LaneRendererTest : public QObject {
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
        QVERIFY(!m_renderer->rendererName().empty());
    }

    void cleanupTestCase()
    {
        m_renderer.reset();
        m_context.reset();
    }

    void aParticleAppearsAtItsPlace_data()
    {
        QTest::addColumn<QPointF>("from");
        QTest::addColumn<QPointF>("to");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("ratio");
        QTest::newRow("stored state") << QPointF(1, 0.5) << QPointF(-2, -1) << 0.0 << 1.0;
        QTest::newRow("last state") << QPointF(1, 0.5) << QPointF(-2, -1) << 1.0 << 1.0;
        QTest::newRow("between states") << QPointF(1, 0.5) << QPointF(-2, -1) << 0.25 << 1.0;
        QTest::newRow("two device pixels a pixel")
            << QPointF(1, 0.5) << QPointF(-2, -1) << 0.6 << 2.0;
        QTest::newRow("ratio 1.25") << QPointF(2.2, 1.5) << QPointF(-2, -1) << 0.1 << 1.25;
    }

    void aParticleAppearsAtItsPlace()
    {
        QFETCH(QPointF, from);
        QFETCH(QPointF, to);
        QFETCH(double, step);
        QFETCH(double, ratio);
        const auto run = test::handMadeRun(test::referenceM1(), "vp", {1, 0.1}, {{from}, {to}});
        auto view = test::plainView(run, step);
        view.session.view.particles = {1, 1};
        view.session.view.particleSize = 5;
        view.session.lanes[0].camera = {0, 0, 6};
        const QSize size(320, 280);
        const QImage image = test::draw(*m_context, *m_renderer, view, size, ratio);
        const ViewTransform transform({0, 0, 6}, plotRectangle(QRectF({0, 0}, QSizeF(size)), 1));
        const QPointF expected = transform.toPixels(from + step * (to - from));
        const QPointF actual = centroid(image, view.theme.canvas) / ratio;
        QVERIFY2(std::hypot(actual.x() - expected.x(), actual.y() - expected.y()) < 0.3 / ratio,
                 qPrintable(QStringLiteral("%1 %2, expected %3 %4")
                                .arg(actual.x())
                                .arg(actual.y())
                                .arg(expected.x())
                                .arg(expected.y())));
        const QPointF stated = transform.toPixels(particlePosition(view, 0));
        QVERIFY(std::hypot(stated.x() - expected.x(), stated.y() - expected.y()) < 1e-3);
    }

    void aParticleHasItsClassColour()
    {
        const auto run =
            test::handMadeRun(test::referenceM1(), "vp", {1, 0.1}, {{{0, 0}}, {{0, 0}}});
        auto view = test::plainView(run, 0);
        view.session.view.particles = {1, 1};
        view.session.view.particleSize = 9;
        const QImage image = test::draw(*m_context, *m_renderer, view, {320, 280});
        const auto at = centroid(image, view.theme.canvas);
        const QColor actual = image.pixelColor(static_cast<int>(at.x()), static_cast<int>(at.y()));
        const QColor expected = view.theme.classColor(0);
        QVERIFY(std::abs(actual.red() - expected.red())
                    + std::abs(actual.green() - expected.green())
                    + std::abs(actual.blue() - expected.blue())
                <= 6);
    }

    void aTrailRunsAlongThePath_data()
    {
        QTest::addColumn<bool>("wideLines");
        QTest::newRow("lines") << true;
        QTest::newRow("quads") << false;
    }

    void aTrailRunsAlongThePath()
    {
        QFETCH(bool, wideLines);
        m_renderer->setWideLines(wideLines);
        const auto run = test::handMadeRun(
            test::referenceM1(), "vp", {1, 0.5, 0.1}, {{{-2, 0}}, {{0, 0}}, {{2, 0}}});
        auto view = test::plainView(run, 1.5);
        view.session.view.trails = {1, 1};
        view.session.view.trailLength = 1;
        view.session.lanes[0].camera = {0, 0, 6};
        const QSize size(320, 280);
        const QImage image = test::draw(*m_context, *m_renderer, view, size);
        const ViewTransform transform({0, 0, 6}, plotRectangle(QRectF({0, 0}, QSizeF(size)), 1));
        const auto lit = [&](double x) {
            const QPointF p = transform.toPixels({x, 0});
            int brightest = 0;
            for (int dy = -2; dy <= 2; ++dy)
                brightest = std::max(
                    brightest,
                    qGray(image.pixel(static_cast<int>(p.x()), static_cast<int>(p.y()) + dy)));
            return brightest - qGray(view.theme.canvas.rgb());
        };
        QVERIFY(lit(0.9) > 40);        // just behind the particle, which is at x = 1
        QVERIFY(lit(0.9) > lit(-0.5)); // older is fainter
        QVERIFY(lit(-0.5) > 2);
        QCOMPARE(lit(-1.5), 0); // older than the trail is long
        QCOMPARE(lit(1.3), 0);  // the future
    }

    void ellipsesAreTwoSigma()
    {
        const auto run =
            test::handMadeRun(isotropicMixture({Eigen::Vector2d(0.5, 0)}, 0.25), "vp", {1, 0});
        auto view = test::plainView(run, 1);
        view.session.view.ellipses = {1, 1};
        view.session.lanes[0].camera = {0, 0, 6};
        const QSize size(420, 380);
        const QImage image = test::draw(*m_context, *m_renderer, view, size);
        const ViewTransform transform({0, 0, 6}, plotRectangle(QRectF({0, 0}, QSizeF(size)), 1));
        double sum = 0, count = 0;
        const QPointF centre = transform.toPixels({0.5, 0});
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (qGray(image.pixel(x, y)) > 100) {
                    sum += std::hypot(x + 0.5 - centre.x(), y + 0.5 - centre.y());
                    count += 1;
                }
        QVERIFY(count > 100);
        QVERIFY(std::abs(sum / count - 1.0 * transform.pixelsPerUnit()) < 0.5); // radius 2 sd = 1
    }

    void standardStateIsLeft()
    {
        const auto run =
            test::handMadeRun(test::referenceM1(), "vp", {1, 0.1}, {{{-1, 0}}, {{1, 0}}});
        auto view = test::plainView(run, 0.5);
        auto& style = view.session.view;
        style.density = style.contours = style.particles = style.trails = style.ellipses = {1, 1};
        QVERIFY(m_context->bindFramebuffer({300, 300}).ok());
        GLint before = 0, after = 0, value = -1;
        glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &before);
        QVERIFY(before != 0);
        m_renderer->draw(view, {0, 0, 300, 300}, {300, 300}, 1);
        glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &after);
        QCOMPARE(after, before);
        for (const GLenum binding : {GL_VERTEX_ARRAY_BINDING,
                                     GL_CURRENT_PROGRAM,
                                     GL_ARRAY_BUFFER_BINDING,
                                     GL_TEXTURE_BINDING_2D}) {
            glGetIntegerv(binding, &value);
            QCOMPARE(value, 0);
        }
        for (const GLenum capability :
             {GL_BLEND, GL_SCISSOR_TEST, GL_DEPTH_TEST, GL_PROGRAM_POINT_SIZE})
            QVERIFY(!glIsEnabled(capability));
        GLint viewport[4] = {};
        glGetIntegerv(GL_VIEWPORT, viewport);
        QCOMPARE(viewport[2], 300);
        QCOMPARE(glGetError(), GLenum(GL_NO_ERROR));
    }

    void aRunWithoutStatesDrawsItsDensity()
    {
        const auto run = test::handMadeRun(test::referenceM1(), "vp", {1, 0.1});
        auto view = test::plainView(run, 0.5);
        auto& style = view.session.view;
        style.density = style.particles = style.trails = {1, 1};
        view.densityTop = sharedDensityTop({view});
        const QImage image = test::draw(*m_context, *m_renderer, view, {300, 300});
        QVERIFY(test::differingShare(image, QImage(image.size(), image.format())) > 0.01);
    }

    /// The screen's 2×2 quads reach over the border of the plot: what they read there must not
    /// look like a steep density, which would draw contours along the border.
    void aFlatDensityHasNoContours()
    {
        const auto run = test::handMadeRun(test::referenceM1(), "ve-edm", {80, 40});
        for (int odd = 0; odd < 2; ++odd) {
            auto view = test::plainView(run, 0);
            view.session.view.contours = {1, 1};
            view.densityTop = sharedDensityTop({view});
            const QImage image = test::draw(*m_context, *m_renderer, view, {300 + odd, 300 + odd});
            QVERIFY(run->lanes[0]->plan.levels[0].sigma > 79);
            QImage canvas(image.size(), image.format());
            canvas.fill(view.theme.canvas);
            QCOMPARE(test::differingShare(image, canvas), 0.0);
        }
    }

    void confidenceIsThePosterior()
    {
        auto session = defaultSession();
        session.particles.count = 200;
        WorkerPool pool(2);
        const auto run = runSession(session, pool);
        QVERIFY(run.ok());
        const auto& lane = *(*run)->lanes[0];
        const auto values = endConfidence(lane);
        const auto& level = lane.plan.levels.back();
        const NoisedMixture oracle(*lane.plan.mixture, level.alpha, level.sigma);
        const int target = lane.plan.guidance->target().value_or(-1);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto posterior = oracle.classPosterior(
                Eigen::Vector2d(lane.trajectories.coordinate(lane.plan.levels.size() - 1, 0)[i],
                                lane.trajectories.coordinate(lane.plan.levels.size() - 1, 1)[i]));
            const double expected = target >= 0 ? posterior[target] : posterior.maxCoeff();
            QVERIFY(std::abs(values[i] - expected) < 1e-6); // stored as float
        }
    }

    void everyColourModeGivesEveryParticleACode()
    {
        auto session = defaultSession();
        session.particles.count = 50;
        WorkerPool pool(2);
        const auto run = runSession(session, pool);
        QVERIFY(run.ok());
        std::vector<std::vector<std::uint32_t>> all;
        for (const auto mode : {ParticleColor::Class,
                                ParticleColor::Component,
                                ParticleColor::Confidence,
                                ParticleColor::Start}) {
            auto view = test::plainView(*run, 0);
            view.session.view.particleColor = static_cast<double>(mode);
            all.push_back(particleCodes(view));
            QCOMPARE(all.back().size(), std::size_t(50));
        }
        QVERIFY(all[0] != all[2]);
        QVERIFY(all[2] != all[3]);
        QVERIFY(std::set<std::uint32_t>(all[3].begin(), all[3].end()).size() > 20);
    }

    void trailsKeepWithinTheirBudget()
    {
        for (const std::size_t n : {1, 399, 401, 5000, 1000000})
            for (const int steps : {1, 40, 100, 1000}) {
                const auto subset = trailSubset(n, steps, 0);
                QVERIFY(subset.count >= 1 && subset.count <= 512);
                QVERIFY(subset.count * static_cast<std::size_t>(steps / subset.stepStride)
                        <= 16000);
                QVERIFY((subset.count - 1) * subset.particleStride < n);
                // What shows at a time counts: shorter trails leave room for more.
                const auto some = trailSubset(n, steps, 30);
                QVERIFY(some.count >= subset.count && some.count <= 512);
                QVERIFY(some.count * static_cast<std::size_t>(std::min(steps, 30)) <= 16000);
            }
        QCOMPARE(trailSubset(500, 40, 30).count, std::size_t(500));
    }

    /// As many as it is taken to draw within a frame before it was measured, 64000, or half of the
    /// particles. The first ones of a run are those of a smaller one. An export has all of them.
    void aProcessorDrawsNoMoreParticlesThanAFrameHasTimeFor()
    {
        const QSize size(256, 256);
        std::optional<std::size_t> sample;
        const auto picture = [&](double count, bool exact) {
            auto session = defaultSession();
            session.lanes.resize(1);
            session.particles.count = count;
            (void)setParameter(session, "lanes.0.grid.steps", 4);
            WorkerPool pool(2);
            auto view = test::plainView(*runSession(session, pool), 2);
            view.session.view.particles.visible = 1;
            auto renderer = LaneRenderer::create();
            (*renderer)->setExact(exact);
            const QImage image = test::draw(*m_context, **renderer, view, size);
            sample = (*renderer)->particleSample(0);
            // It stays so at rest: there is no picture to come.
            return (*renderer)->isSoftware() && !(*renderer)->isReduced() ? image : QImage();
        };
        const QImage some = picture(50000, false);
        QVERIFY(!sample);
        if (some.isNull())
            QSKIP("this is about renderers in software");
        QVERIFY(picture(100000, false) == some);
        QCOMPARE(sample.value_or(0), std::size_t{50000}); // said in the legend
        QVERIFY(picture(100000, true) != some);
        QVERIFY(!sample);
    }

    /// A lane that is hidden is not drawn again: its layers must not hold on to all its states.
    void aRendererKeepsNoRun()
    {
        WorkerPool pool(2);
        auto view = test::plainView(*runSession(defaultSession(), pool), 20);
        view.session.view.particles.visible = view.session.view.trails.visible = 1;
        auto renderer = LaneRenderer::create();
        const QSize size(256, 256);
        const QImage shown = test::draw(*m_context, **renderer, view, size);
        QVERIFY(test::draw(*m_context, **renderer, view, size) == shown);
        const std::weak_ptr<const RunProduct> run = view.run;
        view.run.reset();
        QVERIFY(run.expired());
    }

    /// Paths with noise of their own have a chord for each step, whatever the picture's scale.
    void aSlowRendererLeavesOutTrailsThatMove()
    {
        auto session = defaultSession();
        session.lanes.resize(1);
        session.particles.count = 2000;
        WorkerPool pool(2);
        const auto run = runSession(session, pool);
        QVERIFY(run.ok());
        auto view = test::plainView(*run, 1);
        view.session.view.trails.visible = 1;
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        const QSize size(256, 256);
        for (int i = 1; i <= 12; ++i) {
            view.step = 20 + i;
            test::draw(*m_context, **renderer, view, size);
            (*renderer)->frameTook(200);
        }
        view.step = 40;
        const QImage moving = test::draw(*m_context, **renderer, view, size);
        QVERIFY((*renderer)->isReduced());
        const QImage resting = test::draw(*m_context, **renderer, view, size);
        QVERIFY(!(*renderer)->isReduced());
        QVERIFY(moving != resting);
        auto other = LaneRenderer::create();
        QCOMPARE(resting, test::draw(*m_context, **other, view, size));
    }

    void goldenImages_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("wideLines"); // where there are any: the picture is the same
        QTest::newRow("dark") << true << true;
        QTest::newRow("dark, trails as quads") << true << false;
        QTest::newRow("light") << false << true;
        QTest::newRow("light, trails as quads") << false << false;
    }

    void goldenImages()
    {
        QFETCH(bool, dark);
        QFETCH(bool, wideLines);
        m_renderer->setWideLines(wideLines);
        auto session = defaultSession();
        session.lanes.resize(1);
        session.particles.count = 300;
        session.view.ellipses = {1, 0.6};
        WorkerPool pool(2);
        const auto run = runSession(session, pool);
        QVERIFY(run.ok());
        auto view = test::plainView(*run, 24.4, dark);
        view.session.view = session.view;
        view.densityTop = sharedDensityTop({view});
        const QImage image = test::draw(*m_context, *m_renderer, view, {256, 256});
        const QString name = QStringLiteral("lane-%1.png")
                                 .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"));
        const QString path = QStringLiteral(SCOREFIELD_SOURCE_DIR "/tests/support/golden/") + name;
        if (qEnvironmentVariableIsSet("SCOREFIELD_WRITE_GOLDEN"))
            image.convertToFormat(QImage::Format_RGB32).save(path);
        const double share = test::differingShare(image, QImage(path));
        constexpr double kShare = 0.005; // ends of chords fall differently as lines and as quads
        if (share > kShare) {
            QDir().mkpath(QStringLiteral(SCOREFIELD_BINARY_DIR "/golden"));
            image.save(QStringLiteral(SCOREFIELD_BINARY_DIR "/golden/actual-") + name);
        }
        QVERIFY2(share <= kShare, qPrintable(QString::number(share)));
    }

private:
    /// Of all pixels by how much they differ from the canvas.
    static QPointF centroid(const QImage& image, const QColor& canvas)
    {
        double sx = 0, sy = 0, sum = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const double weight = std::abs(qGray(image.pixel(x, y)) - qGray(canvas.rgb()));
                sx += weight * (x + 0.5);
                sy += weight * (y + 0.5);
                sum += weight;
            }
        return {sx / sum, sy / sum};
    }

    std::unique_ptr<OffscreenContext> m_context;
    std::unique_ptr<LaneRenderer> m_renderer;
};

QTEST_MAIN(LaneRendererTest)
#include "tst_lane_renderer.moc"
