// SPDX-License-Identifier: GPL-3.0-or-later
// The painted ridge: where the closed form is, coloured, dimmed while stale, with its symbols, its
// ghosts and its band; and colours that can be seen on the canvas.
#include "tests/support/render.h"
#include "ui/render/color_science.h"
#include "ui/render/lane_overlay.h"
#include "ui/render/ridge_style.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace scorefield;
using namespace scorefield::render;

namespace {

constexpr int kSide = 600;
constexpr double kMean = 2, kVariance = .09;

std::shared_ptr<const RunProduct> pairRun()
{
    return test::handMadeRun(
        isotropicMixture({Eigen::Vector2d(-kMean, 0), Eigen::Vector2d(kMean, 0)}, kVariance),
        "ve-edm",
        {4, .6, .01});
}

/// VE: x_t = x~, at sigma~ = 0.6.
LaneView ridgeView(bool dark = true)
{
    LaneView view = test::plainView(pairRun(), 1, dark);
    view.session.lanes[0].camera = {0, 0, 8};
    view.session.view.particles.visible = 0;
    view.session.view.ridge.layer = {1, 1};
    WorkerPool pool(1);
    const auto window = ridgeWindow(view, QRectF(0, 0, kSide, kSide));
    view.ridge = std::make_shared<const RidgePicture>(
        computeLaneRidges(*view.run, view.session.view, {window}, pool).at(0));
    return view;
}

QImage overlay(const LaneView& view)
{
    QImage image(kSide, kSide, QImage::Format_RGB32);
    image.fill(view.theme.canvas);
    QPainter painter(&image);
    paintLaneOverlay(painter, view, QRectF(0, 0, kSide, kSide));
    return image;
}

QPoint pixelOf(const LaneView& view, double x, double y)
{
    const QRectF plot = plotRectangle(QRectF(0, 0, kSide, kSide), view.scale);
    const ViewTransform transform(view.session.lanes[0].camera, plot);
    return transform.toPixels({x, y}).toPoint();
}

/// How far a pixel is from the canvas.
int strengthAt(const QImage& image, const LaneView& view, double x, double y)
{
    const QColor at = image.pixelColor(pixelOf(view, x, y)), canvas = view.theme.canvas;
    return std::abs(at.red() - canvas.red()) + std::abs(at.green() - canvas.green())
           + std::abs(at.blue() - canvas.blue());
}

/// Theory 12.2: as far as |x| = (S/m) arccosh(m/(S sqrt(g))), g = gamma/sigma~^2.
double reachOf(const LaneView& view)
{
    const double noise = view.level().sigmaTilde(), S = kVariance + noise * noise;
    return S / kMean * std::acosh(kMean / (S * std::sqrt(view.session.view.ridge.gamma)) * noise);
}

} // namespace

