// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/trail_chords.h"

namespace scorefield::render {

namespace {

/// Whether the points between rows `from` and `to` lie where the chord is at their step.
bool fits(std::span<const QPointF> points,
          std::size_t trails,
          std::size_t trail,
          std::size_t from,
          std::size_t to,
          double tolerance)
{
    const QPointF start = points[from * trails + trail];
    const QPointF perRow = (points[to * trails + trail] - start) / static_cast<double>(to - from);
    for (std::size_t row = from + 1; row < to; ++row) {
        const QPointF off =
            points[row * trails + trail] - start - perRow * static_cast<double>(row - from);
        if (!(QPointF::dotProduct(off, off) <= tolerance * tolerance)) // not finite: it ends here
            return false;
    }
    return true;
}

} // namespace

Chords
joinChords(std::span<const QPointF> points, std::size_t trails, double tolerance, int longest)
{
    Chords chords;
    const std::size_t rows = trails > 0 ? points.size() / trails : 0;
    std::vector<std::size_t> next(trails, 0); // the row at which a trail's next chord starts
    for (std::size_t row = 0; row + 1 < rows; ++row) {
        chords.firstOf.push_back(static_cast<int>(chords.list.size()));
        for (std::size_t trail = 0; trail < trails; ++trail) {
            if (next[trail] != row)
                continue;
            std::size_t end = row + 1;
            while (end + 1 < rows && end + 1 - row <= static_cast<std::size_t>(longest)
                   && fits(points, trails, trail, row, end + 1, tolerance))
                ++end;
            next[trail] = end;
            chords.list.push_back({static_cast<std::uint32_t>(trail),
                                   static_cast<std::uint16_t>(row),
                                   static_cast<std::uint16_t>(end)});
        }
    }
    chords.firstOf.push_back(static_cast<int>(chords.list.size()));
    return chords;
}

} // namespace scorefield::render
