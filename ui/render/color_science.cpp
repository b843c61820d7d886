// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/color_science.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace scorefield::render {
namespace {

double toLinear(double c)
{
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double fromLinear(double c)
{
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

std::array<double, 3> linearOf(const OkLch& color)
{
    const double angle = color.hue * std::numbers::pi / 180;
    const double a = color.chroma * std::cos(angle), b = color.chroma * std::sin(angle),
                 L = color.lightness;
    const auto cube = [](double x) { return x * x * x; };
    const double l = cube(L + 0.3963377774 * a + 0.2158037573 * b);
    const double m = cube(L - 0.1055613458 * a - 0.0638541728 * b);
    const double s = cube(L - 0.0894841775 * a - 1.2914855480 * b);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

double luminance(const QColor& c)
{
    return 0.2126 * toLinear(c.redF()) + 0.7152 * toLinear(c.greenF())
           + 0.0722 * toLinear(c.blueF());
}

} // namespace

QColor toColor(const OkLch& color)
{
    OkLch fitting = color;
    auto rgb = linearOf(fitting);
    const auto fits = [](const std::array<double, 3>& c) {
        return std::all_of(c.begin(), c.end(), [](double x) {
            return x > -1e-4 && x < 1 + 1e-4;
        }); // far below 1/255 after gamma
    };
    for (int i = 0; i < 60 && !fits(rgb); ++i) {
        fitting.chroma *= 0.95;
        rgb = linearOf(fitting);
    }
    const auto channel = [](double x) {
        return static_cast<float>(std::clamp(fromLinear(std::clamp(x, 0.0, 1.0)), 0.0, 1.0));
    };
    return QColor::fromRgbF(channel(rgb[0]), channel(rgb[1]), channel(rgb[2]));
}

OkLch toOkLch(const QColor& color)
{
    const double r = toLinear(color.redF()), g = toLinear(color.greenF()),
                 b = toLinear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const double A = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    const double B = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            std::hypot(A, B),
            std::atan2(B, A) * 180 / std::numbers::pi};
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace scorefield::render
