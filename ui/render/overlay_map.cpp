// SPDX-License-Identifier: GPL-3.0-or-later
// The key of a lane's map: its name and symbol, the colour bar with its numbers, and what to know
// about it; or why the lane has none.
#include "ui/render/map_key.h"
#include "ui/render/overlay_parts.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace scorefield::render {
namespace {

constexpr double kWidth = 216, kRow = 16, kBar = 8, kPadding = 8; // designed pixels
constexpr double kLowPlot = 230; // of a plot below this height the key keeps what cannot be guessed
constexpr int kMostTicks = 4;
constexpr double kSwatch = 10;          // designed pixels
constexpr std::size_t kMostBasins = 10; // named; palettes repeat before

/// One line of the key: words, then a formula.
struct Line {
    QString words, formula;
    QColor color;
};

constexpr double kWordGap = 8; // designed pixels between the words and their formula

/// The colours as they are painted: over the canvas, fading at the scale's zero (as
/// map_paint.frag).
QImage barImage(const OverlayFrame& frame)
{
    const auto colors = mapColors(frame.view);
    const bool diverging = frame.view.maps->scale.diverging;
    const QColor canvas = frame.view.theme.canvas;
    QImage image(256, 1, QImage::Format_ARGB32);
    for (int i = 0; i < 256; ++i) {
        const double at = i / 255.0, strength = diverging ? std::abs(2 * at - 1) : at;
        const double f = std::min(strength / 0.25, 1.0);
        const double alpha = frame.view.session.view.mapOpacity * f * f * (3 - 2 * f);
        const QRgb c = colors[static_cast<std::size_t>(i)];
        if (frame.view.theme.transparent) {
            image.setPixelColor(i, 0, withAlpha(c, alpha));
            continue;
        }
        const auto mix = [alpha](int below, int above) {
            return static_cast<int>(std::lround(below + alpha * (above - below)));
        };
        image.setPixel(i,
                       0,
                       qRgb(mix(canvas.red(), qRed(c)),
                            mix(canvas.green(), qGreen(c)),
                            mix(canvas.blue(), qBlue(c))));
    }
    return image;
}

/// Words broken into lines that fit; a word that is too long is cut short.
QStringList wrapped(const QString& text, const QFont& font, double width)
{
    const QFontMetricsF metrics(font);
    QStringList lines;
    for (const QString& word : text.split(u' ')) {
        const QString longer = lines.isEmpty() ? word : lines.last() + u' ' + word;
        if (!lines.isEmpty() && metrics.horizontalAdvance(longer) <= width)
            lines.last() = longer;
        else
            lines.append(metrics.elidedText(word, Qt::ElideRight, width));
    }
    return lines;
}

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

std::vector<Line>
headLines(const OverlayFrame& frame, const LaneMap& map, const QFont& font, double width, bool low)
{
    const auto& theme = frame.view.theme;
    const MapWords words = mapWords(*frame.view.maps);
    std::vector<Line> lines;
    const double together = QFontMetricsF(font).horizontalAdvance(words.name) + frame.px(kWordGap)
                            + formulaWidth(words.symbol, font);
    if (together <= width)
        lines.push_back({words.name, words.symbol, theme.text});
    else if (low)
        lines.push_back({{}, words.symbol, theme.text});
    else {
        lines.push_back({words.name, {}, theme.text});
        lines.push_back({{}, words.symbol, theme.text});
    }
    if (!low && map.field)
        for (const QString& line : wrapped(words.unit, font, width))
            lines.push_back({line, {}, theme.secondary});
    return lines;
}

} // namespace

QSizeF paintBasins(
    QPainter* painter, const OverlayFrame& frame, QPointF corner, double width, const QFont& font)
{
    auto names = basinNames(frame.view);
    const std::size_t left = names.size() > kMostBasins ? names.size() - kMostBasins : 0;
    names.resize(names.size() - left);
    const QFontMetricsF metrics(font);
    const double swatch = frame.px(kSwatch), gap = frame.px(5), row = frame.px(kRow);
    double x = 0, y = 0, widest = 0;
    const auto place = [&](double itemWidth) {
        if (x > 0 && x + itemWidth > width) {
            x = 0;
            y += row;
        }
        const QPointF at = corner + QPointF(x, y);
        x += itemWidth;
        widest = std::max(widest, x);
        x += 2 * gap;
        return at;
    };
    const auto write = [&](QPointF at, const QString& text) {
        painter->setFont(font);
        painter->setPen(frame.view.theme.secondary);
        painter->drawText(at + QPointF(0, row / 2 + metrics.capHeight() / 2), text);
    };
    for (const BasinName& basin : names) {
        const QPointF at = place(swatch + gap + metrics.horizontalAdvance(basin.name));
        if (painter == nullptr)
            continue;
        const QColor color = frame.view.theme.classColor(basin.number);
        painter->setPen(QPen(color, frame.px(1)));
        painter->setBrush(withAlpha(color, kCategoryOpacity * frame.view.session.view.mapOpacity));
        painter->drawRoundedRect(
            QRectF(at.x(), at.y() + (row - swatch) / 2, swatch, swatch), frame.px(2), frame.px(2));
        write(at + QPointF(swatch + gap, 0), basin.name);
    }
    if (left > 0) {
        const QString more = QStringLiteral("and %1 more").arg(left);
        const QPointF at = place(metrics.horizontalAdvance(more));
        if (painter != nullptr)
            write(at, more);
    }
    return {widest, names.empty() ? 0 : y + row};
}

