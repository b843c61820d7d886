// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/shared_keys.h"

#include "ui/render/map_key.h"
#include "ui/render/typeset.h"

#include <QFontMetricsF>

#include <algorithm>

namespace scorefield::render {
namespace {

// Designed pixels.
constexpr double kFont = 12, kRow = 19, kGap = 16, kPadding = 7, kBar = 112, kThick = 9;
constexpr double kOneLine = 1e6; // wide enough for any list
constexpr double kSwatch = 18, kSmallGap = 5, kMapRow = 34;

/// Where a lane may stand so that nothing of its legend is left out for lack of room.
QRectF ampleRoom(double scale)
{
    return {0, 0, 2000 * scale, 2000 * scale};
}

} // namespace

SharedKeys::SharedKeys(const std::vector<LaneView>& views,
                       bool hasBar,
                       bool hasLegend,
                       bool isRelative)
{
    if (views.empty())
        return;
    m_scale = views.front().scale;
    const auto mapped = std::find_if(views.begin(), views.end(), [](const LaneView& view) {
        const LaneMap* map = shownMap(view);
        return map != nullptr && map->field;
    });
    if (hasBar && mapped != views.end())
        addMap(*mapped);
    else if (hasBar && showsDensityBar(views.front()))
        addBar(views.front(), isRelative);
    if (hasLegend)
        addRows(views);
}

void SharedKeys::addBar(const LaneView& view, bool isRelative)
{
    const QFont font = interfaceFont(px(kFont), false, view.theme.family);
    const BarWords words = densityWords(view, isRelative);
    const double name = formulaWidth(words.name, font), low = tabularWidth(words.low, font),
                 high = tabularWidth(words.high, font), gap = px(kSmallGap);
    const double cap = QFontMetricsF(font).capHeight() / 2;
    m_items.push_back(
        {name + low + px(kBar) + high + 4 * gap,
         px(kRow),
         [=, this, &view](QPainter& painter, QPointF at) {
             drawFormula(painter, at + QPointF(0, cap), words.name, font, view.theme.text);
             double x = at.x() + name + 2 * gap;
             const auto number = [&](const QString& text, double width) {
                 drawTabular(painter, {x, at.y() + cap}, text, font, view.theme.secondary);
                 x += width + gap;
             };
             number(words.low, low);
             const QRectF bar(x, at.y() - px(kThick) / 2, px(kBar), px(kThick));
             painter.drawImage(bar, densityBarImage(view));
             painter.setBrush(Qt::NoBrush);
             painter.setPen(QPen(view.theme.hairline, view.hairline));
             painter.drawRect(bar);
             x += px(kBar) + gap;
             number(words.high, high);
         }});
}

void SharedKeys::addMap(const LaneView& view)
{
    const QFont font = interfaceFont(px(kFont), false, view.theme.family);
    const MapWords words = mapWords(*view.maps);
    const QFontMetricsF metrics(font);
    const double gap = px(kSmallGap), name = metrics.horizontalAdvance(words.name),
                 symbol = formulaWidth(words.symbol, font);
    if (view.maps->scale.categorical) {
        addBasins(view, name + symbol + 4 * gap);
        return;
    }
    const double bar = px(1.4 * kBar);
    m_items.push_back(
        {name + symbol + bar + 4 * gap,
         px(kMapRow),
         [=, this, &view](QPainter& painter, QPointF at) {
             const double baseline = at.y() + metrics.capHeight() / 2;
             painter.setFont(font);
             painter.setPen(view.theme.text);
             painter.drawText(QPointF(at.x(), baseline), words.name);
             drawFormula(
                 painter, {at.x() + name + gap, baseline}, words.symbol, font, view.theme.text);
             // The numbers stand below the bar.
             paintMapBar(painter,
                         overlayFrame(view, ampleRoom(m_scale)),
                         {at.x() + name + symbol + 4 * gap, at.y() - px(kThick), bar, px(kThick)},
                         interfaceFont(px(kFont - 1), false, view.theme.family));
         }});
}

/// Beside their name and symbol, which take up `before`.
void SharedKeys::addBasins(const LaneView& view, double before)
{
    const QFont font = interfaceFont(px(kFont), false, view.theme.family);
    const QSizeF size =
        paintBasins(nullptr, overlayFrame(view, ampleRoom(m_scale)), {}, kOneLine, font);
    m_items.push_back(
        {before + size.width(), px(kRow), [=, this, &view](QPainter& painter, QPointF at) {
             const MapWords words = mapWords(*view.maps);
             const QFontMetricsF metrics(font);
             const double baseline = at.y() + metrics.capHeight() / 2,
                          name = metrics.horizontalAdvance(words.name);
             painter.setFont(font);
             painter.setPen(view.theme.text);
             painter.drawText(QPointF(at.x(), baseline), words.name);
             drawFormula(painter,
                         {at.x() + name + px(kSmallGap), baseline},
                         words.symbol,
                         font,
                         view.theme.text);
             paintBasins(&painter,
                         overlayFrame(view, ampleRoom(m_scale)),
                         {at.x() + before, at.y() - size.height() / 2},
                         kOneLine,
                         font);
         }});
}

void SharedKeys::addRows(const std::vector<LaneView>& views)
{
    const QFont font = interfaceFont(px(kFont), false, views.front().theme.family);
    const QColor color = views.front().theme.secondary;
    const QFontMetricsF metrics(font);
    std::vector<std::vector<LegendRow>> panels;
    for (const LaneView& view : views)
        panels.push_back(legendRows(overlayFrame(view, ampleRoom(m_scale)), true));
    // In the order of the panel that has the most to say.
    std::stable_sort(panels.begin(), panels.end(), [](const auto& a, const auto& b) {
        return a.size() > b.size();
    });
    std::vector<QString> known;
    for (const auto& panel : panels)
        for (const LegendRow& row : panel) {
            const QString text = row.shared.isEmpty() ? row.text : row.shared;
            if (std::find(known.begin(), known.end(), text) != known.end())
                continue;
            known.push_back(text);
            m_items.push_back(
                {px(kSwatch + kSmallGap) + metrics.horizontalAdvance(text),
                 px(kRow),
                 [=, this, swatch = row.swatch](QPainter& painter, QPointF at) {
                     swatch(painter, at + QPointF(px(kSwatch) / 2, 0));
                     painter.setFont(font);
                     painter.setPen(color);
                     painter.drawText(
                         at + QPointF(px(kSwatch + kSmallGap), metrics.capHeight() / 2), text);
                 }});
        }
}

std::vector<std::vector<const SharedKeys::Item*>> SharedKeys::lines(double width) const
{
    std::vector<std::vector<const Item*>> all;
    double used = 0;
    for (const Item& item : m_items) {
        if (all.empty() || used + item.width > width) {
            all.emplace_back();
            used = 0;
        }
        all.back().push_back(&item);
        used += item.width + px(kGap);
    }
    return all;
}

double SharedKeys::height(double width) const
{
    double sum = 0;
    for (const auto& line : lines(width))
        sum += (*std::max_element(line.begin(), line.end(), [](const Item* a, const Item* b) {
                   return a->height < b->height;
               }))->height;
    return isEmpty() ? 0 : sum + 2 * px(kPadding);
}

void SharedKeys::paint(QPainter& painter, const QRectF& strip) const
{
    double y = strip.top() + px(kPadding);
    for (const auto& line : lines(strip.width())) {
        double width = -px(kGap), height = 0;
        for (const Item* item : line) {
            width += item->width + px(kGap);
            height = std::max(height, item->height);
        }
        double x = strip.left() + std::max(0., (strip.width() - width) / 2);
        for (const Item* item : line) {
            item->paint(painter, {x, y + height / 2});
            x += item->width + px(kGap);
        }
        y += height;
    }
}

} // namespace scorefield::render
