// SPDX-License-Identifier: GPL-3.0-or-later
// Joined chords stay on the paths they stand for, at their steps, and cover every row once.
#include "ui/render/trail_chords.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace scorefield::render;

namespace {

constexpr std::size_t kRows = 41, kTrails = 7;

/// Spirals that slow down towards their ends, as paths on a Karras grid do.
std::vector<QPointF> paths()
{
    std::vector<QPointF> points;
    for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t trail = 0; trail < kTrails; ++trail) {
            const double radius =
                (50 + 10 * static_cast<double>(trail)) * std::exp(-.25 * static_cast<double>(row));
            const double angle = .3 * static_cast<double>(row);
            points.emplace_back(radius * std::cos(angle), radius * std::sin(angle));
        }
    return points;
}

} // namespace

class TestTrailChords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowIsCoveredOnce()
    {
        const auto chords = joinChords(paths(), kTrails, .35, 8);
        std::vector<int> end(kTrails, 0);
        for (const Chord& chord : chords.list) {
            QCOMPARE(static_cast<int>(chord.from), end[chord.trail]);
            QVERIFY(chord.to > chord.from);
            QVERIFY(chord.to - chord.from <= 8);
            end[chord.trail] = chord.to;
        }
        for (const int last : end)
            QCOMPARE(last, static_cast<int>(kRows) - 1);
        QCOMPARE(chords.firstOf.size(), kRows);
        for (std::size_t row = 0; row + 1 < kRows; ++row)
            for (int i = chords.firstOf[row]; i < chords.firstOf[row + 1]; ++i)
                QCOMPARE(static_cast<std::size_t>(chords.list[static_cast<std::size_t>(i)].from),
                         row);
        QCOMPARE(chords.firstOf.back(), static_cast<int>(chords.list.size()));
        // The late rows of these spirals move less than a pixel: joining must pay.
        QVERIFY(2 * chords.list.size() < kTrails * (kRows - 1));
    }

    void pointsLieWhereTheChordIsAtTheirStep()
    {
        const auto points = paths();
        for (const Chord& chord : joinChords(points, kTrails, .35, 8).list)
            for (std::size_t row = chord.from; row <= chord.to; ++row) {
                const double share = static_cast<double>(row - chord.from)
                                     / static_cast<double>(chord.to - chord.from);
                const QPointF on = (1 - share) * points[chord.from * kTrails + chord.trail]
                                   + share * points[chord.to * kTrails + chord.trail];
                const QPointF off = points[row * kTrails + chord.trail] - on;
                QVERIFY(std::hypot(off.x(), off.y()) <= .35 * (1 + 1e-12));
            }
    }

    void nothingIsJoinedWithoutTolerance()
    {
        QCOMPARE(joinChords(paths(), kTrails, 0, 1).list.size(), kTrails * (kRows - 1));
        QVERIFY(joinChords({}, 0, .35, 8).list.empty());
    }

    void aPathThatIsLostIsNotJoinedAcross()
    {
        auto points = paths();
        const double nan = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t row = 30; row < kRows; ++row)
            points[row * kTrails] = {nan, nan};
        for (const Chord& chord : joinChords(points, kTrails, .35, 8).list)
            QVERIFY(chord.trail != 0 || chord.to <= 29 || chord.to == chord.from + 1);
    }
};

QTEST_APPLESS_MAIN(TestTrailChords)
#include "tst_trail_chords.moc"
