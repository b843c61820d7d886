// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The two axes of the schedule editor: time or step across, noise on the left and data on the right
// as in the scrubber below; up the log-SNR lambda, or log sigma~ = -lambda, the same curve
// mirrored.
#include "ui/panels/lane_schedule.h"

#include <QPointF>
#include <QRectF>

#include <optional>
#include <vector>

namespace scorefield::ui {

/// A place of the plot in its own terms: across from 0 (noise) to 1 (data), and lambda, which may
/// be infinite.
struct SchedulePlace {
    double across = 0, lambda = 0;
};

struct SchedulePlot {
    QRectF frame;              ///< of the curve, in pixels
    bool steps = false;        ///< across: k/K; else 1 - (t/T)/latest
    double latest = 1;         ///< t/T on the left: above 1 where given levels go beyond T
    bool noiseUp = false;      ///< up: log sigma~; else lambda
    double low = -5, high = 5; ///< lambda at the frame's edges

    /// An infinite lambda lies on the frame.
    QPointF toPixels(const SchedulePlace& place) const;
    SchedulePlace toPlace(QPointF pixel) const;

    double acrossOf(const LaneSchedule& lane, double t) const;
    /// t/T at a place across the time axis.
    double timeShare(double across) const { return (1 - across) * latest; }
    /// Where a level of the lane, or any time of its process, is drawn.
    SchedulePlace placeOfLevel(const LaneSchedule& lane, int k) const;
    SchedulePlace placeOfStep(const LaneSchedule& lane, double step) const;
    SchedulePlace placeOfTime(const LaneSchedule& lane, const PathCoefficients& level) const;
    /// The coefficients at a place across: those of the process at that time, or between two
    /// levels.
    PathCoefficients levelAt(const LaneSchedule& lane, double across) const;
    /// The point of the drawn curve that is nearest to a pixel.
    SchedulePlace nearestOnCurve(const LaneSchedule& lane, QPointF pixel) const;

    /// Places of the polyline that is the lane's curve.
    std::vector<SchedulePlace> curve(const LaneSchedule& lane) const;
    /// low and high that hold every finite level of these lanes, with room above and below; all
    /// times of the selected one.
    void fit(const std::vector<std::optional<LaneSchedule>>& lanes, int selectedLane);
};

} // namespace scorefield::ui
