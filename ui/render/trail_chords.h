// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which chords of a path are worth drawing: late steps of most grids move particles by fractions of
// a pixel, and a software renderer pays for every chord alike.
#include <QPointF>

#include <cstdint>
#include <span>
#include <vector>

namespace scorefield::render {

/// From row `from` to row `to` of a trail.
struct Chord {
    std::uint32_t trail;
    std::uint16_t from, to;
};

/// Chords of all trails, by `from`; those of row r begin at firstOf[r], the last entry is their
/// number.
struct Chords {
    std::vector<Chord> list;
    std::vector<int> firstOf;
};

/// points [rows][trails]. A chord joins at most `longest` rows whose points all lie within
/// `tolerance` of where it is at their step, so that it shows the same way with the same ages.
Chords
joinChords(std::span<const QPointF> points, std::size_t trails, double tolerance, int longest);

} // namespace scorefield::render
