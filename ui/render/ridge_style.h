// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How ridges look: the colours of their strength and the symbols of the places on them, for the
// canvas, its legend and the key of the strip.
#include "core/geometry/ridge.h"
#include "core/session/session.h"
#include "ui/render/theme.h"

#include <QPointF>
#include <QRectF>

class QPainter;

namespace scorefield::render {

inline constexpr double kRidgeLine = 2.2; ///< designed pixels

/// log10(kappa_1 - kappa_2) at the two ends of the ridge's colours: from the threshold gamma (at
/// least 1e-12: below, a frame in doubles is not the true one) to three decades.
struct StrengthScale {
    double low = -1, high = 3;
    double place(double logGap) const; ///< in [0, 1]
};
StrengthScale strengthScale(const RidgeSpec& spec);

/// Weak to strong; every colour stands out from the canvas.
QColor strengthColor(const Theme& theme, double place);

enum class RidgeSymbol { Mode, Saddle, Minimum, Umbilic };
RidgeSymbol symbolOf(CriticalKind kind);
/// With a rim of the canvas, so that it shows on lines and colours; nothing of it leaves a `box`
/// that is given. `radius` in the painter's
/// units.
void drawRidgeSymbol(QPainter& painter,
                     QPointF at,
                     double radius,
                     RidgeSymbol symbol,
                     const Theme& theme,
                     const QRectF& box = {});

} // namespace scorefield::render
