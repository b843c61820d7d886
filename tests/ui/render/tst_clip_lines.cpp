// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/clip_lines.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace scorefield::render;

namespace {

const QRectF kBox(10, 20, 100, 60);

double lengthOf(const QPolygonF& line)
{
    double sum = 0;
    for (qsizetype i = 1; i < line.size(); ++i)
        sum += std::hypot(line[i].x() - line[i - 1].x(), line[i].y() - line[i - 1].y());
    return sum;
}

double areaOf(const QPolygonF& polygon)
{
    double sum = 0;
    for (qsizetype i = 0; i < polygon.size(); ++i) {
        const QPointF a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        sum += a.x() * b.y() - a.y() * b.x();
    }
    return std::abs(sum) / 2;
}

QPolygonF randomLine(unsigned seed, int corners)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> x(-60, 180), y(-40, 140);
    QPolygonF line;
    for (int i = 0; i < corners; ++i)
        line << QPointF(x(random), y(random));
    return line;
}

/// Whether anything but the background is outside of the box.
bool isPaintedOutside(const QImage& image)
{
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (!kBox.contains(QPointF(x + .5, y + .5)) && image.pixel(x, y) != 0)
                return true;
    return false;
}

QImage canvas()
{
    QImage image(130, 110, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    return image;
}

} // namespace

class ClipLinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSegmentIsCutAtTheEdges_data()
    {
        QTest::addColumn<QPolygonF>("line");
        QTest::addColumn<QPolygonF>("expected");
        QTest::addColumn<double>("start");
        QTest::newRow("inside") << QPolygonF{{20, 30}, {40, 50}} << QPolygonF{{20, 30}, {40, 50}}
                                << 0.;
        QTest::newRow("through") << QPolygonF{{0, 50}, {200, 50}} << QPolygonF{{10, 50}, {110, 50}}
                                 << 10.;
        QTest::newRow("in") << QPolygonF{{0, 0}, {50, 50}} << QPolygonF{{20, 20}, {50, 50}}
                            << 20 * std::sqrt(2.);
        QTest::newRow("vertical") << QPolygonF{{30, 0}, {30, 40}} << QPolygonF{{30, 20}, {30, 40}}
                                  << 20.;
        QTest::newRow("beside") << QPolygonF{{0, 0}, {5, 200}} << QPolygonF{} << 0.;
        QTest::newRow("past a corner") << QPolygonF{{0, 25}, {20, 0}} << QPolygonF{} << 0.;
        QTest::newRow("huge") << QPolygonF{{-1e12, 50}, {1e12, 50}}
                              << QPolygonF{{10, 50}, {110, 50}} << 1e12 + 10;
    }

    void aSegmentIsCutAtTheEdges()
    {
        QFETCH(QPolygonF, line);
        QFETCH(QPolygonF, expected);
        QFETCH(double, start);
        const auto pieces = clipLine(line, kBox);
        QCOMPARE(pieces.size(), expected.isEmpty() ? 0U : 1U);
        if (pieces.empty())
            return;
        QCOMPARE(pieces[0].points.size(), expected.size());
        for (qsizetype i = 0; i < expected.size(); ++i) { // 1e12 leaves 1e-4 of a pixel
            QVERIFY(std::abs(pieces[0].points[i].x() - expected[i].x()) < 1e-3);
            QVERIFY(std::abs(pieces[0].points[i].y() - expected[i].y()) < 1e-3);
        }
        QVERIFY(std::abs(pieces[0].start - start) < 1e-3);
    }

    void theInsideOfALineIsKeptWhole()
    {
        for (unsigned seed = 0; seed < 50; ++seed) {
            const QPolygonF line = randomLine(seed, 12);
            double kept = 0, sampled = 0;
            for (const auto& piece : clipLine(line, kBox)) {
                kept += lengthOf(piece.points);
                for (const QPointF& p : piece.points)
                    QVERIFY(p.x() >= kBox.left() && p.x() <= kBox.right() && p.y() >= kBox.top()
                            && p.y() <= kBox.bottom());
            }
            for (qsizetype i = 1; i < line.size(); ++i) {
                const QPointF step = (line[i] - line[i - 1]) / 4000;
                for (int k = 0; k < 4000; ++k)
                    if (kBox.contains(line[i - 1] + (k + .5) * step))
                        sampled += std::hypot(step.x(), step.y());
            }
            // Each of the at most 24 ends is sampled to one step of 1/4000 of a segment.
            QVERIFY2(std::abs(kept - sampled) < 1.5, qPrintable(QString::number(kept - sampled)));
        }
    }

    void whatIsNotFiniteInterrupts()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const auto pieces =
            clipLine(QPolygonF{{20, 30}, {30, 30}, {nan, 30}, {50, 30}, {60, 30}}, kBox);
        QCOMPARE(pieces.size(), 2U);
        QCOMPARE(pieces[1].points.first(), QPointF(50, 30));
        QVERIFY(clipLine(QPolygonF{{20, 30}, {30, 30}}, QRectF(10, 20, -5, 10)).empty());
    }

    void aPolygonLosesWhatIsOutside()
    {
        // A half is outside; the corner of a square; everything; nothing.
        QCOMPARE(areaOf(clipPolygon(QRectF(60, 30, 100, 20), kBox)), 50. * 20);
        QCOMPARE(areaOf(clipPolygon(QRectF(0, 10, 20, 20), kBox)), 10. * 10);
        QVERIFY(clipPolygon(QRectF(200, 30, 10, 10), kBox).isEmpty());
        QCOMPARE(areaOf(clipPolygon(QRectF(20, 30, 10, 10), kBox)), 100.);
        QCOMPARE(areaOf(clipPolygon(QRectF(-1000, -1000, 3000, 3000), kBox)),
                 kBox.width() * kBox.height());
        // A triangle over the left edge: of its area 40·40/2 the part beyond x = 10 is (30/40)².
        QCOMPARE(areaOf(clipPolygon(QPolygonF{{0, 50}, {40, 30}, {40, 70}}, kBox)),
                 800. * (1 - 1. / 16));
    }

    void noStrokeLeavesTheBox_data()
    {
        QTest::addColumn<double>("width");
        QTest::addColumn<int>("cap");
        QTest::addColumn<bool>("isDashed");
        QTest::newRow("thin") << 1.1 << static_cast<int>(Qt::RoundCap) << false;
        QTest::newRow("wide") << 7. << static_cast<int>(Qt::RoundCap) << false;
        QTest::newRow("flat") << 7. << static_cast<int>(Qt::FlatCap) << false;
        QTest::newRow("dashes") << 5. << static_cast<int>(Qt::FlatCap) << true;
    }

    void noStrokeLeavesTheBox()
    {
        QFETCH(double, width);
        QFETCH(int, cap);
        QFETCH(bool, isDashed);
        for (unsigned seed = 0; seed < 20; ++seed) {
            QImage image = canvas();
            {
                QPainter painter(&image);
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setPen(QPen(Qt::red,
                                    width,
                                    isDashed ? Qt::DashLine : Qt::SolidLine,
                                    static_cast<Qt::PenCapStyle>(cap),
                                    Qt::RoundJoin));
                strokeInside(painter, {randomLine(seed, 8)}, kBox);
                QCOMPARE(painter.pen().dashOffset(), 0.);
            }
            QVERIFY(!isPaintedOutside(image));
            QVERIFY(image != canvas());
        }
    }

    void aDashedLineKeepsItsPhase()
    {
        // The same line on a wide canvas, of which the box is a window.
        QImage whole = canvas(), cut = canvas();
        QPen pen(Qt::red, 2, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
        pen.setDashPattern({5, 5}); // 10 px on, 10 off: from x = 23 on
        for (QImage* image : {&whole, &cut}) {
            QPainter painter(image);
            painter.setPen(pen);
            strokeInside(painter,
                         {QPolygonF{{-37, 50}, {127, 50}}},
                         image == &cut ? kBox : QRectF(-100, -100, 400, 400));
        }
        for (int x = 12; x < 108; ++x)
            QCOMPARE(qAlpha(cut.pixel(x, 50)), qAlpha(whole.pixel(x, 50)));
        QCOMPARE(qAlpha(cut.pixel(30, 50)), 255);
        QCOMPARE(qAlpha(cut.pixel(20, 50)), 0);
    }

    void shapesAreCut()
    {
        for (const QPointF middle : {QPointF(10, 40), QPointF(108, 79), QPointF(60, 15)}) {
            QImage image = canvas(), free = canvas();
            for (QImage* target : {&image, &free}) {
                QPainter painter(target);
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setPen(QPen(Qt::blue, 3));
                painter.setBrush(Qt::red);
                QPainterPath circle;
                circle.addEllipse(middle, 12, 12);
                if (target == &image)
                    drawInside(painter, circle, kBox);
                else
                    painter.drawPath(circle);
            }
            QVERIFY(!isPaintedOutside(image));
            QVERIFY(isPaintedOutside(free));
            // Away from the edge it is the same shape: single pixels of its rim may differ, since
            // a curve and its chords are smoothed by different rules.
            double difference = 0, painted = 0;
            for (int y = 24; y < 76; ++y)
                for (int x = 14; x < 106; ++x) {
                    difference += std::abs(qRed(image.pixel(x, y)) - qRed(free.pixel(x, y)));
                    painted += qAlpha(free.pixel(x, y));
                }
            QVERIFY2(difference < .05 * painted, qPrintable(QString::number(difference / painted)));
        }
    }
};

QTEST_MAIN(ClipLinesTest)
#include "tst_clip_lines.moc"
