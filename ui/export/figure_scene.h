// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a figure shows, ready to be painted: the page and a view for each of its panels, with the
// maps and ridges at the resolution of the picture.
#include "ui/export/figure.h"
#include "ui/export/figure_page.h"
#include "ui/render/shared_keys.h"

#include <memory>

namespace scorefield::render {

/// Units of a page: so fine that sizes of fonts, which are whole numbers of them, are exact.
inline constexpr double kUnitsPerPixel = 16; // of the window, 1/96 inch
inline constexpr double kUnitsPerInch = 96 * kUnitsPerPixel;

struct FigureScene {
    QSizeF size;      ///< units
    double scale = 1; ///< units of a designed pixel
    double ratio = 1; ///< device pixels of a unit, of what is drawn as pixels
    Theme theme;
    FigurePage page;
    std::vector<LaneView> views;      ///< of the page's cells
    std::unique_ptr<SharedKeys> keys; ///< of the views
};

/// The colours and the font of a figure.
Theme figureTheme(const FigureSpec& spec);

/// `pixelsPerInch`: of what is drawn as pixels. Error: "cancelled", or what checkFigure refuses.
Result<FigureScene> figureScene(const FigureRuns& runs,
                                const FigureSpec& spec,
                                double pixelsPerInch,
                                const std::stop_token& stop);

} // namespace scorefield::render
