// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the plotting library has no item for: edges of regions without values, and cells.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

/// A bound: a line hatched and tinted on the side where no value lies, dashed where its height says
/// nothing.
class BoundItem : public QCPAbstractItem {
public:
    BoundItem(QCustomPlot* plot, Series series, QColor color, const ChartLook& look);
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    Series m_series;
    QColor m_color;
    ChartLook m_look;
};

/// The tag of a bound along its edge, above everything else.
class BoundTag : public QCPAbstractItem {
public:
    BoundTag(QCustomPlot* plot, Series series, QColor color, const ChartLook& look);
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    Series m_series;
    QColor m_color;
    ChartLook m_look;
};

/// The same in a legend.
class BoundEntry : public QCPCurve {
public:
    BoundEntry(QCPAxis* x, QCPAxis* y, const Series& series, QColor color, double scale);

protected:
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

private:
    bool m_isVague, m_excludesAbove;
    QColor m_color;
    double m_scale;
};

/// Measured values that are not above zero, on a logarithmic axis: an arrow down from where their
/// error bars end.
class BelowZeroItem : public QCPAbstractItem {
public:
    BelowZeroItem(QCustomPlot* plot, Series series, QColor color, double scale);
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    Series m_series;
    QColor m_color;
    double m_scale;
};

/// Cells from halfway to the left neighbour to halfway to the right one, in the axes' scales.
class CellItem : public QCPAbstractItem {
public:
    CellItem(QCustomPlot* plot, CellMap cells, const std::vector<QRgb>& colors);
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    CellMap m_cells;
    const std::vector<QRgb>& m_colors; ///< a map of ui/render/theme.h, which lives for ever
};

/// Edges between centres, with half a cell outside; geometric where `logarithmic`.
std::vector<double> cellEdges(const std::vector<double>& centres, bool logarithmic);
/// Share of the colour scale of a value.
double cellShare(const CellMap& cells, double value);

} // namespace scorefield::plots
