// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/theme.h"

#include "ui/render/color_science.h"

#include <QFontDatabase>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::render {
namespace {

// Okabe and Ito, "Color Universal Design", in the order of the design tokens.
constexpr std::array<QRgb, 8> kOkabeIto{
    0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7, 0xff56b4e9, 0xffd55e00, 0xfff0e442, 0xff999999};
constexpr int kYellow = 6;
constexpr double kDarkContrast = 4.5; // of markers on the dark canvas
constexpr int kShapes = 5;

struct Anchor {
    double at;
    OkLch color;
};

/// Anchors in OKLCh with lightness linear in `at`, so that equal steps of the value look alike;
/// hues unwrapped.
std::vector<QRgb> mapFromAnchors(const std::vector<Anchor>& anchors)
{
    std::vector<QRgb> map(256);
    for (std::size_t i = 0; i < map.size(); ++i) {
        const double at = static_cast<double>(i) / 255;
        const auto next = std::find_if(
            anchors.begin() + 1, anchors.end() - 1, [&](const Anchor& a) { return a.at >= at; });
        const auto& from = *(next - 1);
        const double f = (at - from.at) / (next->at - from.at);
        const auto mix = [f](double a, double b) { return a + f * (b - a); };
        map[i] = toColor({mix(from.color.lightness, next->color.lightness),
                          mix(from.color.chroma, next->color.chroma),
                          mix(from.color.hue, next->color.hue)})
                     .rgb();
    }
    return map;
}

/// Lightness from `low` to `high` linearly; (chroma, hue) at equal distances.
std::vector<QRgb>
mapOf(double low, double high, const std::vector<std::pair<double, double>>& chromaHue)
{
    std::vector<Anchor> anchors;
    for (std::size_t i = 0; i < chromaHue.size(); ++i) {
        const double at = static_cast<double>(i) / static_cast<double>(chromaHue.size() - 1);
        anchors.push_back({at, {low + at * (high - low), chromaHue[i].first, chromaHue[i].second}});
    }
    return mapFromAnchors(anchors);
}

} // namespace

Theme Theme::darkTheme()
{
    return {true,
            0x15171b,
            0x1c1f25,
            0x23272e,
            0x101216,
            0x2b3038,
            0xe7e9ec,
            0x98a1ad,
            0x5aa9ff,
            0xe6a23c,
            0xff6b6b,
            0x2b3038};
}

Theme Theme::lightTheme()
{
    return {false,
            0xeef0f3,
            0xffffff,
            0xf3f5f8,
            0xffffff,
            0xd9dde3,
            0x1b1f24,
            0x5d6672,
            0x0b6bd3,
            0x9a5b00,
            0xc62828,
            0xd9dde3};
}

Theme Theme::printTheme()
{
    Theme theme = lightTheme();
    theme.hairline = QColor(128, 128, 128); // of boxes: less than the axes
    theme.text = theme.secondary = theme.axis = Qt::black;
    return theme;
}

QColor Theme::classColor(int label) const
{
    const int index = ((label % 8) + 8) % 8;
    QColor color(kOkabeIto[static_cast<std::size_t>(index)]);
    if (!dark)
        return index == kYellow ? QColor(0x857a00)
                                : color; // yellow vanishes on white: an olive of the same hue
    auto lch = toOkLch(color);
    while (contrastRatio(color, canvas) < kDarkContrast && lch.lightness < 1) {
        lch.lightness += 0.005;
        color = toColor(lch);
    }
    return color;
}

int Theme::classShape(int label, int classCount)
{
    if (classCount <= 3)
        return 0;
    // After a full round of colours the shapes shift by one, so that eight more classes still
    // differ from the first eight.
    return ((label % kShapes) + label / 8) % kShapes;
}

QFont interfaceFont(double pixelSize, bool bold, const QString& family)
{
    static const QString usual = [] {
        const auto families = QFontDatabase::families();
        return families.contains(QStringLiteral("Inter")) ? QStringLiteral("Inter") : QString();
    }();
    const QString& name = family.isEmpty() ? usual : family;
    QFont font =
        name.isEmpty() ? QFontDatabase::systemFont(QFontDatabase::GeneralFont) : QFont(name);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixelSize))));
    font.setWeight(bold ? QFont::DemiBold : QFont::Normal);
    // A picture for a file is not drawn for the subpixels of one screen.
    font.setStyleStrategy(family.isEmpty() ? QFont::PreferAntialias
                                           : QFont::StyleStrategy(QFont::PreferAntialias
                                                                  | QFont::NoSubpixelAntialias));
    font.setHintingPreference(QFont::PreferNoHinting); // same widths at every scale
    return font;
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

const std::vector<QRgb>& colorMap(int index)
{
    // Own anchors after the character of the named maps: viridis and magma (van der Walt, Smith),
    // cividis (Nuñez et al.).
    static const std::array<std::vector<QRgb>, 4> maps{
        mapOf(0.28,
              0.92,
              {{0.13, 317},
               {0.13, 291},
               {0.11, 256},
               {0.10, 214},
               {0.12, 172},
               {0.16, 143},
               {0.19, 110}}),
        mapOf(0.26,
              0.93,
              {{0.10, 262},
               {0.06, 266},
               {0.015, 270},
               {0.015, 95},
               {0.07, 98},
               {0.11, 98},
               {0.16, 100}}),
        mapOf(0.18,
              0.97,
              {{0.05, 280},
               {0.15, 297},
               {0.18, 322},
               {0.19, 360},
               {0.17, 395},
               {0.12, 428},
               {0.08, 460}}),
        mapOf(0.18, 0.98, {{0, 0}, {0, 0}}),
    };
    return maps[static_cast<std::size_t>(std::clamp(index, 0, 3))];
}

} // namespace scorefield::render
