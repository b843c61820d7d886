// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The guidance weights of the lanes along their runs: w(t) of the selected lane with its control
// points, the largest weight at which no step throws particles over the class, the region beyond
// it, and the weight at the play time as a dot. It shows the document and keeps no numbers of its
// own, but for the safe bound, which comes with a run.
#include "core/session/session_run.h"
#include "ui/panels/handle_canvas.h"

#include <optional>
#include <vector>

namespace scorefield::ui {

class WeightCanvas : public HandleCanvas {
    Q_OBJECT
public:
    explicit WeightCanvas(Document& document, QWidget* parent = nullptr);

    /// Across: steps, else time.
    void setSteps(bool steps);
    /// The run whose mixture and safe bounds are drawn.
    void setProduct(std::shared_ptr<const RunProduct> product);
    void rebuild() override;

    /// The weight of the selected lane at a level; NaN without guidance.
    double weightAt(const PathCoefficients& level) const;
    /// Of the selected lane, [K] a step; empty where there is none.
    const std::vector<double>& safeBound() const { return m_safe; }
    bool hasPoints() const { return m_points.has_value(); }
    int pointCount() const;
    /// Where a control point is drawn.
    QPointF pointPosition(int index) const;
    std::optional<int> selectedPoint() const { return m_selected; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

    int handleCount() const override { return pointCount(); }
    std::optional<int> selectedHandleNumber() const override { return m_selected; }
    void selectHandle(std::optional<int> number) override;
    void forgetHover() override { m_hovered.reset(); }
    bool isDragging() const override { return m_drag.has_value(); }
    void endDrag(bool keep) override;
    void nudge(double across, double up) override;
    void removeSelected() override;
    void refreshReadout() override;

private:
    struct LaneWeight {
        LaneSchedule schedule;
        std::shared_ptr<const GuidanceRule> rule; ///< null: unguided
    };
    struct Points { ///< of the selected lane, if its rule has some
        QString key;
        PointsInfo info;
        std::vector<CurvePoint> points;
        std::vector<double> progress; ///< of the run at evenly spaced places across, 0…1
    };
    struct Drag {
        int index;
        QPointF pressed, offset;
        bool moving = false;
        std::vector<CurvePoint> before;
    };

    const LaneWeight* lane() const;
    void readSafeBound();
    void readPoints();
    void fit();
    double upOf(double weight) const;
    double weightOf(double y) const;
    double progressOf(double across) const;
    double acrossOf(double progress) const;
    PathCoefficients levelAt(double across) const
    {
        return m_plot.levelAt(lane()->schedule, across);
    }

    // Painting (weight_canvas_paint.cpp).
    void paintPicture();
    void paintWeightAxis(QPainter& painter) const;
    void paintSafeBound(QPainter& painter) const;
    void paintWeight(QPainter& painter, const LaneWeight& lane, const QColor& color, double wide);
    void paintPoints(QPainter& painter) const;
    void paintPlayHead(QPainter& painter) const;
    void paintStrip(QPainter& painter) const;
    void paintMessage(QPainter& painter) const;

    // Hands (weight_canvas_input.cpp).
    std::optional<int> pointAt(QPointF pixel) const;
    CurvePoint limited(std::size_t index, CurvePoint wanted) const;
    CurvePoint pointAtPixel(QPointF pixel) const;
    bool setPoints(const std::vector<CurvePoint>& points);
    void addAt(QPointF pixel);

    std::shared_ptr<const RunProduct> m_product;
    std::vector<std::optional<LaneWeight>> m_lanes;
    double m_low = 0, m_high = 2; ///< of asinh w, at the frame's edges
    std::vector<double> m_safe;
    std::optional<Points> m_points;
    std::optional<int> m_selected, m_hovered;
    std::optional<Drag> m_drag;
};

} // namespace scorefield::ui
