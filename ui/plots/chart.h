// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A chart to look closer at: the wheel zooms (beside an axis: that axis alone), drag moves, double
// click shows everything again, and the pointer reads values.
#include "ui/plots/chart_spec.h"
#include "ui/plots/plot_library.h"

namespace scorefield::plots {

/// Of a curve in the legend and of an axis: all it is called, where the room is too small for it;
/// of a curve: its formula.
inline constexpr const char* kFullNameProperty = "fullName";
inline constexpr const char* kHelpProperty = "help";

/// Fills an empty plot with a chart: what the widget and figures share.
void fillPlot(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look);
/// Ranges that show everything of it, with a margin.
void fitAxes(QCustomPlot& plot, const ChartSpec& spec);
/// The marks as items of a layer; returns them.
QList<QCPAbstractItem*>
addMarks(QCustomPlot& plot, const ChartSpec& spec, const ChartLook& look, const QString& layer);
/// As many legend columns and ticks as there is room for.
void fitTo(QCustomPlot& plot, QSize size, double scale);

class Chart : public QCustomPlot {
    Q_OBJECT
public:
    explicit Chart(QWidget* parent = nullptr);

    const ChartSpec& spec() const { return m_spec; }
    /// Keeps what was zoomed to while title and axes stay the same.
    void setSpec(const ChartSpec& spec);
    /// Of the marks alone, e.g. the play head: cheap.
    void setMarks(const std::vector<Mark>& marks);
    void setLook(const render::Theme& theme, double scale);
    bool isZoomed() const { return m_zoomed; }
    void showEverything();
    /// What the pointer reads there, or nothing.
    QString valueAt(const QPointF& place) const;
    /// What formula and source the legend's entry or the axis there has, or nothing.
    QString helpAt(const QPointF& place) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Reading {
        QPointF place;
        QString text;
    };
    std::optional<Reading> readingAt(const QPointF& place) const;
    std::optional<Reading> pointAt(const QPointF& place) const;
    std::optional<Reading> cellAt(const QPointF& place) const;
    void rebuild();
    ChartLook look() const;
    void drawMarks();

    ChartSpec m_spec;
    render::Theme m_theme;
    double m_scale = 1;
    bool m_zoomed = false;
    QCPItemEllipse* m_dot = nullptr; ///< where the pointer reads
    QList<QCPAbstractItem*> m_marks;
};

} // namespace scorefield::plots
