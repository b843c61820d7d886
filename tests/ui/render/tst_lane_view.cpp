// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/lane_view.h"

#include <QPainter>
#include <QTest>

using namespace scorefield;
using namespace scorefield::render;

class LaneViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void transformGoesThereAndBack()
    {
        const ViewTransform transform({1000, -3, 5}, {40, 30, 400, 250});
        for (const QPointF data : {QPointF(1000, -3), QPointF(1002, -5), QPointF(997.5, -0.5)}) {
            const QPointF back = transform.toData(transform.toPixels(data));
            QVERIFY(std::abs(back.x() - data.x()) < 1e-9 && std::abs(back.y() - data.y()) < 1e-9);
        }
        QCOMPARE(transform.toPixels({1000, -3}), QPointF(240, 155));
        QVERIFY(transform.toPixels({1000, -2}).y() < 155); // y up
        QCOMPARE(transform.pixelsPerUnit(), 50.0);
        QCOMPARE(transform.visible(), QRectF(996, -5.5, 8, 5));
    }

    void theFittedViewHoldsTheData()
    {
        for (const char* process : {"vp", "rf", "ve-edm"}) {
            const auto run = test::handMadeRun(test::referenceM1(), process, {1, 0.1});
            for (const double aspect : {0.4, 1.0, 3.0}) {
                const auto camera = resolvedCamera(run->session, *run, 0, aspect);
                const ViewTransform transform(camera, {0, 0, 300 * aspect, 300});
                const QRectF visible = transform.visible();
                for (const double x : {-4.0, 4.0}) // mean ± 3.5 sd of 0.5
                    QVERIFY(visible.contains(QRectF(x - 1.75, -1.75, 3.5, 3.5)));
                QVERIFY(visible.width() < 14 * aspect + 40); // and not much more
            }
        }
    }

    void aCameraOfTheSessionIsKept()
    {
        const auto run = test::handMadeRun(test::referenceM1(), "vp", {1, 0.1});
        auto session = run->session;
        session.lanes.push_back(session.lanes[0]);
        session.lanes[0].camera = {1, 2, 3};
        session.lanes[1].camera = {4, 5, 6};
        session.view.linkCameras = 0;
        QCOMPARE(resolvedCamera(session, *run, 1, 1).span, 6.0);
        session.view.linkCameras = 1; // one camera for all lanes: the first
        QCOMPARE(resolvedCamera(session, *run, 1, 1).span, 3.0);
    }

    void particlesSitOnThePlanesDensity()
    {
        // d = 3 seen along principal axes, whose origin is not zero: a state exactly at alpha mu_k
        // is drawn at alpha times the component's mean in the plane.
        auto spec = test::randomMixture(6, 3, 3, 3);
        auto session = defaultSession();
        session.lanes.resize(1);
        session.lanes[0].guidance = makeChoice(guidanceKinds()[0].info);
        session.data = spec;
        session.view.projection = 1;
        session.particles.count = 4;
        WorkerPool pool(1);
        const auto made = runSession(session, pool);
        QVERIFY2(made.ok(), made.ok() ? "" : made.error().sentence().c_str());
        auto run = std::make_shared<RunProduct>(**made);
        auto lane = std::make_shared<LaneProduct>(*run->lanes[0]);
        const int step = 10;
        const double alpha = lane->plan.levels[step].alpha;
        for (int i = 0; i < 3; ++i)
            lane->trajectories.coordinate(step, i)[0] =
                static_cast<float>(alpha * run->mixture->components()[1].mean[i]);
        const QPointF actual = particlePosition(*run, *lane, 0, step);
        const auto& expected = run->planeMixture->components()[1].mean;
        QVERIFY(std::hypot(actual.x() - alpha * expected[0], actual.y() - alpha * expected[1])
                < 1e-5); // states are floats
    }

    void jitterIsEvenAndFixed()
    {
        double sum = 0, square = 0;
        for (std::size_t i = 0; i < 1000; ++i) {
            const double y = verticalJitter(i);
            QVERIFY(y >= -1 && y <= 1);
            sum += y;
            square += y * y;
        }
        QVERIFY(std::abs(sum / 1000) < 0.01);
        QVERIFY(std::abs(square / 1000 - 1.0 / 3) < 0.01);
    }

    void plotsStayInsideTheirLane()
    {
        for (const QSizeF size :
             {QSizeF(320, 260), QSizeF(640, 640), QSizeF(1280, 1440), QSizeF(60, 40)})
            for (const double scale : {1.0, 1.75, 2.0}) {
                const QRectF lane({10, 20}, size);
                const auto plot = plotRectangle(lane, scale);
                QVERIFY(lane.contains(plot));
                QVERIFY(plot.width() > 0 && plot.height() > 0);
            }
    }

    void sharedTopIsTheHighestLane()
    {
        const auto run = test::handMadeRun(test::referenceM1(), "vp", {2, 0});
        const auto noisy = test::plainView(run, 0), clean = test::plainView(run, 1);
        QVERIFY(sharedDensityTop({clean}) > sharedDensityTop({noisy}));
        QCOMPARE(sharedDensityTop({noisy, clean}), sharedDensityTop({clean}));
    }

    void handlesSitOnTheCleanComponents()
    {
        const auto run = test::handMadeRun(test::referenceM4(), "vp", {2, 1});
        const auto handles = handlePositions(test::plainView(run, 0), 0);
        QCOMPARE(handles.mean, QPointF(0.8, -0.5));
        QCOMPARE(handles.axisEnds.size(), std::size_t(4));
        // eigenvalues 0.09 and 2.25: the ends are 0.6 and 3 away
        const auto reach = [&](std::size_t i) {
            return std::hypot(handles.axisEnds[i].x() - 0.8, handles.axisEnds[i].y() + 0.5);
        };
        QVERIFY(std::abs(reach(0) - 0.6) < 1e-9 && std::abs(reach(2) - 3) < 1e-9);
        QVERIFY(handlePositions(test::plainView(run, 0), 7).axisEnds.empty());
    }

    void overlaysPaintAtEverySize()
    {
        const auto run = test::handMadeRun(test::referenceM1(),
                                           "vp",
                                           {2, 1, 0.1},
                                           {{{0, 0}, {1, 1}}, {{0, 1}, {1, 2}}, {{0, 0}, {2, 2}}});
        for (const QSize size : {QSize(30, 20), QSize(320, 260), QSize(900, 700)})
            for (const double scale : {1.0, 1.75}) {
                auto view = test::plainView(run, 0.5);
                view.session.view.density.visible = view.session.view.contours.visible =
                    view.session.view.particles.visible = 1;
                view.scale = scale;
                view.selected = view.showHandles = true;
                view.selectedComponent = 1;
                view.pinnedParticle = 1;
                view.probe = QPointF(0.5, 0.5);
                QImage image(size, QImage::Format_RGB32);
                image.fill(view.theme.canvas);
                QPainter painter(&image);
                paintLaneOverlay(painter, view, QRectF(QPointF(0, 0), QSizeF(size)));
                painter.end();
                QCOMPARE(image.pixelColor(size.width() / 2, 0),
                         view.theme.accent); // the selected lane's line
            }
    }
};

QTEST_MAIN(LaneViewTest)
#include "tst_lane_view.moc"
