// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The colour bar and the legend that several panels of a figure share, as a strip below them.
#include "ui/render/overlay_parts.h"

#include <functional>
#include <vector>

namespace scorefield::render {

class SharedKeys {
public:
    /// `views`: of the panels; they must outlive the keys. `isRelative`: the panels' densities have
    /// scales of their own.
    SharedKeys(const std::vector<LaneView>& views, bool hasBar, bool hasLegend, bool isRelative);

    bool isEmpty() const { return m_items.empty(); }
    /// Of the strip at this width.
    double height(double width) const;
    void paint(QPainter& painter, const QRectF& strip) const;

private:
    /// One entry; painted from its left end, at the middle of its line.
    struct Item {
        double width, height;
        std::function<void(QPainter&, QPointF)> paint;
    };
    void addBar(const LaneView& view, bool isRelative);
    void addMap(const LaneView& view);
    void addBasins(const LaneView& view, double before);
    void addRows(const std::vector<LaneView>& views);
    /// The items of every line.
    std::vector<std::vector<const Item*>> lines(double width) const;
    double px(double designed) const { return designed * m_scale; }

    double m_scale = 1;
    std::vector<Item> m_items;
};

} // namespace scorefield::render
