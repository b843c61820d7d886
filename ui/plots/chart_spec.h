// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a chart shows, as a value: the dock makes them from a run, studies from their tables, and
// the same value is drawn in the window and in a figure.
#include "ui/render/theme.h"

#include <QString>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace scorefield::plots {

enum class SeriesRole {
    Measured, ///< points with error bars on a line
    Part,     ///< a term of the measured: a thinner line with small marks
    Fit,      ///< a line through the points it was fitted to
    Line,     ///< a thin line: a number known exactly, many points
    Curve,    ///< theory for a measured series: dash-dotted
    Bound,    ///< the edge of a region no value lies in, hatched on that side
    Floor,    ///< what exact samples of the same size score: dashed
    Reference ///< what the exact law has: dotted
};

struct Series {
    QString label; ///< of the legend; series of one label and role share one entry
    SeriesRole role = SeriesRole::Measured;
    int lane = -1;   ///< decides colour and marker; -1: neutral
    int variant = 0; ///< the how-many-th of its lane: later ones are fainter, with other markers
    std::vector<double> x, y;
    std::vector<double> errors{}; ///< standard errors, as many as y, or empty
    bool excludesAbove = true;    ///< of a bound: on which side no value lies
    bool isVague = false;         ///< of a bound: it holds up to a constant nobody states
    int part = 0;                 ///< the how-many-th part of what was measured
    QString slope{};              ///< of the legend, behind the label: "slope −1.98 ± 0.03"
    QString tag{};                ///< of a bound: written along its edge
    QString help{};               ///< formula and source, of tool tips
};

struct ChartAxis {
    QString label;
    bool logarithmic = false;
    bool reversed = false; ///< large values on the left (or at the bottom)
    /// Written at these places instead of numbers: choices, or the ends of a run.
    std::vector<std::pair<double, QString>> words{};
    std::optional<double> low{}, high{}; ///< shown at least
    std::string key{};                   ///< of the parameter along it; empty: it is none
    QString help{};                      ///< of its tool tip
};

/// Where one is now: the play head or the session's present value as a vertical line, two present
/// values as a ring. With a label: a place that theory names, dashed.
struct Mark {
    double x = 0;
    std::optional<double> y{};
    QString label{};
};

/// A coloured area between two curves over one axis, as in a stack of shares.
struct Band {
    QString label;
    QColor color;
    std::vector<double> x, low, high;
};

/// A bar at a place of the horizontal axis, beside those of other lanes; as a step of a waterfall
/// it starts where the one before ends.
struct Bar {
    double x = 0, from = 0, to = 0;
    int lane = -1;
    QString label{};      ///< above it
    bool isAside = false; ///< narrow, outlined: what is compared with the bar there
    bool isTotal = false; ///< paler: the sum of the others
};

/// Values on a grid of two parameters as coloured cells.
struct CellMap {
    std::vector<double> x, y;     ///< centres, ascending
    std::vector<double> values{}; ///< [y][x]; NaN stays empty
    QString label{};
    double low = 0, high = 1; ///< of the colours
    bool logarithmic = false;
};

struct ChartSpec {
    QString title;
    ChartAxis x, y;
    std::vector<Series> series;
    std::vector<Mark> marks{};
    std::optional<CellMap> cells{};
    std::vector<Band> bands{};
    std::vector<Bar> bars{};
    int lane = -1;  ///< whose chart it is; -1: of several
    QString note{}; ///< what its lines and marks mean, under the chart
};

/// How it is drawn.
struct ChartLook {
    render::Theme theme;
    double scale = 1;    ///< of fonts and spaces: units of a designed pixel
    double line = 1;     ///< width of a designed pixel of curves and markers
    double hairline = 1; ///< width of axes and grids
    bool axes = true;
};

/// Okabe–Ito colours, so that neighbours differ in lightness too.
QColor laneColor(const render::Theme& theme, int lane);

} // namespace scorefield::plots
