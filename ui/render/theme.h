// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The design tokens: every colour of the window and of the pictures, light and dark. One home, so a
// figure looks like the window.
#include <QColor>
#include <QFont>

#include <vector>

namespace scorefield::render {

struct Theme {
    bool dark = true;
    QColor window, panel, field, canvas, hairline, text, secondary, accent, warning, error;
    QColor axis;              ///< of the plot
    QString family{};         ///< of fonts; empty: the interface's
    bool transparent = false; ///< the canvas is not painted: something else will be behind it

    static Theme darkTheme();
    static Theme lightTheme();
    static Theme printTheme(); ///< black on white, for paper

    /// Okabe–Ito colour of a class, lightened on dark canvases for 4.5:1 contrast; beyond eight it
    /// cycles (the marker shape is the second code).
    QColor classColor(int label) const;
    /// Marker shape of a class: 0 disc, 1 square, 2 triangle, 3 diamond, 4 cross…; all discs up to
    /// three classes.
    static int classShape(int label, int classCount);
};

/// Of this family; without one Inter if installed, else the system's interface font.
QFont interfaceFont(double pixelSize, bool bold = false, const QString& family = {});

QColor withAlpha(QColor color, double alpha);

/// A perceptual map as 256 colours, low to high; the names are the choices of view.density.map.
const std::vector<QRgb>& colorMap(int index);

} // namespace scorefield::render
