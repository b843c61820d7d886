// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Where everything on the page of a figure stands: pure geometry, without a run or a painter. All
// lengths are in units of the page; `scale` of them make one designed pixel of the window.
#include "core/session/export_spec.h"
#include "ui/render/lane_view.h"

#include <QRectF>
#include <QSizeF>
#include <QString>

#include <vector>

namespace scorefield::render {

/// One panel: a lane at a moment.
struct FigureCell {
    int lane = 0, moment = 0; ///< from 0
    QRectF rectangle;
    LaneParts parts;
};

/// A line of text beside the panels; turned by 90° where `upwards`.
struct PageText {
    enum class Role { Title, Heading, Remark };
    QString text;
    QRectF rectangle;
    Role role = Role::Heading;
    bool upwards = false;
    bool isFormula = false; ///< its single letters are symbols
};

struct FigurePage {
    std::vector<FigureCell> cells; ///< row by row
    std::vector<PageText> texts;
    QRectF keys; ///< of the shared colour bar and legend; empty without
};

/// What is known of the words before anything is drawn.
struct PageWords {
    QString title;
    std::vector<QString> lanes;    ///< names, of the lanes that are shown
    std::vector<QString> captions; ///< how they are run; empty: none
    std::vector<QString> moments;  ///< one for each moment
};

/// The lanes of a run that the figure shows, from 0.
std::vector<int> shownLanes(const FigureSpec& spec, int laneCount);
/// "a", "(b)", "C"; empty without letters.
QString panelLetter(const FigureSpec& spec, int index);

/// Of the strip for what the panels share.
double keysWidth(const QSizeF& size, double scale);
/// `keysHeight`: of the strip below the panels for what they share.
FigurePage layoutPage(const FigureSpec& spec,
                      const std::vector<int>& lanes,
                      const PageWords& words,
                      const QSizeF& size,
                      double scale,
                      double keysHeight);

/// The lanes' rectangles inside an area: 1, 2, 3 side by side, 4 as 2×2.
std::vector<QRectF> laneRectangles(const QRectF& area, int lanes);

} // namespace scorefield::render
