// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The plot of the schedule editor: the lanes' lambda(t), the selected lane's steps as dots, the
// play time as a line, and what can be dragged. It shows the document and keeps no numbers of its
// own.
#include "ui/panels/schedule_handles.h"
#include "ui/panels/schedule_snap.h"

#include <QPixmap>
#include <QWidget>

#include <optional>
#include <vector>

class QMenu;

namespace scorefield::ui {

class ScheduleCanvas : public QWidget {
    Q_OBJECT
public:
    explicit ScheduleCanvas(Document& document, QWidget* parent = nullptr);

    void setLane(int lane);
    void setPlayStep(double step);
    void setAxes(bool steps, bool noiseUp);
    void setSnapping(bool snapping) { m_snapping = snapping; }
    /// Reads these lanes of the document again (all without an argument).
    void rebuild(const std::array<bool, kMaxLanes>& changed);
    void rebuild();

    const SchedulePlot& plot() const { return m_plot; }
    const ScheduleHandles& handles() const { return m_handles; }
    const LaneSchedule* schedule() const;
    /// Where a handle is drawn; null point if there is none.
    QPointF handlePosition(ScheduleHandle::Kind kind, int index) const;
    std::optional<ScheduleHandle> selectedHandle() const;
    /// What a drag has caught on, or empty.
    QString snapLabel() const { return m_snap ? m_snap->label : QString(); }
    QString readout() const { return m_readout; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rejected(const QString& sentence); ///< why nothing can be dragged here
    void contextMenuWanted(QMenu* menu);    ///< about to be shown: add what the editor offers

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
    struct Name { ///< of a handle, across rebuilds
        ScheduleHandle::Kind kind;
        int index;
        bool operator==(const Name&) const = default;
    };
    struct Drag {
        Name handle;
        QPointF pressed, offset; ///< offset: of the handle from the pointer
        bool moving = false;
        std::vector<Lane> before;
    };

    // Painting (schedule_canvas_paint.cpp).
    void layOut();
    void invalidate();
    void paintPicture();
    void paintAxes(QPainter& painter) const;
    void paintNoiseTicks(QPainter& painter, bool left) const;
    void paintLambdaTicks(QPainter& painter, bool left) const;
    void paintCurve(QPainter& painter,
                    const LaneSchedule& lane,
                    const QColor& color,
                    double width) const;
    void paintSteps(QPainter& painter, const LaneSchedule& lane) const;
    void paintPoints(QPainter& painter) const;
    void paintPlayHead(QPainter& painter) const;
    void paintHover(QPainter& painter) const;
    void paintSnap(QPainter& painter) const;
    void paintFocus(QPainter& painter) const;
    void paintStrip(QPainter& painter) const;

    // Hands (schedule_canvas_input.cpp).
    const ScheduleHandle* find(const Name& name) const;
    std::optional<Name> handleAt(QPointF pixel) const;
    SchedulePlace wantedPlace(const ScheduleHandle& handle, QPointF pixel, bool snapping);
    void dragTo(QPointF pixel, Qt::KeyboardModifiers modifiers);
    void endDrag(bool keep);
    void nudge(double across, double up);
    void addAt(QPointF pixel);
    void removeSelected();
    void select(std::optional<Name> name);
    void refreshReadout();

    Document& m_document;
    int m_lane = 0;
    std::vector<std::optional<LaneSchedule>> m_lanes; ///< the last ones that could be made
    SchedulePlot m_plot;
    ScheduleHandles m_handles;
    std::optional<Name> m_selected, m_hovered;
    std::optional<Drag> m_drag;
    std::optional<ScheduleSnap> m_snap;
    std::optional<double> m_snapAcross;
    std::optional<QPointF> m_pointer;
    QString m_readout;
    bool m_snapping = false;
    double m_playStep = 0;
    QPixmap m_picture; ///< all but play-head, pointer and selection
};

} // namespace scorefield::ui
