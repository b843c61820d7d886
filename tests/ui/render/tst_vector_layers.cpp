// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/vector_layers.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QTest>

using namespace scorefield;
using namespace scorefield::render;

namespace {

const QSize kSize(480, 360);
const QRectF kLane({0, 0}, QSizeF(kSize));

QImage paint(const LaneView& view, const VectorLayers& layers, QPoint margin = {})
{
    QImage image(kSize + QSize(2 * margin.x(), 2 * margin.y()), QImage::Format_RGB32);
    image.fill(view.theme.canvas);
    QPainter painter(&image);
    painter.translate(margin);
    paintVectorLayers(painter, view, kLane, layers);
    return image;
}

/// The mean difference of blocks of 4×4 pixels, where either differs from the canvas: what an eye
/// at reading distance sees, and not where an edge falls between two pixels.
double blockDifference(const QImage& a, const QImage& b, QRgb canvas)
{
    const QSize small(a.width() / 4, a.height() / 4);
    const auto smooth = [small](const QImage& image) {
        return image.scaled(small, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
            .convertToFormat(QImage::Format_RGB32);
    };
    const QImage left = smooth(a), right = smooth(b);
    double sum = 0;
    int painted = 0;
    const auto distance = [](QRgb p, QRgb q) {
        return (std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q))
                + std::abs(qBlue(p) - qBlue(q)))
               / 3.;
    };
    for (int y = 0; y < small.height(); ++y)
        for (int x = 0; x < small.width(); ++x) {
            const QRgb p = left.pixel(x, y), q = right.pixel(x, y);
            if (distance(p, canvas) < 2 && distance(q, canvas) < 2)
                continue;
            sum += distance(p, q);
            ++painted;
        }
    return painted > 0 ? sum / painted : 255;
}

LaneView viewOf(const Session& session, double share)
{
    WorkerPool pool(2);
    const auto run = runSession(session, pool).value();
    LaneView view = test::plainView(run, share * (run->levels()[0].size() - 1.), false);
    view.session.view.particleSize = 3;
    return view;
}

} // namespace

