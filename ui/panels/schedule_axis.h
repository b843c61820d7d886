// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the pictures of the schedule editor share: the axis across, the margins of the frame, and
// the small type.
#include "ui/panels/schedule_plot.h"

#include <QColor>
#include <QFont>

class QPainter;
class QSize;

namespace scorefield::ui {

inline constexpr double kScheduleTick = 4; ///< length of a tick, design pixels
inline constexpr double kScheduleTop = 20; ///< room above the frame, design pixels

QFont scheduleFont();
QColor faded(QColor color, double alpha);
/// The frame of a picture of this size.
QRectF scheduleFrame(const QSize& size);
/// Ticks and name of the axis below the frame: t/T from right to left, or steps.
void paintAcrossAxis(QPainter& painter, const SchedulePlot& plot, int steps, double width);

} // namespace scorefield::ui