void paintMapBar(QPainter& painter, const OverlayFrame& frame, const QRectF& bar, const QFont& font)
{
    const auto& theme = frame.view.theme;
    const MapScale& scale = frame.view.maps->scale;
    painter.drawImage(bar, barImage(frame));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.hairline, frame.hairline()));
    painter.drawRect(bar);
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (scale.openBelow) { // smaller values occur
        painter.setBrush(theme.hairline);
        painter.drawPolygon(QPolygonF({bar.topLeft(),
                                       bar.bottomLeft(),
                                       QPointF(bar.left() - frame.px(5), bar.center().y())}));
    }
    if (scale.openAbove) { // larger ones do
        painter.setBrush(theme.hairline);
        painter.drawPolygon(QPolygonF({bar.topRight(),
                                       bar.bottomRight(),
                                       QPointF(bar.right() + frame.px(5), bar.center().y())}));
    }
    const QFontMetricsF metrics(font);
    const double baseline = bar.bottom() + frame.px(4) + metrics.ascent();
    double free = bar.left() - frame.px(2); // where the next number may begin
    for (const Tick& tick : mapTicks(scale, kMostTicks)) {
        const double place = placeOnScale(scale, tick.value),
                     share = scale.diverging ? 0.5 + 0.5 * place : place;
        const double x = bar.left() + std::clamp(share, 0.0, 1.0) * bar.width(),
                     width = metrics.horizontalAdvance(tick.label);
        const double left =
            std::clamp(x - width / 2, bar.left(), std::max(bar.left(), bar.right() - width));
        painter.setPen(QPen(theme.secondary, frame.px(1)));
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + frame.px(3)));
        if (left < free)
            continue;
        painter.setFont(font);
        painter.drawText(QPointF(left, baseline), tick.label);
        free = left + width + frame.px(6);
    }
}

void paintMapKey(QPainter& painter, const OverlayFrame& frame, const QRectF& occupied)
{
    const LaneMap* map = shownMap(frame.view);
    if (map == nullptr)
        return;
    const auto& theme = frame.view.theme;
    const bool low = frame.plot.height() < frame.px(kLowPlot);
    const double padding = frame.px(kPadding), margin = frame.px(8);
    const double width = std::min(frame.px(kWidth), frame.plot.width() - 2 * margin),
                 inner = width - 2 * padding;
    if (inner < frame.px(40))
        return; // a plot of no size to see anything in
    const QFont font = frame.font(11);
    auto lines = headLines(frame, *map, font, inner, low);
    const std::size_t above = lines.size(); // the bar comes after these
    const QColor noteColor = map->field ? theme.secondary : theme.warning;
    const QString note = map->field ? QString::fromStdString(map->note)
                                    : capitalised(QString::fromStdString(map->note));
    if (!note.isEmpty() && !(low && map->field))
        for (const QString& line : wrapped(note, font, inner))
            lines.push_back({line, {}, noteColor});
    const bool categorical = frame.view.maps->scale.categorical;
    const double row = frame.px(kRow),
                 barHeight = !map->field   ? 0
                             : categorical ? paintBasins(nullptr, frame, {}, inner, font).height()
                                           : frame.px(4 + kBar + 4) + row,
                 height = static_cast<double>(lines.size()) * row + barHeight + 1.5 * padding;
    QRectF box(
        frame.plot.left() + margin, frame.plot.bottom() - height - frame.px(10), width, height);
    if (occupied.adjusted(-margin, -margin, margin, margin).intersects(box))
        box.moveBottom(occupied.top() - margin);

    QColor veil = theme.panel;
    veil.setAlphaF(0.88F);
    painter.setPen(QPen(theme.hairline, frame.hairline()));
    painter.setBrush(veil);
    painter.drawRoundedRect(box, frame.px(6), frame.px(6));
    const QFontMetricsF metrics(font);
    double y = box.top() + 0.75 * padding;
    const auto paintLines = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i, y += row) {
            const double baseline = y + row / 2 + metrics.capHeight() / 2;
            double x = box.left() + padding;
            painter.setFont(font);
            painter.setPen(lines[i].color);
            painter.drawText(QPointF(x, baseline), lines[i].words);
            if (!lines[i].words.isEmpty())
                x += metrics.horizontalAdvance(lines[i].words) + frame.px(kWordGap);
            drawFormula(painter, {x, baseline}, lines[i].formula, font, lines[i].color);
        }
    };
    paintLines(0, above);
    if (map->field && categorical)
        paintBasins(&painter, frame, {box.left() + padding, y}, inner, font);
    else if (map->field)
        paintMapBar(
            painter, frame, {box.left() + padding, y + frame.px(4), inner, frame.px(kBar)}, font);
    y += barHeight;
    paintLines(above, lines.size());
}

} // namespace scorefield::render
