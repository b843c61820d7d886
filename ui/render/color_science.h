// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The OKLab colour space (Björn Ottosson, "A perceptual color space for image processing", 2020)
// and the contrast ratio of WCAG 2.1.
#include <QColor>

namespace scorefield::render {

/// L in [0, 1], chroma >= 0, hue in degrees.
struct OkLch {
    double lightness = 0, chroma = 0, hue = 0;
};

/// Out-of-gamut colours lose chroma until they fit in sRGB; lightness and hue stay.
QColor toColor(const OkLch& color);
OkLch toOkLch(const QColor& color);
/// (L1 + 0.05)/(L2 + 0.05) of the relative luminances, in [1, 21].
double contrastRatio(const QColor& a, const QColor& b);

} // namespace scorefield::render
