// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The guidance weights of the lanes along their runs: w(t) of the selected lane with its control
// points, the largest weight at which no step throws particles over the class, the region beyond
// it, and the weight at the play time as a dot. It shows the document and keeps no numbers of its
// own, but for the safe bound, which comes with a run.
#include "core/session/session_run.h"
#include "ui/panels/schedule_plot.h"

#include <QPixmap>
#include <QWidget>

#include <optional>
#include <vector>

class QMenu;

namespace scorefield::ui {

class Document;

class WeightCanvas : public QWidget {
    Q_OBJECT
public:
    explicit WeightCanvas(Document& document, QWidget* parent = nullptr);

    void setLane(int lane);
    void setPlayStep(double step);
    /// Across: steps, else time.
    void setSteps(bool steps);
    /// The run whose mixture and safe bounds are drawn.
    void setProduct(std::shared_ptr<const RunProduct> product);
    /// Reads the document again.
    void rebuild();

    /// The weight of the selected lane at a level; NaN without guidance.
    double weightAt(const PathCoefficients& level) const;
    /// Of the selected lane, [K] a step; empty where there is none.
    const std::vector<double>& safeBound() const { return m_safe; }
    bool hasPoints() const { return m_points.has_value(); }
    int pointCount() const;
    /// Where a control point is drawn.
    QPointF pointPosition(int index) const;
    std::optional<int> selectedPoint() const { return m_selected; }
    QString readout() const { return m_readout; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rejected(const QString& sentence);
    void contextMenuWanted(QMenu* menu); ///< about to be shown: add what the editor offers

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

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
    void refreshReadout();

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
    void endDrag(bool keep);
    void nudge(double across, double up);
    void addAt(QPointF pixel);
    void removeSelected();
    void select(std::optional<int> index);

    Document& m_document;
    std::shared_ptr<const RunProduct> m_product;
    int m_lane = 0;
    std::vector<std::optional<LaneWeight>> m_lanes;
    SchedulePlot m_plot;          ///< its axis across
    double m_low = 0, m_high = 2; ///< of asinh w, at the frame's edges
    std::vector<double> m_safe;
    std::optional<Points> m_points;
    std::optional<int> m_selected, m_hovered;
    std::optional<Drag> m_drag;
    std::optional<QPointF> m_pointer;
    QString m_readout;
    double m_playStep = 0;
    QPixmap m_picture; ///< all but play-head, pointer and selection
};

} // namespace scorefield::ui