class TestRidgeView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLineIsWhereTheClosedFormIs_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }

    void theLineIsWhereTheClosedFormIs()
    {
        QFETCH(bool, dark);
        LaneView view = ridgeView(dark);
        view.session.view.ridge.points = 0;
        const QImage image = overlay(view);
        const double reach = reachOf(view);
        QVERIFY(reach > .5 && reach < 3);
        for (double share = -.95; share <= .95; share += .1)
            QVERIFY2(strengthAt(image, view, share * reach, 0) > 60,
                     qPrintable(QString::number(share)));
        for (const double x : {-reach - .3, reach + .3}) // the criterion ends it there
            QCOMPARE(strengthAt(image, view, x, 0), 0);
        for (double share = -.9; share <= .9; share += .3)
            for (const double y : {-.2, .2})
                QCOMPARE(strengthAt(image, view, share * reach, y), 0);
    }

    void itIsHiddenWithItsLayerAndWithoutRidge()
    {
        LaneView view = ridgeView();
        const QImage shown = overlay(view);
        view.session.view.ridge.layer.visible = 0;
        const QImage hidden = overlay(view);
        QCOMPARE(strengthAt(hidden, view, .3, 0), 0);
        QVERIFY(strengthAt(shown, view, .3, 0) > 60);
    }

    void aStaleRidgeIsDimmed()
    {
        LaneView view = ridgeView();
        view.session.view.ridge.points = 0;
        const auto strengthOf = [&](const QImage& image) {
            int sum = 0;
            for (double x = -.5; x <= .5; x += .05)
                sum += strengthAt(image, view, x, 0);
            return sum;
        };
        const int fresh = strengthOf(overlay(view));
        RidgePicture stale = *view.ridge;
        stale.isStale = true;
        view.ridge = std::make_shared<const RidgePicture>(stale);
        const int dimmed = strengthOf(overlay(view));
        QVERIFY(dimmed > 0 && dimmed < .6 * fresh);
    }

    /// Modes of the closed form: x = m tanh(m x/S) (s^2 + sigma~^2 = S), y = 0; a saddle between.
    void modesAndSaddlesAreMarked()
    {
        LaneView view = ridgeView();
        const double noise = view.level().sigmaTilde(), S = kVariance + noise * noise;
        double x = kMean;
        for (int i = 0; i < 100; ++i)
            x = kMean * std::tanh(kMean * x / S);
        const QImage with = overlay(view);
        view.session.view.ridge.points = 0;
        const QImage without = overlay(view);
        const auto changed = [&](double px, double py) {
            const QPoint at = pixelOf(view, px, py);
            int count = 0;
            for (int dx = -5; dx <= 5; ++dx)
                for (int dy = -5; dy <= 5; ++dy)
                    count += with.pixel(at + QPoint(dx, dy)) != without.pixel(at + QPoint(dx, dy));
            return count;
        };
        for (const double place : {-x, 0., x})
            QVERIFY2(changed(place, 0) > 20, qPrintable(QString::number(place)));
        QCOMPARE(changed(.5 * x, 0), 0);
    }

    void ghostsAreFaintAndNamed()
    {
        LaneView view = ridgeView();
        view.session.view.ridge.points = 0;
        RidgePicture picture = *view.ridge;
        picture.ghosts.push_back({1, picture.ridge});
        picture.ridge = nullptr;
        view.ridge = std::make_shared<const RidgePicture>(picture);
        const int ghost = strengthAt(overlay(view), view, .3, 0);
        const int line = strengthAt(overlay(ridgeView()), view, .3, 0);
        QVERIFY(ghost > 20 && ghost < line);
    }

    void theBandIsAsWideAsTheError()
    {
        LaneView view = ridgeView();
        view.session.view.ridge.points = 0;
        view.session.view.ridge.tube = 1;
        RidgePicture picture = *view.ridge;
        auto tube = std::make_shared<RidgeTube>();
        for (const RidgeLine& line : picture.ridge->lines) {
            RidgeTube::Line band;
            band.normal = Eigen::MatrixXd::Zero(line.places.rows(), 2);
            for (Eigen::Index i = 0; i < line.places.rows(); ++i)
                band.normal(i, 1) = i % 2 == 0 ? 1 : -1; // a frame's sign is free
            band.error = .5 * band.normal.col(1).array();
            tube->lines.push_back(band);
        }
        picture.tube = tube;
        view.ridge = std::make_shared<const RidgePicture>(picture);
        const QImage image = overlay(view);
        // On a canvas of one colour the band's veil is that colour: its two edges show it.
        const auto edgeNear = [&](double x, double y) {
            int most = 0;
            for (double dy = -.05; dy <= .05; dy += .01)
                most = std::max(most, strengthAt(image, view, x, y + dy));
            return most;
        };
        for (double x = -.4; x <= .4; x += .1) {
            for (const double y : {-.5, .5})
                QVERIFY2(edgeNear(x, y) > 60, qPrintable(QStringLiteral("%1 %2").arg(x).arg(y)));
            for (const double y : {-.65, -.3, .3, .65})
                QCOMPARE(edgeNear(x, y), 0);
        }
    }

    void aReasonIsShownWhereThereIsNone()
    {
        LaneView view = ridgeView();
        const auto inkTopLeft = [&](const QImage& image) {
            int ink = 0;
            for (int y = 42; y < 70; ++y)
                for (int x = 60; x < 250; ++x)
                    ink += image.pixelColor(x, y) != view.theme.canvas ? 1 : 0;
            return ink;
        };
        view.session.view.ridge.layer.visible = 0;
        const int without = inkTopLeft(overlay(view));
        view.session.view.ridge.layer.visible = 1;
        RidgePicture none;
        none.note = "at pure noise there is no ridge";
        view.ridge = std::make_shared<const RidgePicture>(none);
        QVERIFY(inkTopLeft(overlay(view)) > without + 500);
        Ridge fails = *ridgeView().ridge->ridge;
        fails.plainFrameFails = true;
        RidgePicture warned;
        warned.ridge = std::make_shared<const Ridge>(fails);
        view.ridge = std::make_shared<const RidgePicture>(warned);
        QVERIFY(inkTopLeft(overlay(view)) > without + 500);
    }

    void strengthHasAnOrderAndContrast()
    {
        for (const bool dark : {true, false}) {
            const Theme theme = dark ? Theme::darkTheme() : Theme::lightTheme();
            double before = toOkLch(strengthColor(theme, 0)).lightness;
            for (double at = 0; at <= 1.0001; at += .05) {
                const QColor color = strengthColor(theme, at);
                QVERIFY(contrastRatio(color, theme.canvas)
                        > 2.4); // of lines: 3 but for the weakest
                const double lightness = toOkLch(color).lightness;
                QVERIFY(dark ? lightness >= before - 1e-3 : lightness <= before + 1e-3);
                before = lightness;
            }
        }
        RidgeSpec spec;
        spec.gamma = 1e-6;
        QCOMPARE(strengthScale(spec).low, -6.0);
        QCOMPARE(strengthScale(spec).place(-7), 0.0);
        QCOMPARE(strengthScale(spec).place(3), 1.0);
    }
};

QTEST_MAIN(TestRidgeView)
#include "tst_ridge_view.moc"