class VectorLayersTest : public QObject {
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
        m_renderer->setExact(true);
    }

    void cleanupTestCase()
    {
        m_renderer.reset();
        m_context.reset();
    }

    void looksLikeTheRenderer_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<double>("lineScale");
        for (const char* layer : {"contours", "ellipses", "trails", "particles"})
            for (const double scale : {1., 2.})
                QTest::addRow("%s × %g", layer, scale) << QString::fromLatin1(layer) << scale;
    }

    void looksLikeTheRenderer()
    {
        QFETCH(QString, layer);
        QFETCH(double, lineScale);
        for (const double share : {.55, .8}) { // before, trails are shorter than a pixel
            Session session = defaultSession();
            session.particles.count = 150;
            LaneView view = viewOf(session, share);
            view.lineScale = lineScale;
            auto& style = view.session.view;
            (layer == u"contours"   ? style.contours
             : layer == u"ellipses" ? style.ellipses
             : layer == u"trails"   ? style.trails
                                    : style.particles) = {1, .8};
            const QImage drawn = test::draw(*m_context, *m_renderer, view, kSize),
                         painted = paint(view, {});
            if (const QString keep = qEnvironmentVariable("SCOREFIELD_KEEP_PICTURES");
                !keep.isEmpty()) {
                drawn.save(keep + layer + QStringLiteral("-drawn.png"));
                painted.save(keep + layer + QStringLiteral("-painted.png"));
            }
            // Lines of one to two pixels have soft edges of their own in either: of a 4×4 block
            // they change a tenth, and a twentieth of that is 10 of 255.
            const double difference = blockDifference(drawn, painted, view.theme.canvas.rgb());
            QVERIFY2(difference < 10, qPrintable(QString::number(difference)));
            // What is missing or doubled would be as far off as the canvas itself.
            QImage canvas(kSize, QImage::Format_RGB32);
            canvas.fill(view.theme.canvas);
            const double size = blockDifference(drawn, canvas, view.theme.canvas.rgb());
            QVERIFY2(difference < .35 * size,
                     qPrintable(QStringLiteral("%1 of %2").arg(difference).arg(size)));
        }
    }

    void everyMarkerLooksLikeTheRenderer()
    {
        // Eight classes have the shapes 0 to 4.
        std::vector<Eigen::VectorXd> means;
        std::vector<std::vector<QPointF>> states(2);
        for (int k = 0; k < 8; ++k) {
            means.push_back(Eigen::Vector2d(k - 3.5, 0));
            for (auto& step : states)
                step.push_back({k - 3.5, .5});
        }
        auto made = test::handMadeRun(isotropicMixture(means, .1), "vp", {1, .1}, states);
        auto run = std::make_shared<RunProduct>(*made);
        auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
        for (int k = 0; k < 8; ++k)
            lane->endComponents[static_cast<std::size_t>(k)] = k;
        run->lanes[0] = lane;
        LaneView view = test::plainView(run, 1, false);
        view.session.view.particles = {1, 1};
        view.session.view.particleSize = 16;
        view.session.lanes[0].camera = {0, 0, 8};
        const QImage drawn = test::draw(*m_context, *m_renderer, view, kSize),
                     painted = paint(view, {});
        // Edges are soft over a pixel in both, by different rules.
        const double difference = blockDifference(drawn, painted, view.theme.canvas.rgb());
        QVERIFY2(difference < 6, qPrintable(QString::number(difference)));
    }

    void nothingLeavesThePlot()
    {
        for (const bool all : {false, true}) {
            Session session = defaultSession();
            session.particles.count = 200;
            LaneView view = viewOf(session, .6);
            auto& style = view.session.view;
            for (LayerSpec* layer :
                 {&style.contours, &style.particles, &style.trails, &style.ellipses})
                *layer = {1, 1};
            style.particleSize = 9;
            view.lineScale = all ? 3 : 1;
            // Looking at a corner of what there is, on a canvas much larger than the lane.
            for (Lane& lane : view.session.lanes)
                lane.camera = {.8, .5, 1.2};
            const QPoint margin(300, 200);
            const QImage image = paint(view, {}, margin);
            const QRectF plot = plotRectangle(kLane, view.scale).translated(margin);
            int inside = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    if (image.pixel(x, y) == view.theme.canvas.rgb())
                        continue;
                    QVERIFY2(plot.contains(QPointF(x + .5, y + .5)),
                             qPrintable(QStringLiteral("%1 %2").arg(x).arg(y)));
                    ++inside;
                }
            QVERIFY(inside > 1000);
        }
    }

    void onlyWhatIsAskedForAndShownIsPainted()
    {
        Session session = defaultSession();
        session.particles.count = 50;
        LaneView view = viewOf(session, .5);
        QImage canvas(kSize, QImage::Format_RGB32);
        canvas.fill(view.theme.canvas);
        QCOMPARE(paint(view, {}), canvas);
        view.session.view.particles = {1, 1};
        QVERIFY(paint(view, {}) != canvas);
        QCOMPARE(paint(view, {.particles = false}), canvas);
        view.session.view.particles = {1, 0};
        QCOMPARE(paint(view, {}), canvas);
    }

    void stagesAndStartsHaveTheirColours_data()
    {
        QTest::addColumn<double>("color");
        QTest::newRow("stage") << kColorByStage;
        QTest::newRow("start") << 3.;
        QTest::newRow("fate") << kColorByFate;
    }

    void stagesAndStartsHaveTheirColours()
    {
        QFETCH(double, color);
        Session session = defaultSession();
        session.particles.count = 80;
        session.view.particleColor = color;
        LaneView view = viewOf(session, .7);
        view.session.view.trails = view.session.view.particles = {1, .8};
        const double difference = blockDifference(test::draw(*m_context, *m_renderer, view, kSize),
                                                  paint(view, {}),
                                                  view.theme.canvas.rgb());
        QVERIFY2(difference < 10, qPrintable(QString::number(difference)));
    }

    void trailsStaySmallInSvg()
    {
        Session session = defaultSession();
        session.particles.count = 400;
        LaneView view = viewOf(session, 1);
        view.session.view.trails = {1, .5};
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(kSize);
        QPainter painter(&svg);
        paintVectorLayers(painter, view, kLane, {});
        painter.end();
        QVERIFY(bytes.count("<polyline") > 400);
        QVERIFY(bytes.count("<polyline") <= 16 * 400);
        QVERIFY2(bytes.size() < 1500000, qPrintable(QString::number(bytes.size())));
    }

private:
    std::unique_ptr<OffscreenContext> m_context;
    std::unique_ptr<LaneRenderer> m_renderer;
};

QTEST_MAIN(VectorLayersTest)
#include "tst_vector_layers.moc"
