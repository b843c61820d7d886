// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The page of a figure of charts: a title, the legend that charts share, the charts in a grid, each
// with its letter, and what their lines and marks mean.
#include "core/session/export_spec.h"
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

#include <QRectF>
#include <QSizeF>

#include <vector>

namespace scorefield::plots {

class ChartPage {
public:
    /// So fine that sizes of fonts, which are whole numbers of them, are exact.
    static constexpr double kUnitsPerInch = 96 * 16;

    ChartPage(std::vector<ChartSpec> charts, const FigureSpec& spec);

    const QSizeF& size() const { return m_size; } ///< units
    QString title() const;
    QString family() const { return m_look.theme.family; }
    QColor background() const;
    void paint(QCPPainter& painter) const;

private:
    void paintTitle(QCPPainter& painter) const;
    struct Grid {
        int columns, rows;
    };
    Grid gridIn(const QSizeF& room) const;
    double crowding() const;
    /// Takes its room from the top of the area.
    void paintLegend(QCPPainter& painter, ChartLook look, QRectF& area) const;
    /// Takes its room from the bottom of the area.
    void paintNote(QCPPainter& painter, const ChartLook& look, QRectF& area) const;
    void paintChart(QCPPainter& painter,
                    const ChartLook& look,
                    const ChartSpec& spec,
                    const QRectF& cell) const;

    std::vector<ChartSpec> m_charts;
    ChartSpec m_legend; ///< the names that several charts share, without numbers
    QString m_note;     ///< what the lines and marks of all charts mean
    QSizeF m_size;
    QString m_title; ///< of the figure
    ChartLook m_look;
};

} // namespace scorefield::plots
